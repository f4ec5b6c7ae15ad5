/** POST /v2/chat (protocols 7): a plan before the calls of tools, blocks of content, and all counts at the end. */
import type { Asked, Said, ToolCall, UsageSaid } from '../asked-and-said.ts';
import { type Frame, frame } from '../frames.ts';
import { type Json, type JsonObject, stringIn } from '../json.ts';
import { allOdds, type Odds, withOdds } from '../odds.ts';
import type { Operation } from '../operation.ts';
import { inBits, inPieces } from '../words.ts';
import { readCohereChat } from './cohere-asked.ts';
import { cohereFailure } from './cohere-failure.ts';

const FINISH = {
  stop: 'COMPLETE',
  'stop-text': 'STOP_SEQUENCE',
  length: 'MAX_TOKENS',
  tool: 'TOOL_CALL',
  refusal: 'COMPLETE',
} as const;

export const cohereChat: Operation = {
  name: 'cohere-chat',
  failure: cohereFailure,
  matches: (method, path) => method === 'POST' && path === '/v2/chat',
  modelOf: ({ body }) => stringIn(body.model),
  answer: {
    kind: 'generated',
    read: readCohereChat,
    whole: wholeAnswer,
    stream: (said, asked) => ({ framing: 'sse', frames: frames(said, asked) }),
  },
};

function wholeAnswer(said: Said, asked: Asked): Json {
  const odds = allOdds(wordsOf(said), asked);
  const text = [...wordsOf(said)].join('');
  const thoughts = said.thoughts.join('');
  const blocks = [
    ...(thoughts ? [{ type: 'thinking', thinking: thoughts }] : []),
    ...(text ? [{ type: 'text', text }] : []),
  ];
  return {
    id: idOf(said),
    message: {
      role: 'assistant',
      ...(blocks.length > 0 ? { content: blocks } : {}),
      ...(said.tools.length > 0
        ? { tool_plan: [...planOf(said)].join(''), tool_calls: said.tools.map(wholeCall) }
        : {}),
    },
    ...ending(said),
    ...(odds.length > 0 ? { logprobs: odds.map(item) } : {}),
  };
}

function* frames(said: Said, asked: Asked): Generator<Frame> {
  const empty = { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] };
  yield typed('message-start', { id: idOf(said), delta: { message: empty } });
  if (said.thoughts.length > 0) yield* block(0, 'thinking', unlikely(said.thoughts));
  const index = said.thoughts.length > 0 ? 1 : 0;
  if (said.tools.length === 0) yield* block(index, 'text', withOdds(wordsOf(said), asked));
  for (const tool_plan of planOf(said)) yield typed('tool-plan-delta', { delta: { message: { tool_plan } } });
  for (const [at, tool] of said.tools.entries()) yield* callFrames(tool, at);
  yield typed('message-end', { delta: ending(said) }, 'closing');
}

type Pieces = Iterable<readonly [string, Odds | undefined]>;

function* block(index: number, kind: 'text' | 'thinking', pieces: Pieces): Generator<Frame> {
  const content = (more: JsonObject) => ({ index, delta: { message: { content: more } } });
  yield typed('content-start', content({ type: kind, [kind]: '' }));
  for (const [piece, odds] of pieces) {
    const told = odds ? { logprobs: item(odds) } : {};
    yield typed('content-delta', { ...content({ [kind]: piece }), ...told });
  }
  yield typed('content-end', { index });
}

function unlikely(thoughts: readonly string[]): Pieces {
  return thoughts.map((thought) => [thought, undefined] as const);
}

/** A text and the logarithms of its tokens, of which ours have one each. */
function item({ token, logprob }: Odds): JsonObject {
  return { text: token, token_ids: [token.length], logprobs: [logprob] };
}

/** In deltas a call is an object, not a list of one; without arguments there is no delta at all. */
function* callFrames({ id, name, argsText }: ToolCall, index: number): Generator<Frame> {
  const calls = (more: JsonObject) => ({ index, delta: { message: { tool_calls: more } } });
  yield typed('tool-call-start', calls({ id, type: 'function', function: { name, arguments: '' } }));
  for (const bit of inBits(argsText)) yield typed('tool-call-delta', calls({ function: { arguments: bit } }));
  yield typed('tool-call-end', { index });
}

/** A whole call without arguments has the text "null" for them. */
function wholeCall({ id, name, argsText }: ToolCall): Json {
  return { id, type: 'function', function: { name, arguments: argsText || 'null' } };
}

function typed(type: string, more: JsonObject, mark?: 'closing'): Frame {
  return frame({ type, ...more }, { event: type, ...(mark ? { mark } : {}) });
}

/** A turn that calls tools has no text but its plan. */
function wordsOf({ tools, pieces, refusal }: Said): Iterable<string> {
  if (refusal?.by === 'model') return inPieces(refusal.words);
  return tools.length > 0 ? [] : pieces;
}

/** These models never call a tool without saying so. */
function planOf({ tools, pieces }: Said): Iterable<string> {
  if (tools.length === 0) return [];
  const words = [...pieces];
  return words.length > 0 ? words : inPieces(`I will use ${tools.map(({ name }) => name).join(' and ')}.`);
}

function ending({ finish, usage }: Said): JsonObject {
  return { finish_reason: FINISH[finish], ...(usage ? { usage: usageObject(usage) } : {}) };
}

/** What is billed is another count than what was read and written. */
function usageObject({ input, output, cached }: UsageSaid): JsonObject {
  return {
    billed_units: { input_tokens: 1, output_tokens: 1 },
    tokens: { input_tokens: input, output_tokens: output },
    cached_tokens: cached,
  };
}

function idOf({ id }: Said): string {
  return `c14c80c3-${id}`;
}
