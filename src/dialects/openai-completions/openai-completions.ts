import type { Dialect } from '../dialect.ts';
import { errorFrame } from '../openai-family/end-frames.ts';
import { writeOpenAiError } from '../openai-family/error-envelope.ts';
import { hearAnswer } from '../openai-family/hear-answer.ts';
import { planEdits } from './plan-edits.ts';
import { readAsked } from './read-asked.ts';
import { readCall } from './read-call.ts';
import { eventReader, eventsOfWhole } from './read-events.ts';
import { streamListener } from './stream-listener.ts';
import { CompletionsFrameWriter } from './write-events.ts';
import { wholeWriter } from './write-whole.ts';

/**
 * OpenAI's old completions: a prompt in, its continuation out. Editors still use it for filling in the middle,
 * so pass-through matters most; through the hub a completion is a conversation of one message.
 */
export const openAiCompletions: Dialect = {
  name: 'openai-completions',
  operation: 'completions',
  routes: ['/v1/completions', '/completions'],
  readAsked,
  planEdits,
  hearWhole: hearAnswer,
  streamListener,
  writeError: writeOpenAiError,
  writeErrorFrames: errorFrame,
  readCall,
  eventsOfWhole,
  eventReader,
  frameWriter: (context) => new CompletionsFrameWriter(context),
  wholeWriter,
};
