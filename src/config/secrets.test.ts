// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how references are written
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError } from './config-error.ts';
import type { LoadedConfig } from './load.ts';
import { describeConfig } from './print.ts';
import { ScratchConfig } from './scratch-config.ts';

/** What no output may ever hold. */
const MARK = 'sk-MARKED0secret0';
const secret = (name: string) => `${MARK}${name}`;

const good = {
  daemon: {
    listen: { ipv4: '127.0.0.1', port: '${PORT}', unix_socket_mode: '0660' },
    metrics: { username: 'u', password: secret('metrics') },
    database: { password: secret('database'), url: `postgres://u@h/d?host=${secret('url')}` },
    redis: { url: `redis://:${secret('redis')}@h` },
    cost_limit: { limit: 5, timezone: 'UTC' },
    default_backend: 'b',
  },
  apps: {
    apps: [
      {
        app_id: 'a',
        api_keys: [secret('plain'), { key: secret('object'), name: 'n' }, '${APP_KEY}'],
        trace: { imagedir: '/tmp/x' },
      },
      { app_id: 'c', backend: { type: 'cloud', api_key: secret('inline') } },
    ],
  },
  backends: {
    aliases: { x: 'y', y: 'z' },
    sequence_groups: { g: { max_queue: 3 } },
    backends: [
      {
        type: 'cloud',
        name: 'b',
        api_key: secret('backend'),
        headers: { authorization: `Bearer ${secret('header')}` },
        sequence_group: 'g',
      },
      {
        type: 'heaven',
        name: 'd',
        api_key: '${UPSTREAM}',
        quirks: { api_version: secret('quirk'), lenient: true },
      },
      {
        type: 'local',
        name: 'e',
        base_url: 'http://127.0.0.1:1/v1',
        api_key: 'file:key',
        supports: { chat: 'any' },
      },
    ],
  },
};

const env = { PORT: '8080', APP_KEY: secret('env-app'), UPSTREAM: secret('env-upstream') };

let scratch: ScratchConfig;
beforeEach(() => {
  scratch = new ScratchConfig();
  scratch.write('key', secret('in-a-file'));
});
afterEach(() => scratch.remove());

const everythingShown = (loaded: LoadedConfig): string =>
  [
    JSON.stringify(loaded),
    inspect(loaded, { depth: 20, showHidden: true }),
    JSON.stringify(describeConfig(loaded)),
    JSON.stringify([...loaded.origins]),
  ].join('\n');

describe('secrets', () => {
  it('are there, and in no output', () => {
    for (const [name, section] of Object.entries(good)) scratch.write(`${name}.json`, section);
    const loaded = scratch.load({ env });
    expect(loaded.config.backends.list[1]?.apiKey?.reveal()).toBe(env.UPSTREAM);
    expect(loaded.config.backends.list[0]?.headers.get('authorization')?.reveal()).toContain('Bearer');
    // A quirk is plain data for its provider; printing it is masked, the rest of the house must not log it.
    expect(JSON.stringify(describeConfig(loaded))).not.toContain(MARK);
    const { quirks: _, ...rest } = loaded.config.backends.list[1] ?? {};
    expect(JSON.stringify(rest)).not.toContain(MARK);
  });

  it('are in no complaint, wherever they were put', () => {
    const values = [
      'type',
      'name',
      'base_url',
      'sequence_group',
      'nope',
      'concurrency',
      'supports',
      'cost',
      'tls',
      'models',
      'quirks',
    ];
    for (const key of values) {
      scratch
        .write('apps.json', { apps: [] })
        .write('backends.json', { backends: [{ type: 'mirror', [key]: secret('x') }] });
      expect(inspect(scratch.complaints()), key).not.toContain(MARK);
    }
    scratch.write('apps.json', { [secret('as-a-key')]: 1, apps: [{ app_id: secret('as an id') }] });
    expect(inspect(scratch.complaints())).not.toContain(MARK);
  });
});

/** One small act of vandalism on a text. */
const vandalism = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  length: fc.integer({ min: 0, max: 12 }),
  insert: fc.constantFrom(
    '',
    '"',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '\n',
    '\0',
    '__proto__',
    'null',
    '1e999',
    '-1',
    '${',
    '${X}',
    '"file:/dev/null"',
    '\\u0000',
    '*a',
    '&a ',
    '<<: ',
    '!!binary ',
    '#',
    "'",
    '\t',
    '🙂',
    '"type"',
    '"x": 1,',
  ),
});

function vandalise(text: string, acts: readonly { at: number; length: number; insert: string }[]): string {
  return acts.reduce((now, { at, length, insert }) => {
    const from = Math.floor(at * now.length);
    return now.slice(0, from) + insert + now.slice(from + length);
  }, text);
}

describe('whatever a file says', () => {
  const sections = ['daemon', 'apps', 'backends'] as const;
  // The quirk is left out: it is the one place where a secret is plain data for its provider.
  const texts = Object.fromEntries(
    sections.map((name) => [name, JSON.stringify(good[name], null, 2).replace(secret('quirk'), 'quirk')]),
  );

  it.each(['json', 'yaml'])('only ConfigError is thrown, and no secret shown (%s)', (extension) => {
    const property = fc.property(
      fc.constantFrom(...sections),
      fc.array(vandalism, { minLength: 1, maxLength: 4 }),
      (victim, acts) => {
        for (const name of sections) {
          const text = texts[name] ?? '';
          scratch.write(`${name}.${extension}`, name === victim ? vandalise(text, acts) : text);
        }
        expect(shownOf(scratch)).not.toContain(MARK);
      },
    );
    fc.assert(property, { numRuns: 300 });
  });

  it('any JSON value at all', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 4 }),
        fc.jsonValue({ maxDepth: 4 }),
        fc.jsonValue({ maxDepth: 4 }),
        (daemon, apps, backends) => {
          scratch
            .write('daemon.json', JSON.stringify(daemon))
            .write('apps.json', JSON.stringify({ apps }))
            .write('backends.json', JSON.stringify({ backends, aliases: apps }));
          shownOf(scratch);
        },
      ),
      { numRuns: 200 },
    );
  });
});

/** Quirks apart, everything anybody could print; throws what is no ConfigError. */
function shownOf(config: ScratchConfig): string {
  try {
    return everythingShown(config.load({ env }));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const { key, message, file } of error.complaints)
      expect([typeof key, message !== '', file !== '']).toEqual(['string', true, true]);
    return `${inspect(error, { depth: 10 })}\n${JSON.stringify(error)}\n${error.stack}`;
  }
}

it('the source never reveals a secret outside tests', () => {
  for (const name of ['print.ts', 'print-backends.ts', 'origins.ts', 'load.ts']) {
    expect(readFileSync(new URL(name, import.meta.url), 'utf8')).not.toContain('.reveal(');
  }
});
