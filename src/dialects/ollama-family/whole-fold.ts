import type { CallEvent, EventOf, TokenLogprob } from '../../model/call-event.ts';
import type { JsonObject } from '../../model/json.ts';
import type { WholeWriter, WriterContext } from '../dialect.ts';
import type { AnswerForm } from './answer-form.ts';
import { answerHead } from './answer-head.ts';
import { Closing } from './closing.ts';
import { ToolUses } from './tool-uses.ts';
import { isFurtherAnswer, warnOfUnsayable } from './unsayable.ts';
import { writeLogprobs } from './write-logprobs.ts';

/** Folds events into one whole answer: the last line of a stream that says everything. */
export class WholeFold implements WholeWriter {
  readonly #form: AnswerForm;
  readonly #context: WriterContext;
  readonly #closing: Closing;
  readonly #toolUses: ToolUses;
  #content = '';
  #thinking = '';
  readonly #tokens: TokenLogprob[] = [];

  constructor(form: AnswerForm, context: WriterContext) {
    this.#form = form;
    this.#context = context;
    this.#closing = new Closing(context);
    this.#toolUses = new ToolUses(context.warnings);
  }

  push(event: CallEvent): void {
    if (isFurtherAnswer(event, this.#context.warnings)) return;
    if (event.type === 'text-delta' || event.type === 'refusal-delta')
      this.#content += said(event, this.#closing);
    else if (event.type === 'thinking-delta') this.#thinking += said(event, this.#closing);
    else if (event.type === 'logprobs') this.#keepTokens(event);
    else if (event.type === 'tool-use-start') this.#toolUses.start(event);
    else if (event.type === 'tool-use-delta') this.#toolUses.delta(event);
    else if (event.type === 'choice-end') this.#closing.choiceEnd(event);
    else if (event.type === 'usage') this.#closing.usage(event);
    else if (event.type === 'model-loaded') this.#closing.modelLoaded(event);
    else warnOfUnsayable(event, this.#context.warnings);
  }

  finish(): JsonObject {
    const calls = this.#toolUses.takeAll();
    const said = {
      content: this.#content,
      ...(this.#thinking !== '' && { thinking: this.#thinking }),
      ...(calls.length > 0 && { tool_calls: calls }),
    };
    return {
      ...answerHead(this.#context),
      ...this.#form.members(said),
      ...this.#closing.members(),
      ...writeLogprobs(this.#tokens),
    };
  }

  #keepTokens({ tokens }: EventOf<'logprobs'>): void {
    for (const token of tokens) this.#tokens.push(token);
  }
}

function said(event: EventOf<'text-delta' | 'refusal-delta' | 'thinking-delta'>, closing: Closing): string {
  closing.said();
  return event.text;
}
