import type { CallEvent } from '../../model/call-event.ts';
import type { JsonObject } from '../../model/json.ts';
import type { WholeWriter, WriterContext } from '../dialect.ts';
import { AnswerFold } from './answer-fold.ts';
import { writeBlock } from './write-blocks.ts';

/** Folds events into one message (protocols 3.2). */
class MessageWriter implements WholeWriter {
  readonly #context: WriterContext;
  readonly #answer: AnswerFold;

  constructor(context: WriterContext) {
    this.#context = context;
    this.#answer = new AnswerFold(context);
  }

  push(event: CallEvent): void {
    this.#answer.push(event);
  }

  finish(): JsonObject {
    const blocks = this.#answer.blocks.list;
    const content = blocks.map((block, at) => writeBlock(block, at, this.#context.warnings));
    return this.#answer.message(content, this.#answer.reason, this.#answer.usage());
  }
}

export function wholeWriter(context: WriterContext): WholeWriter {
  return new MessageWriter(context);
}
