import type { Dialect } from '../dialect.ts';
import { errorFrame } from '../openai-family/end-frames.ts';
import { writeOpenAiError } from '../openai-family/error-envelope.ts';
import { hearAnswer } from '../openai-family/hear-answer.ts';
import { planEdits } from './plan-edits.ts';
import { readAsked } from './read-asked.ts';
import { readCall } from './read-call.ts';
import { eventReader, eventsOfWhole } from './read-events.ts';
import { streamListener } from './stream-listener.ts';
import { ChatFrameWriter } from './write-events.ts';
import { wholeWriter } from './write-whole.ts';

/**
 * OpenAI's chat completions, as OpenAI and the many servers that copy it speak it. Reads generously, for every
 * copy has its slips; writes exactly what OpenAI writes, for that is what clients were tested against.
 */
export const openAiChat: Dialect = {
  name: 'openai-chat',
  operation: 'chat',
  routes: ['/v1/chat/completions', '/chat/completions'],
  readAsked,
  planEdits,
  hearWhole: hearAnswer,
  streamListener,
  writeError: writeOpenAiError,
  writeErrorFrames: errorFrame,
  readCall,
  eventsOfWhole,
  eventReader,
  frameWriter: (context) => new ChatFrameWriter(context),
  wholeWriter,
};
