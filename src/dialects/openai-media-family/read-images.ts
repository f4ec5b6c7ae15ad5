import type { CallEvent } from '../../model/call-event.ts';
import type { Frame } from '../../model/frame.ts';
import {
  arrayMember,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  stringMember,
} from '../../model/json.ts';
import type { Usage } from '../../model/usage.ts';
import type { EventReader, HeardError } from '../dialect.ts';
import { readOpenAiUsage } from '../openai-family/usage.ts';
import { hearImages, noPictures } from './images-answer.ts';
import { mediaTypeOf } from './images-wire.ts';
import { readPayload } from './payload.ts';

/** Turns a stream of pictures into events. Half-done pictures have no place among the events and are left out. */
export class ImagesReader implements EventReader {
  #imageCount = 0;
  #usage: Usage | undefined;
  #isEnded = false;

  push(frame: Frame): CallEvent[] {
    if (this.#isEnded) return [];
    const payload = readPayload(frame);
    if (payload.kind === 'error') return this.#fail(payload.error);
    if (payload.kind !== 'event') return [];
    return payload.type.endsWith('.completed') ? this.#completed(payload.body) : [];
  }

  /** No event says that the last picture has come; only the end of the stream does. */
  end(): CallEvent[] {
    if (this.#isEnded) return [];
    if (this.#imageCount === 0) return this.#fail(cutOff);
    this.#isEnded = true;
    return endOfAnswer(this.#usage);
  }

  #completed(body: JsonObject): CallEvent[] {
    const start = this.#imageCount === 0 ? [startOfAnswer(body, 'created_at')] : [];
    this.#usage = readOpenAiUsage(body['usage']) ?? this.#usage;
    const image = readImage(body, this.#imageCount++, stringMember(body, 'output_format'));
    return image === undefined ? this.#fail(noPictures) : [...start, image];
  }

  #fail(error: HeardError): CallEvent[] {
    this.#isEnded = true;
    return [asEvent(error)];
  }
}

const cutOff: HeardError = {
  message: 'the backend ended the stream before a picture was complete',
  code: 'upstream_bad_response',
};

/** A whole answer as events. */
export function eventsOfImages(answer: JsonValue): CallEvent[] {
  const body = isJsonObject(answer) ? answer : {};
  const { usage, error } = hearImages(body);
  if (error !== undefined) return [asEvent(error)];
  const format = stringMember(body, 'output_format');
  const images = (arrayMember(body, 'data') ?? []).map((item, index) =>
    isJsonObject(item) ? readImage(item, index, format) : undefined,
  );
  if (!images.every((image) => image !== undefined)) return [asEvent(noPictures)];
  return [startOfAnswer(body, 'created'), ...images, ...endOfAnswer(usage)];
}

function readImage(item: JsonObject, index: number, format: string | undefined): CallEvent | undefined {
  const revisedPrompt = stringMember(item, 'revised_prompt');
  const base64 = stringMember(item, 'b64_json');
  if (base64 !== undefined) {
    return { type: 'image', index, base64, mediaType: mediaTypeOf(format), revisedPrompt };
  }
  const url = stringMember(item, 'url');
  return url === undefined ? undefined : { type: 'image-url', index, url, revisedPrompt };
}

/** The wire does not name the model. */
function startOfAnswer(body: JsonObject, created: string): CallEvent {
  return {
    type: 'answer-start',
    model: stringMember(body, 'model') ?? '',
    createdS: readSeconds(body[created]),
  };
}

function readSeconds(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' ? Math.trunc(value) : undefined;
}

function endOfAnswer(usage: Usage | undefined): CallEvent[] {
  return [
    ...(usage === undefined ? [] : [{ type: 'usage', usage } as const]),
    { type: 'choice-end', choice: 0, reason: 'stop' },
    { type: 'answer-end' },
  ];
}

function asEvent(error: HeardError): CallEvent {
  const { message, code, type, meaning } = error;
  return { type: 'error', message, code, backendType: type, meaning };
}
