/** Three ways to say no. */
import { differs, endOf, unless } from '../differences.ts';
import type { Cell } from '../run-matrix.ts';
import type { Told } from '../told.ts';
import type { Check } from './check.ts';
import { failsAs, WRONG } from './failure.ts';

const NO = "can't help with that";

export const refusingChecks: Readonly<Record<string, Check>> = {
  'refusal by the model': refusalByTheModel,
  'refusal by a filter': refusalByAFilter,
  'refusal of the prompt': refusedPrompt,
};

/** In words where the model has words; Anthropic and Gemini have a reason of their own for it. */
function refusalByTheModel(told: Told, { front, back }: Cell): string[] {
  const said = `${told.text}${told.refusal}`;
  const isByReason = back === 'anthropic-messages' || back === 'gemini-generate';
  const isMarked = isByReason || back.startsWith('openai') || back === 'azure';
  return [
    ...differs('status', told.status, 200),
    ...unless(isByReason || said.includes(NO), `said ${said}`),
    ...unless(!isByReason || isBlocked(told, front.family), `finish ${told.finish}`),
    ...unless(
      front.family !== 'anthropic' || !isMarked || told.finish === 'refusal',
      `stop_reason ${told.finish}`,
    ),
  ];
}

/** A response with a refusal in it is complete (protocols 10.8). */
function isBlocked({ finish, refusal }: Told, family: Cell['front']['family']): boolean {
  if (family === 'openai-responses' && refusal !== '') return true;
  return finish === endOf(family, 'blocked');
}

function refusalByAFilter(told: Told, { front, back }: Cell): string[] {
  const isTold = back !== 'ollama-chat' && back !== 'cohere-chat';
  return [
    ...differs('status', told.status, 200),
    ...unless(told.text.startsWith('You said: a b'), `text ${told.text}`),
    ...unless(!told.text.includes('c d'), `text ${told.text}`),
    ...unless(!isTold || isBlocked(told, front.family), `finish ${told.finish}`),
  ];
}

/** Blocked before a word was said: 400, at Gemini's front 200 with `promptFeedback` (protocols 10.9). */
function refusedPrompt(told: Told, cell: Cell): string[] {
  const { front, back } = cell;
  if (back === 'ollama-chat') return unless(told.text.includes("can't help with that"), `text ${told.text}`);
  if (back === 'anthropic-messages') return blocked(told, cell);
  if (front.family === 'gemini')
    return [...differs('status', told.status, 200), ...unless(isFeedback(told), `finish ${told.finish}`)];
  if (back === 'gemini-generate') return blocked(told, cell);
  const code = back === 'azure' || back === 'cohere-chat' ? 'content_filter' : '';
  return failsAs(told, cell, { ...WRONG, openAi: ['invalid_request_error', code] });
}

function isFeedback({ finish }: Told): boolean {
  return finish?.startsWith('blocked: ') === true;
}

function blocked(told: Told, { front }: Cell): string[] {
  const isTold = told.finish === endOf(front.family, 'blocked') || told.refusal !== '';
  return [...differs('status', told.status, 200), ...unless(isTold, `finish ${told.finish}`)];
}
