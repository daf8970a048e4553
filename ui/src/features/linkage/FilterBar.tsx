import { useTranslation } from 'react-i18next';
import { verdicts } from '@/charts/evidence';
import { VerdictShape } from '@/charts/VerdictShape';
import classes from './Evidence.module.css';
import { blocks, passes, type Filter, type Finding } from './findings';

interface Props {
  filter: Filter;
  search: URLSearchParams;
  onChange: (search: URLSearchParams, options?: { replace?: boolean }) => void;
  findings: Finding[];
}

export function FilterBar({ filter, search, onChange, findings }: Props) {
  const { t } = useTranslation(['linkage', 'words']);
  const set = (key: string, value: string | undefined) => {
    const next = new URLSearchParams(search);
    if (value) next.set(key, value);
    else next.delete(key);
    onChange(next, { replace: true });
  };
  const count = (f: Filter) => findings.filter((finding) => passes(finding, f)).length;
  return (
    <div className={classes.filters} data-print="no">
      <fieldset className={classes.filter}>
        <legend className={classes.filterName}>{t('filter.kind')}</legend>
        <button className={classes.choice} aria-pressed={!filter.block} onClick={() => set('pairs', undefined)}>
          {t('filter.all')}
        </button>
        {blocks
          .filter((block) => count({ block }) > 0)
          .map((block) => (
            <button key={block} className={classes.choice} aria-pressed={filter.block === block} onClick={() => set('pairs', block)}>
              {t(`block.${block}`)}
            </button>
          ))}
      </fieldset>
      <fieldset className={classes.filter}>
        <legend className={classes.filterName}>{t('filter.verdict')}</legend>
        <button className={classes.choice} aria-pressed={!filter.verdict} onClick={() => set('verdict', undefined)}>
          {t('filter.all')}
        </button>
        {verdicts
          .filter((verdict) => count({ verdict }) > 0)
          .map((verdict) => (
            <button key={verdict} className={classes.choice} aria-pressed={filter.verdict === verdict} onClick={() => set('verdict', verdict)}>
              <VerdictShape verdict={verdict} size={14} />
              {t(`words:verdict.${verdict}`)} <span className={classes.count}>{count({ block: filter.block, verdict })}</span>
            </button>
          ))}
      </fieldset>
    </div>
  );
}
