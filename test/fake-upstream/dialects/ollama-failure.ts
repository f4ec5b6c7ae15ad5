import { frame } from '../frames.ts';
import type { FailureWords } from '../operation.ts';

export const ollamaFailure: FailureWords = {
  envelope: (_status, message) => ({ error: message }),
  frame: (_status, message) => frame({ error: message }),
  tooLong: () => ({ error: 'the input length exceeds the context length' }),
};
