import type { CallEvent } from '../../model/call-event.ts';
import { arrayMember, type JsonObject, objectMember, stringMember } from '../../model/json.ts';
import type { Signature } from '../../model/signature.ts';
import { PartialArguments } from './partial-arguments.ts';

interface OpenCall {
  readonly id: string;
  readonly arguments: PartialArguments;
}

/**
 * Reads the function calls of one candidate. Google sends them whole; Vertex, if asked to, in pieces: a name,
 * then places and values, then an empty call (protocols 4.4) - or none, and the next thing ends it.
 */
export class ToolCallReader {
  readonly #choice: number;
  readonly #newId: (wireId: string | undefined, name: string) => string;
  #open: OpenCall | undefined;
  #hasAny = false;

  constructor(choice: number, newId: (wireId: string | undefined, name: string) => string) {
    this.#choice = choice;
    this.#newId = newId;
  }

  get hasAny(): boolean {
    return this.#hasAny;
  }

  take(call: JsonObject, signature: Signature | undefined): CallEvent[] {
    const name = stringMember(call, 'name');
    const before = name ? [...this.end(), ...this.#begin(call, name, signature)] : [];
    this.#collect(call);
    return call['willContinue'] === true ? before : [...before, ...this.end()];
  }

  /** Closes the call that is open, if one is. */
  end(): CallEvent[] {
    const call = this.#open;
    if (call === undefined) return [];
    this.#open = undefined;
    return [
      { type: 'tool-use-delta', choice: this.#choice, id: call.id, arguments: call.arguments.text() },
      { type: 'tool-use-end', choice: this.#choice, id: call.id },
    ];
  }

  /** A call without `args` has none, which is `{}`. */
  #begin(call: JsonObject, name: string, signature: Signature | undefined): CallEvent[] {
    const id = this.#newId(stringMember(call, 'id') || undefined, name);
    this.#open = { id, arguments: new PartialArguments(objectMember(call, 'args')) };
    this.#hasAny = true;
    return [{ type: 'tool-use-start', choice: this.#choice, id, name, signature }];
  }

  #collect(call: JsonObject): void {
    for (const piece of arrayMember(call, 'partialArgs') ?? []) this.#open?.arguments.take(piece);
  }
}
