import { expect, it } from 'vitest';
import { claim, describeAllowances, held } from '../../../test/support/allowance-suite.ts';
import { AllowancesInProcess } from './allowances-in-process.ts';
import { periodWindow } from './period-window.ts';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 10, 20, 12);
const none = { most: 0, least: 0 };

const hadNothingBut = (costMicro: number) => () => ({
  requests: costMicro,
  inputTokens: costMicro,
  outputTokens: costMicro,
  costMicro,
});

describeAllowances('in process', {
  open: (hadBefore = 0) => new AllowancesInProcess(hadNothingBut(hadBefore), () => NOON),
});

it('nothing is set aside once all requests are over', () => {
  const allowances = new AllowancesInProcess(hadNothingBut(0), () => NOON);
  const holds = Array.from({ length: 10 }, () => held(allowances.hold('app', [claim()], none)));
  expect(allowances.held).toBe(100);
  for (const hold of holds) void hold.settle(() => 3);
  expect(allowances.held).toBe(0);
});

it('a request belongs to the period it began in, and a clock that steps back finds its sums again', () => {
  let nowMs = NOON;
  const asked: number[] = [];
  const allowances = new AllowancesInProcess(
    (_appId, { startMs }) => {
      asked.push(startMs);
      return hadNothingBut(0)();
    },
    () => nowMs,
  );
  const inHour = (atMs: number) => claim({ window: periodWindow('hour', 'UTC', atMs) });
  const early = held(allowances.hold('app', [inHour(NOON)], none));
  nowMs = NOON + HOUR;
  void held(allowances.hold('app', [inHour(nowMs)], none)).settle(() => 1);
  void early.settle(() => 42);
  nowMs = NOON;
  expect(allowances.hold('app', [{ ...inHour(nowMs), amount: 59 }], none)).toMatchObject({
    standing: { used: 42 },
  });
  expect(asked).toEqual([NOON, NOON + HOUR]);
  nowMs = NOON + 20 * HOUR;
  held(allowances.hold('app', [inHour(nowMs)], none));
  nowMs = NOON;
  held(allowances.hold('app', [inHour(nowMs)], none));
  // What had long been over was forgotten, and is asked of the ledger anew.
  expect(asked).toEqual([NOON, NOON + HOUR, NOON + 20 * HOUR, NOON]);
});

it('apps without limits are forgotten, but not while something of theirs is under way', () => {
  let asked = 0;
  const allowances = new AllowancesInProcess(
    () => {
      asked++;
      return hadNothingBut(0)();
    },
    () => NOON,
  );
  const hold = held(allowances.hold('app', [claim()], none));
  allowances.keepOnly(new Set());
  expect(allowances.held).toBe(10);
  void hold.settle(() => 1);
  allowances.keepOnly(new Set());
  held(allowances.hold('app', [claim()], none));
  expect(asked).toBe(2);
});

it('counts what others are known to have used, however often that is told anew', () => {
  let elsewhere: number | undefined;
  const allowances = new AllowancesInProcess(
    hadNothingBut(10),
    () => NOON,
    () => (elsewhere === undefined ? undefined : hadNothingBut(elsewhere)()),
  );
  const used = () => {
    const verdict = allowances.hold('app', [claim({ amount: 1_000_000 })], none);
    return 'standing' in verdict ? verdict.standing.used : undefined;
  };
  expect(used()).toBe(10);
  elsewhere = 30;
  expect([used(), used()]).toEqual([40, 40]);
  elsewhere = 45;
  expect(used()).toBe(55);
});
