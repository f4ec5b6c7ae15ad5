import type { Call, GenerationCall, Message, Part } from '../model/call.ts';
import type { CallEvent } from '../model/call-event.ts';

/**
 * Tools whose names the backend's dialect would refuse (dots, a hundred letters) go there under other names, in the
 * history too, and come back under their own (protocols 10.4). The new names are made of the old ones alone, so
 * that the same talk always looks the same to a prompt cache.
 */
export class ToolNames {
  readonly #thereByHere = new Map<string, string>();
  readonly #hereByThere = new Map<string, string>();

  /** Undefined if every name will do. */
  static for(call: Call, accepted: RegExp | undefined): ToolNames | undefined {
    if (accepted === undefined || call.kind !== 'generation') return undefined;
    const names = namesIn(call);
    if (names.every((name) => accepted.test(name))) return undefined;
    return new ToolNames(names, accepted);
  }

  private constructor(names: readonly string[], accepted: RegExp) {
    const free = new FreeNames(names.filter((name) => accepted.test(name)));
    for (const name of new Set(names)) {
      if (!accepted.test(name)) this.#add(name, free.like(name));
    }
  }

  /** The call as the backend may see it. */
  rename(call: Call): Call {
    if (call.kind !== 'generation') return call;
    const { toolChoice } = call;
    const forced =
      toolChoice?.name === undefined ? toolChoice : { ...toolChoice, name: this.#there(toolChoice.name) };
    return {
      ...call,
      tools: call.tools.map((tool) => ({ ...tool, name: this.#there(tool.name) })),
      toolChoice: forced,
      messages: call.messages.map((message) => this.#renamed(message)),
    };
  }

  /** The event as the client must see it. */
  restore(event: CallEvent): CallEvent {
    if (event.type !== 'tool-use-start') return event;
    const here = this.#hereByThere.get(event.name);
    return here === undefined ? event : { ...event, name: here };
  }

  #renamed(message: Message): Message {
    const parts = message.parts.map(
      (part): Part => (part.type === 'tool-use' ? { ...part, name: this.#there(part.name) } : part),
    );
    const isResult = message.role === 'tool' && message.name !== undefined;
    return { ...message, parts, ...(isResult && { name: this.#there(message.name ?? '') }) };
  }

  #there(name: string): string {
    return this.#thereByHere.get(name) ?? name;
  }

  #add(here: string, there: string): void {
    this.#thereByHere.set(here, there);
    this.#hereByThere.set(there, here);
  }
}

function namesIn(call: GenerationCall): string[] {
  const used = call.messages.flatMap(({ parts }) =>
    parts.flatMap((part) => (part.type === 'tool-use' ? part.name : [])),
  );
  return [...call.tools.map((tool) => tool.name), ...used];
}

/** Short enough for every dialect, with room for a number. */
const NAME_MAX = 56;

class FreeNames {
  readonly #taken: Set<string>;
  /** How many were made of each stem: thousands that look alike must not each count from the start. */
  readonly #copies = new Map<string, number>();

  constructor(taken: readonly string[]) {
    this.#taken = new Set(taken);
  }

  /** The name with every odd character replaced; a number behind it where that is taken. */
  like(name: string): string {
    const stem = `t_${name.replace(/[^A-Za-z0-9_]/g, '_')}`.slice(0, NAME_MAX);
    let free = stem;
    let copy = this.#copies.get(stem) ?? 1;
    while (this.#taken.has(free)) free = `${stem}_${++copy}`;
    this.#copies.set(stem, copy);
    this.#taken.add(free);
    return free;
  }
}
