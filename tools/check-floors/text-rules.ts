import ts from 'typescript';
import { lineOf, type SourceFile, visit } from './read-source.ts';
import type { Violation } from './violation.ts';

/** Rules about what is written rather than what is imported. */
export function checkTexts(source: SourceFile): Violation[] {
  const found: Violation[] = [];
  visit(source.tree, (node) => {
    const violation = checkSql(source, node) ?? checkParser(source, node);
    if (violation !== undefined) found.push(violation);
  });
  return found;
}

const sqlStart =
  /^\s*(select\s[\s\S]*\sfrom\s|insert\s+(or\s+\w+\s+)?into\s|replace\s+into\s|update\s+\S+\s+set\s|delete\s+from\s|(create|drop|alter)\s+(unique\s+|temp\s+|virtual\s+)?(table|index|view|trigger)\s|with\s+(recursive\s+)?\w+\s+as\s*\()/i;

/** SQL put together from pieces is how injections begin. Tagged templates bind their values and are welcome. */
function checkSql(source: SourceFile, node: ts.Node): Violation | undefined {
  if (source.path.startsWith('storage/migrations')) return undefined;
  const text = joinedText(node);
  if (text === undefined || !sqlStart.test(text)) return undefined;
  return {
    file: `src/${source.path}`,
    line: lineOf(source.tree, node),
    rule: 'sql',
    subject: 'template',
    message: 'SQL is built from pieces here',
    instead: 'bind values with ? or with the sql tag of the query builder',
  };
}

/** The text of an untagged template with holes, or of a sum of strings, each hole as one `?`. */
function joinedText(node: ts.Node): string | undefined {
  if (ts.isTemplateExpression(node) && !ts.isTaggedTemplateExpression(node.parent))
    return [node.head.text, ...node.templateSpans.map((span) => span.literal.text)].join(' ? ');
  if (isSum(node) && !isSum(node.parent) && !isAllLiteral(node)) return leafTexts(node).join('');
  return undefined;
}

function isSum(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken;
}

function leafTexts(node: ts.Expression): string[] {
  if (isSum(node)) return [...leafTexts(node.left), ...leafTexts(node.right)];
  return [ts.isStringLiteralLike(node) ? node.text : ' ? '];
}

function isAllLiteral(node: ts.Expression): boolean {
  return isSum(node) ? isAllLiteral(node.left) && isAllLiteral(node.right) : ts.isStringLiteralLike(node);
}

/** Node's lenient HTTP parser lets requests be smuggled; no option and no flag may turn it on. */
function checkParser(source: SourceFile, node: ts.Node): Violation | undefined {
  const isNamed =
    (ts.isIdentifier(node) || ts.isStringLiteralLike(node)) &&
    /^(--)?insecure-?HTTP-?Parser$/i.test(node.text);
  if (!isNamed) return undefined;
  return {
    file: `src/${source.path}`,
    line: lineOf(source.tree, node),
    rule: 'parser',
    subject: 'insecureHTTPParser',
    message: 'the lenient HTTP parser is never used: it is how requests are smuggled',
    instead: 'refuse the malformed request',
  };
}
