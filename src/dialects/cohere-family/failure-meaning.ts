import type { FailureMeaning } from '../../model/call-event.ts';

/**
 * Cohere's errors are a sentence and no code, so what they mean can only be told by their words (protocols 7).
 * Where two rows fit, the first is taken.
 */
const rows: readonly (readonly [words: RegExp, meaning: FailureMeaning])[] = [
  [/invalid api (token|key)|no api key|unauthorized/i, 'bad-key'],
  [/rate limit|trial key|too many requests/i, 'rate-limited'],
  [/too many tokens|context (length|window|size)|maximum context/i, 'context-too-long'],
  [/blocked (out|in)put|terms of (use|service)|content filter/i, 'blocked'],
  [/overloaded|at capacity|temporarily unavailable/i, 'overloaded'],
];

/** What a sentence of Cohere's means, or undefined if it is one of the many that mean nothing more than it says. */
export function meaningOf(message: string): FailureMeaning | undefined {
  return rows.find(([words]) => words.test(message))?.[1];
}
