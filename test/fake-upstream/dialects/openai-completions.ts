/** POST /v1/completions (protocols 2.5). */
import type { Asked, Said } from '../asked-and-said.ts';
import { type Frame, frame } from '../frames.ts';
import { type Json, type JsonObject, stringIn } from '../json.ts';
import { allOdds, type Odds, withOdds } from '../odds.ts';
import type { Operation } from '../operation.ts';
import { inPieces } from '../words.ts';
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
    whole: (said, asked) => {
      const text = [...spokenPieces(said)].join('');
      const logprobs = columns(allOdds(spokenPieces(said), asked), 0);
      return answerObject(
        said,
        { text, logprobs, finish_reason: finishReason(said) },
        usageMember(said.usage),
      );
    },
    stream: (said, asked) => ({ framing: 'sse', frames: frames(said, asked) }),
  },
};

function* frames(said: Said, asked: Asked): Generator<Frame> {
  let offset = 0;
  for (const [text, odds] of withOdds(spokenPieces(said), asked)) {
    yield frame(answerObject(said, { text, logprobs: columns(odds ? [odds] : [], offset) }));
    offset += [...text].length;
  }
  yield frame(answerObject(said, { finish_reason: finishReason(said) }));
  if (asked.wantsUsage && said.usage) {
    yield frame({ ...answerObject(said, {}, usageMember(said.usage)), choices: [] }, { mark: 'usage' });
  }
  yield { data: '[DONE]', mark: 'closing' };
}

function answerObject(said: Said, choice: JsonObject, more: JsonObject = {}): JsonObject {
  return {
    id: `cmpl-${said.id}`,
    object: 'text_completion',
    created: Math.floor(said.createdAt.getTime() / 1000),
    model: said.model,
    choices: [{ text: '', index: 0, logprobs: null, finish_reason: null, ...choice }],
    ...more,
  };
}

/** A list for each member, and how many characters stand before each token. */
function columns(all: readonly Odds[], start: number): Json {
  if (all.length === 0) return null;
  const lengths = all.map(({ token }) => [...token].length);
  return {
    tokens: all.map(({ token }) => token),
    token_logprobs: all.map(({ logprob }) => logprob),
    top_logprobs: all.map(({ likeliest }) =>
      Object.fromEntries(likeliest.map(({ token, logprob }) => [token, logprob])),
    ),
    text_offset: all.map((_, at) => lengths.slice(0, at).reduce((sum, length) => sum + length, start)),
  };
}

/** There is no place of its own for a refusal here: the model simply says it. */
function spokenPieces({ pieces, refusal }: Said): Iterable<string> {
  return refusal?.by === 'model' ? inPieces(refusal.words) : pieces;
}

function finishReason({ finish, refusal }: Said): string {
  if (refusal?.by === 'filter') return 'content_filter';
  return finish === 'length' ? 'length' : 'stop';
}
