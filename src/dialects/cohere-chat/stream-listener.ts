import type { Frame } from '../../model/frame.ts';
import type { GatewayError } from '../../model/gateway-error.ts';
import { type JsonObject, objectMember } from '../../model/json.ts';
import type { Usage } from '../../model/usage.ts';
import { readCohereUsage } from '../cohere-family/usage.ts';
import type { HeardError, StreamListener } from '../dialect.ts';
import { failureOf } from './answer-reader.ts';
import { readFrame } from './frame-content.ts';

const END = Buffer.from('message-end', 'latin1');
const TYPE = Buffer.from('"type"', 'latin1');
const ERROR = Buffer.from('"error"', 'latin1');

/**
 * Listens to a stream that passes through. All that matters stands in `message-end`; every event of the answer
 * has a type, and what has none is an error body or no event at all.
 */
export class CohereListener implements StreamListener {
  #usage: Usage | undefined;
  #error: HeardError | undefined;
  #isDone = false;

  hear(frame: Frame): 'content' | 'end' | 'error' | 'comment' {
    if (!hasNews(frame.raw)) return 'content';
    const content = readFrame(frame);
    if (content.kind === 'error') return this.#hearError(content.error);
    if (content.kind === 'nothing') return 'comment';
    return content.type === 'message-end' ? this.#hearEnd(content.event) : 'content';
  }

  get isComplete(): boolean {
    return this.#isDone && this.#error === undefined;
  }

  get usage(): Usage | undefined {
    return this.#usage;
  }

  get error(): HeardError | undefined {
    return this.#error;
  }

  /** There is no end marker beside `message-end`, and that one carries what only the backend knows. */
  missingEnd(): string {
    return '';
  }

  errorFrames(error: GatewayError): string {
    const event = { type: 'message-end', delta: { finish_reason: 'ERROR', error: error.message } };
    return `event: message-end\ndata: ${JSON.stringify(event)}\n\n`;
  }

  #hearEnd(event: JsonObject): 'end' | 'error' {
    const ending = objectMember(event, 'delta') ?? {};
    this.#usage = readCohereUsage(ending['usage']) ?? this.#usage;
    const failure = failureOf(ending);
    if (failure !== undefined) return this.#hearError(failure);
    this.#isDone = true;
    return 'end';
  }

  #hearError(error: HeardError): 'error' {
    this.#error ??= error;
    return 'error';
  }
}

/** A yes may be false, a no is certain: a quotation mark inside a text is escaped. */
function hasNews(raw: Buffer): boolean {
  return raw.includes(END) || raw.includes(ERROR) || !raw.includes(TYPE);
}
