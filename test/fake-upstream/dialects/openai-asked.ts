/** What OpenAI's chat and completions requests ask, in the fake's own words. */
import type { Asked, ToolOffered, ToolWish } from '../asked-and-said.ts';
import { byUrl, inline, spokenIn } from '../attachment.ts';
import {
  type Json,
  type JsonObject,
  listIn,
  numberIn,
  objectIn,
  stringIn,
  textIn,
  trailing,
} from '../json.ts';
import type { Arrived } from '../operation.ts';
import { alternativesIn } from './openai-odds.ts';

const CHOICES_MAX = 128;

export function readChat({ body }: Arrived): Asked {
  const messages = listIn(body.messages).map(objectIn);
  const results = trailing(messages, ({ role }) => role === 'tool');
  const lastUser = messages.findLast((message) => message.role === 'user');
  return {
    ...readCommon(body),
    text: spoken(lastUser?.content),
    prompt: messages.map((message) => spoken(message.content)).join('\n'),
    ...toolsOffered(body.tools),
    ...toolWish(body.tool_choice, body.parallel_tool_calls),
    ...toolResult(results.map(({ content }) => spoken(content))),
    ...tokensMax(numberIn(body.max_completion_tokens) ?? numberIn(body.max_tokens)),
    ...schemaIn(body.response_format),
    ...choicesIn(body.n),
    ...alternativesIn(body),
  };
}

export function readCompletion({ body }: Arrived): Asked {
  const prompt = textIn(body.prompt);
  const alternatives = numberIn(body.logprobs);
  return {
    ...readCommon(body),
    text: prompt,
    prompt,
    ...tokensMax(numberIn(body.max_tokens)),
    ...(alternatives === undefined ? {} : { alternatives }),
  };
}

/** What the tools said, if the last turn is theirs. */
export function toolResult(results: readonly string[]): { toolResult?: string } {
  return results.length === 0 ? {} : { toolResult: results.join(' ') };
}

export function tokensMax(max: number | undefined): { tokensMax?: number } {
  return max === undefined || max < 0 ? {} : { tokensMax: max };
}

/** One stop text, or several. */
export function stopTexts(stop: Json | undefined): { stopTexts?: readonly string[] } {
  const texts = typeof stop === 'string' ? [stop] : listIn(stop).map(stringIn);
  return texts.length === 0 ? {} : { stopTexts: texts };
}

/** Tools nested under `function`, as chat and Ollama write them. */
export function toolsOffered(tools: Json | undefined): { tools?: readonly ToolOffered[] } {
  const offered = listIn(tools)
    .map((tool) => objectIn(objectIn(tool).function))
    .filter((inner) => stringIn(inner.name) !== '')
    .map((inner) => ({ name: stringIn(inner.name), schema: objectIn(inner.parameters) }));
  return offered.length === 0 ? {} : { tools: offered };
}

/** `none`, `required`, one tool by name, or some of them: names are nested here, flat in Responses. */
export function toolWish(choice: Json | undefined, parallel: Json | undefined): { toolWish: ToolWish } {
  const oneAtATime = parallel === false;
  if (choice === 'none') return { toolWish: { must: 'none', oneAtATime } };
  if (choice === 'required') return { toolWish: { must: 'any', oneAtATime } };
  const allowed = objectIn(objectIn(choice).allowed_tools ?? choice);
  const names = (allowed.tools ? listIn(allowed.tools) : [choice]).map(nameIn).filter(Boolean);
  if (names.length === 0) return { toolWish: { must: 'auto', oneAtATime } };
  const isLeftToTheModel = allowed.tools !== undefined && allowed.mode !== 'required';
  return { toolWish: { must: isLeftToTheModel ? 'auto' : 'any', names, oneAtATime } };
}

function nameIn(tool: Json | undefined): string {
  const { function: inner, name } = objectIn(tool);
  return stringIn(objectIn(inner).name) || stringIn(name);
}

/** Nested under `json_schema` in chat, flat in Responses. */
export function schemaIn(format: Json | undefined): { schema?: JsonObject } {
  const { type, json_schema, schema } = objectIn(format);
  if (type === 'json_object') return { schema: {} };
  return type === 'json_schema' ? { schema: objectIn(objectIn(json_schema).schema ?? schema) } : {};
}

function choicesIn(n: Json | undefined): { choices?: number } {
  const choices = numberIn(n);
  return choices !== undefined && choices > 1 ? { choices: Math.min(choices, CHOICES_MAX) } : {};
}

function spoken(content: Json | undefined): string {
  return spokenIn(content, ({ image_url, input_audio, file }) => {
    if (image_url) return byUrl('image', objectIn(image_url).url);
    const { format, data } = objectIn(input_audio);
    if (data) return inline('audio', `audio/${stringIn(format)}`, data);
    return file ? byUrl('file', objectIn(file).file_data ?? objectIn(file).file_id) : undefined;
  });
}

function readCommon(
  body: JsonObject,
): Pick<Asked, 'model' | 'wantsStream' | 'wantsUsage' | 'stopTexts' | 'body'> {
  return {
    model: stringIn(body.model),
    wantsStream: body.stream === true,
    wantsUsage: objectIn(body.stream_options).include_usage === true,
    ...stopTexts(body.stop),
    body,
  };
}
