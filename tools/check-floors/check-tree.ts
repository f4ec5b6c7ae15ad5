import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { type Exception, exceptionFor } from './exceptions.ts';
import { checkImports } from './import-rules.ts';
import { checkLoops } from './loop-rule.ts';
import { checkNames, namesOf } from './name-rules.ts';
import { checkPermissions } from './permission-rules.ts';
import { parseSource, type SourceFile } from './read-source.ts';
import { checkTexts } from './text-rules.ts';
import type { Violation } from './violation.ts';

export interface Verdict {
  readonly filesCount: number;
  readonly violations: readonly Violation[];
  /** Exceptions that excused nothing: to be deleted. */
  readonly idleExceptions: readonly Exception[];
}

/** Runs every rule over the sources below `root/src`. Test files are exempt, but nobody may import them. */
export function checkTree(root: string, table: readonly Exception[]): Verdict {
  const sources = readSources(join(root, 'src'));
  const names = namesOf(sources);
  const all = [
    ...sources.flatMap((source) => [
      ...checkImports(source),
      ...checkPermissions(source),
      ...checkNames(source, names),
      ...checkTexts(source),
    ]),
    ...checkLoops(sources),
  ];
  return judge(all, table, sources.length);
}

function judge(all: readonly Violation[], table: readonly Exception[], filesCount: number): Verdict {
  const used = new Set<Exception>();
  const violations = all.filter((violation) => {
    const exception = exceptionFor(violation, table);
    if (exception !== undefined) used.add(exception);
    return exception === undefined;
  });
  return { filesCount, violations, idleExceptions: table.filter((exception) => !used.has(exception)) };
}

function readSources(src: string): SourceFile[] {
  return readdirSync(src, { recursive: true, encoding: 'utf8' })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.includes('/fixtures/'))
    .sort()
    .map((path) => parseSource(path, readFileSync(join(src, path), 'utf8')));
}
