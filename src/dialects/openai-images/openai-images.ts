import type { Dialect } from '../dialect.ts';
import { writeOpenAiError } from '../openai-family/error-envelope.ts';
import { planModelEdits } from '../openai-family/model-edits.ts';
import { readAsked } from './read-asked.ts';
import { readCall } from './read-call.ts';
import { eventsOfWhole, hearWhole, ImagesReader } from './read-events.ts';
import { ImagesListener } from './stream-listener.ts';
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
  hearWhole,
  streamListener: () => new ImagesListener(),
  writeError: writeOpenAiError,
  readCall,
  writeRequest,
  eventsOfWhole,
  eventReader: () => new ImagesReader(),
  frameWriter: (context) => new ImagesFrameWriter(context),
  wholeWriter: (context) => new ImagesWriter(context),
};
