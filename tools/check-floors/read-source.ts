import { posix } from 'node:path';
import ts from 'typescript';

/** One import, re-export, `import()` or `require()` of a file. */
export interface Import {
  readonly line: number;
  /** As written: `../model/call.ts`, `node:fs`, `fastify`. Undefined = computed at run time. */
  readonly specifier: string | undefined;
  /** Relative imports resolved against the file, relative to `src`: `model/call.ts`. */
  readonly target: string | undefined;
  /** The imported names; `*` for a namespace, `default` for a default import. */
  readonly names: readonly string[];
  readonly isTypeOnly: boolean;
}

export interface SourceFile {
  /** Relative to `src`. */
  readonly path: string;
  readonly tree: ts.SourceFile;
  readonly imports: readonly Import[];
}

export function parseSource(path: string, text: string): SourceFile {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true, ts.ScriptKind.TS);
  const imports: Import[] = [];
  visit(tree, (node) => {
    const found = readImport(path, tree, node);
    if (found !== undefined) imports.push(found);
  });
  return { path, tree, imports };
}

/** Calls back for every node of a tree, parents first. */
export function visit(node: ts.Node, callback: (node: ts.Node) => void): void {
  callback(node);
  ts.forEachChild(node, (child) => visit(child, callback));
}

export function lineOf(tree: ts.SourceFile, node: ts.Node): number {
  return tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1;
}

function readImport(path: string, tree: ts.SourceFile, node: ts.Node): Import | undefined {
  const found = importParts(node);
  if (found === undefined) return undefined;
  const { specifier, names, isTypeOnly } = found;
  return { line: lineOf(tree, node), specifier, target: targetOf(path, specifier), names, isTypeOnly };
}

type ImportParts = Pick<Import, 'specifier' | 'names' | 'isTypeOnly'>;

function importParts(node: ts.Node): ImportParts | undefined {
  if (ts.isImportDeclaration(node)) return declarationParts(node);
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) return exportParts(node);
  if (ts.isImportTypeNode(node)) {
    const text = ts.isLiteralTypeNode(node.argument) ? textOf(node.argument.literal) : undefined;
    return { specifier: text, names: ['*'], isTypeOnly: true };
  }
  if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference))
    return { specifier: textOf(node.moduleReference.expression), names: ['*'], isTypeOnly: node.isTypeOnly };
  if (ts.isCallExpression(node) && isImporter(node.expression))
    return { specifier: textOf(node.arguments[0]), names: ['*'], isTypeOnly: false };
  if (ts.isCallExpression(node) && isHiddenRequire(node))
    return { specifier: undefined, names: ['*'], isTypeOnly: false };
  return undefined;
}

/** `import(…)`, `require(…)`, `createRequire(…)(…)` and `process.getBuiltinModule(…)`. */
function isImporter(callee: ts.Expression): boolean {
  if (ts.isPropertyAccessExpression(callee)) return callee.name.text === 'getBuiltinModule';
  if (ts.isCallExpression(callee)) return isNamed(callee.expression, 'createRequire');
  return callee.kind === ts.SyntaxKind.ImportKeyword || isNamed(callee, 'require');
}

/** A `require` that is handed on under another name imports what nobody can follow. */
function isHiddenRequire(node: ts.CallExpression): boolean {
  if (!isNamed(node.expression, 'createRequire')) return false;
  const { parent } = node;
  if (ts.isCallExpression(parent)) return parent.expression !== node;
  return !(ts.isVariableDeclaration(parent) && isNamed(parent.name, 'require'));
}

function isNamed(node: ts.Node, name: string): boolean {
  return ts.isIdentifier(node) && node.text === name;
}

function declarationParts(node: ts.ImportDeclaration): ImportParts {
  const clause = node.importClause;
  const bindings = clause?.namedBindings;
  const named = bindings === undefined || ts.isNamespaceImport(bindings) ? [] : [...bindings.elements];
  const names = named.map((element) => (element.propertyName ?? element.name).text);
  if (clause?.name !== undefined) names.push('default');
  if (bindings !== undefined && ts.isNamespaceImport(bindings)) names.push('*');
  const allTypes = named.length > 0 && clause?.name === undefined && named.every((one) => one.isTypeOnly);
  const isTypeOnly = clause?.phaseModifier === ts.SyntaxKind.TypeKeyword || allTypes;
  return { specifier: textOf(node.moduleSpecifier), names, isTypeOnly };
}

function exportParts(node: ts.ExportDeclaration): ImportParts {
  const clause = node.exportClause;
  const names =
    clause !== undefined && ts.isNamedExports(clause)
      ? clause.elements.map((element) => (element.propertyName ?? element.name).text)
      : ['*'];
  return { specifier: textOf(node.moduleSpecifier), names, isTypeOnly: node.isTypeOnly };
}

function textOf(node: ts.Node | undefined): string | undefined {
  return node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined;
}

function targetOf(path: string, specifier: string | undefined): string | undefined {
  if (specifier === undefined || !/^\.{1,2}(\/|$)/.test(specifier)) return undefined;
  return posix.normalize(posix.join(posix.dirname(path), specifier)).replace(/\.js$/, '.ts');
}
