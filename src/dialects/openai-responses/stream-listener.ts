import type { Frame } from '../../model/frame.ts';
import type { GatewayError } from '../../model/gateway-error.ts';
import { isJsonObject, type JsonObject, objectMember } from '../../model/json.ts';
import { SseFrame } from '../../model/sse.ts';
import type { Usage } from '../../model/usage.ts';
import type { HeardError, StreamListener } from '../dialect.ts';
import { readOpenAiUsage } from '../openai-family/usage.ts';
import { readFailure, readPayload } from './payload.ts';
import { writeFailure } from './write-failure.ts';

type Heard = ReturnType<StreamListener['hear']>;

/**
 * Listens to one Responses stream that passes through. Most frames are told by their `event:` line and
 * never decoded further; without that line a search of the bytes decides whether a frame is worth a parse.
 */
export class ResponsesListener implements StreamListener {
  isComplete = false;
  usage: Usage | undefined;
  error: HeardError | undefined;
  /** The first frame holds the response's id, the latest one the sequence number; both are read only if asked for. */
  #first: Buffer | undefined;
  #latest: Buffer | undefined;

  hear(frame: Frame): Heard {
    const raw = frame.raw;
    if (isWorthParsing(raw)) return this.#parse(frame);
    return raw.includes(OPEN_BRACE) ? this.#content(raw) : 'comment';
  }

  missingEnd(): string {
    return '';
  }

  errorFrames(error: GatewayError): string {
    return writeFailure(error, {
      response: objectMember(bodyOf(this.#first), 'response'),
      sequenceNumber: this.#nextSequenceNumber(),
    });
  }

  #parse(frame: Frame): Heard {
    const payload = readPayload(frame);
    if (payload.kind === 'nothing') return 'comment';
    if (payload.kind === 'done') return 'end';
    // An error that is told anew takes the number of the backend's own.
    if (payload.kind === 'error') return this.#fail(payload.error);
    this.#content(frame.raw);
    return this.#hearEvent(payload.type, payload.body);
  }

  #hearEvent(type: string, body: JsonObject): Heard {
    switch (type) {
      case 'response.completed':
      case 'response.incomplete':
        return this.#end(body['response']);
      case 'response.failed':
        this.error ??= readFailure(body['response']);
        return this.#end(body['response']);
      default:
        return 'content';
    }
  }

  #fail(error: HeardError): Heard {
    this.error ??= error;
    return 'error';
  }

  #end(response: JsonObject[string]): Heard {
    this.isComplete = true;
    if (isJsonObject(response)) this.usage = readOpenAiUsage(response['usage']);
    return 'end';
  }

  #content(raw: Buffer): Heard {
    this.#first ??= raw;
    this.#latest = raw;
    return 'content';
  }

  #nextSequenceNumber(): number {
    const latest = bodyOf(this.#latest)['sequence_number'];
    return typeof latest === 'number' ? latest + 1 : 0;
  }
}

/** Every event of this dialect is an object; without one the frame is a comment or empty. */
const OPEN_BRACE = 0x7b;
const eventPrefix = 'event:';
const LF = 0x0a;
const CR = 0x0d;

/** The event's name if its line comes first, as OpenAI writes it, and names an event of this dialect. */
function leadingType(raw: Buffer): string | undefined {
  if (raw.toString('latin1', 0, eventPrefix.length) !== eventPrefix) return undefined;
  let end = eventPrefix.length;
  while (end < raw.length && raw[end] !== LF && raw[end] !== CR) end++;
  const type = raw.toString('latin1', eventPrefix.length, end).trim();
  return type.startsWith('response.') ? type : undefined;
}

const endTypes = ['response.completed', 'response.incomplete', 'response.failed'];
const endNeedles = [...endTypes, 'error', '[DONE]'].map((word) => Buffer.from(word));

/** Perhaps the end or an error. A false yes costs one parse, a false no cannot be. */
function isWorthParsing(raw: Buffer): boolean {
  const type = leadingType(raw);
  if (type !== undefined) return endTypes.includes(type);
  return endNeedles.some((needle) => raw.includes(needle));
}

/** The JSON of a frame, whatever it says; an error has a number, too. */
function bodyOf(raw: Buffer | undefined): JsonObject {
  if (raw === undefined) return {};
  try {
    const body: unknown = JSON.parse(new SseFrame(raw).data() ?? '');
    return isJsonObject(body) ? body : {};
  } catch {
    return {};
  }
}
