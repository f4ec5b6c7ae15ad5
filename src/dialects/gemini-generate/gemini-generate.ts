import type { Dialect } from '../dialect.ts';
import { writeGeminiError } from '../gemini-family/error-envelope.ts';
import { geminiSpellings } from '../gemini-family/spellings.ts';
import { reframer, streamType } from './framing.ts';
import { hearWhole } from './hear-whole.ts';
import { planEdits } from './plan-edits.ts';
import { readAsked } from './read-asked.ts';
import { readCall } from './read-call.ts';
import { eventReader, eventsOfWhole } from './read-events.ts';
import { streamListener } from './stream-listener.ts';
import { GeminiFrameWriter } from './write-events.ts';
import { writeRequest } from './write-request.ts';
import { GeminiWholeWriter } from './write-whole.ts';

/**
 * Google's `generateContent`, whole and streamed, as the Gemini API speaks it and Vertex nearly does (protocols 4).
 * It knows nothing of keys, regions and files kept at Google: those are the provider's, or the client's own.
 */
export const geminiGenerate: Dialect = {
  name: 'gemini-generate',
  operation: 'chat',
  kind: 'generation',
  routes: [
    '/v1beta/models/{model}:generateContent',
    '/v1beta/models/{model}:streamGenerateContent',
    '/v1/models/{model}:generateContent',
    '/v1/models/{model}:streamGenerateContent',
  ],
  queryKey: 'key',
  readAsked,
  spellings: geminiSpellings,
  planEdits,
  hearWhole,
  streamType,
  reframer,
  streamListener,
  writeError: writeGeminiError,
  tellsBlockedPrompts: true,
  readCall,
  toolName: /^[A-Za-z_][A-Za-z0-9_.:-]{0,63}$/,
  writeRequest,
  eventsOfWhole,
  eventReader,
  frameWriter: (context) => new GeminiFrameWriter(context),
  wholeWriter: (context) => new GeminiWholeWriter(context),
};

export { geminiPages } from './models-pages.ts';
