/** What a request to Anthropic's Messages asks (protocols 3.1), in the fake's own words. */
import type { Asked, ToolOffered, ToolWish } from '../asked-and-said.ts';
import { inline, spokenIn } from '../attachment.ts';
import { type Json, type JsonObject, listIn, numberIn, objectIn, stringIn, textIn } from '../json.ts';
import type { Arrived } from '../operation.ts';
import { schemaIn, stopTexts, tokensMax, toolResult } from './openai-asked.ts';

export function readMessages({ body }: Arrived): Asked {
  const messages = listIn(body.messages).map(objectIn);
  const lastUser = messages.findLast((message) => message.role === 'user');
  return {
    model: stringIn(body.model),
    text: spoken(lastUser?.content),
    prompt: [textIn(body.system), ...messages.map((message) => spoken(message.content))].join('\n'),
    wantsStream: body.stream === true,
    wantsUsage: true,
    ...toolsOffered(body.tools),
    ...wishIn(objectIn(body.tool_choice)),
    ...toolResult(toolResultsIn(messages.at(-1)?.content)),
    ...tokensMax(numberIn(body.max_tokens)),
    ...stopTexts(body.stop_sequences),
    ...schemaIn(objectIn(body.output_config).format ?? body.output_format),
    body,
  };
}

/** Tools with a type of their own are Anthropic's, and never called here. */
function toolsOffered(tools: Json | undefined): { tools?: readonly ToolOffered[] } {
  const offered = listIn(tools)
    .map(objectIn)
    .filter(({ name, type }) => stringIn(name) !== '' && (type === undefined || type === 'custom'))
    .map(({ name, input_schema }) => ({ name: stringIn(name), schema: objectIn(input_schema) }));
  return offered.length === 0 ? {} : { tools: offered };
}

function wishIn({ type, name, disable_parallel_tool_use }: JsonObject): { toolWish: ToolWish } {
  const oneAtATime = disable_parallel_tool_use === true;
  if (type === 'tool') return { toolWish: { must: 'any', names: [stringIn(name)], oneAtATime } };
  return { toolWish: { must: type === 'any' || type === 'none' ? type : 'auto', oneAtATime } };
}

function toolResultsIn(content: Json | undefined): string[] {
  const blocks = listIn(content).map(objectIn);
  return blocks.filter(({ type }) => type === 'tool_result').map((block) => spoken(block.content));
}

function spoken(content: Json | undefined): string {
  return spokenIn(content, ({ type, source }) => {
    if (type === 'image') return sourceWords('image', objectIn(source));
    return type === 'document' ? sourceWords('file', objectIn(source)) : undefined;
  });
}

function sourceWords(kind: string, { type, media_type, data, url, file_id, content }: JsonObject): string {
  if (type === 'base64') return inline(kind, stringIn(media_type), data);
  if (type === 'text') return `[${kind} text/plain ${Buffer.byteLength(stringIn(data))} bytes]`;
  return type === 'content' ? textIn(content) : `[${kind} ${stringIn(url ?? file_id)}]`;
}
