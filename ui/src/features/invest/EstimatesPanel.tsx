import { Button, NumberInput, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, type Schemas } from '@/api/client';
import { fieldErrors } from '@/api/problem';
import { useMay } from '@/api/session';
import { Bdi } from '@/components/Bdi';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { Table } from '@/components/Table';
import { formatPercent } from '@/i18n/format';
import { formatMoney, toMinor } from '@/i18n/money';
import classes from './Invest.module.css';

type Proposal = Schemas['Proposal'];

/** What colleagues estimate: seen only by who has given an estimate, or once the round is closed. */
export function EstimatesPanel({ proposal: p }: { proposal: Proposal }) {
  const { t } = useTranslation('invest');
  const may = useMay();
  const open = p.state === 'estimating';
  return (
    <Panel title={t('estimates.title', { count: p.given })} subtitle={open ? t('estimates.open') : t('estimates.closed')} flush={p.estimates.length > 0}>
      {p.estimates.length > 0 ? <Given proposal={p} /> : <p>{t(p.given > 0 ? 'estimates.hidden' : 'estimates.none', { count: p.given })}</p>}
      {open && !p.mine && may('proposals.write') && <Give proposal={p} />}
    </Panel>
  );
}

function Given({ proposal: p }: { proposal: Proposal }) {
  const { t } = useTranslation('invest');
  const money = (v: number) => formatMoney(Math.round(v), p.currency);
  const c = p.combined;
  return (
    <Table caption={t('estimates.title', { count: p.given })} cards>
      <thead>
        <tr>
          <th scope="col">{t('estimates.who')}</th>
          <th scope="col" data-num>
            {t('estimates.share')}
          </th>
          <th scope="col" data-num>
            {t('estimates.probability')}
          </th>
          <th scope="col" data-num>
            {t('estimates.cost')}
          </th>
          <th scope="col">{t('estimates.note')}</th>
        </tr>
      </thead>
      <tbody>
        {p.estimates.map((e) => (
          <tr key={e.by + e.at}>
            <th scope="row">
              <bdi>{e.by}</bdi>
            </th>
            <td data-label={t('estimates.share')} data-num>
              <Bdi>{formatPercent(e.share)}</Bdi>
            </td>
            <td data-label={t('estimates.probability')} data-num>
              <Bdi>{formatPercent(e.probability)}</Bdi>
            </td>
            <td data-label={t('estimates.cost')} data-num>
              <Bdi>{money(e.cost)}</Bdi>
            </td>
            <td data-label={t('estimates.note')}>
              <bdi>{e.note ?? '—'}</bdi>
            </td>
          </tr>
        ))}
        {c && c.n > 1 && (
          <tr>
            <th scope="row">{t('estimates.together')}</th>
            <td data-label={t('estimates.share')} data-num>
              <Bdi>{formatPercent(c.share.mean)}</Bdi>
              <span className={classes.small}>
                <Bdi>{`${formatPercent(c.share.least)} … ${formatPercent(c.share.most)}`}</Bdi>
              </span>
            </td>
            <td data-label={t('estimates.probability')} data-num>
              <Bdi>{formatPercent(c.probability.mean)}</Bdi>
              <span className={classes.small}>
                <Bdi>{`${formatPercent(c.probability.least)} … ${formatPercent(c.probability.most)}`}</Bdi>
              </span>
            </td>
            <td data-label={t('estimates.cost')} data-num>
              <Bdi>{money(c.cost.mean)}</Bdi>
              <span className={classes.small}>
                <Bdi>{`${money(c.cost.least)} … ${money(c.cost.most)}`}</Bdi>
              </span>
            </td>
            <td />
          </tr>
        )}
      </tbody>
    </Table>
  );
}

function Give({ proposal: p }: { proposal: Proposal }) {
  const { t } = useTranslation('invest');
  const queries = useQueryClient();
  const above = (v: number | '') => (typeof v === 'number' && v > 0 ? null : t('form.needed'));
  const form = useForm({
    initialValues: { share: '' as number | '', probability: '' as number | '', cost: '' as number | '', note: '' },
    validate: { share: above, probability: above, cost: above },
  });
  const give = api.useMutation('post', '/proposals/{id}/estimates', {
    onSuccess: () => queries.invalidateQueries({ predicate: (q) => String(q.queryKey[1]).startsWith('/proposals') }),
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  const submit = form.onSubmit((v) =>
    give.mutate({ params: { path: { id: p.id } }, body: { share: Number(v.share) / 100, probability: Number(v.probability) / 100, cost: toMinor(Number(v.cost), p.currency), note: v.note.trim() || undefined } }),
  );
  return (
    <form className={classes.form} noValidate onSubmit={submit} data-estimate>
      <p className={classes.soft}>{t('estimates.help')}</p>
      <div className={classes.cols}>
        <NumberInput label={t('estimates.shareLabel')} suffix=" %" min={0} max={100} hideControls {...form.getInputProps('share')} />
        <NumberInput label={t('estimates.probabilityLabel')} suffix=" %" min={0} max={100} hideControls {...form.getInputProps('probability')} />
        <NumberInput label={t('estimates.costLabel', { currency: p.currency })} min={0} hideControls {...form.getInputProps('cost')} />
      </div>
      <Textarea dir="auto" label={t('estimates.note')} {...form.getInputProps('note')} />
      {give.isError && <ProblemNotice error={give.error} />}
      <div>
        <Button type="submit" loading={give.isPending}>
          {t('estimates.give')}
        </Button>
      </div>
    </form>
  );
}
