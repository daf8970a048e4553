import type { Schemas } from '@/api/client';

/** Whether an answer follows something that happened or speaks of the relation as a whole; the two are never pooled. */
export type Relation = 'transactional' | 'relational';
export type Population = Schemas['Population'];
export type Topic = Schemas['CommentTopic'];
