import type { Dialect } from '../dialect.ts';
import { writeGeminiError } from '../gemini-family/error-envelope.ts';
import { planEdits } from './plan-edits.ts';
import { readAsked } from './read-asked.ts';
import { readCall } from './read-call.ts';
import { eventsOfWhole, hearWhole } from './read-events.ts';
import { writeRequest } from './write-request.ts';
import { EmbeddingsWriter } from './write-whole.ts';

/**
 * Google's embeddings, one at a time or in a batch (protocols 4); the SDK knows only the batch. It has no usage
 * to tell, for Google counts none.
 */
export const geminiEmbed: Dialect = {
  name: 'gemini-embed',
  operation: 'embeddings',
  kind: 'embeddings',
  routes: [
    '/v1beta/models/{model}:embedContent',
    '/v1beta/models/{model}:batchEmbedContents',
    '/v1/models/{model}:embedContent',
    '/v1/models/{model}:batchEmbedContents',
  ],
  queryKey: 'key',
  readAsked,
  spellings: {
    input: ['requests', 'content'],
    dimensions: 'outputDimensionality',
    input_type: 'taskType',
    truncate: 'autoTruncate',
  },
  planEdits,
  hearWhole,
  writeError: writeGeminiError,
  readCall,
  writeRequest,
  eventsOfWhole,
  wholeWriter: (context) => new EmbeddingsWriter(context),
};
