import type { Dialect } from '../dialect.ts';
import { writeOllamaError } from '../ollama-family/error-envelope.ts';
import { planEdits } from './plan-edits.ts';
import { readAsked } from './read-asked.ts';
import { readCall } from './read-call.ts';
import { eventsOfWhole, hearWhole } from './read-events.ts';
import { OLD_ROUTE, ROUTE } from './routes.ts';
import { writeRequest } from './write-request.ts';
import { EmbeddingsWriter } from './write-whole.ts';

/**
 * Ollama's embeddings (protocols 5), as clients of both its routes know them and as its newer one is asked. It
 * refuses to know tokens: texts are all that this wire embeds.
 */
export const ollamaEmbed: Dialect = {
  name: 'ollama-embed',
  operation: 'embeddings',
  kind: 'embeddings',
  routes: [ROUTE, OLD_ROUTE],
  readAsked,
  spellings: { input: ['input', 'prompt'] },
  planEdits,
  carriesLoadOptions: true,
  hearWhole,
  writeError: writeOllamaError,
  readCall,
  writeRequest,
  eventsOfWhole,
  wholeWriter: (context) => new EmbeddingsWriter(context),
};
