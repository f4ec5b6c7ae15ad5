import type { Dialect } from '../dialect.ts';
import { writeOpenAiError } from '../openai-family/error-envelope.ts';
import { correctWhole } from './correct-whole.ts';
import { planEdits } from './plan-edits.ts';
import { readAsked } from './read-asked.ts';
import { readCall } from './read-call.ts';
import { eventsOfWhole, hearWhole } from './read-events.ts';
import { EmbeddingsWriter } from './write-events.ts';

/** OpenAI's embeddings (protocols 2.6): whole answers only. */
export const openAiEmbeddings: Dialect = {
  name: 'openai-embeddings',
  operation: 'embeddings',
  routes: ['/v1/embeddings', '/embeddings'],
  readAsked,
  planEdits: (outline, _body, _asked, wishes) => planEdits(outline, wishes),
  hearWhole,
  correctWhole,
  writeError: writeOpenAiError,
  readCall,
  eventsOfWhole,
  wholeWriter: (context) => new EmbeddingsWriter(context),
};
