import { expect, it } from 'vitest';
import { HandMovedClock } from '../model/clock.ts';
import type { Backend, BackendSurface } from './backend.ts';
import { MissingSurfaces, REMEMBERED_MS } from './missing-surfaces.ts';

const responses = { dialect: { name: 'openai-responses' } } as unknown as BackendSurface;
const backendAt = (origin: string) =>
  ({ origin, basePath: '/v1', surfaces: [responses] }) as unknown as Backend;
const one = backendAt('http://127.0.0.1:1');
const other = backendAt('http://127.0.0.1:2');

it('is remembered by address, and for a while', () => {
  const clock = new HandMovedClock();
  const missing = new MissingSurfaces(clock);
  missing.add(one, responses);
  expect([missing.has(one, responses), missing.has(other, responses)]).toEqual([true, false]);
  clock.advance(REMEMBERED_MS - 1);
  expect(missing.has(one, responses)).toBe(true);
  clock.advance(1);
  expect(missing.has(one, responses)).toBe(false);
});

it('is forgotten with a backend that came back, or is no more', () => {
  const missing = new MissingSurfaces(new HandMovedClock());
  missing.add(one, responses);
  missing.add(other, responses);
  missing.forget(one);
  expect([missing.has(one, responses), missing.has(other, responses)]).toEqual([false, true]);
  missing.keepOnly([one]);
  expect(missing.has(other, responses)).toBe(false);
});
