import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ErrorCode, errorKinds, GatewayError } from '../../model/gateway-error.ts';
import { type Prospect, rank } from './rank.ts';
import { weighFailure } from './weigh-failure.ts';

interface Named extends Prospect {
  readonly name: string;
}

const plain: Prospect = {
  priority: 0,
  weight: undefined,
  tooLong: undefined,
  isDown: false,
  breaker: 'closed',
  isAdmitted: true,
  coolingMs: 0,
  isShy: false,
  isHome: false,
  isWarm: false,
  waitMs: 0,
};

const place = (name: string, others: Partial<Prospect> = {}): Named => ({ ...plain, ...others, name });
const half = () => 0.5;

function order(...places: Named[]): string {
  return rank(places, half)
    .inOrder.map((ranked) => ranked.place.name)
    .join('');
}

describe('who is asked first', () => {
  it('in the order of the file, where nothing else tells them apart', () => {
    expect(order(place('a'), place('b'), place('c'))).toBe('abc');
    expect(order(place('a', { waitMs: 900 }), place('b'))).toBe('ab');
  });

  it('by priority, before all that is about the moment', () => {
    expect(
      order(place('a', { isHome: true, isWarm: true }), place('b', { priority: 1, waitMs: 60_000 })),
    ).toBe('ba');
  });

  it('whoever did not answer the last probe at last, whatever their priority', () => {
    expect(order(place('a', { priority: 9, isDown: true }), place('b'))).toBe('ba');
  });

  it('whoever had too much to do a moment ago after the others', () => {
    expect(order(place('a', { isShy: true }), place('b'), place('c', { isDown: true }))).toBe('bac');
  });

  it('the home of the session, then who begins sooner, then who has the model', () => {
    const all = [
      place('a'),
      place('b', { isWarm: true }),
      place('c', { waitMs: 4_000, isHome: true }),
      place('d', { waitMs: 9_000 }),
    ];
    expect(order(...all)).toBe('cbad');
  });

  it('nobody is moved for a difference that is small beside the wait', () => {
    expect(order(place('a', { waitMs: 60_000 }), place('b', { waitMs: 40_000 }))).toBe('ab');
    expect(order(place('a', { waitMs: 60_000 }), place('b', { waitMs: 20_000 }))).toBe('ba');
  });

  it('by lot with weights: the share of first places is the share of the weight', () => {
    let seed = 1;
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const firsts = { a: 0, b: 0, c: 0 };
    const all = [place('a', { weight: 3 }), place('b', { weight: 1 }), place('c', { weight: 0 })];
    for (let draw = 0; draw < 10_000; draw++) {
      const name = rank(all, random).inOrder[0]?.place.name as keyof typeof firsts;
      firsts[name]++;
    }
    expect(firsts.a / 10_000).toBeCloseTo(0.75, 1);
    expect(firsts.c).toBe(0);
  });

  it('passes over whose breaker is open, who asked to be left alone or takes no such question, and says why', () => {
    const { inOrder, passedOver } = rank(
      [
        place('a', { breaker: 'open', isAdmitted: false }),
        place('b', { coolingMs: 2_500 }),
        place('c', { breaker: 'half-open', isAdmitted: false }),
        place('d', { breaker: 'half-open' }),
        place('e', { tooLong: { tokens: 403, max: 40 }, isHome: true, priority: 9 }),
      ],
      half,
    );
    expect(inOrder.map(({ place: { name }, why }) => `${name}: ${why}`)).toEqual([
      'd: its circuit breaker tries it again',
    ]);
    expect(passedOver.map(({ place: { name }, why }) => `${name}: ${why}`)).toEqual([
      'a: its circuit breaker is open',
      'b: it asked to be left alone for 3 s more',
      'c: its circuit breaker is being tried by another request',
      'e: it takes questions of up to 40 tokens, and this one has about 403',
    ]);
  });

  it('whatever they are like, everybody is somewhere once, and nobody who is admitted is passed over', () => {
    const prospect = fc.record({
      priority: fc.integer({ min: -2, max: 2 }),
      weight: fc.option(fc.double({ min: 0, max: 10, noNaN: true }), { nil: undefined }),
      tooLong: fc.constantFrom(undefined, undefined, { tokens: 9, max: 5 }),
      isDown: fc.boolean(),
      breaker: fc.constantFrom('closed' as const, 'half-open' as const, 'open' as const),
      isAdmitted: fc.boolean(),
      coolingMs: fc.constantFrom(0, 0, 500),
      isShy: fc.boolean(),
      isHome: fc.boolean(),
      isWarm: fc.boolean(),
      waitMs: fc.double({ min: 0, max: 1e9, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(prospect, { maxLength: 12 }), (places) => {
        const { inOrder, passedOver } = rank(places, Math.random);
        expect(inOrder.length + passedOver.length).toBe(places.length);
        expect(new Set([...inOrder, ...passedOver].map((one) => one.place)).size).toBe(places.length);
        for (const { place: one } of passedOver)
          expect(one.isAdmitted && one.coolingMs === 0 && one.tooLong === undefined).toBe(false);
        for (const { place: one } of inOrder) expect(one.tooLong).toBeUndefined();
        for (const [at, { place: one }] of inOrder.entries()) {
          const next = inOrder[at + 1]?.place;
          if (next !== undefined && one.isDown === next.isDown && one.isShy === next.isShy)
            expect(one.priority).toBeGreaterThanOrEqual(next.priority);
        }
      }),
    );
  });
});

describe('what a failure means', () => {
  const weigh = (code: ErrorCode, details = {}) =>
    weighFailure(new GatewayError(code, 'It failed.', details));

  it.each([
    [
      'it is not there',
      weigh('upstream_connect'),
      { triesElsewhere: true, triesAgain: true, verdict: 'failure' },
    ],
    ['it does not answer', weigh('upstream_timeout'), { triesElsewhere: true, verdict: 'failure' }],
    [
      'it refuses our key',
      weigh('upstream_error', { backendStatus: 401 }),
      { triesElsewhere: true, verdict: 'failure' },
    ],
    [
      'we ask too much',
      weigh('rate_limited', { backendStatus: 429, retryAfterMs: 7_000 }),
      { triesElsewhere: true, verdict: 'success', coolsMs: 7_000 },
    ],
    [
      'too much, it says no more',
      weigh('rate_limited', { backendStatus: 429 }),
      { coolsMs: 0, shiesMs: 1_000 },
    ],
    [
      'it is overloaded, for so long',
      weigh('no_healthy_backend', { backendStatus: 529, retryAfterMs: 3_000 }),
      { triesElsewhere: true, verdict: 'unknown', coolsMs: 3_000 },
    ],
    [
      'it is out of service',
      weigh('no_healthy_backend', { backendStatus: 503 }),
      { triesElsewhere: true, verdict: 'failure' },
    ],
    [
      'the referee has no model for it',
      weigh('no_healthy_backend'),
      { triesElsewhere: true, verdict: 'unknown' },
    ],
    [
      'it loads the model',
      weigh('model_loading', { backendStatus: 503 }),
      { triesElsewhere: true, verdict: 'unknown', coolsMs: 0 },
    ],
    [
      'its queue is full',
      weigh('queue_full', { retryAfterMs: 9_000 }),
      { triesElsewhere: true, verdict: 'unknown', coolsMs: 0 },
    ],
    [
      'it lacks the model',
      weigh('model_not_found', { backendStatus: 404 }),
      { triesElsewhere: true, verdict: 'success' },
    ],
    [
      'the question is wrong',
      weigh('invalid_request', { backendStatus: 400 }),
      { triesElsewhere: false, verdict: 'success' },
    ],
    ['the client has left', weigh('client_left'), { triesElsewhere: false, verdict: 'unknown' }],
  ] as const)('%s', (_what, weight, expected) => {
    expect(weight).toMatchObject(expected);
  });

  it('no failure that is the client’s or the policy’s trips a breaker', () => {
    for (const [code, { fault }] of Object.entries(errorKinds)) {
      if (fault !== 'backend') expect([code, weigh(code as ErrorCode).verdict]).not.toContain('failure');
    }
  });
});
