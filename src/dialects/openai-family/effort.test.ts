import { expect, it } from 'vitest';
import { Warnings } from '../../model/warnings.ts';
import { effortFor } from './effort.ts';

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

it('a number of tokens becomes a word, and is told', () => {
  const warnings = new Warnings();
  expect(effortFor('o3', { budgetTokens: 5000 }, warnings)).toBe('medium');
  expect(warnings.asHeader()).toBe('changed;param=reasoning_effort;reason=budget_as_effort');
});
