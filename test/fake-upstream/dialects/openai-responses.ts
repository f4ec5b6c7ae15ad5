/** POST /v1/responses (protocols 2.11): events numbered from 0, items opened and closed, the whole response last. */
import type { Asked, Said, ToolCall, ToolOffered } from '../asked-and-said.ts';
import { type Frame, frame } from '../frames.ts';
import { type Json, type JsonObject, listIn, numberIn, objectIn, stringIn, textIn } from '../json.ts';
import type { Arrived, Operation } from '../operation.ts';
import { tokensMax } from './openai-asked.ts';
import { errorObject, openaiFailure } from './openai-failure.ts';

export const openaiResponses: Operation = {
  name: 'openai-responses',
  failure: {
    envelope: openaiFailure.envelope,
    frame: (status, message) =>
      frame(
        { type: 'error', ...objectIn(errorObject(status, message)), sequence_number: 1 },
        { event: 'error' },
      ),
  },
  matches: (method, path) => method === 'POST' && path.endsWith('/responses'),
  modelOf: ({ body }) => stringIn(body.model),
  answer: {
    kind: 'generated',
    read: readAsked,
    whole: (said, asked) => finalResponse(said, asked, [...said.pieces].join('')),
    stream: (said, asked) => ({ framing: 'sse', frames: numbered(events(said, asked)) }),
  },
};

function readAsked({ body }: Arrived): Asked {
  const items =
    typeof body.input === 'string'
      ? [{ role: 'user', content: body.input }]
      : listIn(body.input).map(objectIn);
  const last = items.at(-1);
  return {
    model: stringIn(body.model),
    text: textIn(items.findLast((item) => item.role === 'user')?.content),
    prompt: [stringIn(body.instructions), ...items.map((item) => textIn(item.content))].join('\n'),
    wantsStream: body.stream === true,
    wantsUsage: true,
    ...flatTool(listIn(body.tools)[0]),
    ...(last && 'type' in last && last.type === 'function_call_output'
      ? { toolResult: textIn(last.output) }
      : {}),
    ...tokensMax(numberIn(body.max_output_tokens)),
    body,
  };
}

function flatTool(tool: Json | undefined): { tool?: ToolOffered } {
  const { type, name, parameters } = objectIn(tool);
  return type === 'function' ? { tool: { name: stringIn(name), schema: objectIn(parameters) } } : {};
}

function* events(said: Said, asked: Asked): Generator<JsonObject> {
  const opening = responseObject(said, asked, 'in_progress', [], {});
  yield { type: 'response.created', response: opening };
  yield { type: 'response.in_progress', response: opening };
  const text = said.tool ? yield* toolEvents(said, said.tool) : yield* messageEvents(said);
  const type = said.finish === 'length' ? 'response.incomplete' : 'response.completed';
  yield { type, response: finalResponse(said, asked, text) };
}

function* messageEvents(said: Said): Generator<JsonObject, string> {
  const item_id = `msg_${said.id}`;
  const place = { item_id, output_index: 0, content_index: 0 };
  const opened = { id: item_id, type: 'message', status: 'in_progress', role: 'assistant', content: [] };
  yield { type: 'response.output_item.added', output_index: 0, item: opened };
  yield { type: 'response.content_part.added', ...place, part: textPart('') };
  let text = '';
  for (const delta of said.pieces) {
    text += delta;
    yield { type: 'response.output_text.delta', ...place, delta, logprobs: [] };
  }
  yield { type: 'response.output_text.done', ...place, text, logprobs: [] };
  yield { type: 'response.content_part.done', ...place, part: textPart(text) };
  yield { type: 'response.output_item.done', output_index: 0, item: messageItem(said, text) };
  return text;
}

function* toolEvents(said: Said, tool: ToolCall): Generator<JsonObject, string> {
  const item = toolItem(said, tool);
  const place = { item_id: `fc_${said.id}`, output_index: 0 };
  const text = JSON.stringify(tool.args);
  yield {
    type: 'response.output_item.added',
    output_index: 0,
    item: { ...item, status: 'in_progress', arguments: '' },
  };
  yield { type: 'response.function_call_arguments.delta', ...place, delta: text };
  yield { type: 'response.function_call_arguments.done', ...place, name: tool.name, arguments: text };
  yield { type: 'response.output_item.done', output_index: 0, item };
  return '';
}

function* numbered(all: Iterable<JsonObject>): Generator<Frame> {
  let sequence_number = 0;
  for (const event of all) {
    const type = stringIn(event.type);
    const isClosing = type === 'response.completed' || type === 'response.incomplete';
    yield frame({ ...event, sequence_number }, { event: type, ...(isClosing ? { mark: 'closing' } : {}) });
    sequence_number++;
  }
}

function finalResponse(said: Said, asked: Asked, text: string): JsonObject {
  const output = said.tool ? [toolItem(said, said.tool)] : [messageItem(said, text)];
  const status = said.finish === 'length' ? 'incomplete' : 'completed';
  return responseObject(said, asked, status, output, usageMember(said));
}

function responseObject(
  said: Said,
  asked: Asked,
  status: string,
  output: Json,
  more: JsonObject,
): JsonObject {
  return {
    id: `resp_${said.id}`,
    object: 'response',
    created_at: Math.floor(said.createdAt.getTime() / 1000),
    status,
    error: null,
    incomplete_details: status === 'incomplete' ? { reason: 'max_output_tokens' } : null,
    instructions: asked.body.instructions ?? null,
    max_output_tokens: asked.tokensMax ?? null,
    model: said.model,
    output,
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    store: false,
    temperature: 1,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: asked.body.tools ?? [],
    top_p: 1,
    truncation: 'disabled',
    metadata: {},
    ...more,
  };
}

function messageItem(said: Said, text: string): JsonObject {
  const status = said.finish === 'length' ? 'incomplete' : 'completed';
  return { id: `msg_${said.id}`, type: 'message', status, role: 'assistant', content: [textPart(text)] };
}

function toolItem(said: Said, tool: ToolCall): JsonObject {
  const item = { id: `fc_${said.id}`, type: 'function_call', status: 'completed', call_id: tool.id };
  return { ...item, name: tool.name, arguments: JSON.stringify(tool.args) };
}

function textPart(text: string): JsonObject {
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}

function usageMember({ usage }: Said): { usage?: JsonObject } {
  if (!usage) return {};
  return {
    usage: {
      input_tokens: usage.input,
      input_tokens_details: { cached_tokens: usage.cached, cache_write_tokens: 0 },
      output_tokens: usage.output,
      output_tokens_details: { reasoning_tokens: usage.reasoning },
      total_tokens: usage.total,
    },
  };
}
