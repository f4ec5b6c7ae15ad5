import { readCohereError, writeCohereError } from '../cohere-family/error-envelope.ts';
import { readCohereUsage } from '../cohere-family/usage.ts';
import type { Dialect } from '../dialect.ts';
import { planModelEdits } from '../openai-family/model-edits.ts';
import { readAsked, readRerank } from '../rerank-family/read-call.ts';
import { rankingReader } from '../rerank-family/read-ranking.ts';
import { writeRequest } from './write-request.ts';
import { RankingWriter } from './write-whole.ts';

/**
 * Cohere's rerank, version 2: texts in, scores out; documents do not come back. Its clients find it at Cohere's own
 * path, for their SDK takes the base URL without a version.
 */
export const cohereRerank: Dialect = {
  name: 'cohere-rerank',
  operation: 'rerank',
  kind: 'rerank',
  routes: ['/v2/rerank'],
  readAsked,
  spellings: {},
  planEdits: planModelEdits,
  writeError: writeCohereError,
  readCall: (body, { address }) => readRerank(body, address, false),
  writeRequest,
  // Cohere bills by searches, and tells tokens only of some models.
  ...rankingReader({ readError: readCohereError, readUsage: (body) => readCohereUsage(body['meta']) }),
  wholeWriter: (context) => new RankingWriter(context),
};
