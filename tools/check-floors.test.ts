// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the sources planted here are text on purpose.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { checkTree } from './check-floors/check-tree.ts';
import { catalog, cleanHouse } from './check-floors/clean-house.ts';
import type { Exception } from './check-floors/exceptions.ts';
import { plantedViolations } from './check-floors/planted-violations.ts';
import { printViolation } from './check-floors/violation.ts';

const trees: string[] = [];

afterEach(() => {
  for (const root of trees.splice(0)) rmSync(root, { recursive: true });
});

/** Builds a small house and answers what the check says of it, as `rule subject`. */
function check(files: Record<string, string>, table: Exception[] = []) {
  return checkTree(build(files), table);
}

/** Writes a house to the disk; answers where. */
function build(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'floors-'));
  trees.push(root);
  mkdirSync(join(root, 'src'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, 'src', path)), { recursive: true });
    writeFileSync(join(root, 'src', path), text);
  }
  return root;
}

function complaints(files: Record<string, string>): string[] {
  return check(files).violations.map(({ rule, subject }) => `${rule} ${subject}`);
}

describe('check-floors', () => {
  it('a clean house passes', () => {
    const { violations, filesCount } = check(cleanHouse);
    expect(violations).toEqual([]);
    expect(filesCount).toBe(Object.keys(cleanHouse).length - 1);
  });

  it('a violation prints the place, both floors and what to do instead', () => {
    const { violations } = check({
      'model/a.ts': '\nimport type { B } from "../pipeline/b.ts";\nexport type A = B;',
      'pipeline/b.ts': 'export type B = 1;',
    });
    expect(violations.map(printViolation)).toEqual([
      'src/model/a.ts:2  [floor] model (floor 0) imports pipeline/b.ts of pipeline (floor 5): imports go down only (types count)\n    instead: return a value or yield an event; nothing calls back up',
    ]);
  });

  it.each([
    ['a clean house', cleanHouse, 0, 'no complaint'],
    [
      'a broken rule',
      { 'model/a.ts': "import { b } from '../cli/b.ts';" },
      1,
      'src/model/a.ts:1  [floor] model (floor 0)',
    ],
  ])('ends the command rightly for %s', (_what, files, code, words) => {
    const script = fileURLToPath(new URL('./check-floors.ts', import.meta.url));
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', script, build(files)],
      {
        encoding: 'utf8',
      },
    );
    expect(stdout + stderr).toContain(words);
    expect(status).toBe(code);
  });

  it.each(plantedViolations)('catches %s', (_what, files, expected) => {
    expect(complaints(files)).toEqual([expected]);
  });

  it.each([
    ['a provider', "export const a = 'acme-gpu';", 'acme-gpu'],
    ['an alias', "export const a = 'acmeold';", 'acmeold'],
    ['a name inside a text', "export const a = 'x-acme-gpu-token';", 'acme-gpu'],
    ['a name inside a template', 'export const a = (b: string) => `/acme-gpu/${b}`;', 'acme-gpu'],
    ['a name in an identifier', 'export const isAcmeGpuLike = 1;', 'acme-gpu'],
    ['a member', 'export const a = { acmeold: 1 };', 'acmeold'],
    ['a dialect', "export const a = 'acme-talk';", 'acme-talk'],
    ['an everyday word as a whole literal', "export const a = 'echo';", 'echo'],
  ])('catches %s known by name', (_what, text, subject) => {
    const dialect = { 'dialects/acme-talk/acme-talk.ts': 'export {};' };
    for (const room of ['config', 'upstream', 'decisions/routing', 'pipeline', 'server', 'cli'])
      expect(complaints({ ...catalog, ...dialect, [`${room}/a.ts`]: text })).toEqual([`name ${subject}`]);
  });

  it('names may be known where they live, and everyday words may be said', () => {
    const files = {
      ...catalog,
      'dialects/acme-talk/acme-talk.ts': "export const name = 'acme-talk';",
      'providers/load-catalog.ts': "export const first = 'acme-gpu';",
      'server/a.ts': "export const a = ['the echo of local things', 'Acme-GPU speaks', 'inner', 'local'];",
    };
    expect(complaints(files)).toEqual([]);
  });

  it('refuses import loops, types counted, once per loop', () => {
    const { violations } = check({
      'pipeline/a.ts': "import { b } from './b.ts';\nexport const a = b;",
      'pipeline/b.ts': "import { c } from './c.ts';\nexport const b = c;",
      'pipeline/c.ts': "import type { a } from './a.ts';\nexport type c = typeof a;",
    });
    expect(violations.map(({ message }) => message)).toEqual([
      'import loop: pipeline/a.ts → pipeline/b.ts → pipeline/c.ts → pipeline/a.ts',
    ]);
  });

  it('a binding of the file is no global', () => {
    const text =
      'export function a(fetch: () => void, box: { setTimeout: number }) { fetch(); return box.setTimeout; }';
    expect(complaints({ 'pipeline/a.ts': text })).toEqual([]);
  });

  it('a member of that name is no global either', () => {
    const text = 'export const a = ({ fetch: ask }: { fetch: () => void }) => ask();';
    expect(complaints({ 'pipeline/a.ts': text })).toEqual([]);
  });

  it('a date out of a number is no clock', () => {
    expect(complaints({ 'server/a.ts': 'export const a = (ms: number) => new Date(ms);' })).toEqual([]);
  });

  it('an exception excuses one subject in one place, and an idle one is told', () => {
    const files = { 'server/a.ts': 'export const a = [fetch, Date.now()];' };
    const excuse = (subject: string, where = 'server/'): Exception => ({
      where: `src/${where}`,
      rule: 'permission',
      subject,
      reason: 'test',
    });
    const verdict = check(files, [excuse('fetch'), excuse('Date.now', 'server/b.ts')]);
    expect(verdict.violations.map(({ subject }) => subject)).toEqual(['Date.now']);
    expect(verdict.idleExceptions.map(({ subject }) => subject)).toEqual(['Date.now']);
  });
});
