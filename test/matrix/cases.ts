/** What is tried, in the order of the page. */
import type { Case } from './case.ts';
import { askingCases } from './cases/asking.ts';
import { countingCases } from './cases/counting.ts';
import { failingCases } from './cases/failing.ts';
import { refusingCases } from './cases/refusing.ts';
import { talkingCases } from './cases/talking.ts';
import { toolsCases } from './cases/tools.ts';

export const cases: readonly Case[] = [
  ...talkingCases,
  ...askingCases,
  ...toolsCases,
  ...refusingCases,
  ...countingCases,
  ...failingCases,
];
