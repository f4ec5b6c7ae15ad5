import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeConfig } from './print.ts';
import { ScratchConfig } from './scratch-config.ts';

let scratch: ScratchConfig;

beforeEach(() => {
  scratch = new ScratchConfig();
});

afterEach(() => scratch.remove());

function load(daemon: object, ...limits: unknown[]) {
  const apps = limits.map((rate_limit, at) => ({
    app_id: `a${at}`,
    api_keys: [`key-number-${at}`],
    rate_limit,
  }));
  return scratch
    .write('daemon.json', daemon)
    .write('apps.json', { apps })
    .write('backends.json', { backends: [{ type: 'mirror' }] })
    .load();
}

const rateWarnings = ({ warnings }: ReturnType<typeof load>) =>
  warnings.filter(({ key }) => key.includes('rate_limit')).map(({ key, message }) => `${key}: ${message}`);

describe('rate limits', () => {
  it('are in effect, with every algorithm', () => {
    const loaded = load(
      {},
      { per_minute: 60, burst: 10 },
      { per_hour: 5, per_day: 9, algorithm: 'calendar' },
    );
    expect(loaded.config.apps.map(({ rateLimit }) => rateLimit)).toEqual([
      { perMinute: 60, perHour: undefined, perDay: undefined, burst: 10, algorithm: 'token_bucket' },
      { perMinute: undefined, perHour: 5, perDay: 9, burst: undefined, algorithm: 'calendar' },
    ]);
    expect(rateWarnings(loaded)).toEqual([]);
  });

  it('of an app replace the default of the daemon, and null lifts it', () => {
    const loaded = load({ rate_limit: { per_minute: 7 } }, undefined, {}, { per_hour: 3 }, null);
    expect(loaded.config.apps.map(({ rateLimit }) => [rateLimit?.perMinute, rateLimit?.perHour])).toEqual([
      [7, undefined],
      [7, undefined],
      [undefined, 3],
      [undefined, undefined],
    ]);
    expect(rateWarnings(loaded)).toEqual([]);
  });

  it('that say how but not how many are complained of, and the default holds', () => {
    const loaded = load({ rate_limit: { per_minute: 7 } }, { burst: 3 });
    expect(loaded.config.apps[0]?.rateLimit?.perMinute).toBe(7);
    expect(rateWarnings(loaded)).toEqual([
      expect.stringMatching(/^apps\[0\]\.rate_limit: limits nothing by itself/),
    ]);
  });

  it('with a burst that means nothing are complained of', () => {
    const loaded = load({ rate_limit: { per_minute: 7, burst: 3, algorithm: 'sliding_window' } });
    expect(rateWarnings(loaded)).toEqual([
      expect.stringMatching(/^rate_limit\.burst: has no effect with sliding_window/),
    ]);
  });

  it.each([
    [{ per_minute: 0 }, 'per_minute'],
    [{ per_minute: 1.5 }, 'per_minute'],
    [{ per_minute: 5, algorithm: 'leaky' }, 'algorithm'],
    [{ per_week: 5 }, 'per_week'],
  ])('of %j are refused', (rate_limit, key) => {
    scratch
      .write('daemon.json', { rate_limit })
      .write('apps.json', { apps: [] })
      .write('backends.json', { backends: [{ type: 'mirror' }] });
    expect(scratch.complaints()).toMatchObject([{ severity: 'error', key: `rate_limit.${key}` }]);
  });

  it('are printed with where they come from', () => {
    const loaded = load({ rate_limit: { per_minute: 7 } }, undefined);
    const rows = describeConfig(loaded).filter(({ key }) => key.includes('rate_limit'));
    expect(rows).toEqual([
      { key: 'rate_limit.per_minute', value: 7, origin: expect.stringMatching(/^daemon\.json:\d+$/) },
      { key: 'rate_limit.algorithm', value: 'token_bucket', origin: 'default' },
      { key: 'apps[0].rate_limit.per_minute', value: 7, origin: 'default' },
      { key: 'apps[0].rate_limit.algorithm', value: 'token_bucket', origin: 'default' },
    ]);
  });
});
