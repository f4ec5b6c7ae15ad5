import { backendOnly } from '../cohere-family/backend-only.ts';
import { writeCohereError } from '../cohere-family/error-envelope.ts';
import type { Dialect } from '../dialect.ts';
import { eventsOfWhole, hearWhole } from './read-events.ts';
import { writeRequest } from './write-request.ts';

/**
 * Cohere's embeddings, version 2 (protocols 7), as they are asked of backends: texts in, vectors of floats out.
 * It refuses to know pictures, other number types, and how a client would speak it.
 */
export const cohereEmbed: Dialect = {
  name: 'cohere-embed',
  operation: 'embeddings',
  kind: 'embeddings',
  ...backendOnly,
  inputsMax: 96,
  hearWhole,
  writeError: writeCohereError,
  writeRequest,
  eventsOfWhole,
};
