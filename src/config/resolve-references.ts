import { existsSync, readFileSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { Environment } from './environment.ts';
import { dotted, type KeyPath } from './key-path.ts';
import { expandHome } from './paths.ts';
import { errorCode } from './read-document.ts';

/**
 * `"${NAME}"`, `"${NAME:-default}"` (also inside longer text; `$${` writes `${` itself) and `"file:/path"` (the
 * whole text) in any string of a file. Whatever comes in this way is taken for a secret.
 */
export interface ReferenceSources {
  readonly env: Environment;
  /** Relative `file:` paths are looked for here, and in systemd's CREDENTIALS_DIRECTORY first. */
  readonly directory: string;
}

/** Stands where a reference led nowhere: it has had its complaint and needs no second one. */
export const unavailable = Symbol('unavailable');

export interface Resolved {
  readonly value: unknown;
  /** Dotted paths of the strings that held a reference. */
  readonly paths: ReadonlySet<string>;
}

export interface ReferenceListener {
  onSecret(value: string): void;
  onComplaint(path: KeyPath, message: string): void;
}

export function resolveReferences(
  value: unknown,
  sources: ReferenceSources,
  listener: ReferenceListener,
): Resolved {
  const paths = new Set<string>();
  const resolveText = (text: string, path: KeyPath): string | typeof unavailable => {
    if (!text.includes('${') && !text.startsWith('file:')) return text;
    paths.add(dotted(path));
    const resolved = text.startsWith('file:')
      ? fromFile(text.slice(5), sources)
      : fromEnvironment(text, sources.env);
    for (const complaint of resolved.complaints) listener.onComplaint(path, complaint);
    for (const secret of resolved.secrets) listener.onSecret(secret);
    return resolved.complaints.length > 0 ? unavailable : resolved.text;
  };
  return { value: mapTexts(value, [], resolveText), paths };
}

/** A copy with every text replaced. */
function mapTexts(value: unknown, path: KeyPath, change: (text: string, path: KeyPath) => unknown): unknown {
  if (typeof value === 'string') return path[0] === '$schema' ? value : change(value, path);
  if (Array.isArray(value)) return value.map((item, at) => mapTexts(item, [...path, at], change));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, mapTexts(item, [...path, key], change)]);
  return Object.fromEntries(entries);
}

interface ResolvedText {
  readonly text: string;
  readonly secrets: readonly string[];
  readonly complaints: readonly string[];
}

function fromEnvironment(text: string, env: Environment): ResolvedText {
  const secrets: string[] = [];
  const complaints: string[] = [];
  const resolved = text.replaceAll(/\$\$\{|\$\{([^}]*)\}?/g, (whole: string, inside: string | undefined) => {
    if (inside === undefined) return '${';
    const [, name, , byDefault] = /^([A-Za-z_]\w*)(:-(.*))?$/s.exec(inside) ?? [];
    if (name === undefined || !whole.endsWith('}')) {
      complaints.push(
        'needs the name of an environment variable and a } after ${; write $${ for the text ${ itself',
      );
      return '';
    }
    const value = env[name] === '' ? undefined : env[name];
    if (value !== undefined) secrets.push(value);
    if (value === undefined && byDefault === undefined) complaints.push(unset(name));
    return value ?? byDefault ?? '';
  });
  return { text: resolved, secrets: [...secrets, ...(secrets.length > 0 ? [resolved] : [])], complaints };
}

const unset = (name: string) =>
  `needs the environment variable ${name}, which is not set or empty; set it, or write \${${name}:-default}`;

const SECRET_FILE_BYTES_MAX = 1024 * 1024;

function fromFile(written: string, { env, directory }: ReferenceSources): ResolvedText {
  const path = locate(written, env, directory);
  try {
    const stats = statSync(path);
    // A device or a pipe could keep the daemon waiting, or never end.
    if (!stats.isFile()) return failed(`names ${path}, which is not a file; name one`);
    if (stats.size > SECRET_FILE_BYTES_MAX)
      return failed(`names ${path}, which is larger than 1 MiB; name another`);
    const text = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
    return { text, secrets: [text], complaints: [] };
  } catch (error) {
    return failed(
      `names ${path}, which cannot be read (${errorCode(error)}); create it or let Sluice read it`,
    );
  }
}

const failed = (complaint: string): ResolvedText => ({ text: '', secrets: [], complaints: [complaint] });

function locate(written: string, env: Environment, directory: string): string {
  const path = expandHome(written, env);
  if (isAbsolute(path)) return path;
  const credentials = env.CREDENTIALS_DIRECTORY;
  if (credentials !== undefined && existsSync(join(credentials, path))) return join(credentials, path);
  return join(directory, path);
}
