import { type JsonObject, type JsonValue, objectMember } from '../../model/json.ts';
import { readTokenCount, type Usage, usageOf } from '../../model/usage.ts';

/** What was read, in the three parts that add up to it: Anthropic's `input_tokens` leaves out what its cache did (protocols T12). */
interface Input {
  readonly fresh: number;
  readonly cacheWrite: number | undefined;
  readonly cacheRead: number | undefined;
}

/**
 * Adds up the reports of one answer. They are cumulative: what `message_delta` says stands in place of what
 * `message_start` said, which may have been a guess (protocols 3.3).
 */
export class UsageReports {
  #input: Input | undefined;
  #outputTokens: number | undefined;
  #reasoningTokens: number | undefined;

  take(usage: JsonObject): void {
    this.#takeInput(usage);
    this.#outputTokens = readTokenCount(usage['output_tokens']) ?? this.#outputTokens;
    const details = objectMember(usage, 'output_tokens_details');
    this.#reasoningTokens = readTokenCount(details?.['thinking_tokens']) ?? this.#reasoningTokens;
  }

  get usage(): Usage | undefined {
    if (this.#input === undefined && this.#outputTokens === undefined) return undefined;
    const { fresh, cacheWrite, cacheRead } = this.#input ?? noInput;
    return usageOf({
      inputTokens: fresh + (cacheWrite ?? 0) + (cacheRead ?? 0),
      outputTokens: this.#outputTokens ?? 0,
      cachedInputTokens: cacheRead,
      cacheWriteTokens: cacheWrite,
      reasoningTokens: this.#reasoningTokens,
    });
  }

  /** Copies of this API report zeros at the end that they counted at the start; those are not believed. */
  #takeInput(usage: JsonObject): void {
    const known = this.#input ?? noInput;
    const fresh = readTokenCount(usage['input_tokens']);
    const cacheWrite = readTokenCount(usage['cache_creation_input_tokens']) ?? sumOfLifetimes(usage);
    const cacheRead = readTokenCount(usage['cache_read_input_tokens']);
    if (fresh === undefined && cacheWrite === undefined && cacheRead === undefined) return;
    if (this.#input !== undefined && !fresh && !cacheWrite && !cacheRead) return;
    this.#input = {
      fresh: fresh ?? known.fresh,
      cacheWrite: cacheWrite ?? known.cacheWrite,
      cacheRead: cacheRead ?? known.cacheRead,
    };
  }
}

const noInput: Input = { fresh: 0, cacheWrite: undefined, cacheRead: undefined };

function sumOfLifetimes(usage: JsonObject): number | undefined {
  const created = objectMember(usage, 'cache_creation');
  if (created === undefined) return undefined;
  return (
    (readTokenCount(created['ephemeral_5m_input_tokens']) ?? 0) +
    (readTokenCount(created['ephemeral_1h_input_tokens']) ?? 0)
  );
}

/** The usage of a whole answer. */
export function readUsage(usage: JsonValue | undefined): Usage | undefined {
  const reports = new UsageReports();
  if (typeof usage === 'object' && usage !== null && !Array.isArray(usage)) reports.take(usage as JsonObject);
  return reports.usage;
}

export type WireUsage = {
  readonly input_tokens: number;
  readonly cache_creation_input_tokens: number;
  readonly cache_read_input_tokens: number;
  readonly output_tokens: number;
  readonly output_tokens_details?: { readonly thinking_tokens: number };
};

export function writeUsage(usage: Usage): WireUsage {
  const cacheRead = usage.cachedInputTokens ?? 0;
  const cacheWrite = usage.cacheWriteTokens ?? 0;
  return {
    input_tokens: usage.inputTokens - cacheRead - cacheWrite,
    cache_creation_input_tokens: cacheWrite,
    cache_read_input_tokens: cacheRead,
    output_tokens: usage.outputTokens,
    ...(usage.reasoningTokens !== undefined && {
      output_tokens_details: { thinking_tokens: usage.reasoningTokens },
    }),
  };
}
