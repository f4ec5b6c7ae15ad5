import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { Breaker, type BreakerLimits, type Verdict } from './breaker.ts';
import { RetryBudget } from './retry-budget.ts';
import { RoutingMemory } from './routing-memory.ts';

const limits: BreakerLimits = { failureThreshold: 3, resetMs: 10_000, halfOpenMax: 1 };

function attempt(breaker: Breaker, verdict: Verdict, nowMs: number): void {
  breaker.end(breaker.begin(nowMs, limits), verdict, nowMs, limits);
}

describe('a breaker', () => {
  it('opens after so many failures in a row, and not before', () => {
    const breaker = new Breaker();
    attempt(breaker, 'failure', 0);
    attempt(breaker, 'failure', 0);
    attempt(breaker, 'success', 0);
    attempt(breaker, 'failure', 0);
    attempt(breaker, 'failure', 0);
    expect(breaker.stateAt(0, limits)).toBe('closed');
    attempt(breaker, 'unknown', 0);
    attempt(breaker, 'failure', 0);
    expect(breaker.stateAt(0, limits)).toBe('open');
    expect(breaker.admits(9_999, limits)).toBe(false);
    expect(breaker.admitsAtMs(4_000, limits)).toBe(10_000);
  });

  it('lets one try after the pause; a success closes it, a failure opens it for as long again', () => {
    const breaker = new Breaker();
    for (let failure = 0; failure < 3; failure++) attempt(breaker, 'failure', 0);
    const trial = breaker.begin(10_000, limits);
    expect([trial, breaker.admits(10_000, limits)]).toEqual([true, false]);
    breaker.end(trial, 'failure', 10_500, limits);
    expect(breaker.admitsAtMs(10_500, limits)).toBe(20_500);
    breaker.end(breaker.begin(20_500, limits), 'unknown', 20_600, limits);
    expect(breaker.stateAt(20_600, limits)).toBe('half-open');
    attempt(breaker, 'success', 20_700);
    expect(breaker.stateAt(20_700, limits)).toBe('closed');
  });

  it('is not kept open by those who began before it opened', () => {
    const breaker = new Breaker();
    const stragglers = Array.from({ length: 10 }, () => breaker.begin(0, limits));
    for (const [at, straggler] of stragglers.entries()) breaker.end(straggler, 'failure', at * 1_000, limits);
    expect(breaker.admitsAtMs(9_000, limits)).toBe(12_000);
  });

  it('whatever happens: never open for longer than the pause, never more trials than allowed, and closed after a success', () => {
    const step = fc.record({
      passMs: fc.integer({ min: 0, max: 12_000 }),
      verdict: fc.constantFrom<Verdict>('success', 'failure', 'unknown'),
      isBegun: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const breaker = new Breaker();
        const underWay: boolean[] = [];
        let nowMs = 0;
        for (const { passMs, verdict, isBegun } of steps) {
          nowMs += passMs;
          if (isBegun && breaker.admits(nowMs, limits)) underWay.push(breaker.begin(nowMs, limits));
          else if (underWay.length > 0) {
            breaker.end(underWay.pop() ?? false, verdict, nowMs, limits);
            if (verdict === 'success') expect(breaker.stateAt(nowMs, limits)).toBe('closed');
          }
          expect(underWay.filter((isTrial) => isTrial).length).toBeLessThanOrEqual(limits.halfOpenMax);
          expect(breaker.stateAt(nowMs + limits.resetMs, limits)).not.toBe('open');
          expect(breaker.admitsAtMs(nowMs, limits)).toBeLessThanOrEqual(nowMs + limits.resetMs);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the budget of retries', () => {
  it('always allows ten a minute', () => {
    const budget = new RetryBudget();
    const taken = Array.from({ length: 12 }, () => budget.take(0, 0.1));
    expect(taken.filter((isTaken) => isTaken)).toHaveLength(10);
    expect(budget.take(59_999, 0.1)).toBe(false);
    expect(budget.take(60_000, 0.1)).toBe(true);
  });

  it('is a share of the requests of the last minute', () => {
    const budget = new RetryBudget();
    for (let request = 0; request < 1_000; request++) budget.countRequest(request * 30);
    const taken = Array.from({ length: 300 }, () => budget.take(30_000, 0.1));
    expect(taken.filter((isTaken) => isTaken)).toHaveLength(100);
  });

  it('never allows more than its share in any minute', () => {
    const event = fc.record({ passMs: fc.integer({ min: 0, max: 3_000 }), isRequest: fc.boolean() });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 300 }), fc.constantFrom(0, 0.1, 0.5, 1), (events, share) => {
        const budget = new RetryBudget();
        const requests: number[] = [];
        const retries: number[] = [];
        let nowMs = 0;
        for (const { passMs, isRequest } of events) {
          nowMs += passMs;
          if (isRequest) {
            requests.push(nowMs);
            budget.countRequest(nowMs);
          } else if (budget.take(nowMs, share)) retries.push(nowMs);
          const since = (Math.floor(nowMs / 1000) - 59) * 1000;
          const lately = (times: number[]) => times.filter((time) => time >= since).length;
          expect(lately(retries)).toBeLessThanOrEqual(Math.max(10, share * lately(requests)));
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('what routing remembers', () => {
  test('a backend that asked to be left alone is, with that model, for that long', () => {
    const memory = new RoutingMemory();
    memory.cool('cloud', 'big', 5_000, 1_000);
    expect(memory.standingOf('cloud', 'big', limits, 2_000)).toMatchObject({
      coolingMs: 4_000,
      readyInMs: 4_000,
    });
    expect(memory.standingOf('cloud', 'small', limits, 2_000)).toMatchObject({ coolingMs: 0, readyInMs: 0 });
    expect(memory.standingOf('cloud', 'big', limits, 6_000)).toMatchObject({
      coolingMs: 0,
      isAdmitted: true,
    });
  });

  test('sessions are each app’s own, are forgotten after an hour, and the oldest go first', () => {
    const memory = new RoutingMemory();
    memory.settleIn('one', 's', 'left', 0);
    memory.settleIn('two', 's', 'right', 0);
    expect([memory.homeOf('one', 's', 1), memory.homeOf('two', 's', 1)]).toEqual(['left', 'right']);
    expect(memory.homeOf('one', 's', 3_600_000)).toBeUndefined();
    for (let at = 0; at < 9_999; at++) memory.settleIn('three', `${at}`, 'left', 2);
    expect([memory.homeOf('one', 's', 2), memory.homeOf('two', 's', 2)]).toEqual([undefined, 'right']);
  });

  test('a backend that left the configuration comes back with a clean slate', () => {
    const memory = new RoutingMemory();
    for (let at = 0; at < 3; at++) memory.end('b', memory.begin('b', limits, 0), 'failure', limits, 0);
    expect(memory.stateOf('b', limits, 0)).toBe('open');
    memory.keepOnly(new Set());
    expect(memory.stateOf('b', limits, 0)).toBe('closed');
  });
});
