import type { EventOf, TokenLogprob } from '../../model/call-event.ts';

const none: readonly TokenLogprob[] = [];

/** Keeps log probabilities until the delta comes that they belong to, for each choice by itself. */
export class HeldTokens {
  readonly #held = new Map<number, TokenLogprob[]>();

  hold({ choice, tokens }: EventOf<'logprobs'>): void {
    const held = this.#held.get(choice);
    if (held === undefined) this.#held.set(choice, [...tokens]);
    else for (const token of tokens) held.push(token);
  }

  /** What is held for this choice; it is held no longer. */
  take(choice: number): readonly TokenLogprob[] {
    if (this.#held.size === 0) return none;
    const held = this.#held.get(choice) ?? none;
    this.#held.delete(choice);
    return held;
  }
}
