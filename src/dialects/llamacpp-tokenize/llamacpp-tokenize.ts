import type { Dialect } from '../dialect.ts';
import { writeOpenAiError } from '../openai-family/error-envelope.ts';
import { backendOnly } from '../tokenize-family/backend-only.ts';
import { eventsOfCount, hearCount } from '../tokenize-family/read-count.ts';
import { CountWriter } from '../tokenize-family/write-count.ts';
import { countAnswer } from './count-answer.ts';
import { writeRequest } from './write-request.ts';

/**
 * llama.cpp's tokenizer: it cuts one text into tokens. It counts for clients of other dialects, and knows none of
 * its own; what a template adds to a talk it does not know either.
 */
export const llamaCppTokenize: Dialect = {
  ...backendOnly,
  name: 'llamacpp-tokenize',
  hearWhole: (answer) => hearCount(answer, countAnswer),
  writeError: writeOpenAiError,
  writeRequest,
  eventsOfWhole: (answer) => eventsOfCount(answer, countAnswer),
  wholeWriter: () => new CountWriter(),
};
