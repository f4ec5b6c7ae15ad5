/**
 * What every cell must be, whatever the page says: one check a case, which tells what is wrong. The rules are those
 * the translation was written from (which words end an answer in which dialect, what may be dropped and what not),
 * not what the gateway happens to do.
 */
import { askingChecks } from './expected/asking.ts';
import type { Check } from './expected/check.ts';
import { countingChecks } from './expected/counting.ts';
import { failingChecks } from './expected/failing.ts';
import { refusingChecks } from './expected/refusing.ts';
import { talkingChecks } from './expected/talking.ts';
import { toolsChecks } from './expected/tools.ts';

const CHECKS: ReadonlyMap<string, Check> = new Map(
  [talkingChecks, askingChecks, toolsChecks, refusingChecks, countingChecks, failingChecks].flatMap(
    (checks) => Object.entries(checks),
  ),
);

export function checkOf(caseName: string): Check {
  const check = CHECKS.get(caseName);
  if (check === undefined) throw new Error(`nothing is expected of the case "${caseName}"`);
  return check;
}
