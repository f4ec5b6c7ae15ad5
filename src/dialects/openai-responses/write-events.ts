import type { CallEvent } from '../../model/call-event.ts';
import type { JsonObject } from '../../model/json.ts';
import type { FrameWriter, WholeWriter, WriterContext } from '../dialect.ts';
import { ResponseWriter } from './response-writer.ts';
import { writeFrame } from './wire.ts';
import { writeFailureFrames } from './write-failure.ts';

/** Writes events as the frames of a stream, numbered from 0. */
export class ResponsesFrameWriter implements FrameWriter {
  readonly #response: ResponseWriter;
  #sequenceNumber = 0;

  constructor(context: WriterContext) {
    this.#response = new ResponseWriter(context);
  }

  push(event: CallEvent): string {
    const frames = this.#response.push(event).map((wire) => writeFrame(wire, this.#sequenceNumber++));
    if (event.type === 'error') frames.push(this.#fail(event.message, event.code));
    return frames.join('');
  }

  #fail(message: string, code = 'upstream_error'): string {
    const brokenOff = { response: this.#response.unfinished, sequenceNumber: this.#sequenceNumber };
    this.#sequenceNumber += 2;
    return writeFailureFrames({ code, message }, brokenOff);
  }
}

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
