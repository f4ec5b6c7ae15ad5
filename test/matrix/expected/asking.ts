/** What a client may want beside an answer. */
import { objectIn } from '../../fake-upstream/json.ts';
import { differs, endOf, unless } from '../differences.ts';
import type { Family } from '../fronts/front.ts';
import type { Cell } from '../run-matrix.ts';
import type { Told } from '../told.ts';
import { answered } from './answer.ts';
import type { Check } from './check.ts';
import { unsupported } from './failure.ts';

export const askingChecks: Readonly<Record<string, Check>> = {
  image: (told) => answered(told, 'You said: Look: [image image/png 70 bytes]'),
  PDF: pdf,
  'JSON schema': jsonSchema,
  'stop sequence': stopSequence,
  'max tokens': maxTokens,
  'two answers at once': twoAnswers,
  sampling: sampling,
};

/** Where the second part of the first message stands, as exactly as each client can be told. */
const talkPlaces: Readonly<Record<Family, string>> = {
  'openai-chat': 'messages[0].content[1]',
  'openai-responses': 'input',
  'openai-completions': 'prompt',
  // It has no clients here that talk.
  cohere: '',
  anthropic: 'messages',
  gemini: 'contents',
  ollama: 'messages[0]',
};

/** Protocols 10.3. */
function pdf(told: Told, cell: Cell): readonly string[] {
  // What an OpenAI client sends to Azure goes as it is, whatever Azure makes of it.
  const isAzure = cell.back === 'azure' && cell.front.family !== 'openai-chat';
  const cannot = cell.back === 'ollama-chat' || cell.back === 'cohere-chat' || isAzure;
  if (cannot) return unsupported(talkPlaces[cell.front.family])(told, cell);
  return answered(told, 'You said: Read: [file application/pdf 69 bytes]');
}

function jsonSchema(told: Told, { front }: Cell): string[] {
  return [
    ...differs('text', parsed(told.text), { city: 'Köln', days: 1 }),
    ...differs('tools', told.tools, []),
    ...differs('finish', told.finish, endOf(front.family, 'natural')),
  ];
}

/** Responses has no stop texts, and to go on behind one is another answer. Only two backends tell why they stopped. */
function stopSequence(told: Told, cell: Cell): readonly string[] {
  if (cell.back === 'openai-responses') return unsupported('stop')(told, cell);
  const isTold = cell.back === 'anthropic-messages' || cell.back === 'cohere-chat';
  const isAsked = cell.front.family === 'anthropic';
  const wanted = isTold && isAsked ? 'stop_sequence' : endOf(cell.front.family, 'natural');
  return [...answered(told, 'You said: one '), ...differs('finish', told.finish, wanted)];
}

function maxTokens(told: Told, { front }: Cell): string[] {
  return [
    ...differs('finish', told.finish, endOf(front.family, 'length')),
    ...differs('output', told.output, 20),
  ];
}

/** Gemini's own streams know several answers, but nobody else's could be told apart (protocols 11). */
function twoAnswers(told: Told, cell: Cell): readonly string[] {
  const { front, back, form, arrived } = cell;
  const isGemini = back === 'gemini-generate';
  if (isGemini && (form === 'whole' || front.family === 'gemini')) {
    const asked = objectIn(arrived[0]?.sent?.generationConfig).candidateCount;
    return [...differs('status', told.status, 200), ...differs('candidateCount', asked, 2)];
  }
  if (back === 'openai-chat' || back === 'azure')
    return [...differs('status', told.status, 200), ...differs('answers', told.choices, 2)];
  return unsupported('n')(told, cell);
}

/** Each wish is sent, or its loss is told. */
function sampling(told: Told, { front, arrived }: Cell): string[] {
  const sent = JSON.stringify(arrived[0]?.sent ?? {});
  const isTold = (name: string) => told.warnings.some(({ param }) => param.includes(name));
  const seeds =
    front.family === 'anthropic' ? [] : unless(/"seed":7\b/.test(sent) || isTold('seed'), 'seed is lost');
  return [
    ...differs('status', told.status, 200),
    ...unless(/"(top_k|topK|k)":20\b/.test(sent) || isTold('top_k') || isTold('topK'), 'top_k is lost'),
    ...seeds,
  ];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
