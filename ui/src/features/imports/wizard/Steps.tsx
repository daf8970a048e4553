import { useTranslation } from 'react-i18next';
import classes from './Wizard.module.css';

export type Step = 'file' | 'mapping' | 'check' | 'result';
const steps: readonly Step[] = ['file', 'mapping', 'check', 'result'];

export function Steps({ now }: { now: Step }) {
  const { t } = useTranslation('imports');
  const at = steps.indexOf(now);
  return (
    <ol className={classes.steps} data-step={now} aria-label={t('step.of', { step: at + 1 })}>
      {steps.map((step, i) => (
        <li key={step} className={classes.step} data-state={i < at ? 'done' : i === at ? 'now' : 'ahead'} aria-current={i === at ? 'step' : undefined}>
          <span className={classes.stepNumber} aria-hidden>
            {i < at ? '✓' : i + 1}
          </span>
          <span className={classes.stepName}>{t(`step.${step}`)}</span>
        </li>
      ))}
    </ol>
  );
}
