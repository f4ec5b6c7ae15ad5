import { describe, expect, it } from 'vitest';
import type { RateStore, RateVerdict } from '../decisions/policy/rate/rate-store.ts';
import { HandMovedClock } from '../model/clock.ts';
import type { RateStandings } from '../model/rate-standing.ts';
import type { CallAccount } from './call-account.ts';
import type { Exchange } from './exchange.ts';
import type { House } from './house.ts';
import { keepRate } from './keep-rate.ts';
import type { Snapshot } from './snapshot.ts';

/** A store of several processes: it answers later. */
class SlowStore implements RateStore {
  readonly asked: unknown[] = [];
  readonly #verdict: RateVerdict;

  constructor(verdict: RateVerdict) {
    this.#verdict = verdict;
  }

  async take(caller: unknown): Promise<RateVerdict> {
    this.asked.push(caller);
    return this.#verdict;
  }

  keepOnly(): void {}
}

const standing = { limit: 9, remaining: 8, resetMs: 100 };
const perHour = {
  perMinute: undefined,
  perHour: 9,
  perDay: undefined,
  burst: undefined,
  algorithm: 'calendar',
};

function keep(
  store: RateStore,
  isAnonymous: boolean,
  appLimit: unknown,
  daemonLimit: unknown,
  rate?: RateStandings,
) {
  const account = { app: { appId: 'lab', rateLimit: appLimit }, rate } as CallAccount;
  const house = { clock: new HandMovedClock(0), rates: store } as unknown as House;
  const snapshot = { apps: { isAnonymous }, config: { daemon: { rateLimit: daemonLimit } } } as Snapshot;
  const waits = keepRate(house, snapshot, account, { clientIp: '10.0.0.1' } as Exchange);
  return { account, waits };
}

describe('a store that must be waited for', () => {
  it('is waited for, and the account knows where the caller stands', async () => {
    const store = new SlowStore({ isAdmitted: true, standing });
    const { account, waits } = keep(store, false, perHour, undefined);
    await waits;
    expect(account.rate).toEqual({ requests: { ...standing, atMs: 0 } });
    expect(store.asked).toEqual([{ appId: 'lab', address: undefined }]);
  });

  it('tells the tighter of the rate and what is left of the day', async () => {
    const day = (remaining: number) => ({ limit: 100, remaining, resetMs: 5_000, atMs: 0 });
    const remainingBeside = async (left: number) => {
      const store = new SlowStore({ isAdmitted: true, standing });
      const { account, waits } = keep(store, false, perHour, undefined, { requests: day(left) });
      await waits;
      return account.rate?.requests?.remaining;
    };
    expect([await remainingBeside(7), await remainingBeside(9)]).toEqual([7, 8]);
  });

  it('refuses by throwing', async () => {
    const rule = { per: 'hour', windowMs: 3_600_000, requests: 9, atOnce: 9 } as const;
    const store = new SlowStore({ isAdmitted: false, standing, rule, waitMs: 7 });
    await expect(keep(store, false, perHour, undefined).waits).rejects.toMatchObject({
      code: 'rate_limited',
    });
  });

  it('is not asked where nothing is limited', () => {
    const store = new SlowStore({ isAdmitted: true, standing });
    expect(keep(store, false, undefined, perHour).waits).toBeUndefined();
    expect(keep(store, true, perHour, undefined).waits).toBeUndefined();
    expect(store.asked).toEqual([]);
  });

  it('counts callers without a key by where they call from', async () => {
    const store = new SlowStore({ isAdmitted: true, standing });
    await keep(store, true, undefined, perHour).waits;
    expect(store.asked).toEqual([{ appId: 'lab', address: '10.0.0.1' }]);
  });
});
