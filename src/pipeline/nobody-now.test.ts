import { expect, it } from 'vitest';
import { GatewayError } from '../model/gateway-error.ts';
import type { Backend } from '../upstream/backend.ts';
import { nobodyNow } from './nobody-now.ts';
import type { Place } from './rank-places.ts';

const passedOver = (name: string, why: string, changes: Partial<Place>) => ({
  place: {
    backend: { name } as Backend,
    isAdmitted: true,
    coolingMs: 0,
    readyInMs: 0,
    tooLong: undefined,
    ...changes,
  } as Place,
  why,
});

const small = (name: string, max: number) => passedOver(name, 'small', { tooLong: { tokens: 500, max } });
const open = passedOver('open', 'open', { isAdmitted: false, readyInMs: 4_200 });
const cooling = passedOver('cooling', 'cooling', { coolingMs: 2_000, readyInMs: 2_000 });

const told = (...places: ReturnType<typeof passedOver>[]) => {
  const asTooLong = ({ tokens, max }: { tokens: number; max: number }) =>
    new GatewayError('invalid_request', `${tokens} > ${max}`);
  return nobodyNow('m', places, asTooLong);
};

it('where nobody is large enough the question is refused, by what the largest takes', () => {
  expect(told(small('a', 30), small('b', 400), small('c', 40))).toMatchObject({
    code: 'invalid_request',
    message: '500 > 400',
  });
});

it('where a large one is not well the client is told when it may be, and small ones are not waited for', () => {
  const error = told(small('a', 30), open);
  expect(error).toMatchObject({ code: 'no_healthy_backend', details: { retryAfterMs: 4_200 } });
  expect(error.message).toBe(
    'No backend that serves "m" may be asked now ("a": small; "open": open); try again in about 5 s.',
  );
});

it('where all large ones want to be left alone it is a limit of theirs', () => {
  expect(told(cooling, small('a', 30))).toMatchObject({
    code: 'rate_limited',
    details: { retryAfterMs: 2_000 },
  });
  expect(told(cooling, open)).toMatchObject({ code: 'no_healthy_backend' });
});

it('who is passed over twice, for a model and for one instead of it, is named once', () => {
  expect(told(open, open).message.match(/"open"/g)).toHaveLength(1);
});
