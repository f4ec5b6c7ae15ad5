import type { CallEvent } from '../../model/call-event.ts';
import type { GatewayError } from '../../model/gateway-error.ts';
import type { FrameWriter, WriterContext } from '../dialect.ts';
import { ResponseWriter } from './response-writer.ts';
import { writeFrame } from './wire.ts';
import { writeFailure } from './write-failure.ts';

/** Writes events as the frames of a stream, numbered from 0. */
export class ResponsesFrameWriter implements FrameWriter {
  readonly #response: ResponseWriter;
  #sequenceNumber = 0;

  constructor(context: WriterContext) {
    this.#response = new ResponseWriter(context);
  }

  push(event: CallEvent): string {
    let frames = '';
    for (const wire of this.#response.push(event)) frames += writeFrame(wire, this.#sequenceNumber++);
    return frames;
  }

  fail(error: GatewayError): string {
    return writeFailure(error, { response: this.#response.breakOff(), sequenceNumber: this.#sequenceNumber });
  }
}
