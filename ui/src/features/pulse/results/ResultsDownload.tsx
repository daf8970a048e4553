import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { DownloadIcon } from '@/components/icons';
import type { Wave } from '../draft';

export function ResultsDownload({ wave }: { wave: Wave }) {
  const { t } = useTranslation('pulse');
  return (
    <Button component="a" data-xlsx href={`/api/v1/waves/${encodeURIComponent(wave.id)}/results/xlsx`} download={`${wave.title}.xlsx`} variant="default" leftSection={<DownloadIcon />}>
      {t('results.download')}
    </Button>
  );
}
