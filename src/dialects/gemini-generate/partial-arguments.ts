import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';

type Step = string | number;

/** A tree under construction. Objects have no prototype, for their names come from outside. */
type Tree = JsonValue | undefined | Tree[] | { [name: string]: Tree };

/** A hostile index would make an array of billions of holes; a hostile path, a tree nobody can print. */
const INDEX_MAX = 10_000;
const STEPS_MAX = 64;

/**
 * Arguments that Vertex streams as places and values: `$.items[0].name` is "App", then "le" (protocols 4.4).
 * They are put together here; a place nobody can mean is passed over.
 */
export class PartialArguments {
  #root: { [name: string]: Tree };

  constructor(known: JsonObject | undefined) {
    this.#root = Object.assign(Object.create(null), known);
  }

  take(piece: JsonValue): void {
    if (!isJsonObject(piece) || typeof piece['jsonPath'] !== 'string') return;
    const steps = stepsOf(piece['jsonPath']);
    const value = valueIn(piece);
    if (steps === undefined || value === undefined) return;
    this.#root = grown(this.#root, steps, 0, value) as { [name: string]: Tree };
  }

  text(): string {
    return JSON.stringify(this.#root);
  }
}

function grown(tree: Tree, steps: readonly Step[], at: number, value: JsonValue): Tree {
  const step = steps[at];
  if (step === undefined) return typeof tree === 'string' && typeof value === 'string' ? tree + value : value;
  if (typeof step === 'number') {
    const list: Tree[] = Array.isArray(tree) ? (tree as Tree[]) : [];
    list[step] = grown(list[step], steps, at + 1, value);
    return list;
  }
  const object: { [name: string]: Tree } = isTree(tree) ? tree : Object.create(null);
  object[step] = grown(object[step], steps, at + 1, value);
  return object;
}

function isTree(tree: Tree): tree is { [name: string]: Tree } {
  return typeof tree === 'object' && tree !== null && !Array.isArray(tree);
}

function valueIn(piece: JsonObject): JsonValue | undefined {
  const { stringValue, numberValue, boolValue } = piece;
  if (typeof stringValue === 'string') return stringValue;
  if (typeof numberValue === 'number') return numberValue;
  if (typeof boolValue === 'boolean') return boolValue;
  return piece['nullValue'] === undefined ? undefined : null;
}

const stepPattern = /\.([^.[\]]+)|\[(\d{1,5})\]|\[(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\]/y;

/** `$.a[0]['b.c']` → a, 0, b.c. */
function stepsOf(path: string): Step[] | undefined {
  if (!path.startsWith('$')) return undefined;
  const steps: Step[] = [];
  stepPattern.lastIndex = 1;
  while (stepPattern.lastIndex < path.length) {
    const found = stepPattern.exec(path);
    if (found === null || steps.length >= STEPS_MAX) return undefined;
    const step = found[2] === undefined ? nameOf(found) : Number(found[2]);
    if (typeof step === 'number' && step > INDEX_MAX) return undefined;
    steps.push(step);
  }
  return typeof steps[0] === 'string' ? steps : undefined;
}

function nameOf([, plain, , single, double]: RegExpExecArray): string {
  return plain ?? (single ?? double ?? '').replace(/\\(.)/g, '$1');
}
