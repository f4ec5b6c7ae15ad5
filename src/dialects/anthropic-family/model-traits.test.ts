import { expect, it } from 'vitest';
import { traitsOf } from './model-traits.ts';

it.each([
  ['claude-3-haiku-20240307', 'all', 'none', true, false],
  ['claude-3-5-sonnet-latest', 'all', 'none', true, false],
  ['claude-3-7-sonnet-20250219', 'all', 'budget', true, false],
  ['claude-opus-4-20250514', 'all', 'budget', true, false],
  ['claude-opus-4-1', 'one', 'budget', true, false],
  ['claude-sonnet-4@20250514', 'all', 'budget', true, false],
  ['anthropic/claude-sonnet-4.5', 'one', 'budget', true, false],
  ['us.anthropic.claude-opus-4-6-v1:0', 'one', 'adaptive', false, false],
  ['claude-opus-4-7', 'none', 'adaptive', false, false],
  ['claude-opus-4-8', 'none', 'adaptive', false, true],
  ['claude-opus-4-10', 'none', 'adaptive', false, true],
  ['claude-of-tomorrow', 'none', 'adaptive', false, true],
  ['glm-5', 'all', 'budget', true, false],
])('%s', (model, sampling, thinking, takesPrefill, takesSystemTurns) => {
  expect(traitsOf(model)).toMatchObject({ sampling, thinking, takesPrefill, takesSystemTurns });
});
