import type { FinishReason } from '../../model/call-event.ts';
import type { WholeWriter, WriterContext } from '../dialect.ts';
import { type ChoiceEvent, type ChoiceFold, WholeFold } from '../openai-family/whole-fold.ts';
import { writeFinishReason } from './finish-reason.ts';
import { wantsOldForm } from './old-form.ts';
import type { WireChoice, WireMessage } from './wire.ts';

/** Folds events into one `chat.completion` (protocols 2.3). */
export function wholeWriter(context: WriterContext): WholeWriter {
  const isOldForm = wantsOldForm(context.request);
  const kind = { idPrefix: 'chatcmpl-', object: 'chat.completion' };
  return new WholeFold(kind, context, () => new MessageFold(isOldForm));
}

type ToolEvent = Extract<ChoiceEvent, { type: 'tool-use-start' | 'tool-use-delta' }>;

interface ToolUse {
  readonly id: string;
  readonly name: string;
  arguments: string;
}

/** What has been said in one choice so far. */
class MessageFold implements ChoiceFold {
  readonly #isOldForm: boolean;
  #text = '';
  #thinking = '';
  #refusal = '';
  #reason: FinishReason = 'stop';
  readonly #toolUses: ToolUse[] = [];

  constructor(isOldForm: boolean) {
    this.#isOldForm = isOldForm;
  }

  push(event: ChoiceEvent): void {
    if (event.type === 'text-delta') this.#text += event.text;
    else if (event.type === 'thinking-delta') this.#thinking += event.text;
    else if (event.type === 'refusal-delta') this.#refusal += event.text;
    else if (event.type === 'choice-end') this.#reason = event.reason;
    else this.#toolUse(event);
  }

  finish(index: number): WireChoice {
    return {
      index,
      message: {
        role: 'assistant',
        content: this.#text === '' && this.#toolUses.length > 0 ? null : this.#text,
        refusal: this.#refusal || null,
        ...(this.#thinking !== '' && { reasoning_content: this.#thinking }),
        ...this.#calls(),
      },
      logprobs: null,
      finish_reason: writeFinishReason(this.#reason, this.#isOldForm),
    };
  }

  #toolUse(event: ToolEvent): void {
    if (event.type === 'tool-use-start') {
      this.#toolUses.push({ id: event.id, name: event.name, arguments: '' });
      return;
    }
    const use = this.#toolUses.findLast((one) => one.id === event.id);
    if (use !== undefined) use.arguments += event.arguments;
  }

  #calls(): Pick<WireMessage, 'tool_calls' | 'function_call'> {
    const calls = this.#toolUses.map(({ id, name, arguments: text }) => {
      return { id, type: 'function', function: { name, arguments: text } } as const;
    });
    const first = calls[0];
    if (first === undefined) return {};
    return this.#isOldForm ? { function_call: first.function } : { tool_calls: calls };
  }
}
