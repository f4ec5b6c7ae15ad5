/**
 * Token counts of one answer, in one convention whatever the dialect: `inputTokens` is everything that was
 * read, cached parts included; `outputTokens` everything written, reasoning included (protocols 10.7).
 */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** The part of `inputTokens` that was read from a prompt cache. */
  readonly cachedInputTokens?: number | undefined;
  /** The part of `inputTokens` that was written to a prompt cache. */
  readonly cacheWriteTokens?: number | undefined;
  /** The part of `outputTokens` that was spent on reasoning. */
  readonly reasoningTokens?: number | undefined;
  /** How long the sound was that was heard, where that is told; tokens may then be told as well, or be 0. */
  readonly audioSeconds?: number | undefined;
}

/**
 * Counts as a backend reported them, as a usage whose parts are never more than the whole: some count thoughts
 * beside what was written, or bill less than their cache held, and every dialect's sums are made from these.
 */
export function usageOf(reported: Usage): Usage {
  const { inputTokens, outputTokens } = reported;
  const cachedInputTokens = partOf(inputTokens, reported.cachedInputTokens);
  return {
    inputTokens,
    outputTokens,
    cachedInputTokens,
    cacheWriteTokens: partOf(inputTokens - (cachedInputTokens ?? 0), reported.cacheWriteTokens),
    reasoningTokens: partOf(outputTokens, reported.reasoningTokens),
  };
}

function partOf(whole: number, part: number | undefined): number | undefined {
  return part === undefined ? undefined : Math.min(part, whole);
}

/** More tokens than any model can count; a larger claim is a lie or a slip (faults.md U20). */
const TOKENS_MAX = 1_000_000_000;

/**
 * A count as a backend reported it, made safe to add up: a whole number from 0 to 10^9.
 * Anything that is no such number is `undefined`, so that what is unknown never becomes 0, and costs nothing.
 */
export function readTokenCount(value: unknown): number | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) return undefined;
  return Math.min(Math.trunc(value), TOKENS_MAX);
}

/** A year of sound; a larger claim is a lie or a slip. */
const SECONDS_MAX = 366 * 24 * 3600;

/** A length of time as a backend reported it, some as text; what is none is `undefined`, so that it never becomes 0. */
export function readSeconds(value: unknown): number | undefined {
  const isNumeral = typeof value === 'string' && /^\d{1,9}(\.\d{1,9})?$/.test(value);
  const seconds = isNumeral ? Number(value) : value;
  if (typeof seconds !== 'number' || !Number.isFinite(seconds)) return undefined;
  return Math.min(Math.max(seconds, 0), SECONDS_MAX);
}

/** What two answers come to together; what neither told stays unknown. */
export function addUsage(a: Usage | undefined, b: Usage): Usage {
  if (a === undefined) return b;
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cachedInputTokens: sum(a.cachedInputTokens, b.cachedInputTokens),
    cacheWriteTokens: sum(a.cacheWriteTokens, b.cacheWriteTokens),
    reasoningTokens: sum(a.reasoningTokens, b.reasoningTokens),
    audioSeconds: sum(a.audioSeconds, b.audioSeconds),
  };
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0);
}
