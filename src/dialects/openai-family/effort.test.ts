import { expect, it } from 'vitest';
import { Warnings } from '../../model/warnings.ts';
import { effortFor, effortOf } from './effort.ts';

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
  ['o3', 'low'],
  ['openai/o4-mini', 'low'],
  ['gpt-5', 'low'],
  ['gpt-5-mini', 'low'],
  ['gpt-5.1', 'none'],
  ['gpt-4o', 'none'],
  ['qwen3', 'none'],
])('not to think is told %s as %s', (model, effort) => {
  const warnings = new Warnings();
  expect(effortFor(model, { effort: 'none' }, warnings)).toBe(effort);
  expect(warnings.list).toHaveLength(effort === 'none' ? 0 : 1);
  expect(effortFor(model, { effort: 'high' }, warnings)).toBe('high');
});
