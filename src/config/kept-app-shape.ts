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
    findings: [...findings, ...findReferences(secrets), ...findForbidden(value), ...findDots(value)],
    // Keys of the app itself are hashed, which is better.
    secrets: secrets.filter(({ path }) => path[0] !== 'api_keys'),
  };
}

const appSchema = (): SchemaNode => readSchema('apps').properties?.['apps']?.items ?? {};

const forbidden: readonly (readonly [path: readonly string[], why: string])[] = [
  [['trace'], 'would have the daemon write files'],
  [['jwt', 'public_key_file'], 'would have the daemon read a file'],
  [['jwt', 'secret_file'], 'would have the daemon read a file'],
  [['backend', 'commands'], 'would have the daemon run commands'],
  [['backend', 'tls', 'ca_file'], 'would have the daemon read a file'],
];

function findForbidden(entry: unknown): ShapeFinding[] {
  return forbidden.flatMap(([path, why]) => {
    const value = path.reduce(memberOf, entry);
    if (value === undefined || value === null) return [];
    const instead = path[0] === 'jwt' ? 'give `public_key`' : 'leave it out';
    const message = `${why}, which only an app in the configuration files may; ${instead}, or keep this app in a file`;
    return [{ severity: 'error' as const, path, message }];
  });
}

/** As a part of an address these two mean another one, so that nobody could change or delete such an app. */
function findDots(entry: unknown): ShapeFinding[] {
  const appId = memberOf(entry, 'app_id');
  if (appId !== '.' && appId !== '..') return [];
  const message = 'is no name in an address; give it one with a letter or a digit';
  return [{ severity: 'error', path: ['app_id'], message }];
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
