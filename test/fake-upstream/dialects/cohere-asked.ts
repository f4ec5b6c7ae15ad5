/** What a request of Cohere's chat asks, in the fake's own words. */
import type { Asked, ToolWish } from '../asked-and-said.ts';
import { byUrl, spokenIn } from '../attachment.ts';
import { type Json, type JsonObject, listIn, numberIn, objectIn, stringIn, trailing } from '../json.ts';
import type { Arrived } from '../operation.ts';
import { stopTexts, tokensMax, toolResult, toolsOffered } from './openai-asked.ts';

export function readCohereChat({ body }: Arrived): Asked {
  const messages = listIn(body.messages).map(objectIn);
  const results = trailing(messages, ({ role }) => role === 'tool');
  const lastUser = messages.findLast((message) => message.role === 'user');
  return {
    model: stringIn(body.model),
    text: spoken(lastUser?.content),
    prompt: messages.map((message) => `${stringIn(message.tool_plan)} ${spoken(message.content)}`).join('\n'),
    wantsStream: body.stream === true,
    wantsUsage: true,
    ...toolsOffered(body.tools),
    ...toolWish(body.tool_choice),
    ...toolResult(results.map(({ content }) => spoken(content))),
    ...tokensMax(numberIn(body.max_tokens)),
    ...stopTexts(body.stop_sequences),
    ...schemaIn(body.response_format),
    ...(body.logprobs === true ? { alternatives: 0 } : {}),
    body,
  };
}

/** There is no way to name a tool. */
function toolWish(choice: Json | undefined): { toolWish: ToolWish } {
  if (choice === 'NONE') return { toolWish: { must: 'none' } };
  return { toolWish: { must: choice === 'REQUIRED' ? 'any' : 'auto' } };
}

function schemaIn(format: Json | undefined): { schema?: JsonObject } {
  const { type, json_schema } = objectIn(format);
  return type === 'json_object' ? { schema: objectIn(json_schema) } : {};
}

function spoken(content: Json | undefined): string {
  return spokenIn(content, ({ image_url, document }) => {
    if (image_url) return byUrl('image', objectIn(image_url).url);
    return document ? Object.values(objectIn(objectIn(document).data)).join(' ') : undefined;
  });
}
