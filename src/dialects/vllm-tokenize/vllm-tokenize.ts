import type { Dialect } from '../dialect.ts';
import { writeOpenAiError } from '../openai-family/error-envelope.ts';
import { backendOnly } from '../tokenize-family/backend-only.ts';
import { eventsOfCount, hearCount } from '../tokenize-family/read-count.ts';
import { CountWriter } from '../tokenize-family/write-count.ts';
import { countAnswer } from './count-answer.ts';
import { writeRequest } from './write-request.ts';

/**
 * vLLM's token counter: it puts a whole talk through the model's own template, and tells how long that is. It
 * counts for clients of other dialects, and knows none of its own; nor does it know pictures.
 */
export const vllmTokenize: Dialect = {
  ...backendOnly,
  name: 'vllm-tokenize',
  hearWhole: (answer) => hearCount(answer, countAnswer),
  writeError: writeOpenAiError,
  writeRequest,
  eventsOfWhole: (answer) => eventsOfCount(answer, countAnswer),
  wholeWriter: () => new CountWriter(),
};
