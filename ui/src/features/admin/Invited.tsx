import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { Notice } from '@/components/Notice';
import { Secret } from './Secret';

export function Invited({ invited }: { invited: Schemas['InvitedUser'] }) {
  const { t } = useTranslation('admin');
  if (invited.mailed || !invited.link) return <Notice tone="good" title={t('invited.mailed', { email: invited.user.email })} live />;
  return (
    <Notice tone="warn" title={t('invited.link')} live>
      {t('invited.linkBody', { name: invited.user.name })}
      <Secret text={invited.link} />
    </Notice>
  );
}
