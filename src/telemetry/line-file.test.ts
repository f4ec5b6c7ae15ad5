import { mkdtempSync, readFileSync, renameSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HandMovedClock, systemClock } from '../model/clock.ts';
import { LineFile, type LineFileOptions } from './line-file.ts';
import * as writing from './write-fully.ts';

vi.mock('./write-fully.ts', async (original) => {
  const real = await original<typeof import('./write-fully.ts')>();
  return { ...real, writeFully: vi.fn(real.writeFully) };
});

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'line-file-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function open(path: string, changes: Partial<LineFileOptions> = {}) {
  const clock = new HandMovedClock();
  const troubles: string[] = [];
  const onTrouble = (error: Error, dropped: number) => {
    troubles.push(`${'code' in error ? error.code : error.message} ${dropped}`);
  };
  return { clock, troubles, file: new LineFile({ path, clock, fallback: 'drop', onTrouble, ...changes }) };
}

describe('a line file', () => {
  it('makes its folders, belongs to its owner alone, and keeps the order', async () => {
    const path = join(folder, 'a', 'b', 'log.jsonl');
    const { file } = open(path);
    for (let index = 0; index < 20_000; index += 1) file.write(`${index}\n`);
    await file.close();
    expect(readFileSync(path, 'utf8')).toBe(
      Array.from({ length: 20_000 }, (_, index) => `${index}\n`).join(''),
    );
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o700);
  });

  it('writes by itself a moment after the first line', async () => {
    const path = join(folder, 'log');
    const file = new LineFile({ path, clock: systemClock, fallback: 'drop' });
    file.write('one\n');
    await vi.waitFor(() => expect(readFileSync(path, 'utf8')).toBe('one\n'));
    await file.close();
  });

  it('goes on in a new file after a rotation and a reopen', async () => {
    const path = join(folder, 'log');
    const { file } = open(path);
    file.write('before\n');
    await file.flush();
    renameSync(path, `${path}.1`);
    file.reopen();
    file.write('after\n');
    await file.close();
    expect(readFileSync(`${path}.1`, 'utf8')).toBe('before\n');
    expect(readFileSync(path, 'utf8')).toBe('after\n');
  });

  it('notices within a second that it was rotated, untold', async () => {
    const path = join(folder, 'log');
    const { file, clock } = open(path);
    file.write('before\n');
    await file.flush();
    unlinkSync(path);
    clock.advance(1500);
    file.write('after\n');
    await file.close();
    expect(readFileSync(path, 'utf8')).toBe('after\n');
  });

  it('a full disk costs lines, is told once a minute, and stops nothing', async () => {
    const { file, clock, troubles } = open('/dev/full');
    for (let round = 0; round < 5; round += 1) {
      file.write('lost\n');
      await file.flush();
    }
    expect(file.linesDropped).toBe(5);
    expect(troubles).toEqual(['ENOSPC 1']);
    clock.advance(61_000);
    file.write('lost\n');
    file.flushSync();
    expect(troubles).toEqual(['ENOSPC 1', 'ENOSPC 6']);
    await file.close();
  });

  it('a folder that cannot be made costs lines until it can', async () => {
    const inTheWay = join(folder, 'logs');
    writeFileSync(inTheWay, '');
    const { file, clock, troubles } = open(join(inTheWay, 'log'));
    file.write('lost\n');
    await file.flush();
    expect(troubles).toEqual(['EEXIST 1']);
    unlinkSync(inTheWay);
    clock.advance(1500);
    file.write('kept\n');
    await file.close();
    expect(readFileSync(join(inTheWay, 'log'), 'utf8')).toBe('kept\n');
  });

  it('a torn line is ended before the next one begins', async () => {
    const path = join(folder, 'log');
    const { file } = open(path);
    vi.mocked(writing.writeFully).mockImplementationOnce(async (fd) => {
      writing.writeFullyNow(fd, Buffer.from('whole\nto'));
      return { bytes: 8, error: new Error('full') };
    });
    file.write('whole\n');
    file.write('torn\n');
    await file.flush();
    file.write('next\n');
    await file.close();
    expect(readFileSync(path, 'utf8')).toBe('whole\nto\nnext\n');
    expect(file.linesDropped).toBe(1);
  });

  it('holds no more than it may, and counts what it refuses', async () => {
    const path = join(folder, 'log');
    const { file } = open(path, { pendingCharsMax: 10 });
    file.write('12345678\n');
    file.write('too much\n');
    expect(file.linesDropped).toBe(1);
    await file.close();
    expect(readFileSync(path, 'utf8')).toBe('12345678\n');
  });

  it('has everything in the file after flushSync, even what was under way', async () => {
    const path = join(folder, 'log');
    const { file } = open(path);
    file.write('one\n');
    void file.flush();
    // The first line has left the queue, and its file is being opened.
    await Promise.resolve();
    await Promise.resolve();
    file.write('two\n');
    file.flushSync();
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
    await file.close();
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
  });
});
