import { LineSplitter } from '../../model/ndjson.ts';
import type { Dialect } from '../dialect.ts';
import { writeOllamaError } from '../ollama-family/error-envelope.ts';
import { ollamaGenerateSpellings } from '../ollama-family/spellings.ts';
import { planEdits } from './plan-edits.ts';
import { readAsked } from './read-asked.ts';
import { readCall } from './read-call.ts';
import { eventReader, eventsOfWhole, hearWhole } from './read-events.ts';
import { streamListener } from './stream-listener.ts';
import { frameWriter } from './write-events.ts';
import { writeRequest } from './write-request.ts';
import { wholeWriter } from './write-whole.ts';

/**
 * Ollama's text completion (protocols 5): one prompt, with or without the model's template around it. It refuses
 * to know talks and tools: those are the chat's.
 */
export const ollamaGenerate: Dialect = {
  name: 'ollama-generate',
  operation: 'completions',
  kind: 'generation',
  routes: ['/api/generate'],
  readAsked,
  spellings: ollamaGenerateSpellings,
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
