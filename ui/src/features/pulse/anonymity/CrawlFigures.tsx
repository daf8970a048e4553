import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { Panel } from '@/components/Panel';
import { Table } from '@/components/Table';
import { formatCount } from '@/i18n/format';
import pulse from '../Pulse.module.css';

const roles = ['admin', 'hr', 'cx', 'lead', 'executive', 'auditor'] as const;
const forms = ['json', 'csv', 'xlsx', 'pdf', 'html', 'letter', 'text'] as const;

/** What the attack on the running program saw, and what it found. */
export function CrawlFigures({ crawl: c }: { crawl: Schemas['AnonymityCrawl'] }) {
  const { t } = useTranslation(['pulse', 'words']);
  const role = (name: string) => {
    const known = roles.find((x) => x === name);
    return known ? t(`words:role.${known}`) : name;
  };
  const form = (name: string) => {
    const known = forms.find((x) => x === name);
    return known ? t(`crawl.form.${known}`) : name;
  };
  const asked = c.roles.filter((x) => x !== 'lead').map(role);
  return (
    <>
      <Panel title={t('crawl.title')} subtitle={t('crawl.subtitle')}>
        <dl className={pulse.facts} data-crawl>
          <dt>{t('crawl.found')}</dt>
          <dd>{c.found === 0 ? t('crawl.none') : formatCount(c.found)}</dd>
          <dt>{t('crawl.asked')}</dt>
          <dd>{formatCount(c.requests)}</dd>
          <dt>{t('crawl.roles')}</dt>
          <dd>{t('crawl.leads', { roles: asked.join(', '), count: c.leads })}</dd>
          <dt>{t('crawl.routes')}</dt>
          <dd>{formatCount(c.routes)}</dd>
          <dt>{t('crawl.answers')}</dt>
          <dd>{c.channels.map((x) => `${form(x.name)} ${formatCount(x.answers)}`).join(' · ')}</dd>
          <dt>{t('crawl.figures')}</dt>
          <dd>{formatCount(c.figures + c.comments)}</dd>
          <dt>{t('crawl.cells')}</dt>
          <dd>{formatCount(c.cells)}</dd>
        </dl>
        {c.unreached.length > 0 && (
          <p className={pulse.soft} style={{ overflowWrap: 'anywhere' }}>
            {t('crawl.unreached')}: <bdi dir="ltr">{c.unreached.join(' · ')}</bdi>
          </p>
        )}
      </Panel>
      {c.findings.length > 0 && (
        <Panel flush title={t('crawl.findings')}>
          <Table caption={t('crawl.findings')} cards>
            <thead>
              <tr>
                <th scope="col">{t('crawl.kind')}</th>
                <th scope="col">{t('crawl.viewer')}</th>
                <th scope="col">{t('crawl.where')}</th>
                <th scope="col">{t('crawl.measure')}</th>
              </tr>
            </thead>
            <tbody>
              {c.findings.map((f, i) => (
                <tr key={i}>
                  <td>{f.text}</td>
                  <td>{role(f.viewer)}</td>
                  <td style={{ overflowWrap: 'anywhere' }}>
                    {form(f.channel)} <bdi dir="ltr">{f.route}</bdi>
                  </td>
                  <td style={{ overflowWrap: 'anywhere' }}>
                    <bdi>{[f.column, f.node, f.wave].filter(Boolean).join(' · ')}</bdi>
                  </td>
                </tr>
              ))}
            </tbody>
          </Table>
        </Panel>
      )}
    </>
  );
}
