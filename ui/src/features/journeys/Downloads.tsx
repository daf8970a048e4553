import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { DownloadIcon } from '@/components/icons';

/** The table of a page as CSV and as a sheet. */
export function Downloads({ path, query = '', name }: { path: string; query?: string; name: string }) {
  const { t } = useTranslation('journeys');
  return (['csv', 'xlsx'] as const).map((ending) => (
    <Button key={ending} component="a" size="xs" variant="default" href={`/api/v1/${path}/${ending}${query}`} download={`${name}.${ending}`} leftSection={<DownloadIcon />}>
      {t(`download.${ending}`)}
    </Button>
  ));
}
