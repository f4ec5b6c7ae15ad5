import type { Dialect } from '../dialect.ts';
import { blankUsage } from '../openai-family/blank-usage.ts';
import { writeOpenAiError } from '../openai-family/error-envelope.ts';
import { hearAnswer } from '../openai-family/hear-answer.ts';
import { completionsSpellings } from '../openai-family/spellings.ts';
import { planEdits } from './plan-edits.ts';
import { readAsked } from './read-asked.ts';
import { readCall } from './read-call.ts';
import { eventReader, eventsOfWhole } from './read-events.ts';
import { splitBody } from './split-body.ts';
import { streamListener } from './stream-listener.ts';
import { CompletionsFrameWriter } from './write-events.ts';
import { writeRequest } from './write-request.ts';
import { wholeWriter } from './write-whole.ts';

/**
 * OpenAI's old completions: a prompt in, its continuation out. Editors still use it for filling in the middle,
 * so pass-through matters most; through the hub a completion is a conversation of one message, and several prompts
 * are several conversations.
 */
export const openAiCompletions: Dialect = {
  name: 'openai-completions',
  operation: 'completions',
  kind: 'generation',
  routes: [
    '/v1/completions',
    '/completions',
    '/openai/v1/completions',
    '/openai/deployments/{model}/completions',
  ],
  readAsked,
  spellings: completionsSpellings,
  planEdits,
  modelDepth: 1,
  blankUsage,
  hearWhole: hearAnswer,
  streamListener,
  writeError: writeOpenAiError,
  splitBody,
  readCall,
  writeRequest,
  eventsOfWhole,
  eventReader,
  frameWriter: (context) => new CompletionsFrameWriter(context),
  wholeWriter,
};
