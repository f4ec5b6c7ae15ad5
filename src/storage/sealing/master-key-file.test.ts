import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { Secret } from '../../model/secret.ts';
import { makeMasterKeyFile, readMasterKeyFile } from './master-key-file.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sluice-key-'));
  path = join(directory, 'sluice.db.key');
});
afterEach(() => rmSync(directory, { recursive: true }));

const read = () => readMasterKeyFile(path).map((key) => key.reveal());

it('is made for its owner alone, and is read again', () => {
  expect(makeMasterKeyFile(path, new Secret('first'))).toBe(true);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(read()).toEqual(['first']);
});

it('is never written over', () => {
  makeMasterKeyFile(path, new Secret('first'));
  expect(makeMasterKeyFile(path, new Secret('second'))).toBe(false);
  expect(read()).toEqual(['first']);
});

it('may hold several keys and words for people', () => {
  writeFileSync(path, '# new\nsecond\n\n# old\n  first  \n', { mode: 0o600 });
  expect(read()).toEqual(['second', 'first']);
});

it('is not read when others may read it', () => {
  makeMasterKeyFile(path, new Secret('first'));
  chmodSync(path, 0o640);
  expect(read).toThrow(/chmod 600/);
});

it('need not be there', () => {
  expect(read()).toEqual([]);
  expect(existsSync(path)).toBe(false);
});
