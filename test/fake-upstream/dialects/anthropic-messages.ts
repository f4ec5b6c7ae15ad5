/** POST /v1/messages (protocols 3.2, 3.3). */
import type { Said, UsageSaid } from '../asked-and-said.ts';
import { type Frame, frame } from '../frames.ts';
import { type Json, type JsonObject, stringIn } from '../json.ts';
import type { Operation } from '../operation.ts';
import { readMessages } from './anthropic-asked.ts';
import { blocksOf } from './anthropic-blocks.ts';
import { anthropicFailure } from './anthropic-failure.ts';

const STOP_REASON = {
  stop: 'end_turn',
  'stop-text': 'stop_sequence',
  length: 'max_tokens',
  tool: 'tool_use',
  refusal: 'refusal',
} as const;

export const anthropicMessages: Operation = {
  name: 'anthropic-messages',
  failure: anthropicFailure,
  matches: (method, path) => method === 'POST' && path.endsWith('/messages'),
  modelOf: ({ body }) => stringIn(body.model),
  answer: {
    kind: 'generated',
    read: readMessages,
    whole: wholeAnswer,
    stream: (said) => ({ framing: 'sse', frames: frames(said) }),
  },
};

function wholeAnswer(said: Said): Json {
  return {
    ...messageObject(said),
    content: blocksOf(said).map(({ finished }) => finished),
    ...ending(said),
    stop_details: stopDetails(said) ?? null,
    ...usageMember(said.usage, true),
  };
}

/** The ping comes behind the first block's start, or at once if there is no block. */
function* frames(said: Said): Generator<Frame> {
  const blocks = blocksOf(said);
  const usage = usageMember(said.usage, true).usage;
  yield typed({
    type: 'message_start',
    message: { ...messageObject(said), ...(usage ? { usage: { ...usage, output_tokens: 1 } } : {}) },
  });
  if (blocks.length === 0) yield typed({ type: 'ping' });
  for (const [index, block] of blocks.entries()) {
    yield typed({ type: 'content_block_start', index, content_block: block.opened });
    if (index === 0) yield typed({ type: 'ping' });
    for (const delta of block.deltas) yield typed({ type: 'content_block_delta', index, delta });
    yield typed({ type: 'content_block_stop', index });
  }
  const details = stopDetails(said);
  const delta = { ...ending(said), ...(details ? { stop_details: details } : {}) };
  yield typed({ type: 'message_delta', delta, ...usageMember(said.usage, false) }, 'usage');
  yield typed({ type: 'message_stop' }, 'closing');
}

function typed(event: JsonObject, mark?: 'usage' | 'closing'): Frame {
  return frame(event, { event: stringIn(event.type), ...(mark ? { mark } : {}) });
}

function messageObject(said: Said): JsonObject {
  return {
    model: said.model,
    id: `msg_${said.id}`,
    type: 'message',
    role: 'assistant',
    content: [],
    stop_reason: null,
    stop_sequence: null,
  };
}

function ending({ finish, stopText }: Said): JsonObject {
  return { stop_reason: STOP_REASON[finish], stop_sequence: stopText ?? null };
}

function stopDetails({ refusal }: Said): JsonObject | undefined {
  return refusal && { type: 'refusal', category: 'cyber', explanation: refusal.words };
}

/** Anthropic's input excludes what was read from the cache and what was written to it. */
function usageMember(usage: UsageSaid | undefined, isFull: boolean): { usage?: JsonObject } {
  if (!usage) return {};
  const { cached, written, reasoning } = usage;
  const input = typeof usage.input === 'number' ? usage.input - cached - written : usage.input;
  const split = { ephemeral_5m_input_tokens: written, ephemeral_1h_input_tokens: 0 };
  return {
    usage: {
      input_tokens: input,
      cache_creation_input_tokens: written,
      cache_read_input_tokens: cached,
      ...(isFull ? { cache_creation: split } : {}),
      output_tokens: usage.output,
      ...(reasoning > 0 ? { output_tokens_details: { thinking_tokens: reasoning } } : {}),
      ...(isFull ? { service_tier: 'standard', inference_geo: 'not_available' } : {}),
    },
  };
}
