import { describe, expect, it } from 'vitest';
import { at, limitOf } from './moments.ts';
import { networkOf } from './network-of.ts';
import { RatesInProcess, STRANGERS_MAX } from './rates-in-process.ts';

const limit = limitOf({ perMinute: 1 });
const app = (appId: string) => ({ appId, address: undefined });
const from = (address: string) => ({ appId: 'anonymous', address });

describe('the rates of callers', () => {
  it('are counted per app, and for callers without a key per address', () => {
    const rates = new RatesInProcess();
    const asked = [app('a'), app('a'), app('b'), from('10.0.0.1'), from('10.0.0.1'), from('10.0.0.2')];
    expect(asked.map((caller) => rates.take(caller, limit, at(0)).isAdmitted)).toEqual([
      true,
      false,
      true,
      true,
      false,
      true,
    ]);
  });

  it('are no way around for an app that is called like an address', () => {
    const rates = new RatesInProcess();
    rates.take(app('10.0.0.1'), limit, at(0));
    expect(rates.take(from('10.0.0.1'), limit, at(0)).isAdmitted).toBe(true);
  });

  it('are forgotten with their apps', () => {
    const rates = new RatesInProcess();
    for (const caller of [app('a'), app('b'), from('10.0.0.1')]) rates.take(caller, limit, at(0));
    rates.keepOnly(new Set(['b']), true);
    expect(rates.size).toBe(2);
    expect(rates.take(app('b'), limit, at(1)).isAdmitted).toBe(false);
    expect(rates.take(app('a'), limit, at(1)).isAdmitted).toBe(true);
    expect(rates.take(from('10.0.0.1'), limit, at(1)).isAdmitted).toBe(false);
    rates.keepOnly(new Set(), false);
    expect(rates.size).toBe(0);
  });

  it('are kept of so many addresses, and those that go on calling are not forgotten', () => {
    const rates = new RatesInProcess();
    rates.take(from('busy'), limit, at(0));
    rates.take(from('quiet'), limit, at(0));
    for (let nth = 0; nth < STRANGERS_MAX; nth += 1) {
      rates.take(from(`10.0.${nth >> 8}.${nth & 255}`), limit, at(nth));
      expect(rates.take(from('busy'), limit, at(nth)).isAdmitted).toBe(false);
    }
    expect(rates.size).toBe(STRANGERS_MAX);
    expect(rates.take(from('busy'), limit, at(5_000)).isAdmitted).toBe(false);
    expect(rates.take(from('quiet'), limit, at(5_000)).isAdmitted).toBe(true);
  });

  it('are counted in whole milliseconds, and the wait is told in them', () => {
    const rates = new RatesInProcess();
    rates.take(app('a'), limit, { monotonicMs: 0.9, wallMs: 0 });
    expect(rates.take(app('a'), limit, { monotonicMs: 20.4, wallMs: 20 })).toMatchObject({ waitMs: 59_980 });
    expect(rates.take(app('a'), limit, { monotonicMs: 60_000.1, wallMs: 60_000 }).isAdmitted).toBe(true);
  });
});

describe('networkOf', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['', ''],
    ['unix', 'unix'],
  ])('of %s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
