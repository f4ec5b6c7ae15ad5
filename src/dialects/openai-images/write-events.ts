import type { CallEvent } from '../../model/call-event.ts';
import type { GatewayError } from '../../model/gateway-error.ts';
import { type JsonObject, stringMember } from '../../model/json.ts';
import type { Usage } from '../../model/usage.ts';
import type { FrameWriter, WholeWriter, WriterContext } from '../dialect.ts';
import { writeOpenAiError } from '../openai-family/error-envelope.ts';
import { readResponseFormat } from './read-call.ts';
import { formatOf, type WireImage, type WireImages } from './wire.ts';

type ImageEvent = Extract<CallEvent, { type: 'image' | 'image-url' }>;

/** Folds events into a list of pictures. */
export class ImagesWriter implements WholeWriter {
  readonly #context: WriterContext;
  readonly #images: ImageEvent[] = [];
  readonly #wantsUrl: boolean;
  #usage: Usage | undefined;

  constructor(context: WriterContext) {
    this.#context = context;
    this.#wantsUrl = readResponseFormat(context.request) === 'url';
  }

  push(event: CallEvent): void {
    if (event.type === 'image' || event.type === 'image-url') this.#images.push(event);
    else if (event.type === 'usage') this.#usage = event.usage;
  }

  finish(): JsonObject {
    const answer: WireImages = {
      created: this.#context.createdS,
      data: this.#images.sort((a, b) => a.index - b.index).map((image) => writeImage(image, this.#wantsUrl)),
      ...(this.#usage === undefined ? {} : { usage: writeUsage(this.#usage) }),
    };
    return answer;
  }
}

/**
 * Writes pictures as `completed` events. The last one carries the usage, so a picture is held back until it is
 * known whether another follows.
 */
export class ImagesFrameWriter implements FrameWriter {
  readonly #context: WriterContext;
  #held: ImageEvent | undefined;
  #usage: Usage | undefined;

  constructor(context: WriterContext) {
    this.#context = context;
  }

  push(event: CallEvent): string {
    switch (event.type) {
      case 'image':
      case 'image-url':
        return this.#hold(event);
      case 'usage':
        this.#usage = event.usage;
        return '';
      case 'answer-end':
        return this.#release(this.#usage);
      case 'error':
        return writeFrame('error', { error: inBandError(event) });
      default:
        return '';
    }
  }

  #hold(image: ImageEvent): string {
    const earlier = this.#release(undefined);
    this.#held = image;
    return earlier;
  }

  #release(usage: Usage | undefined): string {
    const image = this.#held;
    this.#held = undefined;
    if (image === undefined) return '';
    return writeFrame('image_generation.completed', {
      ...writeImage(image, false),
      created_at: this.#context.createdS,
      ...writeSettings(this.#context.request),
      output_format: image.type === 'image' ? formatOf(image.mediaType) : 'png',
      ...(usage === undefined ? {} : { usage: writeUsage(usage) }),
    });
  }
}

/** A failure in the middle of a stream; OpenAI's SDKs throw at whatever holds an `error`. */
export function writeErrorFrame(error: GatewayError): string {
  return writeFrame('error', writeOpenAiError(error));
}

function writeFrame(type: string, members: JsonObject): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...members })}\n\n`;
}

function inBandError(event: Extract<CallEvent, { type: 'error' }>): JsonObject {
  const code = event.code ?? 'upstream_error';
  return { message: event.message, type: event.backendType ?? 'server_error', param: null, code };
}

/** A client that wants links gets a link that holds the picture, for nothing is stored that another could point to. */
function writeImage(image: ImageEvent, wantsUrl: boolean): WireImage {
  const revised = image.revisedPrompt === undefined ? {} : { revised_prompt: image.revisedPrompt };
  if (image.type === 'image-url') return { url: image.url, ...revised };
  if (wantsUrl) return { url: `data:${image.mediaType};base64,${image.base64}`, ...revised };
  return { b64_json: image.base64, ...revised };
}

/** The settings every event repeats; what was left to the backend is `auto`. */
function writeSettings(request: JsonObject): JsonObject {
  const setting = (name: string) => stringMember(request, name) ?? 'auto';
  return { size: setting('size'), quality: setting('quality'), background: setting('background') };
}

/** Of what the tokens were is not known here: what is read is text, unless told otherwise. */
function writeUsage(usage: Usage): JsonObject {
  return {
    input_tokens: usage.inputTokens,
    input_tokens_details: { text_tokens: usage.inputTokens, image_tokens: 0 },
    output_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
  };
}
