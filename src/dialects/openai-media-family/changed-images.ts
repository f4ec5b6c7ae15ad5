import type { ImageChangeCall } from '../../model/call.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Address, Dialect } from '../dialect.ts';
import { writeOpenAiError } from '../openai-family/error-envelope.ts';
import { planModelEdits } from '../openai-family/model-edits.ts';
import { askedOf, readImageCount, readStreamWish } from './asked.ts';
import { hearImages } from './images-answer.ts';
import { MediaListener } from './media-listener.ts';
import { readImageChange } from './read-image-change.ts';
import { eventsOfImages, ImagesReader } from './read-images.ts';
import { openAiRoutes } from './routes.ts';
import { ImagesFrameWriter } from './write-image-frames.ts';
import { ImagesWriter } from './write-images.ts';

const names = { partial: 'image_edit.partial_image', completed: 'image_edit.completed' };

/**
 * What edits and variations have in common: pictures in a form (or, newer, named in JSON), pictures back. They are read
 * for those who answer them by jobs; written they are not, for whoever speaks one of the two is sent what came.
 */
export function changedImages(name: string, path: string, change: ImageChangeCall['change']): Dialect {
  return {
    name,
    operation: 'images',
    kind: 'image-change',
    spellings: {},
    routes: openAiRoutes(path),
    takesForms: true,
    readAsked: (body: JsonObject, address: Address) =>
      askedOf('images', body, address, { isStream: readStreamWish(body), choices: readImageCount(body) }),
    planEdits: planModelEdits,
    hearWhole: hearImages,
    streamListener: () => new MediaListener({ ending: names.completed, bulk: 'b64_json', endsAtDone: false }),
    writeError: writeOpenAiError,
    readCall: (body, reading) => readImageChange(body, reading, change),
    eventsOfWhole: eventsOfImages,
    eventReader: () => new ImagesReader(),
    frameWriter: (context) => new ImagesFrameWriter(context, names),
    wholeWriter: (context) => new ImagesWriter(context),
  };
}
