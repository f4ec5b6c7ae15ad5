import { isDeepStrictEqual } from 'node:util';
import { type Deviation, expectedDeviations } from './expected-deviations.ts';
import type { Fold } from './folds/fold.ts';
import { type Comparable, comparable, expectedFold } from './fronts/expected-fold.ts';
import type { Front, Heard } from './fronts/front.ts';
import { mannersOf } from './manners/manners-of.ts';
import type { Recording } from './recording.ts';

/** The deviations that were met; one that never is should go. */
export const metDeviations = new Set<Deviation>();

const cleanEnd = 'a broken answer came to a clean end';

/** What is wrong with what a client heard of a recording; empty = nothing. */
export function faultsOf(
  recording: Recording,
  said: Fold,
  front: Front,
  heard: Heard,
  model: string,
): string[] {
  const isTranslated = recording.dialect !== front.dialect || recording.form !== front.form;
  if (recording.isBroken && !isTranslated) return heard.fold.error === undefined ? [cleanEnd] : [];
  const manners = isTranslated && heard.status === 200 ? mannersOf(front, heard.payloads, model) : [];
  const faults = [...heard.faults, ...manners.map((rule) => `bad manners: ${rule}`)];
  if (recording.isBroken) {
    return heard.fold.error === undefined ? [...faults, cleanEnd] : faults;
  }
  if (heard.fold.error !== undefined) return [...faults, `failed (${heard.status}): ${heard.fold.error}`];
  const expected = expectedFold(said, front.dialect);
  const given = comparable(heard.fold, front.dialect);
  const members = Object.keys(expected) as (keyof Comparable)[];
  const wrong = members.filter((member) => !fits(expected[member], given[member]));
  for (const member of wrong.filter((one) => !isExcused(recording, front, one))) {
    faults.push(`${member}: ${brief(given[member])} instead of ${brief(expected[member])}`);
  }
  return faults;
}

function fits(expected: unknown, given: unknown): boolean {
  if (expected === 'anything') return true;
  if (expected === 'blocked or stop') return /^(blocked|stop)$/.test(String(given));
  return isDeepStrictEqual(given, expected);
}

function isExcused(recording: Recording, front: Front, member: keyof Comparable): boolean {
  const deviation = expectedDeviations.find(
    ({ recordings, fronts, members }) =>
      recordings.test(recording.id) && fronts.test(front.name) && members.includes(member),
  );
  if (deviation) metDeviations.add(deviation);
  return deviation !== undefined;
}

/** Long texts differ in one place, and that is the place to show. */
function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= 160 ? text : `${text.slice(0, 80)} … ${text.slice(-60)} (${text.length})`;
}
