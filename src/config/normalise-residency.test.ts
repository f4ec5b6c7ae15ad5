import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BackendConfig } from './config.ts';
import { describeConfig } from './print.ts';
import { ScratchConfig, scratchTypes } from './scratch-config.ts';

let scratch: ScratchConfig;
beforeEach(() => {
  scratch = new ScratchConfig();
  scratch.write('apps.json', { apps: [{ app_id: 'a' }] });
});
afterEach(() => scratch.remove());

const knownTypes = scratchTypes.map((type) =>
  type.name === 'local' ? { ...type, driver: { loadOptions: 'every-request', sleeps: true } } : type,
);

function load(backend: object) {
  scratch.write('backends.json', {
    sequence_groups: { gpu: {} },
    backends: [{ type: 'local', base_url: 'http://127.0.0.1:1', ...backend }],
  });
  return scratch.load({ knownTypes });
}

const loaded = (backend: object): BackendConfig => load(backend).config.backends.list[0] as BackendConfig;

const warnings = (backend: object) => {
  const ofBackends = load(backend).warnings.filter(({ key }) => key.startsWith('backends'));
  return ofBackends.map(({ key, message }) => [key, message.slice(0, 14)]);
};

describe('how memory is managed', () => {
  it('has its defaults, which ask for nothing', () => {
    expect(loaded({}).residency).toEqual({
      foreign: 'warn',
      settleMs: 5_000,
      loadMaxMs: 300_000,
      sleepLevel: 1,
      commands: { loaded: undefined, load: undefined, unload: undefined, busy: undefined, withinMs: 30_000 },
    });
  });

  it('is read as it is written', () => {
    const { residency } = loaded({
      sequence_group: 'gpu',
      residency: { foreign: 'refuse', settle_ms: 7, load_timeout_s: 0.5, sleep_level: 2 },
      commands: { loaded: 'l', load: 'a', unload: 'u', busy: 'b', timeout_s: 3 },
    });
    expect(residency).toEqual({
      foreign: 'refuse',
      settleMs: 7,
      loadMaxMs: 500,
      sleepLevel: 2,
      commands: { loaded: 'l', load: 'a', unload: 'u', busy: 'b', withinMs: 3_000 },
    });
  });

  it('load options are kept as they are, and pinned unless said otherwise', () => {
    const { models } = loaded({
      models: { a: { load_options: { num_ctx: 8192 } }, b: { load_options_policy: 'max' }, c: null },
    });
    expect(models.get('a')).toMatchObject({ loadOptions: { num_ctx: 8192 }, loadOptionsPolicy: 'pin' });
    expect(models.get('b')).toMatchObject({ loadOptions: undefined, loadOptionsPolicy: 'max' });
    expect(models.get('c')).toMatchObject({ loadOptions: undefined, loadOptionsPolicy: 'pin' });
  });
});

describe('what has no effect is said', () => {
  it('outside a group', () => {
    const written = { residency: { foreign: 'unload' }, commands: { load: 'a' } };
    expect(warnings(written)).toEqual([
      ['backends[0].residency', 'has no effect:'],
      ['backends[0].commands', 'has no effect:'],
    ]);
    expect(warnings({ ...written, sequence_group: 'gpu' })).toEqual([]);
  });

  it('at a type that does not sleep, or loads without options', () => {
    const asked = {
      sequence_group: 'gpu',
      residency: { sleep_level: 2 },
      models: { m: { load_options: { a: 1 } } },
    };
    expect(warnings(asked)).toEqual([]);
    expect(warnings({ ...asked, type: 'mirror' })).toEqual([
      ['backends[0].residency.sleep_level', 'has no effect:'],
      ['backends[0].models.m.load_options', 'have no effect'],
    ]);
    expect(warnings({ ...asked, type: 'mirror', residency: {}, commands: { load: 'a' } })).toEqual([]);
  });
});

it('commands are masked where the configuration is printed', () => {
  const rows = describeConfig(load({ sequence_group: 'gpu', commands: { load: 'start --key k' } }));
  const shown = Object.fromEntries(rows.map(({ key, value }) => [key, value]));
  expect(shown['backends[0].commands.load']).toBe('***');
  expect(shown['backends[0].residency.foreign']).toBe('warn');
});
