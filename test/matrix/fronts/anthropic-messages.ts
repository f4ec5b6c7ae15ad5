/** A client of Anthropic's messages. */
import type { Json, JsonObject } from '../../fake-upstream/json.ts';
import type { Turn, Wish } from '../wish.ts';
import type { Front, Manner, Question } from './front.ts';
import { anthropicError, hearMessage } from './hear-message.ts';
import { MessageEvents } from './message-events.ts';

export const anthropicMessages: Front = {
  name: 'anthropic-messages',
  family: 'anthropic',
  ask,
  hearWhole: hearMessage,
  hearStream: (text, told) => new MessageEvents(told).hear(text),
  hearError: anthropicError,
};

const TOKENS_MAX = 20_000;

function ask(wish: Wish, { model, isStream }: Manner): Question | undefined {
  if (wish.choices) return undefined;
  const format = { type: 'json_schema', schema: wish.schema ?? {} };
  const body = {
    model,
    max_tokens: wish.tokensMax ?? TOKENS_MAX,
    messages: messagesOf(wish.turns),
    ...(isStream ? { stream: true } : {}),
    ...(wish.tools ? { tools: wish.tools.map(toolOf) } : {}),
    ...(wish.must ? { tool_choice: { type: 'tool', name: wish.must } } : {}),
    ...(wish.schema ? { output_config: { format } } : {}),
    ...(wish.stop ? { stop_sequences: wish.stop } : {}),
    ...(wish.thinks ? { thinking: { type: 'enabled', budget_tokens: 8192 } } : {}),
    ...(wish.topK ? { top_k: wish.topK } : {}),
  };
  return { path: '/v1/messages', body };
}

/** Also what counts tokens asks. */
export function messagesOf(turns: readonly Turn[]): JsonObject[] {
  return turns.map(messageOf);
}

function messageOf(turn: Turn): JsonObject {
  switch (turn.by) {
    case 'user':
      return { role: 'user', content: contentOf(turn) };
    case 'call':
      return {
        role: 'assistant',
        content: [{ type: 'tool_use', id: turn.id, name: turn.name, input: turn.args }],
      };
    case 'result':
      return { role: 'user', content: [{ type: 'tool_result', tool_use_id: turn.id, content: turn.text }] };
    default:
      return { role: turn.by, content: turn.text };
  }
}

function contentOf({ text, png, pdf }: Extract<Turn, { by: 'user' }>): Json {
  if (png === undefined && pdf === undefined) return text;
  const source = (media_type: string, data: string) => ({ type: 'base64', media_type, data });
  return [
    { type: 'text', text },
    ...(png === undefined ? [] : [{ type: 'image', source: source('image/png', png) }]),
    ...(pdf === undefined ? [] : [{ type: 'document', source: source('application/pdf', pdf) }]),
  ];
}

function toolOf({ name, schema }: NonNullable<Wish['tools']>[number]): JsonObject {
  return { name, input_schema: schema ?? { type: 'object', properties: {} } };
}
