import type { CallEvent } from '../../model/call-event.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Usage } from '../../model/usage.ts';
import type { WholeWriter, WriterContext } from '../dialect.ts';
import { type AnswerKind, answerId } from './chunk-writer.ts';
import { writeChatUsage } from './usage.ts';

/** What belongs to one choice; pictures do not say to which, and belong to the first. */
export type ChoiceEvent = Extract<CallEvent, { readonly choice: number }> | PictureEvent;

type PictureEvent = Extract<CallEvent, { readonly type: 'image' | 'image-url' }>;

/** Folds the events of one choice. */
export interface ChoiceFold {
  push(event: ChoiceEvent): void;
  finish(index: number): JsonObject;
}

/** Folds events into one whole answer; what a choice looks like is left to a `ChoiceFold`. */
export class WholeFold implements WholeWriter {
  readonly #kind: AnswerKind;
  readonly #context: WriterContext;
  readonly #newChoice: () => ChoiceFold;
  readonly #choices = new Map<number, ChoiceFold>();
  #usage: Usage | undefined;

  constructor(kind: AnswerKind, context: WriterContext, newChoice: () => ChoiceFold) {
    this.#kind = kind;
    this.#context = context;
    this.#newChoice = newChoice;
  }

  push(event: CallEvent): void {
    if (event.type === 'usage') this.#usage = event.usage;
    else if (event.type === 'image' || event.type === 'image-url') this.#choice(0).push(event);
    else if ('choice' in event) this.#choice(event.choice).push(event);
  }

  /** Usage is left out where nobody counted: zeros would be a lie. */
  finish(): JsonObject {
    this.#choice(0);
    const choices = [...this.#choices].sort((a, b) => a[0] - b[0]);
    return {
      id: answerId(this.#kind, this.#context.requestId),
      object: this.#kind.object,
      created: this.#context.createdS,
      model: this.#context.model,
      choices: choices.map(([index, choice]) => choice.finish(index)),
      ...(this.#usage && { usage: writeChatUsage(this.#usage) }),
    };
  }

  #choice(index: number): ChoiceFold {
    const known = this.#choices.get(index);
    if (known !== undefined) return known;
    const choice = this.#newChoice();
    this.#choices.set(index, choice);
    return choice;
  }
}
