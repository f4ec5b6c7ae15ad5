import { mayBecomeCalls } from './printed-calls.ts';

/** Longer calls are not printed; a longer text is let go. */
const HELD_MAX = 16_384;

/** Text held back from its first byte on, as long as it may turn out to be printed tool calls. */
export class HeldText {
  #isHolding: boolean;
  #held = '';

  constructor(isHolding: boolean) {
    this.#isHolding = isHolding;
  }

  /** What is text for certain, with this piece. */
  push(text: string): string {
    if (!this.#isHolding) return text;
    this.#held += text;
    return this.#held.length <= HELD_MAX && mayBecomeCalls(this.#held) ? '' : this.release();
  }

  /** All that was held back; from now on nothing is. */
  release(): string {
    const held = this.#held;
    this.#held = '';
    this.#isHolding = false;
    return held;
  }
}
