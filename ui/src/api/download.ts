import { client } from './client';

/** Offers text or a blob to the person as a file. */
export function saveFile(name: string, content: BlobPart, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export async function saveFindingRows(run: string, finding: string, name: string): Promise<void> {
  const { data, error } = await client.GET('/runs/{id}/findings/{findingId}/data', {
    params: { path: { id: run, findingId: finding } },
    parseAs: 'text',
  });
  if (error) throw error;
  saveFile(name, data, 'text/csv;charset=utf-8');
}

// A cell that begins like a formula would be run by a spreadsheet: it gets an apostrophe in front, as the server does.
function cell(value: string | number | undefined): string {
  const text = value === undefined ? '' : String(value);
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

export function toCsv(header: string[], rows: (string | number | undefined)[][]): string {
  return [header, ...rows].map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n';
}
