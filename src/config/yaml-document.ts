import { createRequire } from 'node:module';
import type { Document, Node, Pair, YAMLError } from 'yaml';
import { dotted, type KeyPath } from './key-path.ts';
import { LineIndex } from './line-index.ts';
import {
  DEPTH_MAX,
  prototypeKey,
  type SourceDocument,
  type SyntaxFault,
  tooDeep,
} from './source-document.ts';

type Yaml = typeof import('yaml');

/** Loaded only when there is a YAML file: the library takes 30 ms, a tenth of a quick start. */
const loadYaml = (): Yaml => createRequire(import.meta.url)('yaml') as Yaml;

/** Reads YAML 1.2, with anchors and merge keys. */
export function readYamlDocument(file: string, text: string): SourceDocument {
  const yaml = loadYaml();
  const lines = new LineIndex(text);
  const faults: SyntaxFault[] = [];
  const document = parseDeep(yaml, text);
  const value = document === undefined ? undefined : plainValue(document, faults);
  if (document === undefined) faults.push({ place: undefined, key: '', message: tooDeep });
  for (const error of [...(document?.errors ?? []), ...(document?.warnings ?? [])]) {
    faults.push(asFault(error, lines));
  }
  return {
    file,
    value: value ?? (document?.errors.length === 0 ? {} : undefined),
    faults,
    placeOf: (path) => (document === undefined ? undefined : placeIn(yaml, document, path, lines)),
  };
}

function parseDeep(yaml: Yaml, text: string): Document.Parsed | undefined {
  try {
    return yaml.parseDocument(text, { merge: true, prettyErrors: false, logLevel: 'error', version: '1.2' });
  } catch {
    return undefined;
  }
}

/** The value as plain data; whatever JSON has no word for (dates, sets, cycles) is a fault. */
function plainValue(document: Document.Parsed, faults: SyntaxFault[]): unknown {
  if (document.errors.length > 0) return undefined;
  try {
    return copyPlain(document.toJS({ maxAliasCount: 1000 }), [], faults);
  } catch {
    const message = 'uses anchors in a way that cannot be followed; write the values out';
    faults.push({ place: undefined, key: '', message });
    return undefined;
  }
}

function copyPlain(value: unknown, path: KeyPath, faults: SyntaxFault[]): unknown {
  const fault = (message: string) => {
    faults.push({ place: undefined, key: dotted(path), message });
  };
  if (typeof value !== 'object' || value === null) return value;
  if (path.length > DEPTH_MAX) return fault(tooDeep);
  if (Array.isArray(value)) return value.map((item, at) => copyPlain(item, [...path, at], faults));
  if (Object.getPrototypeOf(value) !== Object.prototype)
    return fault('is of a kind JSON does not know; write it as text');
  if (Object.hasOwn(value, '__proto__')) return fault(prototypeKey);
  const entries = Object.entries(value).map(([key, item]) => [key, copyPlain(item, [...path, key], faults)]);
  return Object.fromEntries(entries);
}

function placeIn(yaml: Yaml, document: Document.Parsed, path: KeyPath, lines: LineIndex) {
  let node: unknown = document.contents;
  let offset = rangeStart(node) ?? 0;
  for (const step of path) {
    const inside: unknown = yaml.isAlias(node) ? node.resolve(document) : node;
    const next = stepInto(yaml, inside, step);
    if (next === undefined) break;
    offset = rangeStart(next.at) ?? offset;
    node = next.value;
  }
  return lines.placeOf(offset);
}

/** A key's place is where the key stands, a list item's where it begins. */
function stepInto(yaml: Yaml, node: unknown, step: string | number) {
  if (yaml.isSeq(node)) {
    const item = node.items[Number(step)];
    return item === undefined ? undefined : { at: item, value: item };
  }
  if (!yaml.isMap(node)) return undefined;
  const pair: Pair | undefined = node.items.find((item) => keyText(yaml, item.key) === String(step));
  return pair === undefined ? undefined : { at: pair.key, value: pair.value };
}

const keyText = (yaml: Yaml, key: unknown): string => String(yaml.isScalar(key) ? key.value : key);

const rangeStart = (node: unknown): number | undefined => (node as Node | null)?.range?.[0];

/** The parser's codes in words that say what to do. Its own messages quote the text, which may be a secret. */
const remedies: Readonly<Record<string, string>> = {
  BAD_INDENT: 'indentation does not fit the lines around it',
  BLOCK_AS_IMPLICIT_KEY: 'a key must be followed by a line of its own or a value; check the indentation',
  DUPLICATE_KEY: 'this key is written twice; keep one of them',
  MISSING_CHAR: 'a quote, bracket or comma is missing here',
  MULTILINE_IMPLICIT_KEY: 'a key must fit on one line; is a colon missing?',
  MULTIPLE_DOCS: 'only one document per file; remove the line ---',
  TAB_AS_INDENT: 'indent with spaces, not with tabs',
  TAG_RESOLVE_FAILED: 'tags beginning with ! are not understood; remove it',
  BAD_ALIAS: 'an alias * needs its anchor & before it',
  BAD_DIRECTIVE: 'lines beginning with % are not understood; remove it',
  BAD_DQ_ESCAPE: 'this escape is unknown; write \\\\ for a backslash',
  BAD_SCALAR_START: 'text that begins so needs quotes',
};

function asFault(error: YAMLError, lines: LineIndex): SyntaxFault {
  const remedy = remedies[error.code] ?? 'this cannot be read; check quotes, colons and indentation';
  return { place: lines.placeOf(error.pos[0]), key: '', message: `is not valid YAML: ${remedy}` };
}
