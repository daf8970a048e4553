import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import type { Role, Session } from '@/api/session';
import { ProblemNotice } from '@/components/ProblemNotice';
import classes from './Door.module.css';

const roles: Role[] = ['executive', 'lead', 'hr', 'cx', 'auditor', 'admin'];

export function DemoRoles({ onEnter }: { onEnter: (session: Session) => void }) {
  const { t } = useTranslation(['auth', 'words']);
  const enter = api.useMutation('post', '/session/demo', { onSuccess: onEnter });
  return (
    <>
      {enter.isError && <ProblemNotice error={enter.error} />}
      <ul className={classes.roles}>
        {roles.map((role) => (
          <li key={role}>
            <button className={classes.role} data-role={role} disabled={enter.isPending} onClick={() => enter.mutate({ body: { role } })}>
              <span className={classes.roleName}>{t(`words:role.${role}`)}</span>
              <span className={classes.roleWhat}>{t(`auth:demo.role.${role}`)}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
