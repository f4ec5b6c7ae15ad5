import type { FinishReason } from '../../model/call-event.ts';
import type { WholeWriter, WriterContext } from '../dialect.ts';
import { type ChoiceEvent, type ChoiceFold, WholeFold } from '../openai-family/whole-fold.ts';
import { writeFinishReason } from './finish-reason.ts';
import type { WireChoice } from './wire.ts';

/** Folds events into one `text_completion` (protocols 2.5). */
export function wholeWriter(context: WriterContext): WholeWriter {
  return new WholeFold({ idPrefix: 'cmpl-', object: 'text_completion' }, context, () => new TextFold());
}

class TextFold implements ChoiceFold {
  #text = '';
  #reason: FinishReason = 'stop';

  push(event: ChoiceEvent): void {
    if (event.type === 'text-delta' || event.type === 'refusal-delta') this.#text += event.text;
    else if (event.type === 'choice-end') this.#reason = event.reason;
  }

  finish(index: number): WireChoice {
    return { text: this.#text, index, logprobs: null, finish_reason: writeFinishReason(this.#reason) };
  }
}
