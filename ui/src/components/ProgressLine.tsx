import { Progress } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { formatCount } from '@/i18n/format';
import { Bdi } from './Bdi';

interface Props {
  label: string;
  done: number;
  /** 0 while unknown. */
  total: number;
  secondsLeft?: number;
}

/** Long work: a bar with the count and the time left. */
export function ProgressLine({ label, done, total, secondsLeft }: Props) {
  const { t } = useTranslation('app');
  const known = total > 0;
  return (
    <div role="status">
      <Progress value={known ? (100 * done) / total : 100} animated={!known} size="lg" aria-label={label} />
      <p style={{ margin: '8px 0 0', color: 'var(--ink-soft)' }}>
        {label}{' '}
        {known && (
          <Bdi>
            {formatCount(done)} / {formatCount(total)}
          </Bdi>
        )}{' '}
        {secondsLeft !== undefined && secondsLeft >= 1 && t('secondsLeft', { count: Math.round(secondsLeft) })}
      </p>
    </div>
  );
}
