import {
  arrayMember,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  stringMember,
} from '../../model/json.ts';

/** A tool as the client that declared it calls it. */
export interface RequestedTool {
  readonly name: string;
  /** The namespace tool that holds it; clients that use namespaces look a call up by both. */
  readonly namespace: string | undefined;
  readonly isCustom: boolean;
}

/** No backend takes a longer name of a tool. */
const NAME_MAX = 64;

/**
 * The tools of a request, under the names this house gives them. Inside it every tool is a plain function, and
 * no two may share a name; an answer must speak of a tool as the client declared it. A name that is taken gets
 * its namespace in front, the same way every time, for history and answers are read by it.
 */
export class RequestedTools {
  readonly #tools = new Map<string, RequestedTool>();
  readonly #houseNames = new Map<string, string>();

  constructor(request: JsonObject) {
    const declared = arrayMember(request, 'tools') ?? [];
    // What stands outside of every namespace keeps its name, wherever it stands.
    this.#addFunctions(declared, undefined);
    this.#addNamespaces(declared);
  }

  /** The tool this house calls by that name, as the client declared it. */
  find(houseName: string): RequestedTool | undefined {
    return this.#tools.get(houseName);
  }

  /** What this house calls the client's tool; a tool nobody declared keeps its name. */
  houseName(name: string, namespace: string | undefined): string {
    return this.#houseNames.get(keyOf(name, namespace)) ?? name;
  }

  #addNamespaces(declared: readonly JsonValue[]): void {
    for (const tool of declared) {
      if (!isJsonObject(tool) || tool['type'] !== 'namespace') continue;
      const inner = arrayMember(tool, 'tools') ?? [];
      this.#addFunctions(inner, stringMember(tool, 'name'));
      this.#addNamespaces(inner);
    }
  }

  #addFunctions(declared: readonly JsonValue[], namespace: string | undefined): void {
    for (const tool of declared) {
      if (!isJsonObject(tool) || tool['type'] === 'namespace') continue;
      const name = stringMember(tool, 'name');
      if (name !== undefined) this.#add({ name, namespace, isCustom: tool['type'] === 'custom' });
    }
  }

  /** A name that stands twice in one place is taken to be the first. */
  #add(tool: RequestedTool): void {
    const key = keyOf(tool.name, tool.namespace);
    if (this.#houseNames.has(key)) return;
    const houseName = this.#freeName(tool);
    this.#houseNames.set(key, houseName);
    this.#tools.set(houseName, tool);
  }

  #freeName({ name, namespace }: RequestedTool): string {
    if (!this.#tools.has(name)) return name;
    const full = `${namespace}__${name}`.slice(-NAME_MAX);
    for (let count = 1; ; count++) {
      const candidate = count === 1 ? full : `${full.slice(0, NAME_MAX - 8)}_${count}`;
      if (!this.#tools.has(candidate)) return candidate;
    }
  }
}

/** No name of a namespace can look like another's name and tool together: JSON keeps them apart. */
function keyOf(name: string, namespace: string | undefined): string {
  return JSON.stringify([namespace, name]);
}
