import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { dotted, type KeyPath } from './key-path.ts';
import { LineIndex } from './line-index.ts';
import {
  DEPTH_MAX,
  prototypeKey,
  type SourceDocument,
  type SyntaxFault,
  tooDeep,
} from './source-document.ts';

/** Reads JSON with comments and trailing commas. */
export function readJsonDocument(file: string, text: string): SourceDocument {
  const lines = new LineIndex(text);
  const errors: ParseError[] = [];
  const tree = parseDeep(text, errors);
  if (tree === 'too deep') return unreadable(file, tooDeep);
  const builder = new ValueBuilder(lines);
  const value = tree === undefined ? {} : builder.build(tree, []);
  const faults = errors.map((error) => asFault(error, lines));
  return {
    file,
    value,
    faults: [...faults, ...builder.faults],
    placeOf: (path) => (tree === undefined ? undefined : lines.placeOf(nodeNear(tree, path).offset)),
  };
}

function parseDeep(text: string, errors: ParseError[]): Node | undefined | 'too deep' {
  try {
    return parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: true });
  } catch {
    return 'too deep';
  }
}

const unreadable = (file: string, message: string): SourceDocument => ({
  file,
  value: undefined,
  faults: [{ place: undefined, key: '', message }],
  placeOf: () => undefined,
});

/** Builds the value from the tree, so that no key is lost or absorbed unseen. */
class ValueBuilder {
  readonly faults: SyntaxFault[] = [];
  readonly #lines: LineIndex;

  constructor(lines: LineIndex) {
    this.#lines = lines;
  }

  build(node: Node, path: KeyPath): unknown {
    if (path.length > DEPTH_MAX) return this.#fault(node, path, tooDeep);
    if (node.type === 'array')
      return node.children?.map((child, at) => this.build(child, [...path, at])) ?? [];
    if (node.type === 'object') return this.#object(node, path);
    return node.value;
  }

  #object(node: Node, path: KeyPath): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    const seen = new Map<string, Node>();
    for (const property of node.children ?? []) {
      const [keyNode, valueNode] = property.children ?? [];
      if (keyNode === undefined || valueNode === undefined) continue;
      const key = String(keyNode.value);
      const inner = [...path, key];
      const first = seen.get(key);
      if (key === '__proto__') this.#fault(keyNode, inner, prototypeKey);
      else if (first !== undefined) this.#fault(keyNode, inner, this.#twice(first));
      else object[key] = this.build(valueNode, inner);
      seen.set(key, keyNode);
    }
    return object;
  }

  #twice(first: Node): string {
    return `is written twice, first in line ${this.#lines.placeOf(first.offset).line}; keep one of them`;
  }

  #fault(node: Node, path: KeyPath, message: string): undefined {
    this.faults.push({ place: this.#lines.placeOf(node.offset), key: dotted(path), message });
  }
}

/** The node of the key at `path`, or of the closest thing around it. */
function nodeNear(tree: Node, path: KeyPath): Node {
  let node = tree;
  for (const step of path) {
    const inside = contentOf(node);
    const next =
      typeof step === 'number'
        ? inside?.children?.[step]
        : inside?.children?.find((property) => property.children?.[0]?.value === step);
    if (next === undefined) break;
    node = next;
  }
  return node;
}

const contentOf = (node: Node): Node | undefined => (node.type === 'property' ? node.children?.[1] : node);

/** The parser's codes in words that say what to do. */
const remedies: Readonly<Record<string, string>> = {
  CommaExpected: 'a comma is missing before this',
  ColonExpected: 'a colon is missing after the key',
  CloseBraceExpected: 'a closing } is missing',
  CloseBracketExpected: 'a closing ] is missing',
  PropertyNameExpected: 'a key in double quotes is expected here',
  ValueExpected: 'a value is expected here',
  EndOfFileExpected: 'the file goes on after its end; is there a } too many?',
  InvalidCommentToken: 'only // and /* */ begin a comment',
  UnexpectedEndOfComment: 'a comment is never closed; add */',
  UnexpectedEndOfString: 'a string is never closed; add the double quote',
  InvalidSymbol: 'this is no JSON value; put text in double quotes',
  InvalidNumberFormat: 'this is no number JSON knows',
  InvalidUnicode: 'an escape \\u needs four hex digits',
  InvalidEscapeCharacter: 'this escape is unknown; write \\\\ for a backslash',
  InvalidCharacter: 'this character must be escaped',
};

function asFault(error: ParseError, lines: LineIndex): SyntaxFault {
  const remedy = remedies[printParseErrorCode(error.error)] ?? 'this cannot be read';
  return { place: lines.placeOf(error.offset), key: '', message: `is not valid JSON: ${remedy}` };
}
