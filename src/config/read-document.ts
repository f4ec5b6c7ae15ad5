import { readFileSync, statSync } from 'node:fs';
import { readJsonDocument } from './json-document.ts';
import type { SourceDocument } from './source-document.ts';
import { readYamlDocument } from './yaml-document.ts';

const FILE_BYTES_MAX = 16 * 1024 * 1024;

/** Reads one configuration file, in the form its name ends in. What cannot be read becomes a fault, never a throw. */
export function readDocument(path: string): SourceDocument {
  const text = readText(path);
  if (typeof text !== 'string') return unreadable(path, text.fault);
  return /\.ya?ml$/i.test(path) ? readYamlDocument(path, text) : readJsonDocument(path, text);
}

function readText(path: string): string | { fault: string } {
  try {
    const stats = statSync(path);
    if (!stats.isFile()) return { fault: 'is not a file; give a .json, .yaml or .yml file' };
    if (stats.size > FILE_BYTES_MAX) return { fault: 'is larger than 16 MiB; is this the right file?' };
    // `fatal` also refuses UTF-16; the decoder drops a byte order mark by itself.
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    if (error instanceof TypeError) return { fault: 'is not UTF-8 text; save it as UTF-8' };
    return { fault: `cannot be read (${errorCode(error)}); check that it exists and who may read it` };
  }
}

/** `ENOENT` and its like; the message would do too, but repeats the path. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
}

const unreadable = (file: string, message: string): SourceDocument => ({
  file,
  value: undefined,
  faults: [{ place: undefined, key: '', message }],
  placeOf: () => undefined,
});
