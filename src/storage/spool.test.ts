import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Spool } from './spool.ts';

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sluice-spool-'));
  path = join(directory, 'a.spool');
});
afterEach(() => rmSync(directory, { recursive: true }));

const waiting = (spool: Spool) => [...spool.chunks()].flatMap((chunk) => chunk.lines);

it('has no file while nothing waits', () => {
  const spool = new Spool(path);
  expect(existsSync(path)).toBe(false);
  spool.append(['a', 'b']);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  spool.drop(spool.peek());
  expect(existsSync(path)).toBe(false);
  expect(spool.count).toBe(0);
});

it('gives the next process what waits', () => {
  const first = new Spool(path);
  first.append(['a', 'ü']);
  first.append(['c']);
  first.close();
  const second = new Spool(path);
  expect(second.count).toBe(3);
  expect(waiting(second)).toEqual(['a', 'ü', 'c']);
  second.append(['d']);
  expect(waiting(second)).toEqual(['a', 'ü', 'c', 'd']);
});

it('forgets a torn tail and writes over it', () => {
  new Spool(path).append(['whole']);
  appendFileSync(path, 'half a li');
  const spool = new Spool(path);
  expect(waiting(spool)).toEqual(['whole']);
  spool.append(['ne']);
  expect(waiting(new Spool(path))).toEqual(['whole', 'ne']);
});

it('hands out a long backlog in pieces, each line once', () => {
  const spool = new Spool(path);
  const lines = Array.from({ length: 5_000 }, (_, index) => `${index} ${'x'.repeat(200)}`);
  spool.append(lines);
  const seen: string[] = [];
  let pieces = 0;
  while (spool.count > 0) {
    const chunk = spool.peek();
    seen.push(...chunk.lines);
    spool.drop(chunk);
    pieces += 1;
  }
  expect(seen).toEqual(lines);
  expect(pieces).toBeGreaterThan(2);
});

it('survives a file that somebody cut to nothing', () => {
  const spool = new Spool(path);
  spool.append(['a']);
  truncateSync(path, 0);
  spool.drop(spool.peek());
  expect(spool.count).toBe(0);
});

it('throws where nothing can be written, and takes lines again when it can', () => {
  const spool = new Spool(path);
  mkdirSync(path);
  expect(() => spool.append(['a'])).toThrow('EISDIR');
  expect(spool.count).toBe(0);
  rmSync(path, { recursive: true });
  spool.append(['b']);
  expect(waiting(spool)).toEqual(['b']);
});
