import type { EventOf, FinishReason, TokenLogprob } from '../../model/call-event.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { WholeWriter, WriterContext } from '../dialect.ts';
import { type ChoiceEvent, type ChoiceFold, WholeFold } from '../openai-family/whole-fold.ts';
import { writeFinishReason } from './finish-reason.ts';
import { TextTokens } from './text-tokens.ts';
import { warnOfUnspoken } from './warn-of-unspoken.ts';
import type { WireChoice } from './wire.ts';

/** Folds events into one `text_completion` (protocols 2.5). */
export function wholeWriter(context: WriterContext): WholeWriter {
  return new WholeFold(
    { idPrefix: 'cmpl-', object: 'text_completion' },
    context,
    () => new TextFold(context.warnings),
  );
}

class TextFold implements ChoiceFold {
  readonly #warnings: Warnings;
  #text = '';
  readonly #tokens: TokenLogprob[] = [];
  readonly #held: TokenLogprob[] = [];
  #reason: FinishReason = 'stop';

  constructor(warnings: Warnings) {
    this.#warnings = warnings;
  }

  push(event: ChoiceEvent): void {
    switch (event.type) {
      case 'text-delta':
      case 'refusal-delta':
        this.#say(event.text);
        break;
      case 'logprobs':
        for (const token of event.tokens) this.#held.push(token);
        break;
      case 'thinking-delta':
        // The tokens of thoughts are no part of the text.
        this.#held.length = 0;
        break;
      case 'choice-end':
        this.#end(event);
        break;
      default:
        warnOfUnspoken(event, this.#warnings);
    }
  }

  finish(index: number): WireChoice {
    const logprobs = new TextTokens().write(this.#tokens, this.#text);
    return { text: this.#text, index, logprobs, finish_reason: writeFinishReason(this.#reason) };
  }

  #say(text: string): void {
    this.#text += text;
    this.#placeTokens();
  }

  #end({ reason }: EventOf<'choice-end'>): void {
    this.#reason = reason;
    this.#placeTokens();
  }

  #placeTokens(): void {
    for (const token of this.#held) this.#tokens.push(token);
    this.#held.length = 0;
  }
}
