import ts from 'typescript';
import { roomOf } from './floors.ts';
import {
  builtInsOf,
  builtInUsers,
  clientNames,
  clientUsers,
  isAmong,
  type Permission,
  permissions,
} from './permissions.ts';
import { type Import, lineOf, type SourceFile, visit } from './read-source.ts';
import type { Violation } from './violation.ts';

/** Checks packages, built-ins and globals of one file against the list of permissions. */
export function checkPermissions(source: SourceFile): Violation[] {
  return [...source.imports.flatMap((found) => checkPackage(source, found)), ...checkGlobals(source)];
}

function checkPackage(source: SourceFile, found: Import): Violation[] {
  const { specifier, target } = found;
  if (specifier === undefined || target !== undefined) return [];
  const name = withNodePrefix(specifier);
  const instead =
    refusalOf(source.path, name, found.names) ??
    builtInRefusal(source.path, name) ??
    clientRefusal(source.path, name, found.names);
  return instead === undefined ? [] : [refused(source, found.line, name, instead)];
}

/** `fs` and `node:fs` are the same; lint wants the prefix, this check must not depend on that. */
function withNodePrefix(specifier: string): string {
  return builtIns.has(specifier.split('/')[0] ?? '') ? `node:${specifier}` : specifier;
}

const builtIns = new Set(
  permissions
    .flatMap(({ packages = [] }) => packages)
    .flatMap((name) => (name.startsWith('node:') ? [name.slice(5).split('/')[0] ?? ''] : [])),
);

function refusalOf(path: string, name: string, names: readonly string[]): string | undefined {
  const rule = permissions.find(({ packages = [] }) => packages.some((pattern) => covers(pattern, name)));
  if (rule === undefined || isAmong(path, rule.who) || isPure(rule, names)) return undefined;
  return rule.instead;
}

function isPure({ pureNames = [] }: Permission, names: readonly string[]): boolean {
  return names.length > 0 && names.every((name) => pureNames.includes(name));
}

function covers(pattern: string, name: string): boolean {
  return pattern.endsWith('/*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

function builtInRefusal(path: string, name: string): string | undefined {
  const allowed = builtInsOf[roomOf(path)?.name ?? ''];
  if (allowed === undefined || !name.startsWith('node:')) return undefined;
  if (allowed.includes(name) || builtInUsers.includes(path)) return undefined;
  return 'this room is data and pure functions; let a higher floor touch the machine';
}

function clientRefusal(path: string, name: string, names: readonly string[]): string | undefined {
  if (!/^node:https?$/.test(name) || isAmong(path, clientUsers)) return undefined;
  const isClient = names.some((one) => clientNames.includes(one));
  return isClient ? 'only src/upstream calls out (and cli/admin-client.ts to its own daemon)' : undefined;
}

/** Every use of a global that the list names, unless the file declares a binding of that name itself. */
function checkGlobals(source: SourceFile): Violation[] {
  const own = declaredNames(source.tree);
  const found: Violation[] = [];
  visit(source.tree, (node) => {
    const name = globalOf(node);
    if (name === undefined || own.has(name.split(/[.( ]/)[0] ?? '')) return;
    const rule = permissions.find(({ globals = [] }) => globals.includes(name));
    if (rule === undefined || isAmong(source.path, rule.who)) return;
    found.push(refused(source, lineOf(source.tree, node), name, rule.instead));
  });
  return found;
}

/** `fetch`, `Date.now`, `new Date()`, …: how the list would spell what stands here. */
function globalOf(node: ts.Node): string | undefined {
  if (ts.isNewExpression(node) && isNamed(node.expression, 'Date') && (node.arguments ?? []).length === 0)
    return 'new Date()';
  if (ts.isCallExpression(node) && isNamed(node.expression, 'Date')) return 'Date()';
  if (ts.isVariableDeclaration(node) || ts.isParameter(node)) return destructuredEnv(node);
  if (ts.isPropertyAccessExpression(node)) return memberName(node.expression, node.name.text);
  if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression))
    return memberName(node.expression, node.argumentExpression.text);
  return ts.isIdentifier(node) && isReference(node) ? node.text : undefined;
}

/** `globalThis.fetch` is `fetch`, and `globalThis.process.env` is `process.env`. */
function memberName(object: ts.Expression, member: string): string | undefined {
  if (isNamed(object, 'globalThis') || isNamed(object, 'global')) return member;
  if (ts.isIdentifier(object)) return `${object.text}.${member}`;
  if (ts.isPropertyAccessExpression(object)) {
    const outer = memberName(object.expression, object.name.text);
    return outer === object.name.text ? `${outer}.${member}` : undefined;
  }
  return undefined;
}

/** `const { env } = process` reads the environment as well. */
function destructuredEnv(node: ts.VariableDeclaration | ts.ParameterDeclaration): string | undefined {
  if (!ts.isObjectBindingPattern(node.name) || node.initializer === undefined) return undefined;
  if (!ts.isIdentifier(node.initializer)) return undefined;
  const object = node.initializer.text;
  const members = node.name.elements.map((element) => (element.propertyName ?? element.name).getText());
  const spelled = members.map((member) => (object === 'globalThis' ? member : `${object}.${member}`));
  return spelled.find((name) => permissions.some(({ globals = [] }) => globals.includes(name)));
}

function isNamed(node: ts.Node, name: string): boolean {
  return ts.isIdentifier(node) && node.text === name;
}

/** Is this identifier a use of a variable, and not the name of a member, a type member or an import? */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) || ts.isQualifiedName(parent))
    return parent.getChildAt(0) === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isBindingElement(parent)) return parent.initializer === node;
  if (ts.isTypeReferenceNode(parent) || ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent))
    return false;
  return !(hasName(parent) && parent.name === node) || ts.isShorthandPropertyAssignment(parent);
}

function hasName(node: ts.Node): node is ts.Node & { readonly name: ts.Node | undefined } {
  return 'name' in node;
}

/** Every name this file binds: a parameter called `fetch` is no door to the network. */
function declaredNames(tree: ts.SourceFile): ReadonlySet<string> {
  const names = new Set<string>();
  visit(tree, (node) => {
    const isBinding =
      ts.isVariableDeclaration(node) ||
      ts.isParameter(node) ||
      ts.isBindingElement(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isClassDeclaration(node) ||
      ts.isImportSpecifier(node) ||
      ts.isImportClause(node) ||
      ts.isNamespaceImport(node);
    if (isBinding && node.name !== undefined && ts.isIdentifier(node.name)) names.add(node.name.text);
  });
  return names;
}

function refused(source: SourceFile, line: number, subject: string, instead: string): Violation {
  const message = `${roomOf(source.path)?.name ?? source.path} may not touch ${subject}`;
  return { file: `src/${source.path}`, line, rule: 'permission', subject, message, instead };
}
