import type { Recording } from './recording.ts';
import { recordings } from './recordings.ts';

/** The recordings of chats and completions: all but vectors. */
export const talkingRecordings: readonly Recording[] = recordings.filter(
  ({ dialect }) => dialect !== 'openai-embeddings' && dialect !== 'cohere-embed',
);
