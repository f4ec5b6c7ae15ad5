import type { Dialect } from '../dialect.ts';
import { writeOpenAiError } from '../openai-family/error-envelope.ts';
import { planEdits } from './plan-edits.ts';
import { readAsked } from './read-asked.ts';
import { readCall } from './read-call.ts';
import { eventsOfWhole, hearWhole, ImagesReader } from './read-events.ts';
import { ImagesListener } from './stream-listener.ts';
import { ImagesFrameWriter, ImagesWriter, writeErrorFrame } from './write-events.ts';

/** OpenAI's images, made from a prompt (protocols 2.8); edits and variations travel as forms, not here. */
export const openAiImages: Dialect = {
  name: 'openai-images',
  operation: 'images',
  routes: ['/v1/images/generations', '/images/generations'],
  readAsked,
  planEdits: (outline, _body, _asked, wishes) => planEdits(outline, wishes),
  hearWhole,
  streamListener: () => new ImagesListener(),
  writeError: writeOpenAiError,
  writeErrorFrames: writeErrorFrame,
  readCall,
  eventsOfWhole,
  eventReader: () => new ImagesReader(),
  frameWriter: (context) => new ImagesFrameWriter(context),
  wholeWriter: (context) => new ImagesWriter(context),
};
