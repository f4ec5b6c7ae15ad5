import { frame } from '../frames.ts';
import type { FailureWords } from '../operation.ts';

const ID = '7c2b7a0e-fake';

/** Cohere has a sentence for every failure, and no code; in a stream it is told by how the message ends. */
export const cohereFailure: FailureWords = {
  envelope: (_, message) => ({ id: ID, message }),
  frame: (_, message) =>
    frame(
      { type: 'message-end', delta: { finish_reason: 'ERROR', error: message } },
      { event: 'message-end' },
    ),
  tooLong: ({ tokens, tokensMax }) => ({
    id: ID,
    message: `too many tokens: size limit exceeded by ${tokens - tokensMax} tokens. Try using shorter or fewer inputs.`,
  }),
  refusedPrompt: () => ({
    id: ID,
    message: 'blocked input: please review the prompt, it may go against our terms of use.',
  }),
};
