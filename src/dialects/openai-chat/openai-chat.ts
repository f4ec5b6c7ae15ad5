import type { Dialect } from '../dialect.ts';
import { blankUsage } from '../openai-family/blank-usage.ts';
import { writeOpenAiError } from '../openai-family/error-envelope.ts';
import { hearAnswer } from '../openai-family/hear-answer.ts';
import { chatSpellings } from '../openai-family/spellings.ts';
import { emptyFrame } from './empty-frame.ts';
import { planEdits } from './plan-edits.ts';
import { readAsked } from './read-asked.ts';
import { readCall } from './read-call.ts';
import { eventReader, eventsOfWhole } from './read-events.ts';
import { streamListener } from './stream-listener.ts';
import { ChatFrameWriter } from './write-events.ts';
import { writeRequest } from './write-request.ts';
import { wholeWriter } from './write-whole.ts';

export { openAiPages } from './models-pages.ts';

/**
 * OpenAI's chat completions, as OpenAI, Azure and the many servers that copy it speak it. Reads generously, for
 * every copy has its slips, and writes exactly what OpenAI writes; which server it is writing to it refuses to
 * know, and goes by the quirks it is given.
 */
export const openAiChat: Dialect = {
  name: 'openai-chat',
  operation: 'chat',
  kind: 'generation',
  routes: [
    '/v1/chat/completions',
    '/chat/completions',
    '/openai/v1/chat/completions',
    '/openai/deployments/{model}/chat/completions',
  ],
  readAsked,
  spellings: chatSpellings,
  planEdits,
  modelDepth: 1,
  blankUsage,
  hearWhole: hearAnswer,
  streamListener,
  emptyFrame,
  writeError: writeOpenAiError,
  readCall,
  toolName: /^[A-Za-z0-9_-]{1,64}$/,
  writeRequest,
  eventsOfWhole,
  eventReader,
  frameWriter: (context) => new ChatFrameWriter(context),
  wholeWriter,
};
