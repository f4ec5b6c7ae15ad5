import { LineSplitter } from '../../model/ndjson.ts';
import type { Dialect } from '../dialect.ts';
import { writeOllamaError } from '../ollama-family/error-envelope.ts';
import { ollamaSpellings } from '../ollama-family/spellings.ts';
import { planEdits } from './plan-edits.ts';
import { readAsked } from './read-asked.ts';
import { readCall } from './read-call.ts';
import { eventReader, eventsOfWhole, hearWhole } from './read-events.ts';
import { streamListener } from './stream-listener.ts';
import { frameWriter } from './write-events.ts';
import { writeRequest } from './write-request.ts';
import { wholeWriter } from './write-whole.ts';

export { ollamaPages } from './models-pages.ts';

/**
 * Ollama's own chat (protocols 5): lines of JSON, tool arguments as objects, pictures as bare base64. It refuses
 * to know which models are there and whether they are in memory: that is asked of the pages beside it.
 */
export const ollamaChat: Dialect = {
  name: 'ollama-chat',
  operation: 'chat',
  kind: 'generation',
  routes: ['/api/chat'],
  readAsked,
  spellings: ollamaSpellings,
  planEdits,
  carriesLoadOptions: true,
  modelDepth: 1,
  hearWhole,
  splitter: (frameBytesMax) => new LineSplitter(frameBytesMax),
  streamType: () => 'application/x-ndjson',
  streamListener,
  writeError: writeOllamaError,
  readCall,
  writeRequest,
  eventsOfWhole,
  eventReader,
  frameWriter,
  wholeWriter,
};
