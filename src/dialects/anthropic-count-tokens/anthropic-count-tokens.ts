import { errorStatus, writeAnthropicError } from '../anthropic-family/error-envelope.ts';
import { anthropicRateHeaders } from '../anthropic-family/rate-headers.ts';
import { anthropicSpellings } from '../anthropic-family/spellings.ts';
import type { Dialect } from '../dialect.ts';
import { hearWhole } from './hear-whole.ts';
import { planEdits } from './plan-edits.ts';
import { readAsked } from './read-asked.ts';
import { readCall } from './read-call.ts';
import { eventsOfWhole } from './read-events.ts';
import { writeRequest } from './write-request.ts';
import { wholeWriter } from './write-whole.ts';

/**
 * Anthropic's count of what a question comes to, by which Claude Code judges how much room is left. It is the
 * question without the wish for an answer, and has no streams.
 */
export const anthropicCountTokens: Dialect = {
  name: 'anthropic-count-tokens',
  operation: 'chat',
  kind: 'count',
  routes: ['/v1/messages/count_tokens', '/messages/count_tokens'],
  forwardedHeaders: ['anthropic-beta', 'anthropic-version'],
  echoedHeaders: ['anthropic-version'],
  requiredHeaders: ['anthropic-version', '2023-06-01'],
  readAsked,
  spellings: anthropicSpellings,
  planEdits,
  hearWhole,
  writeError: writeAnthropicError,
  errorStatus,
  rateHeaders: anthropicRateHeaders,
  readCall,
  writeRequest,
  eventsOfWhole,
  wholeWriter,
};
