import type { JsonObject } from '../../model/json.ts';

/**
 * What a request is that asks nothing: an empty prompt or no messages load the model, with `keep_alive` 0 they
 * throw it out (protocols 5). Undefined for every other request. Where a backend of another kind serves the model
 * there is nothing to load, and the answer, which the house makes itself, says that all is done.
 */
export function loadReason(request: JsonObject): 'load' | 'unload' | undefined {
  const { messages, prompt } = request;
  const hasMessages = Array.isArray(messages) && messages.length > 0;
  if (hasMessages || prompt) return undefined;
  return isZero(request['keep_alive']) ? 'unload' : 'load';
}

/** A number of seconds, or Go's way to write a duration: `0`, `"0"`, `"0s"`, `"0m"`. */
function isZero(keepAlive: unknown): boolean {
  return (
    keepAlive === 0 || (typeof keepAlive === 'string' && /^0+(\.0+)?(ns|us|µs|ms|s|m|h)?$/.test(keepAlive))
  );
}
