import type { Draft } from '../draft';

/** What a section of the builder gets: the programme as drafted so far, and the way to change a part of it. */
export interface SectionProps {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
}
