import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { established, strengthColor } from '@/charts/evidence';
import { KindTag } from '@/charts/KindTag';
import { TableFiles } from '@/charts/TableFiles';
import { VerdictShape } from '@/charts/VerdictShape';
import { Bdi } from '@/components/Bdi';
import { useFirst } from '@/components/useFirst';
import { formatNumber } from '@/i18n/format';
import { blocks, gridOf, pairHref, type Block, type Finding, type Metric } from './findings';
import classes from './Matrices.module.css';

// Rows come with the most evidence first.
const FIRST = 10;

interface Props {
  findings: Finding[];
  metrics: ReadonlyMap<string, Metric>;
  run?: string;
}

export function Matrices({ findings, ...rest }: Props) {
  return (
    <div className={classes.blocks}>
      {blocks.map((block) => {
        const here = findings.filter((f) => f.block === block);
        return here.length > 0 && <Matrix key={block} block={block} findings={here} {...rest} />;
      })}
    </div>
  );
}

function Matrix({ block, findings, metrics, run }: Props & { block: Block }) {
  const { t } = useTranslation('linkage');
  const { rows, columns, at } = gridOf(findings, metrics);
  const first = rows[0];
  const { hidden, more } = useFirst(block, rows.length, FIRST);
  return (
    <div>
      <TableFiles title={t(`block.${block}`)} file={`matrix-${block}`} />
      <div className={classes.frame} tabIndex={0} role="region" aria-label={t(`block.${block}`)}>
        <table className={classes.matrix} data-testid={`matrix-${block}`}>
          <caption>{t(`block.${block}`)}</caption>
          <thead>
            <tr>
              <td className={classes.corner}>
                {first && <KindTag kind={first.kind} />} {t('matrix.rows')}
              </td>
              {columns.map((y) => (
                <th key={y.id} scope="col">
                  <KindTag kind={y.kind} />
                  <span className={classes.name}>{y.name}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((x, i) => (
              <tr key={x.id} hidden={hidden(i)}>
                <th scope="row">{x.name}</th>
                {columns.map((y) => {
                  const finding = at.get(`${x.id} ${y.id}`);
                  return <td key={y.id}>{finding ? <Cell finding={finding} x={x} y={y} run={run} /> : <span title={t('matrix.empty')}>·</span>}</td>;
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {more}
    </div>
  );
}

function Cell({ finding, x, y, run }: { finding: Finding; x: Metric; y: Metric; run?: string }) {
  const { t } = useTranslation(['linkage', 'words']);
  const { estimate } = finding.within;
  const verdict = t(`words:verdict.${finding.verdict}`);
  const strength = estimate === undefined ? undefined : formatNumber(estimate, 2);
  const words = { x: x.name, y: y.name, verdict };
  return (
    <Link
      href={pairHref(finding, run)}
      className={classes.cell}
      data-verdict={finding.verdict}
      aria-label={strength === undefined ? t('matrix.cell', words) : t('matrix.cellStrength', { ...words, strength })}
      title={verdict}
    >
      <VerdictShape verdict={finding.verdict} color={strengthColor(finding.verdict, estimate)} radius={radius(finding)} size={40} />
      <span className={classes.number}>{strength === undefined ? ' ' : <Bdi>{strength}</Bdi>}</span>
    </Link>
  );
}

// Area follows strength. What has not passed its gate stays small, however large its number.
function radius(finding: Finding): number {
  const strength = Math.min(1, Math.abs(finding.within.estimate ?? 0));
  const r = 4 + 11 * Math.sqrt(strength);
  return established(finding.verdict) ? r : Math.min(r, 7);
}
