import type { Rule, Violation } from './violation.ts';

/**
 * The only way around a rule: a line here, with its reason. An exception that excuses nothing any more is
 * reported too, so the table cannot silt up.
 */
export interface Exception {
  /** Path of a file relative to the tree, or of a folder ending in `/`. */
  readonly where: string;
  readonly rule: Rule;
  /** The subject of the violation: the package, global, import or name. */
  readonly subject: string;
  readonly reason: string;
}

export const exceptions: readonly Exception[] = [
  {
    where: 'src/providers/load-catalog.ts',
    rule: 'unreadable-import',
    subject: 'import()',
    reason: 'The folder is the registry: what is in it is only known when it is read.',
  },
  {
    where: 'src/config/environment-start.ts',
    rule: 'name',
    subject: 'openai-compatible',
    reason:
      'A base URL in the environment and nothing else: the generic entry of the catalogue is the default.',
  },
  {
    where: 'src/config/schema/backends-schema.ts',
    rule: 'name',
    subject: 'anthropic',
    reason:
      'mini-apigw called a key `metadata.anthropic_version`, and its files load unchanged (contract 4).',
  },
  {
    where: 'src/config/normalise-backend.ts',
    rule: 'name',
    subject: 'anthropic',
    reason: 'The same key becomes the header it is named after, whatever the type of the backend.',
  },
  {
    where: 'src/cli/first-run.ts',
    rule: 'name',
    subject: 'echo',
    reason: 'The first run tells which backends it wrote, and this one it always writes (contract 2).',
  },
];

/** Finds the exception that excuses a violation. */
export function exceptionFor(violation: Violation, table: readonly Exception[]): Exception | undefined {
  return table.find(
    ({ where, rule, subject }) =>
      rule === violation.rule &&
      subject === violation.subject &&
      (where.endsWith('/') ? violation.file.startsWith(where) : violation.file === where),
  );
}
