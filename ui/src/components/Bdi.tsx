import type { ReactNode } from 'react';

/** Numbers, signs and intervals keep their order in a page that runs from right to left. */
export function Bdi({ children }: { children: ReactNode }) {
  return (
    <bdi dir="ltr" style={{ whiteSpace: 'nowrap' }}>
      {children}
    </bdi>
  );
}
