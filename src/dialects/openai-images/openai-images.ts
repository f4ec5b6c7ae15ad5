import type { Dialect } from '../dialect.ts';
import { writeOpenAiError } from '../openai-family/error-envelope.ts';
import { planModelEdits } from '../openai-family/model-edits.ts';
import { hearImages } from '../openai-media-family/images-answer.ts';
import { MediaListener } from '../openai-media-family/media-listener.ts';
import { eventsOfImages, ImagesReader } from '../openai-media-family/read-images.ts';
import { ImagesFrameWriter } from '../openai-media-family/write-image-frames.ts';
import { ImagesWriter } from '../openai-media-family/write-images.ts';
import { readAsked } from './read-asked.ts';
import { readCall } from './read-call.ts';
import { writeRequest } from './write-request.ts';

const names = { partial: 'image_generation.partial_image', completed: 'image_generation.completed' };

/** OpenAI's images, made from a prompt (protocols 2.8); edits and variations travel as forms, not here. */
export const openAiImages: Dialect = {
  name: 'openai-images',
  operation: 'images',
  kind: 'images',
  routes: [
    '/v1/images/generations',
    '/images/generations',
    '/openai/v1/images/generations',
    '/openai/deployments/{model}/images/generations',
  ],
  readAsked,
  spellings: {},
  planEdits: planModelEdits,
  hearWhole: hearImages,
  streamListener: () => new MediaListener({ ending: names.completed, bulk: 'b64_json', endsAtDone: false }),
  writeError: writeOpenAiError,
  readCall,
  writeRequest,
  eventsOfWhole: eventsOfImages,
  eventReader: () => new ImagesReader(),
  frameWriter: (context) => new ImagesFrameWriter(context, names),
  wholeWriter: (context) => new ImagesWriter(context),
};
