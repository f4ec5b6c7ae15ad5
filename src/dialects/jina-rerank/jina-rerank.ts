import type { Dialect } from '../dialect.ts';
import { writeOpenAiError } from '../openai-family/error-envelope.ts';
import { planModelEdits } from '../openai-family/model-edits.ts';
import { readAsked, readRerank } from '../rerank-family/read-call.ts';
import { fromBareList } from './bare-list.ts';
import { eventsOfWhole, hearWhole } from './read-events.ts';
import { writeRequest } from './write-request.ts';
import { RankingWriter } from './write-whole.ts';

/**
 * Reranking as Jina made it, which is what clients mean by `/v1/rerank`: vLLM, llama.cpp, LocalAI and most others have
 * it, Cohere's first API differs by members that are read, too. Errors are OpenAI's, as on all of these servers.
 */
export const jinaRerank: Dialect = {
  name: 'jina-rerank',
  operation: 'rerank',
  kind: 'rerank',
  routes: ['/v1/rerank', '/rerank', '/openai/v1/rerank', '/openai/deployments/{model}/rerank'],
  readAsked,
  spellings: {},
  planEdits: planModelEdits,
  hearWhole,
  correctWhole: fromBareList,
  writeError: writeOpenAiError,
  readCall: (body, { address }) => readRerank(body, address, true),
  writeRequest,
  eventsOfWhole,
  wholeWriter: (context) => new RankingWriter(context),
};
