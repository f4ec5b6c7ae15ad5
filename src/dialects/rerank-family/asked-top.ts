import type { JsonObject } from '../../model/json.ts';

/** How many results a client wants at most; undefined = all. Some backends give all of them whatever they are asked. */
export function askedTop({ top_n: top }: JsonObject): number | undefined {
  return typeof top === 'number' ? top : undefined;
}
