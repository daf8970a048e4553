import { Button } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { want } from '@/i18n';

const SubscribeDialog = lazy(async () => {
  const [drawn] = await Promise.all([import('@/features/subscriptions').then((m) => m.SubscribeDialog), want('subscriptions')]);
  return { default: drawn };
});

interface Props {
  /** The quarter's report instead of the page that is on the screen; without a team, the organisation's. */
  report?: { team?: string };
}

/** Orders letters about what is on the screen, with the filters that stand in its address. */
export function Subscribe({ report }: Props) {
  const { t } = useTranslation('app');
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="default" data-subscribe onClick={() => setOpen(true)}>
        {t('subscribe')}
      </Button>
      {open && (
        <Suspense fallback={null}>
          <SubscribeDialog report={report} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
