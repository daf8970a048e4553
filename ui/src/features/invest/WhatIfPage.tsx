import { Button, NumberInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'wouter';
import { api, type Schemas } from '@/api/client';
import { useOperation } from '@/api/operation';
import { useMay } from '@/api/session';
import { Bdi } from '@/components/Bdi';
import { ButtonLink } from '@/components/ButtonLink';
import { ChoiceField } from '@/components/Field';
import { Page } from '@/components/Page';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { ProgressLine } from '@/components/ProgressLine';
import { formatNumber, formatPercent } from '@/i18n/format';
import { formatMoney } from '@/i18n/money';
import { Chain } from './Chain';
import { useChoices } from './choices';
import classes from './Invest.module.css';

/** What if a driver moved in a team: the chain to money, with its interval and its gates. The question stands in the address. */
export function WhatIfPage() {
  const { t } = useTranslation('invest');
  const [search, setSearch] = useSearchParams();
  const { metrics, teams, whole } = useChoices();
  const metric = search.get('metric') ?? '';
  const team = search.get('team') ?? '';
  const asked = Number(search.get('delta'));
  const [draft, setDraft] = useState({ metric, team, delta: (asked || 5) as number | '' });
  const [op, setOp] = useState<string>();
  const { mutate, error, isPending } = api.useMutation('post', '/what-ifs', { onSuccess: (o) => setOp(o.id) });
  useEffect(() => {
    if (metric && asked) mutate({ body: { metric, team_id: team || undefined, delta: asked } });
  }, [metric, team, asked, mutate]);
  const operation = useOperation(op);
  const answer = operation.data?.what_if;
  const chosen = draft.metric || metrics[0]?.value || '';
  const place = draft.team || (whole ? '' : (teams[0]?.value ?? ''));
  const failed = error ?? (operation.data?.state === 'failed' ? operation.data.problem : undefined);
  return (
    <Page title={t('whatIf.title')} lead={t('whatIf.lead')} above={<Link href="/invest">{t('title')}</Link>}>
      <Panel>
        <form
          className={classes.form}
          onSubmit={(event) => {
            event.preventDefault();
            if (chosen && draft.delta !== '') setSearch({ metric: chosen, ...(place ? { team: place } : {}), delta: String(draft.delta) });
          }}
        >
          <div className={classes.cols}>
            <ChoiceField label={t('whatIf.metric')} choices={metrics} value={chosen} onChoose={(x) => setDraft({ ...draft, metric: x })} />
            <ChoiceField label={t('form.team')} choices={teams} value={place} onChoose={(x) => setDraft({ ...draft, team: x })} />
            <NumberInput label={t('whatIf.by')} hideControls value={draft.delta} onChange={(x) => setDraft({ ...draft, delta: typeof x === 'number' ? x : '' })} />
          </div>
          <div>
            <Button type="submit" loading={isPending} disabled={!chosen || !draft.delta}>
              {t('whatIf.ask')}
            </Button>
          </div>
        </form>
      </Panel>
      <div aria-live="polite">
        {failed && <ProblemNotice error={failed} />}
        {op && operation.data?.state === 'running' && <ProgressLine label={t('whatIf.thinking')} done={0} total={0} />}
        {answer && <Answer of={answer} />}
      </div>
    </Page>
  );
}

function Answer({ of: a }: { of: Schemas['WhatIf'] }) {
  const { t } = useTranslation('invest');
  const may = useMay();
  const where = a.team_name ?? t('organisation');
  const question = { metric: a.metric_name, team: where, by: `${a.delta > 0 ? '+' : ''}${formatNumber(a.delta)}`, unit: a.unit ?? '' };
  return (
    <Panel title={t(a.total ? 'whatIf.found' : 'whatIf.broken', question)} subtitle={t('whatIf.consistent')}>
      <div className={classes.words}>
        {a.total && (
          <>
            <p className={classes.figure}>
              <Bdi>{formatMoney(a.total.value, a.worth.currency)}</Bdi>
            </p>
            <p>
              {t('whatIf.range')} <Bdi>{`${formatMoney(a.total.p5, a.worth.currency)} … ${formatMoney(a.total.p95, a.worth.currency)}`}</Bdi>
              {a.positive !== undefined && ` · ${t('whatIf.positive', { share: formatPercent(Math.min(0.99, Math.max(0.01, a.positive))) })}`}
            </p>
          </>
        )}
        <Chain worth={a.worth} unit={a.unit} moved />
        {may('proposals.write') && (
          <p>
            <ButtonLink variant="default" href={`/invest/new?${new URLSearchParams({ metric: a.metric, ...(a.team_id ? { team: a.team_id } : {}) }).toString()}`}>
              {t('propose')}
            </ButtonLink>
          </p>
        )}
      </div>
    </Panel>
  );
}
