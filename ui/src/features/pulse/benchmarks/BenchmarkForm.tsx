import { Button, NumberInput, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { ChoiceField, DateField, type Choice } from '@/components/Field';
import { Panel } from '@/components/Panel';
import { ProblemNotice } from '@/components/ProblemNotice';
import { currentLocale } from '@/i18n/locale-now';
import pulse from '../Pulse.module.css';

const measures = ['score', 'favourable', 'enps'] as const;

/** One benchmark at a time; many come as a file. */
export function BenchmarkForm() {
  const { t } = useTranslation('pulse');
  const queries = useQueryClient();
  const library = api.useQuery('get', '/questions', {}, { staleTime: Infinity });
  const [figure, setFigure] = useState('engagement_index');
  const [measure, setMeasure] = useState<(typeof measures)[number]>('score');
  const [value, setValue] = useState<number>();
  const [source, setSource] = useState('');
  const [on, setOn] = useState('');
  const [n, setN] = useState<number>();
  const save = api.useMutation('post', '/benchmarks', {
    onSuccess: async () => {
      setValue(undefined);
      await queries.invalidateQueries();
    },
  });
  const locale = currentLocale();
  const text = (x: Record<string, string>, key: string) => x[locale] ?? x.en ?? key;
  const figures: Choice[] = [
    { value: 'engagement_index', label: t('benchmarks.index') },
    ...(library.data?.drivers ?? []).map((d) => ({ value: d.key, label: text(d.name, d.key) })),
    ...(library.data?.questions ?? []).filter((q) => q.type !== 'comment').map((q) => ({ value: q.key, label: text(q.text, q.key) })),
  ];
  const ready = value !== undefined && source.trim() !== '' && on !== '';
  return (
    <Panel title={t('benchmarks.add')}>
      {save.isError && <ProblemNotice error={save.error} />}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) save.mutate({ body: { items: [{ figure, measure, value, source: source.trim(), on, n: n || undefined }] } });
        }}
      >
        <div className={pulse.pair}>
          <ChoiceField label={t('benchmarks.figure')} choices={figures} value={figure} onChoose={setFigure} />
          <ChoiceField label={t('benchmarks.measure')} choices={measures.map((m) => ({ value: m, label: t(`benchmarks.measures.${m}`) }))} value={measure} onChoose={(m) => setMeasure(measures.find((x) => x === m) ?? 'score')} />
          <NumberInput label={t('benchmarks.value')} withAsterisk min={measure === 'enps' ? -100 : 0} max={100} value={value ?? ''} onChange={(v) => setValue(v === '' ? undefined : Number(v))} />
          <TextInput dir="auto" label={t('benchmarks.source')} withAsterisk maxLength={200} value={source} onChange={(e) => setSource(e.currentTarget.value)} />
          <DateField label={t('benchmarks.on')} withAsterisk value={on} onChange={(e) => setOn(e.currentTarget.value)} />
          <NumberInput label={t('benchmarks.n')} min={0} allowDecimal={false} value={n ?? ''} onChange={(v) => setN(v === '' ? undefined : Number(v))} />
        </div>
        <Button type="submit" mt={14} disabled={!ready} loading={save.isPending}>
          {t('benchmarks.save')}
        </Button>
      </form>
    </Panel>
  );
}
