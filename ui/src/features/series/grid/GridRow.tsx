import { memo, type ClipboardEvent, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { parseFigure, RESPONDENTS } from './figures';

interface Props {
  team: Schemas['Team'];
  row: number;
  metrics: Schemas['Metric'][];
  columns: readonly string[];
  cells: Readonly<Record<string, string>> | undefined;
  locale: string;
  onType: (team: string, column: string, text: string) => void;
  onPaste: (row: number, column: number, text: string) => void;
}

/** One team's cells. Enter and the arrows go up and down; a pasted block spreads from its cell. */
export const GridRow = memo(function GridRow({ team, row, metrics, columns, cells, locale, onType, onPaste }: Props) {
  const { t } = useTranslation('series');
  const nameOf = (column: string) => (column === RESPONDENTS ? t('grid.respondents') : (metrics.find((m) => m.id === column)?.name ?? ''));
  const move = (event: KeyboardEvent<HTMLInputElement>, column: number) => {
    const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' || event.key === 'Enter' ? 1 : 0;
    if (step === 0) return;
    event.preventDefault();
    document.querySelector<HTMLInputElement>(`[data-cell="${row + step}-${column}"]`)?.focus();
  };
  const paste = (event: ClipboardEvent<HTMLInputElement>, column: number) => {
    const text = event.clipboardData.getData('text/plain');
    if (!/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    onPaste(row, column, text);
  };
  return (
    <tr>
      <th scope="row">
        <bdi>{team.name}</bdi>
      </th>
      {columns.map((column, j) => {
        const text = cells?.[column] ?? '';
        const bad = text.trim() !== '' && parseFigure(text, locale) === undefined;
        return (
          <td key={column}>
            <input
              dir="ltr"
              inputMode="decimal"
              autoComplete="off"
              data-cell={`${row}-${j}`}
              aria-label={t('grid.cell', { metric: nameOf(column), team: team.name })}
              aria-invalid={bad || undefined}
              title={bad ? t('grid.bad') : undefined}
              value={text}
              onChange={(event) => onType(team.id, column, event.currentTarget.value)}
              onKeyDown={(event) => move(event, j)}
              onPaste={(event) => paste(event, j)}
            />
          </td>
        );
      })}
    </tr>
  );
});
