import type { CallEvent } from '../model/call-event.ts';

/** No vocabulary has longer words; what is longer was written in several tokens, and told in one piece. */
const LONGEST_TOKEN = 32;
/** As of prose and code. */
const LETTERS_PER_TOKEN = 4;

/**
 * So many tokens a piece of an answer probably took to write, for backends that do not tell: one, which is how nearly all
 * runtimes stream, unless it is so long that it must have been more, as a whole answer is.
 */
export function tokensWritten(event: CallEvent): number {
  switch (event.type) {
    case 'text-delta':
    case 'thinking-delta':
    case 'refusal-delta':
      return tokensOf(event.text);
    case 'tool-use-delta':
      return tokensOf(event.arguments);
    default:
      return 0;
  }
}

function tokensOf({ length }: string): number {
  return length <= LONGEST_TOKEN ? 1 : Math.ceil(length / LETTERS_PER_TOKEN);
}
