import { Skeleton } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** Same height as a heading with a sheet of rows: the page does not jump when it arrives. */
export function PageSkeleton({ rows = 8 }: { rows?: number }) {
  const { t } = useTranslation('app');
  return (
    <div aria-busy="true">
      <span role="status" style={{ position: 'absolute', clipPath: 'inset(50%)' }}>
        {t('loading')}
      </span>
      <Skeleton height={34} width="42%" mb={10} />
      <Skeleton height={20} width="64%" mb={24} />
      <RowsSkeleton rows={rows} />
    </div>
  );
}

export function RowsSkeleton({ rows = 8, height = 44 }: { rows?: number; height?: number }) {
  return (
    <div aria-hidden>
      {Array.from({ length: rows }, (_, i) => (
        <Skeleton key={i} height={height - 8} mb={8} radius="sm" />
      ))}
    </div>
  );
}
