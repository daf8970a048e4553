import { useTranslation } from 'react-i18next';
import { Band } from '@/charts/Band';
import { EstimateText } from '@/charts/EstimateText';
import { strengthColor } from '@/charts/evidence';
import { widest } from '@/charts/scale';
import { Panel } from '@/components/Panel';
import { Table } from '@/components/Table';
import classes from './Pair.module.css';
import type { Detail } from './detail';
import { useSlopeUnit } from './unit';

/** The same answer from the earlier and the later half of the periods. */
export function Stability({ detail }: { detail: Detail }) {
  const { t } = useTranslation('linkage');
  const halves = detail.stability ?? [];
  const domain = widest(halves.flatMap((h) => [h.estimate, h.ci_lo, h.ci_hi]));
  const unit = useSlopeUnit(detail.x, detail.y);
  return (
    <Panel title={t('stability.title')} flush>
      <Table file="stability" caption={t('stability.title')} cards>
        <tbody>
          {halves.map((half, i) => (
            <tr key={i}>
              <th scope="row" className={classes.question}>
                {i === 0 ? t('stability.early') : t('stability.late')}
              </th>
              <td>
                {half.estimate !== undefined && (
                  <Band domain={domain} estimate={half.estimate} lo={half.ci_lo} hi={half.ci_hi} color={strengthColor(detail.finding.verdict, half.estimate)} width={260} />
                )}
              </td>
              <td>
                <EstimateText estimate={half} unit={half.estimate === undefined ? undefined : unit} />
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Panel>
  );
}
