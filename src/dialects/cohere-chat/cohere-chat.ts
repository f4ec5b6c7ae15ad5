import { backendOnly } from '../cohere-family/backend-only.ts';
import { writeCohereError } from '../cohere-family/error-envelope.ts';
import type { Dialect } from '../dialect.ts';
import { hearWhole } from './hear-whole.ts';
import { eventReader, eventsOfWhole } from './read-events.ts';
import { CohereListener } from './stream-listener.ts';
import { writeRequest } from './write-request.ts';

/**
 * Cohere's chat, version 2 (protocols 7), as it is spoken to backends: requests are written, answers read. It
 * refuses to know how a client would speak it, for none does.
 */
export const cohereChat: Dialect = {
  name: 'cohere-chat',
  operation: 'chat',
  kind: 'generation',
  ...backendOnly,
  hearWhole,
  streamListener: () => new CohereListener(),
  writeError: writeCohereError,
  writeRequest,
  eventsOfWhole,
  eventReader,
};
