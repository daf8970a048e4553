import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { saveFindingRows } from '@/api/download';
import { DownloadIcon } from '@/components/icons';
import { ProblemNotice } from '@/components/ProblemNotice';

/** The rows behind the figure, so that R reproduces it. */
export function RowsDownload({ run, finding, file }: { run: string; finding: string; file: string }) {
  const { t } = useTranslation('linkage');
  const save = useMutation({ mutationFn: () => saveFindingRows(run, finding, `${file}.csv`) });
  return (
    <div>
      <Button variant="default" leftSection={<DownloadIcon />} loading={save.isPending} onClick={() => save.mutate()}>
        {t('pair.data')}
      </Button>
      {save.isError && <ProblemNotice error={save.error} />}
    </div>
  );
}
