import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { toProblem } from '@/api/problem';
import { Notice } from './Notice';

interface Props {
  error: unknown;
  retry?: () => void;
  /** What is safe, where the general sentence is not precise enough. */
  safe?: string;
  /** Alone on the page, with room around it. */
  page?: boolean;
}

/** What happened, what is safe, what to do: the one form of every error that does not belong to a field. */
export function ProblemNotice({ error, retry, safe, page }: Props) {
  const { t } = useTranslation('app');
  const problem = toProblem(error);
  const silent = problem.status === 0;
  const title = problem.title || (silent ? t('problem.unreachable') : t('problem.unreadable'));
  const detail = problem.detail ?? (silent ? t('problem.unreachableBody') : undefined);
  const notice = (
    <Notice
      tone="bad"
      title={title}
      live
      actions={
        retry && (
          <Button size="xs" variant="default" onClick={retry}>
            {t('problem.retry')}
          </Button>
        )
      }
    >
      {detail && <p>{detail}</p>}
      {(problem.errors ?? []).slice(0, 5).map((e, i) => (
        <p key={i}>{e.detail ?? e.code}</p>
      ))}
      <p>{safe ?? t('problem.safe')}</p>
    </Notice>
  );
  return page ? <main style={{ maxInlineSize: 640, marginInline: 'auto', marginBlockStart: '15vh', padding: 16 }}>{notice}</main> : notice;
}
