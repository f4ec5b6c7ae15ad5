/** POST /v1/chat/completions (protocols 2.3, 2.4). */
import type { Asked, Said, ToolCall } from '../asked-and-said.ts';
import { type Frame, frame } from '../frames.ts';
import { type Json, type JsonObject, stringIn } from '../json.ts';
import type { Operation } from '../operation.ts';
import { readChat } from './openai-asked.ts';
import { openaiFailure } from './openai-failure.ts';
import { usageMember } from './openai-usage.ts';

const FINISH = { stop: 'stop', length: 'length', tool: 'tool_calls' } as const;
const ARGUMENTS_PIECE_LENGTH = 8;

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

function wholeAnswer(said: Said): Json {
  const message = {
    role: 'assistant',
    content: said.tool ? null : [...said.pieces].join(''),
    refusal: null,
    ...(said.thoughts.length > 0 ? { reasoning_content: said.thoughts.join('') } : {}),
    ...(said.tool ? { tool_calls: [wholeToolCall(said.tool)] } : {}),
  };
  return {
    ...common(said, 'chat.completion'),
    choices: [{ index: 0, message, logprobs: null, finish_reason: FINISH[said.finish] }],
    ...usageMember(said.usage),
  };
}

function* frames(said: Said, asked: Asked): Generator<Frame> {
  const usageUnlessLast: JsonObject = asked.wantsUsage && !said.isUsageOnLastChunk ? { usage: null } : {};
  const chunk = (delta: JsonObject, finish_reason: string | null = null, more = usageUnlessLast): Frame =>
    frame({
      ...common(said, 'chat.completion.chunk'),
      choices: [{ index: 0, delta, logprobs: null, finish_reason }],
      ...more,
    });
  yield chunk({ role: 'assistant', content: said.tool ? null : '', refusal: null });
  for (const thought of said.thoughts) yield chunk({ reasoning_content: thought });
  for (const content of said.pieces) yield chunk({ content });
  if (said.tool) for (const tool_calls of toolCallDeltas(said.tool)) yield chunk({ tool_calls });
  yield chunk({}, FINISH[said.finish], said.isUsageOnLastChunk ? usageMember(said.usage) : usageUnlessLast);
  if (asked.wantsUsage && !said.isUsageOnLastChunk && said.usage) yield usageFrame(said);
  yield { data: '[DONE]', mark: 'closing' };
}

function usageFrame(said: Said): Frame {
  const data = { ...common(said, 'chat.completion.chunk'), choices: [], ...usageMember(said.usage) };
  return frame(data, { mark: 'usage' });
}

function* toolCallDeltas(tool: ToolCall): Generator<Json> {
  yield [{ index: 0, id: tool.id, type: 'function', function: { name: tool.name, arguments: '' } }];
  const text = JSON.stringify(tool.args);
  for (let at = 0; at < text.length; at += ARGUMENTS_PIECE_LENGTH) {
    yield [{ index: 0, function: { arguments: text.slice(at, at + ARGUMENTS_PIECE_LENGTH) } }];
  }
}

function wholeToolCall(tool: ToolCall): Json {
  return {
    id: tool.id,
    type: 'function',
    function: { name: tool.name, arguments: JSON.stringify(tool.args) },
  };
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
