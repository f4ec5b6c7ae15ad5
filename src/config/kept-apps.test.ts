import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Config } from './config.ts';
import { type KeptEntry, type WithKeptApps, withKeptApps } from './kept-apps.ts';
import { hashOfKey } from './key-hash.ts';
import { ScratchConfig, scratchTypes } from './scratch-config.ts';

let scratch: ScratchConfig;
let files: Config;

beforeEach(() => {
  scratch = new ScratchConfig();
  scratch.write('apps.json', { apps: [{ app_id: 'filed', api_keys: [hashed('sk-filed')] }] });
  scratch.write('backends.json', {
    sequence_groups: { card: {} },
    backends: [{ type: 'local', name: 'here', base_url: 'http://127.0.0.1:9/v1' }],
  });
  files = scratch.load().config;
});
afterEach(() => scratch.remove());

const hashed = (key: string) => `sha256:${hashOfKey(key)}`;

const kept = (entry: object, more: Partial<KeptEntry> = {}): KeptEntry => ({
  appId: 'anna',
  entry: { app_id: 'anna', api_keys: [hashed('sk-anna')], ...entry },
  ...more,
});

const merge = (...entries: KeptEntry[]): WithKeptApps =>
  withKeptApps(files, entries, { types: scratchTypes, env: {}, directory: scratch.directory });

/** `severity key message` of an app's complaints. */
const told = ({ complaints }: WithKeptApps, appId = 'anna'): string[] =>
  (complaints.get(appId) ?? []).map(
    ({ severity, file, key, message }) => `${severity} ${file} ${key} ${message}`,
  );

const anna = ({ config }: WithKeptApps) => config.apps.find(({ appId }) => appId === 'anna');

describe('an app of the database', () => {
  it('is in force beside those of the files, with all that an app may have', () => {
    const merged = merge(
      kept({
        policy: { allow: ['llama*'] },
        quota: { requests_per_day: 5 },
        backend: { type: 'cloud', api_key: 'sk-upstream', sequence_group: 'card' },
      }),
    );
    expect(told(merged)).toEqual([]);
    expect(merged.config.apps.map(({ appId }) => appId)).toEqual(['filed', 'anna']);
    expect(anna(merged)).toMatchObject({ active: true, backend: 'app:anna', quota: { requestsPerDay: 5 } });
    const own = merged.config.backends.list.find(({ name }) => name === 'app:anna');
    expect(own?.apiKey?.reveal()).toBe('sk-upstream');
    expect(own?.onlyForApp).toBe('anna');
  });

  it('leaves the configuration of the files as it was', () => {
    merge(kept({}));
    expect(files.apps).toHaveLength(1);
    expect(files.isKeyDemanded).toBe(false);
  });

  it('takes the limits of the daemon for those it does not set', () => {
    scratch.write('daemon.json', { rate_limit: { per_minute: 7 } });
    files = scratch.load().config;
    expect(anna(merge(kept({})))?.rateLimit?.perMinute).toBe(7);
  });

  it('gives way to an app of the files that has its name by now', () => {
    const merged = merge({ appId: 'filed', entry: { app_id: 'filed', api_keys: [hashed('sk-other')] } });
    expect(merged.config.apps).toEqual(files.apps);
    expect(told(merged, 'filed')[0]).toMatch(/^error database filed.app_id is also the app_id/);
  });

  it('loses a key that opens an app of the files, and keeps its others', () => {
    const merged = merge(kept({ api_keys: [hashed('sk-filed'), hashed('sk-anna')] }));
    expect(anna(merged)?.keys.map(({ hash }) => hash)).toEqual([hashOfKey('sk-anna')]);
    expect(told(merged)[0]).toMatch(/^warning database anna.api_keys\[0\] is also a key of another app/);
  });

  it('cannot have a key of another app of the database', () => {
    const other: KeptEntry = { appId: 'bert', entry: { app_id: 'bert', api_keys: [hashed('sk-anna')] } };
    const merged = merge(kept({}), other);
    expect(merged.config.apps.find(({ appId }) => appId === 'bert')?.keys).toEqual([]);
  });
});

describe('one that cannot be in force', () => {
  const faults: readonly [name: string, entry: object, complaint: RegExp][] = [
    [
      'a backend that is gone',
      { backend: 'heer' },
      /anna.backend "heer" is not known; did you mean "here"\?/,
    ],
    ['an unknown key', { policyy: {} }, /anna.policyy .*did you mean `policy`/],
    [
      'a group that is gone',
      { backend: { type: 'local', base_url: 'http://h/v1', sequence_group: 'x' } },
      /anna.backend.sequence_group "x" is not known/,
    ],
    ['a trace', { trace: { file: '/etc/passwd' } }, /anna.trace would have the daemon write files/],
    [
      'a file to read',
      { jwt: { secret_file: '/etc/shadow' } },
      /anna.jwt.secret_file would have the daemon read a file/,
    ],
    [
      'commands',
      { backend: { type: 'local', base_url: 'http://h/v1', commands: { load: 'rm -rf /' } } },
      /anna.backend.commands would have the daemon run commands/,
    ],
    [
      'certificates in a file',
      { backend: { type: 'local', base_url: 'http://h/v1', tls: { ca_file: '/x' } } },
      /anna.backend.tls.ca_file would/,
    ],
    [
      'a reference to the environment',
      { backend: { type: 'cloud', api_key: `$${'{HOME}'}` } },
      /anna.backend.api_key is no secret/,
    ],
    [
      'a reference in a header',
      { backend: { type: 'cloud', headers: { 'x-k': 'file:/etc/shadow' } } },
      /anna.backend.headers/,
    ],
  ];

  it.each(faults)('says why: %s', (_name, entry, complaint) => {
    const merged = merge(kept(entry));
    expect(told(merged).join('\n')).toMatch(complaint);
    expect(merged.config.backends.list).toHaveLength(1);
  });

  it.each(faults)('is switched off, and its callers are told so: %s', (_name, entry) => {
    expect(anna(merge(kept(entry)))).toMatchObject({ active: false, keys: [{ hash: hashOfKey('sk-anna') }] });
  });

  it('harms no other', () => {
    const merged = merge(kept({ backend: 'gone' }), { appId: 'bert', entry: { app_id: 'bert' } });
    expect(merged.config.apps.map(({ appId, active }) => [appId, active])).toEqual([
      ['filed', true],
      ['anna', false],
      ['bert', true],
    ]);
  });

  it('may have been found out elsewhere', () => {
    const merged = merge(kept({}, { fault: 'its upstream key cannot be opened' }));
    expect(told(merged)).toEqual(['error database anna its upstream key cannot be opened']);
    expect(anna(merged)?.active).toBe(false);
  });

  it('never shows a secret in what it says', () => {
    const merged = merge(
      kept({ backend: { type: 'cloud', api_key: 'sk-very-secret', nonsense: 'sk-very-secret' } }),
    );
    expect(JSON.stringify([...merged.complaints])).not.toContain('sk-very-secret');
  });
});

it('makes a gateway of apps without keys none that anybody may use', () => {
  expect(merge().config.isKeyDemanded).toBe(false);
  expect(merge(kept({ api_keys: [] })).config.isKeyDemanded).toBe(true);
});

const looksLikeOne = `echo $${'{HOME}'} file:/etc/passwd`;

it('holds no reference that is followed: what looks like one in a text is that text', () => {
  const merged = merge(kept({ system_prompt: looksLikeOne }));
  expect(anna(merged)?.systemPrompt).toBe(looksLikeOne);
});
