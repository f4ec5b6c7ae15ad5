import { expect, it } from 'vitest';
import { loadReason } from './load-request.ts';

it.each([
  [{}, 'load'],
  [{ messages: [] }, 'load'],
  [{ prompt: '' }, 'load'],
  [{ messages: [], keep_alive: '10m' }, 'load'],
  [{ messages: [], keep_alive: 0 }, 'unload'],
  [{ prompt: '', keep_alive: '0s' }, 'unload'],
  [{ keep_alive: '0.0m' }, 'unload'],
  [{ messages: [{ role: 'user', content: 'x' }] }, undefined],
  [{ prompt: 'x', keep_alive: 0 }, undefined],
])('%j asks to %s', (request, reason) => {
  expect(loadReason({ model: 'm', ...request })).toBe(reason);
});
