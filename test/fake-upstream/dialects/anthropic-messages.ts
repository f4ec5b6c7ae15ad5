/** POST /v1/messages and /v1/messages/count_tokens (protocols 3.2 … 3.4). */
import type { Asked, Said, ToolOffered, UsageSaid } from '../asked-and-said.ts';
import { type Frame, frame } from '../frames.ts';
import { type Json, type JsonObject, listIn, numberIn, objectIn, stringIn, textIn } from '../json.ts';
import type { Arrived, Operation } from '../operation.ts';
import { countWords } from '../speech.ts';
import { anthropicFailure } from './anthropic-failure.ts';
import { tokensMax } from './openai-asked.ts';

const STOP_REASON = { stop: 'end_turn', length: 'max_tokens', tool: 'tool_use' } as const;
const SIGNATURE = 'RmFrZVNpZ25hdHVyZQ==';

export const anthropicMessages: Operation = {
  name: 'anthropic-messages',
  failure: anthropicFailure,
  matches: (method, path) => method === 'POST' && path.endsWith('/messages'),
  modelOf: ({ body }) => stringIn(body.model),
  answer: {
    kind: 'generated',
    read: readAsked,
    whole: wholeAnswer,
    stream: (said) => ({ framing: 'sse', frames: frames(said) }),
  },
};

export const anthropicCountTokens: Operation = {
  name: 'anthropic-count-tokens',
  failure: anthropicFailure,
  matches: (method, path) => method === 'POST' && path.endsWith('/messages/count_tokens'),
  modelOf: ({ body }) => stringIn(body.model),
  answer: { kind: 'plain', whole: (arrived) => ({ input_tokens: countWords(readAsked(arrived).prompt) }) },
};

function readAsked({ body }: Arrived): Asked {
  const messages = listIn(body.messages).map(objectIn);
  const lastUser = messages.findLast((message) => message.role === 'user');
  return {
    model: stringIn(body.model),
    text: textIn(lastUser?.content),
    prompt: [textIn(body.system), ...messages.map((message) => textIn(message.content))].join('\n'),
    wantsStream: body.stream === true,
    wantsUsage: true,
    ...toolOffered(listIn(body.tools)[0]),
    ...toolResultIn(messages.at(-1)?.content),
    ...tokensMax(numberIn(body.max_tokens)),
    body,
  };
}

function toolOffered(tool: Json | undefined): { tool?: ToolOffered } {
  const { name, input_schema } = objectIn(tool);
  return name ? { tool: { name: stringIn(name), schema: objectIn(input_schema) } } : {};
}

function toolResultIn(content: Json | undefined): { toolResult?: string } {
  const result = listIn(content)
    .map(objectIn)
    .find((block) => block.type === 'tool_result');
  return result ? { toolResult: textIn(result.content) } : {};
}

function wholeAnswer(said: Said): Json {
  return {
    ...messageObject(said),
    content: blocks(said).map(({ finished }) => finished),
    stop_reason: STOP_REASON[said.finish],
    ...usageMember(said.usage),
  };
}

function* frames(said: Said): Generator<Frame> {
  yield typed({
    type: 'message_start',
    message: { ...messageObject(said), usage: usageAtStart(said.usage) },
  });
  yield typed({ type: 'ping' });
  for (const [index, block] of blocks(said).entries()) {
    yield typed({ type: 'content_block_start', index, content_block: block.opened });
    for (const delta of block.deltas) yield typed({ type: 'content_block_delta', index, delta });
    yield typed({ type: 'content_block_stop', index });
  }
  const delta = { stop_reason: STOP_REASON[said.finish], stop_sequence: null };
  yield typed({ type: 'message_delta', delta, ...usageMember(said.usage) }, 'usage');
  yield typed({ type: 'message_stop' }, 'closing');
}

interface Block {
  readonly opened: JsonObject;
  readonly deltas: Iterable<JsonObject>;
  /** A getter: a flood of text is joined only by who wants it whole. */
  readonly finished: JsonObject;
}

function blocks(said: Said): Block[] {
  const answer = said.tool ? toolBlock(said.tool) : textBlock(said.pieces);
  return said.thoughts.length > 0 ? [thinkingBlock(said.thoughts), answer] : [answer];
}

function textBlock(pieces: Iterable<string>): Block {
  return {
    opened: { type: 'text', text: '' },
    deltas: mapped(pieces, (text) => ({ type: 'text_delta', text })),
    get finished() {
      return { type: 'text', text: [...pieces].join('') };
    },
  };
}

function thinkingBlock(thoughts: readonly string[]): Block {
  const deltas = thoughts.map((thinking) => ({ type: 'thinking_delta', thinking }));
  return {
    opened: { type: 'thinking', thinking: '', signature: '' },
    deltas: [...deltas, { type: 'signature_delta', signature: SIGNATURE }],
    finished: { type: 'thinking', thinking: thoughts.join(''), signature: SIGNATURE },
  };
}

function toolBlock({ id, name, args }: NonNullable<Said['tool']>): Block {
  const text = JSON.stringify(args);
  const half = Math.ceil(text.length / 2);
  const halves = ['', text.slice(0, half), text.slice(half)];
  const toolId = id.replace('call_', 'toolu_');
  return {
    opened: { type: 'tool_use', id: toolId, name, input: {} },
    deltas: halves.map((partial_json) => ({ type: 'input_json_delta', partial_json })),
    finished: { type: 'tool_use', id: toolId, name, input: args },
  };
}

function typed(event: JsonObject, mark?: 'usage' | 'closing'): Frame {
  return frame(event, { event: stringIn(event.type), ...(mark ? { mark } : {}) });
}

function messageObject(said: Said): JsonObject {
  return {
    id: `msg_${said.id}`,
    type: 'message',
    role: 'assistant',
    model: said.model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
  };
}

/** Anthropic's input excludes what was read from the cache. */
function usageMember(usage: UsageSaid | undefined): { usage?: JsonObject } {
  if (!usage) return {};
  const input = typeof usage.input === 'number' ? usage.input - usage.cached : usage.input;
  return {
    usage: {
      input_tokens: input,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: usage.cached,
      output_tokens: usage.output,
    },
  };
}

function usageAtStart(usage: UsageSaid | undefined): JsonObject | undefined {
  const told = usageMember(usage).usage;
  return told && { ...told, output_tokens: 1 };
}

function* mapped<In, Out>(all: Iterable<In>, change: (each: In) => Out): Generator<Out> {
  for (const each of all) yield change(each);
}
