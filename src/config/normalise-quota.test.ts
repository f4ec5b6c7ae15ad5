import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeConfig } from './print.ts';
import { ScratchConfig } from './scratch-config.ts';

let scratch: ScratchConfig;

beforeEach(() => {
  scratch = new ScratchConfig();
});

afterEach(() => scratch.remove());

function load(daemon: object, ...quotas: unknown[]) {
  const apps = quotas.map((quota, at) => ({ app_id: `a${at}`, api_keys: [`key-number-${at}`], quota }));
  return scratch
    .write('daemon.json', daemon)
    .write('apps.json', { apps })
    .write('backends.json', { backends: [{ type: 'mirror' }] })
    .load();
}

/** The defaults of the gateway that named its keys after the day they hold for, as ours name them (row 001-19). */
const usual = {
  input_tokens_per_day: 1_000_000,
  output_tokens_per_day: 500_000,
  requests_per_day: 1_000,
  max_input_tokens: 1_000_000,
  max_output_tokens: 8_192,
};

describe('quotas', () => {
  it('of the daemon are those of every app that sets none', () => {
    const { config, warnings } = load({ quota: usual }, undefined, {});
    const quota = {
      inputTokensPerDay: 1_000_000,
      outputTokensPerDay: 500_000,
      requestsPerDay: 1_000,
      maxInputTokens: 1_000_000,
      maxOutputTokens: 8_192,
    };
    expect(config.daemon.quota).toEqual(quota);
    expect(config.apps.map((app) => app.quota)).toEqual([quota, quota]);
    expect(warnings.filter(({ key }) => key.includes('quota'))).toEqual([]);
  });

  it('of an app count key by key before those of the daemon, and null lifts one or all', () => {
    const { config } = load(
      { quota: usual },
      { max_output_tokens: 100 },
      { max_output_tokens: null, requests_per_day: 5 },
      null,
    );
    expect(
      config.apps.map(({ quota }) => [quota?.maxOutputTokens, quota?.requestsPerDay, quota?.maxInputTokens]),
    ).toEqual([
      [100, 1_000, 1_000_000],
      [undefined, 5, 1_000_000],
      [undefined, undefined, undefined],
    ]);
  });

  it('are none where nothing is set', () => {
    const { config } = load({}, undefined, {}, { max_input_tokens: null });
    expect([config.daemon.quota, ...config.apps.map(({ quota }) => quota)]).toEqual(Array(4).fill(undefined));
  });

  it('are printed as they are in effect, with where they come from', () => {
    const loaded = load({ quota: { max_output_tokens: 50 } }, { requests_per_day: 7 });
    const rows = describeConfig(loaded).filter(({ key }) => key.includes('quota'));
    expect(rows.map(({ key, value }) => [key, value])).toEqual([
      ['quota.max_output_tokens', 50],
      ['apps[0].quota.requests_per_day', 7],
      ['apps[0].quota.max_output_tokens', 50],
    ]);
    expect(rows.map(({ origin }) => origin.replace(/^.*\//, '').replace(/:.*/, ''))).toEqual([
      'daemon.json',
      'apps.json',
      'default',
    ]);
  });

  it.each([
    [{ max_output_tokens: 0 }, /max_output_tokens/],
    [{ max_input_tokens: 1.5 }, /max_input_tokens/],
    [{ tokens_per_day: 5 }, /tokens_per_day/],
  ])('%j is complained of', (quota, key) => {
    expect(() => load({}, quota)).toThrow(key);
  });
});
