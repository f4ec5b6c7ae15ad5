import type { CallEvent, EventOf } from '../../model/call-event.ts';
import type { GatewayError } from '../../model/gateway-error.ts';
import { type JsonObject, stringMember } from '../../model/json.ts';
import type { Usage } from '../../model/usage.ts';
import type { FrameWriter, WriterContext } from '../dialect.ts';
import { formatOf } from './images-wire.ts';
import { writeErrorFrame, writeFrame } from './write-frame.ts';
import { type ImageEvent, writeImage } from './write-image.ts';
import { writeUsage } from './write-images-usage.ts';

/** What the events of a stream are called: they tell how the picture came to be. */
export interface ImageEventNames {
  readonly partial: string;
  readonly completed: string;
}

/**
 * Writes pictures as `completed` events. The last one carries the usage, so a picture is held back until it is
 * known whether another follows.
 */
export class ImagesFrameWriter implements FrameWriter {
  readonly #context: WriterContext;
  readonly #names: ImageEventNames;
  #held: ImageEvent | undefined;
  #usage: Usage | undefined;

  constructor(context: WriterContext, names: ImageEventNames) {
    this.#context = context;
    this.#names = names;
  }

  push(event: CallEvent): string {
    switch (event.type) {
      case 'image':
      case 'image-url':
        return this.#hold(event);
      case 'image-partial':
        return this.#partial(event);
      case 'usage':
        return this.#keepUsage(event.usage);
      case 'answer-end':
        return this.#release(this.#usage);
      default:
        return '';
    }
  }

  /** A picture that was held back is whole all the same. */
  fail(error: GatewayError): string {
    return this.#release(this.#usage) + writeErrorFrame(error);
  }

  #hold(image: ImageEvent): string {
    const earlier = this.#release(undefined);
    this.#held = image;
    return earlier;
  }

  #partial({ index, base64, mediaType }: EventOf<'image-partial'>): string {
    return writeFrame(this.#names.partial, {
      b64_json: base64,
      partial_image_index: index,
      created_at: this.#context.createdS,
      ...writeSettings(this.#context.request),
      output_format: formatOf(mediaType),
    });
  }

  #keepUsage(usage: Usage): string {
    this.#usage = usage;
    return '';
  }

  #release(usage: Usage | undefined): string {
    const image = this.#held;
    this.#held = undefined;
    if (image === undefined) return '';
    return writeFrame(this.#names.completed, {
      ...writeImage(image, false, undefined),
      created_at: this.#context.createdS,
      ...writeSettings(this.#context.request),
      output_format: image.type === 'image' ? formatOf(image.mediaType) : 'png',
      ...(usage === undefined ? {} : { usage: writeUsage(usage) }),
    });
  }
}

/** The settings every event repeats; what was left to the backend is `auto`. */
function writeSettings(request: JsonObject): JsonObject {
  const setting = (name: string) => stringMember(request, name) ?? 'auto';
  return { size: setting('size'), quality: setting('quality'), background: setting('background') };
}
