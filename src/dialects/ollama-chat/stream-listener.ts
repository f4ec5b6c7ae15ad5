import type { StreamListener } from '../dialect.ts';
import { LineListener } from '../ollama-family/line-listener.ts';

/** A chat stream ends, counts and fails as a generate stream does. */
export function streamListener(): StreamListener {
  return new LineListener();
}
