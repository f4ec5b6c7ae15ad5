import { inspect } from 'node:util';

/**
 * A string that cannot be printed by accident: logs, JSON, templates and the inspector all show `***`.
 * Whoever really needs the value says `reveal()`, and a search for that word finds every such place.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  /** `first4...last4`, or `***` for short ones: enough to recognise a key, too little to use it (row 000-76). */
  masked(): string {
    return this.#value.length <= 8 ? '***' : `${this.#value.slice(0, 4)}...${this.#value.slice(-4)}`;
  }

  toString(): string {
    return '***';
  }

  toJSON(): string {
    return '***';
  }

  [inspect.custom](): string {
    return 'Secret(***)';
  }
}
