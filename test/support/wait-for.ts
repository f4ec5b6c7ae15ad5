import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitOptions {
  readonly timeoutMs?: number;
  readonly everyMs?: number;
}

/** The first truthy answer of `look`; throws with `what` it waited for, and the last error, when the time is up. */
export async function waitFor<Found>(
  what: string,
  look: () => Found | undefined | null | false | Promise<Found | undefined | null | false>,
  { timeoutMs = 15_000, everyMs = 10 }: WaitOptions = {},
): Promise<Found> {
  const deadline = performance.now() + timeoutMs;
  let lastError: unknown;
  for (;;) {
    try {
      const found = await look();
      if (found) return found;
    } catch (error) {
      lastError = error;
    }
    if (performance.now() > deadline)
      throw new Error(`waited ${timeoutMs} ms in vain for ${what}`, { cause: lastError });
    await sleep(everyMs);
  }
}

/** That a thing does not happen: `look` stays falsy for so long. */
export async function staysFalse(what: string, look: () => unknown, forMs: number): Promise<void> {
  const deadline = performance.now() + forMs;
  while (performance.now() < deadline) {
    if (await look()) throw new Error(`${what}, though it should not`);
    await sleep(5);
  }
}
