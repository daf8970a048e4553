import { useElementSize } from '@mantine/hooks';

/** The width a chart may fill, so that its text keeps its size on every screen; a usable guess before the first measure. */
export function useWidth<T extends HTMLElement>(guess = 480): { ref: React.RefCallback<T | null>; width: number } {
  const { ref, width } = useElementSize<T>();
  return { ref, width: Math.max(240, Math.round(width) || guess) };
}
