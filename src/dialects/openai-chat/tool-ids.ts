import { stableHash } from '../../model/stable-hash.ts';

/** OpenAI takes no longer ids (protocols 10.12). */
const LENGTH_MAX = 40;

/**
 * The ids that join tool calls and their results in one request. Long ones are replaced by a hash, ids that
 * stand twice get a number, and results follow in their order; always the same, so that prompt caches hold.
 */
export class ToolIds {
  readonly #uses = new Map<string, number>();
  readonly #results = new Map<string, number>();

  ofUse(id: string): string {
    return numbered(id, count(this.#uses, id));
  }

  /** A result too many belongs to the last call of its id; one without a call keeps what it has. */
  ofResult(id: string): string {
    const uses = this.#uses.get(id) ?? 1;
    return numbered(id, Math.min(count(this.#results, id), uses));
  }
}

function count(counts: Map<string, number>, id: string): number {
  const next = (counts.get(id) ?? 0) + 1;
  counts.set(id, next);
  return next;
}

function numbered(id: string, copy: number): string {
  const own = copy === 1 ? id : `${id}-${copy}`;
  return own.length <= LENGTH_MAX ? own : `call_${stableHash(own, 14)}`;
}
