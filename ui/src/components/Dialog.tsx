import { lazy, Suspense } from 'react';
import type { Props } from './DialogSheet';

// No page begins with a dialog: the sheet, and all that keeps the focus in it, come when somebody first does anything.
const fetchSheet = () => import('./DialogSheet');
const Sheet = lazy(() => fetchSheet().then((m) => ({ default: m.DialogSheet })));
for (const sign of ['pointerover', 'keydown']) window.addEventListener(sign, () => void fetchSheet().catch(() => undefined), { once: true, passive: true });

export function Dialog(props: Props) {
  return (
    <Suspense fallback={null}>
      <Sheet {...props} />
    </Suspense>
  );
}
