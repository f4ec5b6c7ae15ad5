/** POST /v1/completions (protocols 2.5). */
import type { Asked, Said } from '../asked-and-said.ts';
import { type Frame, frame } from '../frames.ts';
import { type JsonObject, stringIn } from '../json.ts';
import type { Operation } from '../operation.ts';
import { readCompletion } from './openai-asked.ts';
import { openaiFailure } from './openai-failure.ts';
import { usageMember } from './openai-usage.ts';

export const openaiCompletions: Operation = {
  name: 'openai-completions',
  failure: openaiFailure,
  matches: (method, path) =>
    method === 'POST' && path.endsWith('/completions') && !path.endsWith('/chat/completions'),
  modelOf: ({ body }) => stringIn(body.model),
  answer: {
    kind: 'generated',
    read: readCompletion,
    whole: (said) =>
      answerObject(said, [...said.pieces].join(''), finishReason(said), usageMember(said.usage)),
    stream: (said, asked) => ({ framing: 'sse', frames: frames(said, asked) }),
  },
};

function* frames(said: Said, asked: Asked): Generator<Frame> {
  for (const text of said.pieces) yield frame(answerObject(said, text, null));
  yield frame(answerObject(said, '', finishReason(said)));
  if (asked.wantsUsage && said.usage) {
    yield frame({ ...answerObject(said, '', null, usageMember(said.usage)), choices: [] }, { mark: 'usage' });
  }
  yield { data: '[DONE]', mark: 'closing' };
}

function answerObject(
  said: Said,
  text: string,
  finish_reason: string | null,
  more: JsonObject = {},
): JsonObject {
  return {
    id: `cmpl-${said.id}`,
    object: 'text_completion',
    created: Math.floor(said.createdAt.getTime() / 1000),
    model: said.model,
    choices: [{ text, index: 0, logprobs: null, finish_reason }],
    ...more,
  };
}

function finishReason(said: Said): string {
  return said.finish === 'length' ? 'length' : 'stop';
}
