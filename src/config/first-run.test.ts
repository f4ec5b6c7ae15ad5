import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeFirstConfig } from './first-run.ts';
import { loadConfig } from './load.ts';
import { ScratchConfig } from './scratch-config.ts';

const first = {
  backends: [
    { type: 'local', name: 'found', baseUrl: 'http://127.0.0.1:11434/v1', title: 'Found "it"\n*/' },
    { type: 'local', name: 'other', baseUrl: 'http://127.0.0.1:1234/v1' },
  ],
  appKeyHash: 'a'.repeat(64),
  adminTokenHash: `sha256:${'b'.repeat(64)}`,
};

const knownTypes = [
  { name: 'local', aliases: [], needsKey: false, surfaces: [] },
  { name: 'echo', aliases: [], needsKey: false, surfaces: [], inHouse: {} },
];

let scratch: ScratchConfig;
let directory: string;
beforeEach(() => {
  scratch = new ScratchConfig();
  directory = join(scratch.directory, 'deep/sluice');
});
afterEach(() => scratch.remove());

it('what the first run writes loads without a complaint', () => {
  const files = writeFirstConfig(directory, first);
  const { config, warnings } = loadConfig({ configPath: directory, env: {}, knownTypes });
  expect(warnings).toEqual([]);
  expect(files).toHaveLength(3);
  expect(config.backends.list.map(({ name }) => name)).toEqual(['found', 'other', 'echo']);
  expect(config.apps).toMatchObject([{ appId: 'demo', keys: [{ hash: first.appKeyHash }] }]);
  expect(config.daemon.admin.tokenHash).toBe('b'.repeat(64));
});

it('works with nothing found', () => {
  writeFirstConfig(directory, { ...first, backends: [] });
  expect(loadConfig({ configPath: directory, env: {}, knownTypes }).config.backends.list).toHaveLength(1);
});

it('is for its owner alone', () => {
  writeFirstConfig(directory, first);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  for (const name of readdirSync(directory)) expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600);
});

it('never overwrites, and leaves no draft behind', () => {
  writeFirstConfig(directory, first);
  expect(() => writeFirstConfig(directory, { ...first, backends: [] })).toThrow(/EEXIST/);
  expect(readdirSync(directory).sort()).toEqual(['apps.json', 'backends.json', 'daemon.json']);
  expect(loadConfig({ configPath: directory, env: {}, knownTypes }).config.backends.list).toHaveLength(3);
});
