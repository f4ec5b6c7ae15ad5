import type { Dialect } from '../dialect.ts';
import { writeOpenAiError } from '../openai-family/error-envelope.ts';
import { planModelEdits } from '../openai-family/model-edits.ts';
import { correctWhole } from './correct-whole.ts';
import { readAsked } from './read-asked.ts';
import { readCall } from './read-call.ts';
import { eventsOfWhole, hearWhole } from './read-events.ts';
import { writeRequest } from './write-request.ts';
import { EmbeddingsWriter } from './write-whole.ts';

/**
 * OpenAI's embeddings (protocols 2.6): whole answers only. What the vectors are for it does not want to know;
 * the members other vendors have for that are read, for the backends that ask.
 */
export const openAiEmbeddings: Dialect = {
  name: 'openai-embeddings',
  operation: 'embeddings',
  kind: 'embeddings',
  routes: [
    '/v1/embeddings',
    '/embeddings',
    '/openai/v1/embeddings',
    '/openai/deployments/{model}/embeddings',
  ],
  readAsked,
  spellings: { input: 'input' },
  planEdits: planModelEdits,
  hearWhole,
  correctWhole,
  writeError: writeOpenAiError,
  readCall,
  writeRequest,
  eventsOfWhole,
  wholeWriter: (context) => new EmbeddingsWriter(context),
};
