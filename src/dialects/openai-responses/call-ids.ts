import { fingerprint } from '../../model/stable-hash.ts';

/** What every server takes for an id (protocols 10.12). */
const fitting = /^[A-Za-z0-9_-]{1,64}$/;

interface Waiting {
  readonly id: string;
  readonly written: string;
}

/**
 * The ids of tool uses in one history, as they may be written. An id that does not fit is derived from its text,
 * so that the same history always has the same bytes; a second use of an id gets a number, and its result with it.
 */
export class CallIds {
  readonly #counts = new Map<string, number>();
  readonly #waiting: Waiting[] = [];

  /** The id of the next tool use. */
  use(id: string): string {
    const fit = asFitting(id);
    const count = (this.#counts.get(fit) ?? 0) + 1;
    this.#counts.set(fit, count);
    const written = count === 1 ? fit : `${fit.slice(0, 56)}-${count}`;
    this.#waiting.push({ id, written });
    return written;
  }

  /** The tool use that this result answers: the one waiting longest of that id, or of all where it names none. */
  answer(id: string | undefined): string {
    const at = this.#waiting.findIndex((use) => id === undefined || use.id === id);
    const [found] = at < 0 ? [] : this.#waiting.splice(at, 1);
    return found?.written ?? asFitting(id ?? 'unknown');
  }
}

function asFitting(id: string): string {
  return fitting.test(id) ? id : `call_${fingerprint(id)}`;
}
