import { expect, it } from 'vitest';
import { Warnings } from '../../model/warnings.ts';
import { effortAlone, effortOf } from './effort-of.ts';

it.each([
  [{ budgetTokens: 0 }, 'none'],
  [{ budgetTokens: 1024 }, 'low'],
  [{ budgetTokens: 1025 }, 'medium'],
  [{ budgetTokens: 24_576 }, 'high'],
  [{ budgetTokens: 24_577 }, 'xhigh'],
  [{ effort: 'max', budgetTokens: 1 } as const, 'max'],
  [{ isAdaptive: true }, undefined],
])('the effort of %j is %s', (reasoning, effort) => {
  expect(effortOf(reasoning)).toBe(effort);
});

it.each([
  [{ budgetTokens: 5000 }, 'medium', 'changed;param=reasoning_effort;reason=budget_as_effort'],
  [
    { effort: 'low', budgetTokens: 9 } as const,
    'low',
    'changed;param=reasoning_effort;reason=budget_as_effort',
  ],
  [{ budgetTokens: 0 }, 'none', ''],
  [{ effort: 'high' } as const, 'high', ''],
])('a number that no backend hears is told: %j', (reasoning, effort, told) => {
  const warnings = new Warnings();
  expect(effortAlone(reasoning, warnings)).toBe(effort);
  expect(warnings.asHeader()).toBe(told);
});
