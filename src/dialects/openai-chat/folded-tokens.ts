import type { TokenLogprob } from '../../model/call-event.ts';
import type { ChoiceEvent } from '../openai-family/whole-fold.ts';
import type { WireLogprobs } from './wire.ts';
import { writeLogprobs } from './write-logprobs.ts';

/** Gathers the tokens of one choice: those that a refusal follows are its own, all others are the text's. */
export class FoldedTokens {
  readonly #content: TokenLogprob[] = [];
  readonly #refusal: TokenLogprob[] = [];
  readonly #held: TokenLogprob[] = [];

  push(event: ChoiceEvent): void {
    if (event.type === 'logprobs') for (const token of event.tokens) this.#held.push(token);
    else if (this.#held.length > 0)
      this.#place(event.type === 'refusal-delta' ? this.#refusal : this.#content);
  }

  finish(): WireLogprobs | null {
    this.#place(this.#content);
    return writeLogprobs(this.#content, this.#refusal);
  }

  #place(list: TokenLogprob[]): void {
    for (const token of this.#held) list.push(token);
    this.#held.length = 0;
  }
}
