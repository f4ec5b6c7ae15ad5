/** POST /v1/responses (protocols 2.11): events numbered from 0, items opened and closed, the whole response last. */
import type { Asked, Said } from '../asked-and-said.ts';
import { type Frame, frame } from '../frames.ts';
import { type JsonObject, objectIn, stringIn } from '../json.ts';
import type { Operation } from '../operation.ts';
import { readResponses } from './responses-asked.ts';
import { responsesFailure } from './responses-failure.ts';
import { type Event, type Item, itemsOf } from './responses-items.ts';

export const openaiResponses: Operation = {
  name: 'openai-responses',
  failure: responsesFailure,
  matches: (method, path) => method === 'POST' && path.endsWith('/responses'),
  modelOf: ({ body }) => stringIn(body.model),
  answer: {
    kind: 'generated',
    read: readResponses,
    whole: (said, asked) => finalResponse(said, asked, itemsOf(said, asked)),
    stream: (said, asked) => ({ framing: 'sse', frames: numbered(events(said, asked)) }),
  },
};

function* events(said: Said, asked: Asked): Generator<Event> {
  const items = itemsOf(said, asked);
  const opening = responseObject(said, asked, 'in_progress', {});
  yield { type: 'response.created', response: opening };
  yield { type: 'response.in_progress', response: opening };
  for (const [at, item] of items.entries()) yield* item.events(at);
  yield { type: `response.${statusOf(said)}`, response: finalResponse(said, asked, items) };
}

function* numbered(all: Iterable<Event>): Generator<Frame> {
  let sequence_number = 0;
  for (const { type, ...rest } of all) {
    const isClosing = type === 'response.completed' || type === 'response.incomplete';
    yield frame(
      { type, sequence_number, ...rest },
      { event: type, ...(isClosing ? { mark: 'closing' } : {}) },
    );
    sequence_number++;
  }
}

function finalResponse(said: Said, asked: Asked, items: readonly Item[]): JsonObject {
  const output = items.map(({ finished }) => finished);
  return responseObject(said, asked, statusOf(said), { output, ...usageMember(said) });
}

function responseObject(
  said: Said,
  { body, tokensMax }: Asked,
  status: string,
  more: JsonObject,
): JsonObject {
  return {
    id: `resp_${said.id}`,
    object: 'response',
    created_at: Math.floor(said.createdAt.getTime() / 1000),
    status,
    background: false,
    error: null,
    incomplete_details: status === 'incomplete' ? { reason: incompleteReason(said) } : null,
    instructions: body.instructions ?? null,
    max_output_tokens: tokensMax ?? null,
    model: said.model,
    output: [],
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null, ...objectIn(body.reasoning) },
    store: body.store ?? true,
    temperature: body.temperature ?? 1,
    text: { format: { type: 'text' }, ...objectIn(body.text) },
    tool_choice: body.tool_choice ?? 'auto',
    tools: body.tools ?? [],
    top_p: body.top_p ?? 1,
    truncation: 'disabled',
    metadata: {},
    ...more,
  };
}

function statusOf({ finish, refusal }: Said): 'completed' | 'incomplete' {
  return finish === 'length' || refusal?.by === 'filter' ? 'incomplete' : 'completed';
}

function incompleteReason({ refusal }: Said): string {
  return refusal ? 'content_filter' : 'max_output_tokens';
}

function usageMember({ usage }: Said): { usage?: JsonObject } {
  if (!usage) return {};
  return {
    usage: {
      input_tokens: usage.input,
      input_tokens_details: { cached_tokens: usage.cached, cache_write_tokens: usage.written },
      output_tokens: usage.output,
      output_tokens_details: { reasoning_tokens: usage.reasoning },
      total_tokens: usage.total,
    },
  };
}
