import type { StreamListener } from '../dialect.ts';
import { ChunkListener } from '../openai-family/chunk-listener.ts';

/** A chat stream ends, counts and fails as a completions stream does. */
export function streamListener(): StreamListener {
  return new ChunkListener();
}
