import type { StreamListener } from '../dialect.ts';
import { LineListener } from '../ollama-family/line-listener.ts';

/** A generate stream ends, counts and fails as a chat stream does. */
export function streamListener(): StreamListener {
  return new LineListener();
}
