import { checkShape, type FoundSecret, type ShapeFinding } from './check-shape.ts';
import { readSchema, type SchemaNode } from './read-schema.ts';
import type { AppEntry } from './schema/apps-schema.ts';

/**
 * The shape of an app that is kept in the database: that of an app in a file, but for what only whoever may write the
 * files should say. It holds nothing that has the daemon read or write files, run commands, or give away what is in its
 * environment: an admin token is not a shell.
 */
export interface KeptAppShape {
  /** Second spellings replaced, what is wrong left out; undefined where hardly anything is right. */
  readonly value: AppEntry | undefined;
  readonly findings: readonly ShapeFinding[];
  /** Strings that must not be stored as they are, where they were written. */
  readonly secrets: readonly FoundSecret[];
}

export function checkKeptAppShape(entry: unknown): KeptAppShape {
  const { value, findings, secrets } = checkShape(appSchema(), entry, [], () => false);
  return {
    value: value as AppEntry | undefined,
    findings: [...findings, ...findReferences(secrets), ...findForbidden(value)],
    // Keys of the app itself are hashed, which is better.
    secrets: secrets.filter(({ path }) => path[0] !== 'api_keys'),
  };
}

const appSchema = (): SchemaNode => readSchema('apps').properties?.['apps']?.items ?? {};

const forbidden: readonly (readonly [path: readonly string[], why: string])[] = [
  [['trace'], 'would have the daemon write files'],
  [['jwt', 'public_key_file'], 'would have the daemon read a file; give `public_key`'],
  [['jwt', 'secret_file'], 'would have the daemon read a file; give `public_key`'],
  [['backend', 'commands'], 'would have the daemon run commands'],
  [['backend', 'tls', 'ca_file'], 'would have the daemon read a file'],
];

function findForbidden(entry: unknown): ShapeFinding[] {
  return forbidden.flatMap(([path, why]) => {
    const value = path.reduce(memberOf, entry);
    if (value === undefined || value === null) return [];
    const message = `${why}, which only an app in the configuration files may; leave it out, or keep this app in a file`;
    return [{ severity: 'error' as const, path, message }];
  });
}

/** What stands for a secret elsewhere would be taken for the secret itself. */
function findReferences(secrets: readonly FoundSecret[]): ShapeFinding[] {
  return secrets
    .filter(({ text }) => /\$\{|^file:|^\*{3}$/.test(text))
    .map(({ path }) => ({
      severity: 'error',
      path,
      message:
        'is no secret: *** is what one is shown as, and references are followed in configuration files alone; write the secret itself, it is sealed, or leave out what is not to change',
    }));
}

function memberOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<string, unknown>)[key];
}
