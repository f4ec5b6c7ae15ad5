/** A client of OpenAI's older completions: a prompt in, text out, nothing else. */
import { type JsonObject, listIn, numberIn, objectIn, stringIn } from '../../fake-upstream/json.ts';
import type { Told } from '../told.ts';
import { isPlain, lastText, type Wish } from '../wish.ts';
import type { Front, Manner, Question } from './front.ts';
import { hearUsage } from './openai-chat.ts';
import { openAiError } from './openai-error.ts';
import { checkEvent, objectOf, sseFrames } from './read-frames.ts';

export const openAiCompletions: Front = {
  name: 'openai-completions',
  family: 'openai-completions',
  ask,
  hearWhole: hearChunk,
  hearStream,
  hearError: openAiError,
};

function ask(wish: Wish, { model, isStream }: Manner): Question | undefined {
  if (!isPlain(wish)) return undefined;
  const body = {
    model,
    prompt: lastText(wish.turns),
    ...(isStream ? { stream: true, stream_options: { include_usage: true } } : {}),
    ...(wish.stop ? { stop: wish.stop } : {}),
    max_tokens: wish.tokensMax ?? 1000,
    ...(wish.choices ? { n: wish.choices } : {}),
    ...(wish.topK ? { top_k: wish.topK } : {}),
    ...(wish.seed ? { seed: wish.seed } : {}),
  };
  return { path: '/v1/completions', body };
}

function hearChunk(body: JsonObject, told: Told): void {
  told.model = stringIn(body.model);
  const choices = listIn(body.choices).map(objectIn);
  told.choices = Math.max(told.choices, ...choices.map(({ index }) => (numberIn(index) ?? 0) + 1));
  for (const { text, finish_reason } of choices.filter(({ index }) => index === 0)) {
    told.text += stringIn(text);
    if (typeof finish_reason === 'string') told.finish = finish_reason;
  }
  hearUsage(told, body.usage);
  told.isComplete = told.finish !== undefined;
}

function hearStream(text: string, told: Told): void {
  const frames = sseFrames(text, told);
  for (const frame of frames) {
    checkEvent(frame, undefined, told);
    if (frame.data === '[DONE]') continue;
    const chunk = objectOf(frame.data, told);
    told.error ??= openAiError(chunk);
    if (!told.error) hearChunk(chunk, told);
  }
  const isDone = frames.at(-1)?.data === '[DONE]';
  if (told.error && (told.isComplete || isDone)) told.slips.push('a failed stream has a clean end');
  told.isComplete &&= isDone;
}
