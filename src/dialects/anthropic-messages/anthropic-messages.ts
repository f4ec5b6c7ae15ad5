import { errorStatus, writeAnthropicError } from '../anthropic-family/error-envelope.ts';
import { anthropicRateHeaders } from '../anthropic-family/rate-headers.ts';
import { anthropicSpellings } from '../anthropic-family/spellings.ts';
import type { Dialect } from '../dialect.ts';
import { pingFrame } from './frames.ts';
import { hearWhole } from './hear-whole.ts';
import { planEdits } from './plan-edits.ts';
import { readAsked } from './read-asked.ts';
import { readCall } from './read-call.ts';
import { eventReader, eventsOfWhole } from './read-events.ts';
import { streamListener } from './stream-listener.ts';
import { MessageFrameWriter } from './write-events.ts';
import { writeRequest } from './write-request.ts';
import { wholeWriter } from './write-whole.ts';

export { anthropicPages } from './models-pages.ts';

/**
 * Anthropic's messages, as Anthropic and those who copy it speak them. Knows nothing of other dialects: what it
 * cannot carry it refuses or tells, and thoughts others have signed it only passes on, marked as theirs.
 */
export const anthropicMessages: Dialect = {
  name: 'anthropic-messages',
  operation: 'chat',
  kind: 'generation',
  routes: ['/v1/messages', '/messages'],
  forwardedHeaders: ['anthropic-beta', 'anthropic-version'],
  echoedHeaders: ['anthropic-version'],
  requiredHeaders: ['anthropic-version', '2023-06-01'],
  sessionHeaders: ['x-claude-code-session-id'],
  readAsked,
  spellings: anthropicSpellings,
  planEdits,
  modelDepth: 2,
  hearWhole,
  streamListener,
  emptyFrame: () => pingFrame,
  pingFrame,
  writeError: writeAnthropicError,
  errorStatus,
  rateHeaders: anthropicRateHeaders,
  readCall,
  toolName: /^[A-Za-z0-9_-]{1,64}$/,
  writeRequest,
  eventsOfWhole,
  eventReader,
  frameWriter: (context) => new MessageFrameWriter(context),
  wholeWriter,
};
