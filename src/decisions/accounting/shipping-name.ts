import type { SendAnswer } from '../../storage/postgres/postgres-ledger.ts';

/** One for each time a process takes up a name, so that what it sent before, and comes late, is not listened to. */
export function holderName(processName: string, attempt: number): string {
  return `${processName}:${attempt}`;
}

/**
 * What to do when rows were not taken, because another has the name, or the mark is another:
 *
 * 1. the holder is this process, by an earlier or later attempt: the name is ours, take it up again;
 * 2. nobody has it, or the mark has gone back: that database was restored from a backup; take it up again there;
 * 3. another process has it, and the file is ours alone: so there is a copy of the file. Who goes on under the same name
 *    would hide rows below the other's mark; this one takes a name of its own.
 */
export function afterRefusal(
  answer: SendAnswer & { readonly isTaken: false },
  processName: string,
  markOfOurs: number,
): 'take-up-again' | 'take-new-name' {
  const { holder, shippedTo } = answer;
  if (holder === undefined || holder.startsWith(`${processName}:`)) return 'take-up-again';
  return shippedTo < markOfOurs ? 'take-up-again' : 'take-new-name';
}
