import type { Dialect } from '../dialect.ts';
import { writeGeminiError } from '../gemini-family/error-envelope.ts';
import { geminiSpellings } from '../gemini-family/spellings.ts';
import { planEdits } from './plan-edits.ts';
import { readAsked } from './read-asked.ts';
import { readCall } from './read-call.ts';
import { eventsOfWhole, hearWhole } from './read-events.ts';
import { writeRequest } from './write-request.ts';
import { CountWriter } from './write-whole.ts';

/**
 * Google's `countTokens`: how many tokens a question would be (protocols 4). It does no counting itself.
 */
export const geminiCountTokens: Dialect = {
  name: 'gemini-count-tokens',
  operation: 'chat',
  kind: 'count',
  routes: ['/v1beta/models/{model}:countTokens', '/v1/models/{model}:countTokens'],
  queryKey: 'key',
  readAsked,
  spellings: geminiSpellings,
  planEdits,
  hearWhole,
  writeError: writeGeminiError,
  readCall,
  writeRequest,
  eventsOfWhole,
  wholeWriter: () => new CountWriter(),
};
