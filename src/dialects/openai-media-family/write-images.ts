import type { CallEvent } from '../../model/call-event.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Usage } from '../../model/usage.ts';
import type { WholeWriter, WriterContext } from '../dialect.ts';
import type { WireImages } from './images-wire.ts';
import { readResponseFormat } from './read-image-wishes.ts';
import { type ImageEvent, writeImage } from './write-image.ts';
import { writeUsage } from './write-images-usage.ts';

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
      data: this.#images
        .sort((a, b) => a.index - b.index)
        .map((image) => writeImage(image, this.#wantsUrl, this.#context.hostPicture)),
      ...(this.#usage === undefined ? {} : { usage: writeUsage(this.#usage) }),
    };
    return answer;
  }
}
