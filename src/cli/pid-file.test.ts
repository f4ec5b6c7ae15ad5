import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { readPidFile, takePidFile } from './pid-file.ts';

let folder: string;
let path: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pid-file-'));
  path = join(folder, 'sluice.pid');
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** A process that lives for a while; `asSluice` makes its command line look like ours. */
async function otherProcess(asSluice: boolean): Promise<number> {
  const script = 'process.stdout.write("up"); setTimeout(() => {}, 60_000)';
  const child = spawn(process.execPath, ['-e', script, asSluice ? 'sluice' : 'sleeper'], { cwd: tmpdir() });
  children.push(child);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return child.pid ?? 0;
}

describe('a PID file', () => {
  test('that is not there, is empty, or holds no number', () => {
    expect(readPidFile(path)).toEqual({ kind: 'none' });
    writeFileSync(path, ' \n');
    expect(readPidFile(path)).toEqual({ kind: 'empty' });
    for (const text of ['hello', '-1', '0', '12 34', '1e3']) {
      writeFileSync(path, text);
      expect(readPidFile(path), text).toMatchObject({ kind: 'stale' });
    }
  });

  test('of a living daemon', async () => {
    const pid = await otherProcess(true);
    writeFileSync(path, `${pid}\n`);
    expect(readPidFile(path)).toEqual({ kind: 'running', pid });
    expect(() => takePidFile(path)).toThrow(`already running with PID ${pid}`);
    expect(readFileSync(path, 'utf8')).toBe(`${pid}\n`);
  });

  test('of a dead one', async () => {
    const pid = await otherProcess(true);
    const [child] = children;
    child?.kill('SIGKILL');
    await new Promise((resolve) => child?.once('exit', resolve));
    writeFileSync(path, String(pid));
    expect(readPidFile(path)).toEqual({ kind: 'stale', pid, why: `no process ${pid} is alive` });
  });

  test('whose number now belongs to somebody else', async () => {
    const pid = await otherProcess(false);
    writeFileSync(path, String(pid));
    expect(readPidFile(path)).toMatchObject({
      kind: 'stale',
      why: expect.stringContaining('is something else'),
    });
  });

  test.runIf(existsSync('/proc/self/stat'))(
    'whose number now belongs to a younger process of ours',
    async () => {
      const pid = await otherProcess(true);
      writeFileSync(path, String(pid));
      const anHourAgoS = Date.now() / 1000 - 3600;
      utimesSync(path, anHourAgoS, anHourAgoS);
      expect(readPidFile(path)).toMatchObject({ kind: 'stale', why: expect.stringContaining('younger') });
    },
  );

  test('with our own number, as a container leaves it behind', () => {
    writeFileSync(path, String(process.pid));
    expect(readPidFile(path)).toMatchObject({ kind: 'stale' });
  });
});

describe('taking it', () => {
  test.each([undefined, '', '999999999'])('over %j, and giving it back', (before) => {
    if (before !== undefined) writeFileSync(path, before);
    const release = takePidFile(path);
    expect(readFileSync(path, 'utf8')).toBe(`${process.pid}\n`);
    expect(readdirSync(folder)).toEqual(['sluice.pid']);
    release();
    expect(existsSync(path)).toBe(false);
  });

  test('a file that has become another’s is left alone', () => {
    const release = takePidFile(path);
    writeFileSync(path, '12345');
    release();
    expect(readFileSync(path, 'utf8')).toBe('12345');
  });

  test('where it cannot be written, a sentence says so', () => {
    expect(() => takePidFile(join(folder, 'missing', 'sluice.pid'))).toThrow('cannot be written');
  });
});
