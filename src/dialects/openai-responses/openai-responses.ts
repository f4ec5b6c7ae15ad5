import type { Dialect } from '../dialect.ts';
import { writeOpenAiError } from '../openai-family/error-envelope.ts';
import { hearWhole } from './hear-whole.ts';
import { planEdits } from './plan-edits.ts';
import { readAsked } from './read-asked.ts';
import { readCall } from './read-call.ts';
import { eventsOfWhole, ResponsesReader } from './read-events.ts';
import { responsesSpellings } from './spellings.ts';
import { ResponsesListener } from './stream-listener.ts';
import { ResponsesFrameWriter } from './write-events.ts';
import { writeRequest } from './write-request.ts';
import { ResponsesWholeWriter } from './write-whole.ts';

/**
 * OpenAI's Responses API, as a gateway that stores nothing can speak it (protocols 2.11). Passed through, a
 * backend's own storage works as always; read into a call, whatever refers to stored things is refused.
 */
export const openAiResponses: Dialect = {
  name: 'openai-responses',
  operation: 'responses',
  kind: 'generation',
  routes: ['/v1/responses', '/responses', '/openai/v1/responses', '/openai/responses'],
  readAsked,
  spellings: responsesSpellings,
  planEdits: (outline, body, _asked, wishes) => planEdits(outline, body, wishes),
  modelDepth: 2,
  hearWhole,
  streamListener: () => new ResponsesListener(),
  writeError: writeOpenAiError,
  readCall,
  toolName: /^[A-Za-z0-9_-]{1,64}$/,
  writeRequest,
  eventsOfWhole,
  eventReader: (reading) => new ResponsesReader(reading),
  frameWriter: (context) => new ResponsesFrameWriter(context),
  wholeWriter: (context) => new ResponsesWholeWriter(context),
};
