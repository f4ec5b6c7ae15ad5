import { posix } from 'node:path';
import ts from 'typescript';
import { roomOf } from './floors.ts';
import { lineOf, type SourceFile, visit } from './read-source.ts';
import type { Violation } from './violation.ts';

/**
 * Nothing above `providers`, or beside `dialects`, may know a provider or a dialect by name. That is what
 * keeps one file one file: olla's lmdeploy began as a single YAML file and is named in twelve sources today.
 */
const roomsWithoutNames = [
  'config',
  'storage',
  'telemetry',
  'upstream',
  'decisions/policy',
  'decisions/routing',
  'decisions/arbitration',
  'decisions/cache',
  'decisions/allowances',
  'decisions/accounting',
  'pipeline',
  'server',
  'cli',
];

/** Names that mean something else as well. They count only as a whole literal, or not at all. */
const everydayWords: Readonly<Record<string, 'whole-literal' | 'never'>> = {
  // The name of a protocol too: paths and headers carry it whoever the provider is.
  openai: 'whole-literal',
  echo: 'whole-literal',
  modal: 'whole-literal',
  fireworks: 'whole-literal',
  // Aliases of predecessors that our own configuration and messages use in their plain sense.
  local: 'never',
  remote: 'never',
  // Cards are shared so.
  together: 'never',
};

/** Every name, alias and dialect of this tree, found where they are defined. */
export function namesOf(sources: readonly SourceFile[]): ReadonlySet<string> {
  return new Set(sources.flatMap((source) => [...catalogNames(source), ...dialectName(source.path)]));
}

function catalogNames({ path, tree }: SourceFile): string[] {
  if (!path.startsWith('providers/catalog/')) return [];
  const names = [posix.basename(path, '.ts')];
  visit(tree, (node) => {
    if (!ts.isPropertyAssignment(node) || !isMemberOfDefinition(node)) return;
    if (node.name.getText(tree) === 'name') names.push(...literalsIn(node.initializer));
    if (node.name.getText(tree) === 'aliases') names.push(...literalsIn(node.initializer));
  });
  return names;
}

/** Is this member one of `defineProvider({...})` itself, and not of something inside it? */
function isMemberOfDefinition(node: ts.PropertyAssignment): boolean {
  const call = node.parent.parent;
  return ts.isCallExpression(call) && call.expression.getText() === 'defineProvider';
}

function literalsIn(node: ts.Node): string[] {
  const found: string[] = [];
  visit(node, (inner) => {
    if (ts.isStringLiteralLike(inner)) found.push(inner.text);
  });
  return found;
}

function dialectName(path: string): string[] {
  const folder = /^dialects\/([^/]+)\//.exec(path)?.[1];
  return folder === undefined || folder.endsWith('-family') ? [] : [folder];
}

/** Checks one file for names it must not know. */
export function checkNames(source: SourceFile, names: ReadonlySet<string>): Violation[] {
  const room = roomOf(source.path);
  if (room === undefined || !roomsWithoutNames.includes(room.name)) return [];
  const found = new Map<string, Violation>();
  visit(source.tree, (node) => {
    for (const name of namesAt(node, names)) {
      const line = lineOf(source.tree, node);
      found.set(`${line} ${name}`, knows(source.path, line, name, room.name));
    }
  });
  return [...found.values()];
}

function namesAt(node: ts.Node, names: ReadonlySet<string>): string[] {
  if (ts.isIdentifier(node)) return inIdentifier(node.text, names);
  if (isImportPath(node)) return [];
  return ts.isStringLiteralLike(node) || isTemplatePart(node) ? inLiteral(node.text, names) : [];
}

/** A path is judged by the floors, and a folder may well be called after what is in it. */
function isImportPath(node: ts.Node): boolean {
  return ts.isImportDeclaration(node.parent ?? node) || ts.isExportDeclaration(node.parent ?? node);
}

function isTemplatePart(node: ts.Node): node is ts.TemplateHead | ts.TemplateMiddle | ts.TemplateTail {
  return ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node);
}

function inLiteral(text: string, names: ReadonlySet<string>): string[] {
  if (names.has(text)) return everydayWords[text] === 'never' ? [] : [text];
  return longestOnly([...names].filter((name) => isDistinctive(name) && hasWord(text, name)));
}

/** `openai-chat` in a text is one finding, not also `openai`. */
function longestOnly(found: readonly string[]): string[] {
  return found.filter((name) => !found.some((other) => other !== name && hasWord(other, name)));
}

function isDistinctive(name: string): boolean {
  return everydayWords[name] === undefined;
}

/** As a word of its own, in the spelling of the catalogue: `Ollama` in a sentence for people is no knowledge. */
function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!isWordLetter(text[at - 1]) && !isWordLetter(text[at + word.length])) return true;
  }
  return false;
}

function isWordLetter(letter: string | undefined): boolean {
  return letter !== undefined && /[A-Za-z0-9]/.test(letter);
}

/** `isOllamaLike` knows `ollama`; `readOpenaiChat` knows `openai-chat`. */
function inIdentifier(text: string, names: ReadonlySet<string>): string[] {
  const parts = `-${text
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase()}-`;
  return longestOnly([...names].filter((name) => isDistinctive(name) && parts.includes(`-${name}-`)));
}

function knows(path: string, line: number, name: string, room: string): Violation {
  return {
    file: `src/${path}`,
    line,
    rule: 'name',
    subject: name,
    message: `${room} knows "${name}" by name: it is a provider's or a dialect's`,
    instead: 'ask for a quirk, a capability or a route of the catalogue entry; add one there if none fits',
  };
}
