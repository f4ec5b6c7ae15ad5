import { FreeIds } from '../tool-use-family/free-ids.ts';

interface Waiting {
  /** As the client wrote it. */
  readonly wireId: string | undefined;
  readonly id: string;
  readonly name: string;
}

/**
 * Which response answers which function call of a talk. Google's calls need no ids: then the name tells, and
 * among equals the order. Ids that are missing come from the place, so that the same history always has the
 * same ones and prompt caches hold (protocols 10.11); an id given twice is made unique (10.12).
 */
export class ToolTurns {
  readonly #ids = new FreeIds();
  readonly #waiting: Waiting[] = [];

  /** A function call; answers the id it goes by. `place` is where it stands, as in `2_0`. */
  called(wireId: string | undefined, name: string, place: string): string {
    const id = this.#ids.take(wireId || `call_${place}`);
    this.#waiting.push({ wireId: wireId || undefined, id, name });
    return id;
  }

  /** A function's response; answers the id of the call it is for. */
  answered(wireId: string | undefined, name: string, place: string): string {
    const call = this.#find(wireId || undefined, name);
    if (call === undefined) return wireId || `call_${place}`;
    this.#waiting.splice(this.#waiting.indexOf(call), 1);
    return call.id;
  }

  #find(wireId: string | undefined, name: string): Waiting | undefined {
    const byId = wireId === undefined ? undefined : this.#waiting.find((call) => call.wireId === wireId);
    return byId ?? this.#waiting.find((call) => call.name === name) ?? this.#only();
  }

  /** A lone call that waits is meant even by a response with another name. */
  #only(): Waiting | undefined {
    return this.#waiting.length === 1 ? this.#waiting[0] : undefined;
  }
}
