import { expect, it } from 'vitest';
import { effortOf } from './effort.ts';

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
