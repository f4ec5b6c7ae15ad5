/** POST /v1/chat/completions (protocols 2.3, 2.4). */
import type { Asked, Said, ToolCall } from '../asked-and-said.ts';
import { type Frame, frame } from '../frames.ts';
import { type Json, type JsonObject, stringIn } from '../json.ts';
import { allOdds, type Odds, withOdds } from '../odds.ts';
import type { Operation } from '../operation.ts';
import { inBits, inPieces, isWordless } from '../words.ts';
import { readChat } from './openai-asked.ts';
import { openaiFailure } from './openai-failure.ts';
import { tokenObject } from './openai-odds.ts';
import { usageMember } from './openai-usage.ts';

const FINISH = { stop: 'stop', 'stop-text': 'stop', length: 'length', tool: 'tool_calls' } as const;

export const openaiChat: Operation = {
  name: 'openai-chat',
  failure: openaiFailure,
  matches: (method, path) => method === 'POST' && path.endsWith('/chat/completions'),
  modelOf: ({ body }) => stringIn(body.model),
  answer: {
    kind: 'generated',
    read: readChat,
    whole: wholeAnswer,
    stream: (said, asked) => ({ framing: 'sse', frames: frames(said, asked) }),
  },
};

function wholeAnswer(said: Said, asked: Asked): Json {
  const choices = Array.from({ length: said.choices }, (_, index) => ({
    index,
    message: wholeMessage(said, index),
    logprobs: logprobsOf(allOdds(piecesOf(said, index), asked)),
    finish_reason: finishReason(said),
  }));
  return { ...common(said, 'chat.completion'), choices, ...usageMember(said.usage) };
}

function wholeMessage(said: Said, index: number): JsonObject {
  const text = [...piecesOf(said, index)].join('');
  const calls = toolCalls(said, index);
  return {
    role: 'assistant',
    content: isContentNull(said, text) ? null : text,
    refusal: spokenRefusal(said) ?? null,
    annotations: [],
    ...(said.thoughts.length > 0 ? { reasoning_content: said.thoughts.join('') } : {}),
    ...(calls.length > 0 ? { tool_calls: calls.map(wholeToolCall) } : {}),
  };
}

/** A writer for the chunks of one choice. */
type Chunks = (delta: JsonObject, beside?: Beside) => Frame;

interface Beside {
  readonly finish_reason?: string;
  readonly usage?: JsonObject;
  readonly odds?: readonly Odds[];
}

function* frames(said: Said, asked: Asked): Generator<Frame> {
  const usageUnlessLast: JsonObject = asked.wantsUsage && !said.isUsageOnLastChunk ? { usage: null } : {};
  const last = said.isUsageOnLastChunk ? usageMember(said.usage) : usageUnlessLast;
  for (let index = 0; index < said.choices; index++) {
    const chunk: Chunks = (delta, { finish_reason, usage = usageUnlessLast, odds = [] } = {}) =>
      frame({
        ...common(said, 'chat.completion.chunk'),
        choices: [{ index, delta, logprobs: logprobsOf(odds), finish_reason: finish_reason ?? null }],
        ...usage,
      });
    yield* choiceFrames(said, asked, index, chunk);
    yield chunk({}, { finish_reason: finishReason(said), usage: last });
  }
  if (asked.wantsUsage && !said.isUsageOnLastChunk && said.usage) yield usageFrame(said);
  yield { data: '[DONE]', mark: 'closing' };
}

function* choiceFrames(said: Said, asked: Asked, index: number, chunk: Chunks): Generator<Frame> {
  const isToolAlone = said.tools.length > 0 && isWordless(said.pieces);
  yield chunk({ role: 'assistant', content: isToolAlone ? null : '', refusal: null });
  for (const thought of said.thoughts) yield chunk({ reasoning_content: thought });
  for (const [content, odds] of withOdds(piecesOf(said, index), asked))
    yield chunk({ content }, odds ? { odds: [odds] } : {});
  for (const refusal of inPieces(spokenRefusal(said) ?? '')) yield chunk({ refusal });
  for (const [at, tool] of toolCalls(said, index).entries())
    for (const delta of toolCallDeltas(tool, at)) yield chunk({ tool_calls: [delta] });
}

function logprobsOf(odds: readonly Odds[]): Json {
  return odds.length === 0 ? null : { content: odds.map(tokenObject), refusal: null };
}

function usageFrame(said: Said): Frame {
  const data = { ...common(said, 'chat.completion.chunk'), choices: [], ...usageMember(said.usage) };
  return frame(data, { mark: 'usage' });
}

function* toolCallDeltas({ id, name, argsText }: ToolCall, index: number): Generator<Json> {
  yield { index, id, type: 'function', function: { name, arguments: '' } };
  for (const bit of inBits(argsText)) yield { index, function: { arguments: bit } };
}

function wholeToolCall({ id, name, argsText }: ToolCall): Json {
  return { id, type: 'function', function: { name, arguments: argsText } };
}

/** Every choice but the first says which it is, if it talks at all and not in JSON. */
function piecesOf(said: Said, index: number): Iterable<string> {
  const isPlain = said.finish === 'stop' && said.tools.length === 0;
  if (index === 0 || !isPlain) return said.pieces;
  const pieces = [...said.pieces];
  return pieces[0]?.startsWith('{') ? pieces : [...pieces, ` (${index + 1})`];
}

function toolCalls(said: Said, index: number): readonly ToolCall[] {
  if (index === 0) return said.tools;
  return said.tools.map((tool) => ({ ...tool, id: `${tool.id}_of_${index + 1}` }));
}

function isContentNull(said: Said, text: string): boolean {
  return text === '' && (said.tools.length > 0 || spokenRefusal(said) !== undefined);
}

function spokenRefusal({ refusal }: Said): string | undefined {
  return refusal?.by === 'model' ? refusal.words : undefined;
}

/** A model that says no has finished as ever; a filter says it was the filter. */
function finishReason({ finish, refusal }: Said): string {
  if (finish === 'refusal') return refusal?.by === 'filter' ? 'content_filter' : 'stop';
  return FINISH[finish];
}

function common(said: Said, object: string): JsonObject {
  return {
    id: `chatcmpl-${said.id}`,
    object,
    created: Math.floor(said.createdAt.getTime() / 1000),
    model: said.model,
    system_fingerprint: 'fp_fake',
  };
}
