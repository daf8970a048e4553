import { useDeferredValue, type ReactNode } from 'react';

/**
 * What stands further down, drawn right after what stands above it is on the screen: on a slow phone the first sentences need not
 * wait for hundreds of rows. Until then its place says that something is coming.
 */
export function Then({ children }: { children: ReactNode }) {
  const now = useDeferredValue(true, false);
  return now ? children : <div aria-busy="true" style={{ minBlockSize: '60vh' }} />;
}
