/** Numbers: what was read and written, and what a text is in numbers. */
import { toyVector } from '../../fake-upstream/toy-vector.ts';
import { differs, endOf, unless } from '../differences.ts';
import type { Cell } from '../run-matrix.ts';
import type { Told } from '../told.ts';
import { answered } from './answer.ts';
import type { Check } from './check.ts';

export const countingChecks: Readonly<Record<string, Check>> = {
  usage: usage,
  'usage unknown': uncounted,
  'count tokens': counted,
  embeddings: embeddings,
  rerank: ranked,
};

/** Protocols 10.7: what a backend does not tell is not known, or 0 where the dialect must have a number. */
function usage(told: Told, { front, back }: Cell): string[] {
  const isSimple = front.family === 'ollama' || back === 'ollama-chat';
  const cached = isSimple ? undefined : 3;
  const reasoning = isSimple || back === 'cohere-chat' ? undefined : 2;
  return [
    ...differs('input, output', [told.input, told.output], [8, 12]),
    ...differs('cached', told.cached || undefined, cached),
    ...differs('reasoning', told.reasoning || undefined, reasoning),
  ];
}

/** Protocols 10.7: left out, or in objects that must be there, nothing without a warning. What passes through passes. */
export function uncounted(told: Told, { front, back, form }: Cell): string[] {
  if (front.name === back) return answered(told, 'You said: Hello.');
  const mustCount = front.family === 'anthropic' || front.family === 'openai-responses';
  const isTold = told.warnings.length > 0 || form === 'streamed';
  const isUnknown = !told.input && !told.output;
  return [
    ...answered(told, 'You said: Hello.'),
    ...differs('finish', told.finish, endOf(front.family, 'natural')),
    ...unless(mustCount ? isTold : isUnknown, `tokens ${told.input}/${told.output} out of nothing`),
  ];
}

function counted(told: Told, { back }: Cell): string[] {
  const canCount = back === 'anthropic-messages' || back === 'gemini-generate';
  const isEstimate = told.warnings.some(({ action }) => action === 'estimated');
  return [
    ...differs('status', told.status, 200),
    ...unless(isEstimate ? (told.input ?? 0) > 0 : told.input === 4, `${told.input} tokens`),
    ...unless(!canCount || !isEstimate, 'estimated, though the backend can count'),
  ];
}

function embeddings(told: Told, { back }: Cell): string[] {
  const hasNone = back === 'openai-responses' || back === 'anthropic-messages';
  if (hasNone) return differs('status', told.status, 501);
  const wanted = [toyVector('alpha'), toyVector('beta')];
  const isNear = told.vectors.every((vector, at) =>
    vector.every((value, place) => Math.abs(value - (wanted[at]?.[place] ?? Number.NaN)) < 1e-6),
  );
  return [
    ...differs(
      'vectors',
      told.vectors.map(({ length }) => length),
      wanted.map(({ length }) => length),
    ),
    ...unless(isNear, 'other vectors'),
  ];
}

function ranked(told: Told, { back }: Cell): string[] {
  const canRank = back === 'openai-chat' || back === 'cohere-chat';
  if (!canRank) return differs('status', told.status, 501);
  return [...differs('status', told.status, 200), ...differs('ranking', told.ranking, [1, 2])];
}
