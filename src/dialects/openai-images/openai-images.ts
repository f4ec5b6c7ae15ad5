import type { Dialect } from '../dialect.ts';
import { writeOpenAiError } from '../openai-family/error-envelope.ts';
import { planModelEdits } from '../openai-family/model-edits.ts';
import { hearImages } from '../openai-media-family/images-answer.ts';
import { MediaListener } from '../openai-media-family/media-listener.ts';
import { readAsked } from './read-asked.ts';
import { readCall } from './read-call.ts';
import { eventsOfWhole, ImagesReader } from './read-events.ts';
import { ImagesFrameWriter } from './write-events.ts';
import { writeRequest } from './write-request.ts';
import { ImagesWriter } from './write-whole.ts';

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
  streamListener: () =>
    new MediaListener({ ending: 'image_generation.completed', bulk: 'b64_json', endsAtDone: false }),
  writeError: writeOpenAiError,
  readCall,
  writeRequest,
  eventsOfWhole,
  eventReader: () => new ImagesReader(),
  frameWriter: (context) => new ImagesFrameWriter(context),
  wholeWriter: (context) => new ImagesWriter(context),
};
