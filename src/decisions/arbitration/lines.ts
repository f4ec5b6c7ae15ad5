import { Line, type Linked } from './line.ts';

interface Named {
  readonly priority: number;
  readonly request: { readonly appId: string };
}

/** What the lines need of those who stand in them. */
export interface Standing<T extends Linked<T>> extends Linked<T>, Named {
  /** Where it stands; theirs to write. */
  line: Line<T> | undefined;
}

/**
 * All who wait for the same slots and the same model, in one line for each app and priority: within a line nothing
 * but the order of arrival can ever matter, so only its first need be looked at.
 */
export class Lines<T extends Standing<T>> {
  readonly #lines = new Map<string, Line<T>>();
  #length = 0;

  /** How many wait in all of them. */
  get length(): number {
    return this.#length;
  }

  /** How many stand before somebody who comes now. */
  lengthFor(ticket: T): number {
    return this.#lines.get(nameOf(ticket))?.length ?? 0;
  }

  append(ticket: T): void {
    const name = nameOf(ticket);
    let line = this.#lines.get(name);
    if (line === undefined) {
      line = new Line();
      this.#lines.set(name, line);
    }
    line.append(ticket);
    ticket.line = line;
    this.#length++;
  }

  remove(ticket: T): void {
    const { line } = ticket;
    if (line === undefined) return;
    line.remove(ticket);
    ticket.line = undefined;
    this.#length--;
    if (line.first === undefined) this.#lines.delete(nameOf(ticket));
  }
}

function nameOf({ priority, request }: Named): string {
  return `${priority} ${request.appId}`;
}
