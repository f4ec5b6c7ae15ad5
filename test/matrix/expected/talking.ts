/** Plain talk. */
import { LONG_WORDS } from '../cases/talking.ts';
import { differs, unless } from '../differences.ts';
import type { Cell } from '../run-matrix.ts';
import type { Told } from '../told.ts';
import { answered, textIs } from './answer.ts';
import type { Check } from './check.ts';
import { uncounted } from './counting.ts';

const WIDE = 'Grüße 👋🏽 aus Köln 日本語 👩‍👩‍👧 naïve 𝄞 You said: Hi';

export const talkingChecks: Readonly<Record<string, Check>> = {
  text: textIs('You said: Grüße, 世界 👋', 3, 5),
  stream: textIs('You said: Grüße, 世界 👋', 3, 5),
  'stream in splinters': (told) => answered(told, WIDE),
  'whole instead of streamed': textIs('You said: Hello.', 1, 3),
  'streamed instead of whole': streamedInsteadOfWhole,
  'empty answer': textIs('', 1, 0),
  '1 MB prompt': (told) => [...answered(told, 'one two three'), ...differs('input', told.input, LONG_WORDS)],
  'system message in the middle': systemInTheMiddle,
  thinking: thinking,
};

/** OpenAI's chat tells usage in a stream only if asked, and nobody asked for a stream. */
function streamedInsteadOfWhole(told: Told, cell: Cell): readonly string[] {
  if (cell.back === 'openai-chat' || cell.back === 'azure') return uncounted(told, cell);
  return textIs('You said: Hello.', 1, 3)(told, cell);
}

/** Never hoisted to the front (protocols 10.2): the backend must have it between the turns. */
function systemInTheMiddle(told: Told, { front, back, arrived }: Cell): string[] {
  const sent = arrived[0]?.body ?? '';
  const places = ['First.', 'Second.', 'Be brief.', 'Third.'].map((words) => sent.indexOf(words));
  const hasRole =
    back !== 'gemini-generate' && (back !== 'anthropic-messages' || front.family === 'anthropic');
  return [
    ...differs('status', told.status, 200),
    ...unless(
      places.every((place, at) => place > (places[at - 1] ?? -1)),
      `sent at ${places.join(', ')}`,
    ),
    ...unless(told.text.endsWith('Third.'), `text ${told.text}`),
    ...unless(hasRole || told.text.includes('<system-reminder>'), 'the system text is not marked'),
  ];
}

function thinking(told: Told): string[] {
  return [
    ...answered(told, 'You said: Hello.'),
    ...differs('thoughts', told.thoughts, 'one two three'),
    ...differs('tokens', [told.input, told.output], [1, 6]),
  ];
}
