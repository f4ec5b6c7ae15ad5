import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';

/** How many nodes may be written, with definitions put in place of their names: enough for any honest schema, too few for a bomb. */
const NODES_MAX = 4000;
const DEPTH_MAX = 40;

/** Where one is inside a schema: the references that led here, so that a circle is noticed. */
export interface Trail {
  readonly refs: readonly string[];
  readonly depth: number;
}

export const start: Trail = { refs: [], depth: 0 };

export interface Inlined {
  readonly schema: JsonObject;
  readonly trail: Trail;
}

/** Finds what the references of one JSON schema point to (`#/$defs/Pet`, or any other place in it). */
export class SchemaRefs {
  readonly #root: JsonValue;
  #nodes = 0;

  constructor(root: JsonValue) {
    this.#root = root;
  }

  /**
   * The node with its reference put in place, its own members over those of what it points to. Undefined where
   * that cannot be done: a circle, a place that is not there, or more than anybody can mean.
   */
  inline(node: JsonObject, trail: Trail): Inlined | undefined {
    if (trail.depth > DEPTH_MAX || ++this.#nodes > NODES_MAX) return undefined;
    const ref = node['$ref'];
    if (typeof ref !== 'string') return { schema: node, trail: { ...trail, depth: trail.depth + 1 } };
    if (trail.refs.includes(ref)) return undefined;
    const target = this.#target(ref);
    if (!isJsonObject(target)) return undefined;
    const { $ref: _, ...own } = node;
    return this.inline({ ...target, ...own }, { refs: [...trail.refs, ref], depth: trail.depth + 1 });
  }

  #target(ref: string): JsonValue | undefined {
    if (!ref.startsWith('#')) return undefined;
    let place: JsonValue | undefined = this.#root;
    for (const step of ref.slice(1).split('/').slice(1)) place = childOf(place, unescaped(step));
    return place;
  }
}

function childOf(place: JsonValue | undefined, step: string): JsonValue | undefined {
  if (Array.isArray(place)) return (place as readonly JsonValue[])[Number(step)];
  return isJsonObject(place) && Object.hasOwn(place, step) ? place[step] : undefined;
}

function unescaped(step: string): string {
  return step.replaceAll('%24', '$').replaceAll('~1', '/').replaceAll('~0', '~');
}
