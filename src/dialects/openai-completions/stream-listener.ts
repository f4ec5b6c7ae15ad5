import type { StreamListener } from '../dialect.ts';
import { ChunkListener } from '../openai-family/chunk-listener.ts';

/** A completions stream ends, counts and fails as a chat stream does. */
export function streamListener(): StreamListener {
  return new ChunkListener();
}
