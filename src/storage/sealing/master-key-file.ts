import { closeSync, fstatSync, openSync, readFileSync, writeSync } from 'node:fs';

import { Secret } from '../../model/secret.ts';
import { SealingFailure } from './sealing-failure.ts';

/**
 * Master keys in a file of their own, one a line: the first seals, the others only open what was sealed under them. Lines
 * that begin with # are for people. Whoever has a copy of the database has no key as long as it is not beside it.
 */
export function readMasterKeyFile(path: string): Secret[] {
  const text = readPrivately(path);
  if (text === undefined) return [];
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('#')).map((line) => new Secret(line));
}

/** Makes the file, 0600, with `key` in it. False: there is one by now, and it is left alone. */
export function makeMasterKeyFile(path: string, key: Secret): boolean {
  const file = openNew(path);
  if (file === undefined) return false;
  try {
    writeSync(
      file,
      `# Opens the secrets in the database beside it. Keep a copy elsewhere.\n${key.reveal()}\n`,
    );
  } finally {
    closeSync(file);
  }
  return true;
}

function readPrivately(path: string): string | undefined {
  const file = openIfThere(path);
  if (file === undefined) return undefined;
  try {
    const { mode } = fstatSync(file);
    if ((mode & 0o077) !== 0) throw readableByOthers(path);
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

function readableByOthers(path: string): SealingFailure {
  return new SealingFailure(
    'unsafe',
    `${path} holds the master key and may be read by others than its owner: \`chmod 600\` it; who could read it till now may have the key`,
  );
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new SealingFailure('unsafe', `${path}, which holds the master key, cannot be read`, {
      cause: thrown,
    });
  }
}

function openNew(path: string): number | undefined {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw thrown;
  }
}
