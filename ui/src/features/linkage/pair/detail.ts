import type { Schemas } from '@/api/client';

/** One pair with everything its page shows. */
export type Detail = Schemas['FindingDetail'];
