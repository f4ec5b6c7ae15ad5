/** What a request to Responses asks (protocols 2.11), in the fake's own words. */
import type { Asked, ToolOffered } from '../asked-and-said.ts';
import { byUrl, spokenIn } from '../attachment.ts';
import { type Json, type JsonObject, listIn, numberIn, objectIn, stringIn, trailing } from '../json.ts';
import type { Arrived } from '../operation.ts';
import { schemaIn, tokensMax, toolResult, toolWish } from './openai-asked.ts';

export function readResponses({ body }: Arrived): Asked {
  const items =
    typeof body.input === 'string'
      ? [objectIn({ role: 'user', content: body.input })]
      : listIn(body.input).map(objectIn);
  const results = trailing(items, ({ type }) => type === 'function_call_output');
  return {
    model: stringIn(body.model),
    text: spoken(items.findLast(({ role }) => role === 'user')?.content),
    prompt: [
      stringIn(body.instructions),
      ...items.map(({ content, output }) => spoken(content ?? output)),
    ].join('\n'),
    wantsStream: body.stream === true,
    wantsUsage: true,
    ...flatTools(body.tools),
    ...toolWish(body.tool_choice, body.parallel_tool_calls),
    ...toolResult(results.map(({ output }) => spoken(output))),
    ...tokensMax(numberIn(body.max_output_tokens)),
    ...schemaIn(objectIn(body.text).format),
    ...alternativesIn(body),
    body,
  };
}

/** They are told if they are included; the number alone asks for nothing. */
function alternativesIn({ include, top_logprobs }: JsonObject): { alternatives?: number } {
  const isAsked = listIn(include).includes('message.output_text.logprobs');
  return isAsked ? { alternatives: numberIn(top_logprobs) ?? 0 } : {};
}

function flatTools(tools: Json | undefined): { tools?: readonly ToolOffered[] } {
  const offered = listIn(tools)
    .map(objectIn)
    .filter(({ type }) => type === 'function')
    .map(({ name, parameters }) => ({ name: stringIn(name), schema: objectIn(parameters) }));
  return offered.length === 0 ? {} : { tools: offered };
}

function spoken(content: Json | undefined): string {
  return spokenIn(content, ({ type, image_url, file_data, file_url, file_id }) => {
    if (type === 'input_image') return byUrl('image', image_url ?? file_id);
    return type === 'input_file' ? byUrl('file', file_data ?? file_url ?? file_id) : undefined;
  });
}
