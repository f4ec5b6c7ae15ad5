import type { CallEvent } from '../../model/call-event.ts';
import { type JsonObject, objectMember, stringMember } from '../../model/json.ts';
import { FreeIds } from '../tool-use-family/free-ids.ts';

interface OpenCall {
  readonly id: string;
  /** Arguments not told yet, since they may still turn out to be none at all; undefined once they are told. */
  held: string | undefined;
}

/**
 * Reads the tool calls of one answer. Cohere's models call a tool without parameters with `""`, with `null` or
 * with no arguments at all (protocols 7, T10), so the first letters are held back until they must be something.
 */
export class ToolCallReader {
  readonly #open = new Map<number, OpenCall>();
  readonly #ids = new FreeIds();

  get hasAny(): boolean {
    return this.#ids.count > 0;
  }

  start(call: JsonObject, index: number): CallEvent[] {
    const before = this.end(index);
    const open: OpenCall = { id: this.#freeId(stringMember(call, 'id')), held: '' };
    this.#open.set(index, open);
    const called = objectMember(call, 'function') ?? {};
    const name = stringMember(called, 'name') ?? '';
    const started: CallEvent = { type: 'tool-use-start', choice: 0, id: open.id, name };
    return [...before, started, ...take(open, argumentsOf(call))];
  }

  /** Undefined: these are pieces of a call that nobody began. */
  delta(call: JsonObject, index: number): CallEvent[] | undefined {
    const open = this.#open.get(index);
    const text = argumentsOf(call);
    if (open === undefined) return text === '' ? [] : undefined;
    return take(open, text);
  }

  end(index: number): CallEvent[] {
    const open = this.#open.get(index);
    if (open === undefined) return [];
    this.#open.delete(index);
    return [...tellHeld(open), { type: 'tool-use-end', choice: 0, id: open.id }];
  }

  /** Ends what is still open. */
  endAll(): CallEvent[] {
    return [...this.#open.keys()].flatMap((index) => this.end(index));
  }

  /** Derived, not random: the same answer read twice has the same ids. */
  #freeId(wanted: string | undefined): string {
    return this.#ids.take(wanted || `call_${this.#ids.count}`);
  }
}

function take(open: OpenCall, text: string): CallEvent[] {
  if (open.held === undefined) return delta(open, text);
  const held = open.held + text;
  const isPerhapsNothing = 'null'.startsWith(held.trim());
  open.held = isPerhapsNothing ? held : undefined;
  return isPerhapsNothing ? [] : delta(open, held);
}

function tellHeld(open: OpenCall): CallEvent[] {
  if (open.held === undefined) return [];
  const text = open.held.trim();
  return delta(open, text === '' || text === 'null' ? '{}' : open.held);
}

function delta({ id }: OpenCall, text: string): CallEvent[] {
  return text === '' ? [] : [{ type: 'tool-use-delta', choice: 0, id, arguments: text }];
}

/** A string, by the book; an object that it should be the text of is taken, too. */
function argumentsOf(call: JsonObject): string {
  const value = objectMember(call, 'function')?.['arguments'];
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
