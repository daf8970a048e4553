import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { Notice } from '@/components/Notice';
import { Panel } from '@/components/Panel';
import { Table } from '@/components/Table';
import { formatCount, formatPercent, formatTime } from '@/i18n/format';
import pulse from '../Pulse.module.css';
import { CrawlFigures } from './CrawlFigures';

// The wrong publishers the audit has to catch, by the names it reports them under.
const mutants = {
  'threshold only': 'threshold',
  'hide next smallest': 'nextSmallest',
  'pairwise remainder': 'pairwise',
  'nested pairs': 'nested',
  'live results': 'live',
  're-cut': 'recut',
  'differences ignored': 'differences',
  'moved totals undone by subtraction': 'undone',
  'composites over different n': 'composites',
  "interval from the cell's own spread": 'ownSpread',
} as const;

function isMutant(name: string): name is keyof typeof mutants {
  return name in mutants;
}

export function AuditFigures({ audit: a }: { audit: Schemas['AnonymityAudit'] }) {
  const { t } = useTranslation('pulse');
  const clean = a.derivable === 0 && !a.broken;
  const unsafe = a.derivable + (a.crawl?.found ?? 0);
  const teeth = a.teeth ?? [];
  return (
    <>
      <Notice tone={clean ? 'good' : 'bad'} title={clean ? t('audit.clean') : t('audit.unclean', { count: unsafe })}>
        {t('audit.cleanBody', { cells: formatCount(a.cells), waves: formatCount(a.waves) })}
      </Notice>
      <div className={pulse.columns}>
        <Panel title={t('audit.last')}>
          <dl className={pulse.facts}>
            <dt>{t('audit.at')}</dt>
            <dd>{a.at ? formatTime(a.at) : '—'}</dd>
            <dt>{t('audit.waves')}</dt>
            <dd>{formatCount(a.waves)}</dd>
            <dt>{t('audit.cells')}</dt>
            <dd>{formatCount(a.cells)}</dd>
            <dt>{t('audit.derivable')}</dt>
            <dd>{formatCount(a.derivable)}</dd>
            <dt>{t('audit.shown')}</dt>
            <dd>{a.shown_share === undefined ? '—' : formatPercent(a.shown_share)}</dd>
            {a.insiders?.map((x) => <Insiders key={x.insiders} insiders={x.insiders} group={x.smallest_group} />)}
          </dl>
        </Panel>
        {teeth.length > 0 && (
          <Panel flush title={t('teeth.title')} subtitle={t('teeth.subtitle', { caught: formatCount(teeth.filter((x) => x.caught).length), all: formatCount(teeth.length) })}>
            <Table caption={t('teeth.caption')}>
              <thead>
                <tr>
                  <th scope="col">{t('teeth.mistake')}</th>
                  <th scope="col">{t('teeth.result')}</th>
                </tr>
              </thead>
              <tbody>
                {teeth.map((x) => (
                  <tr key={x.mutant}>
                    <th scope="row">{isMutant(x.mutant) ? t(`teeth.${mutants[x.mutant]}`) : x.mutant}</th>
                    <td>{x.caught ? `✓ ${t('teeth.caught')}` : `× ${t('teeth.missed')}`}</td>
                  </tr>
                ))}
              </tbody>
            </Table>
          </Panel>
        )}
      </div>
      {a.crawl ? <CrawlFigures crawl={a.crawl} /> : <Notice tone="info" title={t('crawl.notYet')} />}
    </>
  );
}

function Insiders({ insiders, group }: { insiders: number; group: number }) {
  const { t } = useTranslation('pulse');
  return (
    <>
      <dt>{insiders === 0 ? t('audit.nobody') : t('audit.insiders', { count: insiders })}</dt>
      <dd>{t('people', { count: group })}</dd>
    </>
  );
}
