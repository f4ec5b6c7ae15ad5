import type { Finish, Fold } from '../folds/fold.ts';
import type { WireFormat } from '../recording.ts';

/** The part of a fold that can be compared: what a front can say of what a backend said. */
export interface Comparable {
  text: string;
  thinking: string;
  refusal: string;
  toolCalls: Fold['toolCalls'];
  usage: object | 'anything';
  finish: string | undefined;
}

/** Ends a front has no word for, and what it says instead (protocols 10.8); blocked and refused are one. */
const finishes: Partial<Record<WireFormat, Partial<Record<Finish, Finish>>>> = {
  'openai-chat': { 'stop-text': 'stop', 'context-full': 'length', pause: 'stop' },
  'openai-completions': {
    'stop-text': 'stop',
    'context-full': 'length',
    pause: 'stop',
    'tool-use': 'stop',
  },
  'openai-responses': { 'stop-text': 'stop', 'context-full': 'length', pause: 'stop' },
  'anthropic-messages': {},
  'gemini-generate': { 'stop-text': 'stop', 'context-full': 'length', pause: 'stop' },
  'ollama-chat': {
    'stop-text': 'stop',
    'context-full': 'length',
    pause: 'stop',
    'content-filter': 'stop',
    refusal: 'stop',
  },
};
/** Only OpenAI has a place of its own for the words of a refusal. */
const hasRefusals: ReadonlySet<WireFormat> = new Set(['openai-chat', 'openai-responses']);
const hasNoThoughts: ReadonlySet<WireFormat> = new Set(['openai-completions']);

/** What a client of this front must be told when the backend said `fold`. */
export function expectedFold(fold: Fold, front: WireFormat): Comparable {
  const keepsRefusal = hasRefusals.has(front);
  const expected = comparable(
    {
      ...fold,
      text: keepsRefusal ? fold.text : fold.text + fold.refusal,
      refusal: keepsRefusal ? fold.refusal : '',
      thinking: hasNoThoughts.has(front) ? '' : fold.thinking,
      toolCalls: front === 'openai-completions' ? [] : fold.toolCalls,
      finish: fold.finish && (finishes[front]?.[fold.finish] ?? fold.finish),
    },
    front,
  );
  // A refusal in words may end as any answer does.
  return fold.refusal ? { ...expected, finish: 'blocked or stop' } : expected;
}

/** The same of what the client heard, or of what it must hear. */
export function comparable(fold: Fold, front: WireFormat): Comparable {
  return {
    text: fold.text,
    // Parts of thoughts are joined with or without a blank line, as the front likes.
    thinking: fold.thinking.replace(/\s+/g, ''),
    refusal: fold.refusal,
    toolCalls: fold.toolCalls,
    usage: fold.usage ? usageFor(fold.usage, front) : 'anything',
    finish: endOf(fold, front),
  };
}

/** Blocked and refused are the same to a client; Ollama has no word for either. */
function endOf({ finish }: Fold, front: WireFormat): string | undefined {
  if (finish !== 'refusal' && finish !== 'content-filter') return finish;
  return front === 'ollama-chat' ? 'stop' : 'blocked';
}

/** Ollama counts two things, completions three; Anthropic tells of thoughts only lately. */
function usageFor(usage: NonNullable<Fold['usage']>, front: WireFormat): object {
  const { input, output, cached, reasoning } = usage;
  if (front === 'ollama-chat') return { input, output };
  if (front === 'openai-completions') return { input, output, cached };
  return { input, output, cached, reasoning };
}
