/** Puts text on the clipboard, also on pages that came over plain http in a network of one's own, where the browser offers no clipboard. */
export async function copyText(text: string): Promise<void> {
  const board = (navigator as { clipboard?: Clipboard }).clipboard;
  if (board) return board.writeText(text);
  const field = document.createElement('textarea');
  field.value = text;
  field.style.position = 'fixed';
  field.style.opacity = '0';
  document.body.append(field);
  field.select();
  document.execCommand('copy'); // deprecated, and the only way where there is no clipboard
  field.remove();
}
