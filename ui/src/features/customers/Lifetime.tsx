import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { Bdi } from '@/components/Bdi';
import { Panel } from '@/components/Panel';
import { formatCount } from '@/i18n/format';
import { money, shareText } from './text';

/** The value of a customer with a constant margin: the simple formula beside the model, with what went into it. */
export function Lifetime({ value }: { value: Schemas['CustomerValue'] }) {
  const { t } = useTranslation('customers');
  const life = value.lifetime;
  if (!life) return null;
  const m = (v: number) => money(v, value.currency);
  return (
    <Panel title={t('life.title', { value: m(life.value.value) })} subtitle={t('life.subtitle')}>
      <p>
        {t('life.range')} <Bdi>{`${m(life.value.lo)} … ${m(life.value.hi)}`}</Bdi>
      </p>
      <p>
        {t('life.from', { margin: m(life.margin), rate: shareText(life.rate), staying: shareText(life.staying), discount: shareText(life.discount), n: formatCount(life.value.n) })}{' '}
        {life.win_cost ? t('life.won', { cost: m(life.win_cost) }) : t('life.notWon')}
      </p>
    </Panel>
  );
}
