import type { CallEvent } from '../../model/call-event.ts';
import type { JsonObject } from '../../model/json.ts';
import type { WholeWriter, WriterContext } from '../dialect.ts';
import { ResponseWriter } from './response-writer.ts';

/** Folds events into a whole response. */
export class ResponsesWholeWriter implements WholeWriter {
  readonly #response: ResponseWriter;

  constructor(context: WriterContext) {
    this.#response = new ResponseWriter(context);
  }

  push(event: CallEvent): void {
    this.#response.push(event);
  }

  finish(): JsonObject {
    return this.#response.response;
  }
}
