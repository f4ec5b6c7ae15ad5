import type { CallEvent, EventHandlers, EventOf, FinishReason } from '../../model/call-event.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Signature } from '../../model/signature.ts';
import type { Warnings } from '../../model/warnings.ts';
import type { WholeWriter, WriterContext } from '../dialect.ts';
import { type ChoiceEvent, type ChoiceFold, WholeFold } from '../openai-family/whole-fold.ts';
import { unwrapInput } from './custom-tools.ts';
import { isWholeEnd, writeFinishReason } from './finish-reason.ts';
import { FoldedTokens } from './folded-tokens.ts';
import { urlOfEvent, writeImage } from './message-images.ts';
import { writeRedacted, writeSigned } from './reasoning-details.ts';
import { writeThoughtSignature } from './thought-signature.ts';
import { type ToolForm, toolFormOf } from './tool-call-writer.ts';
import { warnOfPause } from './warn-of-pause.ts';
import type { WireBeside, WireChoice, WireFunctionCall, WireMessage, WireToolCall } from './wire.ts';

/** Folds events into one `chat.completion` (protocols 2.3). */
export function wholeWriter(context: WriterContext): WholeWriter {
  const form = toolFormOf(context.request);
  const kind = { idPrefix: 'chatcmpl-', object: 'chat.completion' };
  return new WholeFold(kind, context, () => new MessageFold(form, context.warnings));
}

interface ToolUse {
  readonly id: string;
  readonly name: string;
  readonly signature: Signature | undefined;
  arguments: string;
}

/** What is done for each kind of event. */
type Handlers = EventHandlers<MessageFold, void>;

/** What has been said in one choice so far. */
class MessageFold implements ChoiceFold {
  static readonly #handlers: Handlers = {
    'thinking-delta': (fold, event) => fold.#think(event),
    'thinking-end': (fold, event) => fold.#thinkingEnd(event),
    'redacted-thinking': (fold, event) => fold.#redacted(event),
    'refusal-delta': (fold, event) => fold.#refuse(event),
    'tool-use-start': (fold, event) => fold.#toolStart(event),
    'tool-use-delta': (fold, event) => fold.#toolDelta(event),
    image: (fold, event) => fold.#image(event),
    'image-url': (fold, event) => fold.#image(event),
    'choice-end': (fold, event) => fold.#choiceEnd(event),
  };

  readonly #form: ToolForm;
  readonly #warnings: Warnings;
  #text = '';
  #thinking = '';
  /** Where in the thoughts the open block of them begins. */
  #blockStart = 0;
  #refusal = '';
  #reason: FinishReason = 'stop';
  readonly #tokens = new FoldedTokens();
  readonly #toolUses: ToolUse[] = [];
  readonly #details: JsonObject[] = [];
  readonly #images: JsonObject[] = [];

  constructor(form: ToolForm, warnings: Warnings) {
    this.#form = form;
    this.#warnings = warnings;
  }

  push(event: ChoiceEvent): void {
    this.#tokens.push(event);
    // Most events are text, and a look into the table would cost a fold a good part of its time.
    if (event.type === 'text-delta') this.#sayText(event);
    else this.#handle(event);
  }

  finish(index: number): WireChoice {
    warnOfPause(this.#reason, this.#warnings);
    return {
      index,
      message: {
        role: 'assistant',
        content: this.#text === '' && this.#toolUses.length > 0 ? null : this.#text,
        refusal: this.#refusal || null,
        ...this.#beside(),
        ...this.#calls(),
      },
      logprobs: this.#tokens.finish(),
      finish_reason: writeFinishReason(this.#reason, this.#form.isOld),
    };
  }

  #handle<T extends CallEvent['type']>(event: EventOf<T> & { readonly type: T }): void {
    MessageFold.#handlers[event.type]?.(this, event);
  }

  #sayText({ text }: EventOf<'text-delta'>): void {
    this.#text += text;
  }

  #think({ text }: EventOf<'thinking-delta'>): void {
    this.#thinking += text;
  }

  #thinkingEnd({ signature }: EventOf<'thinking-end'>): void {
    const block = this.#thinking.slice(this.#blockStart);
    this.#blockStart = this.#thinking.length;
    if (signature !== undefined) this.#details.push(writeSigned(signature, block));
  }

  #redacted({ signature }: EventOf<'redacted-thinking'>): void {
    this.#details.push(writeRedacted(signature));
  }

  #refuse({ text }: EventOf<'refusal-delta'>): void {
    this.#refusal += text;
  }

  #toolStart({ id, name, signature }: EventOf<'tool-use-start'>): void {
    this.#toolUses.push({ id, name, signature, arguments: '' });
  }

  #toolDelta({ id, arguments: text }: EventOf<'tool-use-delta'>): void {
    const use = this.#toolUses.findLast((one) => one.id === id);
    if (use !== undefined) use.arguments += text;
  }

  #image(event: EventOf<'image' | 'image-url'>): void {
    this.#images.push(writeImage(urlOfEvent(event), event.index));
  }

  #choiceEnd({ reason }: EventOf<'choice-end'>): void {
    this.#reason = reason;
  }

  #beside(): WireBeside {
    return {
      ...(this.#thinking !== '' && { reasoning_content: this.#thinking }),
      ...(this.#details.length > 0 && { reasoning_details: this.#details }),
      ...(this.#images.length > 0 && { images: this.#images }),
    };
  }

  #calls(): Pick<WireMessage, 'tool_calls' | 'function_call'> {
    const [first, ...others] = this.#toolUses;
    if (first === undefined) return {};
    if (!this.#form.isOld) return { tool_calls: this.#toolUses.map((use) => this.#asCall(use)) };
    if (others.length > 0) this.#warnings.dropped('function_call', 'only_one_in_this_form');
    return { function_call: this.#asFunction(first) };
  }

  #asCall(use: ToolUse): WireToolCall {
    const { id, name } = use;
    if (this.#form.customNames.has(name)) {
      return { id, type: 'custom', custom: { name, input: unwrapInput(use.arguments) } };
    }
    return { id, type: 'function', function: this.#asFunction(use), ...writeThoughtSignature(use.signature) };
  }

  /** A whole call without arguments has an empty object, for clients parse them (protocols T10). */
  #asFunction({ name, arguments: text }: ToolUse): WireFunctionCall {
    return { name, arguments: text === '' && isWholeEnd(this.#reason) ? '{}' : text };
  }
}
