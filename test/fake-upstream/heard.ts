/** For this folder's tests: what an answer said, whole or put together from its stream, in one shape for all. */
import type { Talking } from './asking.ts';
import { type Json, type JsonObject, listIn, numberIn, objectIn, parseObject, stringIn } from './json.ts';

export class Heard {
  text = '';
  thoughts = '';
  refusal = '';
  finish: Json = null;
  /** Opaque strings, in their order. */
  readonly signatures: string[] = [];
  readonly tools: { id: string; name: string; args: string }[] = [];
  input: Json = null;
  output: Json = null;
  cached: Json = null;
  reasoning: Json = null;
}

type Listener = (heard: Heard, spoken: JsonObject) => void;

/** One listener for whole answers and one for the events of a stream. */
const LISTENERS: Record<Talking, readonly [whole: Listener, event: Listener]> = {
  'openai-chat': [hearChat, hearChat],
  'openai-completions': [hearChat, hearChat],
  'openai-responses': [hearResponse, hearResponseEvent],
  'anthropic-messages': [hearMessage, hearMessageEvent],
  gemini: [hearGemini, hearGemini],
  'ollama-chat': [hearOllama, hearOllama],
  'ollama-generate': [hearOllama, hearOllama],
};

export function heardWhole(talking: Talking, text: string): Heard {
  const heard = new Heard();
  LISTENERS[talking][0](heard, parseObject(text));
  return heard;
}

export function heardStream(talking: Talking, text: string): Heard {
  const heard = new Heard();
  for (const event of eventsIn(text)) LISTENERS[talking][1](heard, event);
  return heard;
}

/** The objects of a stream, be it SSE or one a line. */
export function eventsIn(text: string): JsonObject[] {
  const lines = text.split('\n').map((line) => line.replace(/^data: /, ''));
  return lines.filter((line) => line.startsWith('{')).map(parseObject);
}

function hearChat(heard: Heard, { choices, usage }: JsonObject): void {
  const choice = objectIn(listIn(choices)[0]);
  const message = objectIn(choice.message ?? choice.delta);
  heard.text += stringIn(message.content) + stringIn(choice.text);
  heard.thoughts += stringIn(message.reasoning_content);
  heard.refusal += stringIn(message.refusal);
  for (const [at, call] of listIn(message.tool_calls).map(objectIn).entries()) hearCall(heard, call, at);
  heard.finish = choice.finish_reason ?? heard.finish;
  const { prompt_tokens, completion_tokens, prompt_tokens_details, completion_tokens_details } =
    objectIn(usage);
  heard.input = prompt_tokens ?? heard.input;
  heard.output = completion_tokens ?? heard.output;
  heard.cached = objectIn(prompt_tokens_details).cached_tokens ?? heard.cached;
  heard.reasoning = objectIn(completion_tokens_details).reasoning_tokens ?? heard.reasoning;
}

function hearCall(heard: Heard, { index, id, function: inner }: JsonObject, at: number): void {
  const place = numberIn(index) ?? at;
  const tool = heard.tools[place] ?? { id: '', name: '', args: '' };
  heard.tools[place] = tool;
  tool.id += stringIn(id);
  tool.name += stringIn(objectIn(inner).name);
  tool.args += stringIn(objectIn(inner).arguments);
}

function hearResponse(heard: Heard, response: JsonObject): void {
  for (const item of listIn(response.output).map(objectIn)) hearItem(heard, item);
  hearResponseEnd(heard, response);
}

function hearItem(heard: Heard, item: JsonObject): void {
  for (const { text } of listIn(item.summary).map(objectIn)) heard.thoughts += stringIn(text);
  if (item.encrypted_content) heard.signatures.push(stringIn(item.encrypted_content));
  for (const part of listIn(item.content).map(objectIn)) {
    heard.text += stringIn(part.text);
    heard.refusal += stringIn(part.refusal);
  }
  if (item.type === 'function_call')
    heard.tools.push({
      id: stringIn(item.call_id),
      name: stringIn(item.name),
      args: stringIn(item.arguments),
    });
}

/** Deltas alone are heard, and of an item what no delta tells. */
function hearResponseEvent(heard: Heard, { type, delta, item, response }: JsonObject): void {
  const { call_id, name, encrypted_content } = objectIn(item);
  if (type === 'response.output_item.added' && call_id)
    heard.tools.push({ id: stringIn(call_id), name: stringIn(name), args: '' });
  if (type === 'response.output_item.done' && encrypted_content)
    heard.signatures.push(stringIn(encrypted_content));
  if (type === 'response.output_text.delta') heard.text += stringIn(delta);
  if (type === 'response.refusal.delta') heard.refusal += stringIn(delta);
  if (type === 'response.reasoning_summary_text.delta') heard.thoughts += stringIn(delta);
  const last = heard.tools.at(-1);
  if (type === 'response.function_call_arguments.delta' && last) last.args += stringIn(delta);
  if (type === 'response.completed' || type === 'response.incomplete')
    hearResponseEnd(heard, objectIn(response));
}

function hearResponseEnd(heard: Heard, { status, incomplete_details, usage }: JsonObject): void {
  heard.finish = objectIn(incomplete_details).reason ?? status ?? null;
  const { input_tokens, output_tokens, input_tokens_details, output_tokens_details } = objectIn(usage);
  heard.input = input_tokens ?? null;
  heard.output = output_tokens ?? null;
  heard.cached = objectIn(input_tokens_details).cached_tokens ?? null;
  heard.reasoning = objectIn(output_tokens_details).reasoning_tokens ?? null;
}

function hearMessage(heard: Heard, message: JsonObject): void {
  for (const block of listIn(message.content).map(objectIn)) {
    hearBlock(heard, block);
    const last = heard.tools.at(-1);
    if (block.type === 'tool_use' && last) last.args = JSON.stringify(block.input);
  }
  hearMessageEnd(heard, message, message.usage);
}

function hearBlock(heard: Heard, { type, text, thinking, signature, data, id, name }: JsonObject): void {
  heard.text += stringIn(text);
  heard.thoughts += stringIn(thinking);
  if (signature || data) heard.signatures.push(stringIn(signature ?? data));
  if (type === 'tool_use') heard.tools.push({ id: stringIn(id), name: stringIn(name), args: '' });
}

function hearMessageEvent(heard: Heard, { type, content_block, delta, usage }: JsonObject): void {
  if (type === 'content_block_start') hearBlock(heard, objectIn(content_block));
  if (type === 'content_block_delta') {
    const { partial_json, ...rest } = objectIn(delta);
    hearBlock(heard, rest);
    const last = heard.tools.at(-1);
    if (last) last.args += stringIn(partial_json);
  }
  if (type === 'content_block_stop') for (const tool of heard.tools) tool.args ||= '{}';
  if (type === 'message_delta') hearMessageEnd(heard, objectIn(delta), usage);
}

function hearMessageEnd(heard: Heard, { stop_reason }: JsonObject, usage: Json | undefined): void {
  const { input_tokens, cache_read_input_tokens, cache_creation_input_tokens, output_tokens } =
    objectIn(usage);
  const inputs = [input_tokens, cache_read_input_tokens, cache_creation_input_tokens];
  heard.finish = stop_reason ?? null;
  heard.input = inputs.reduce<number>((sum, count) => sum + (numberIn(count) ?? 0), 0);
  heard.output = output_tokens ?? null;
  heard.cached = cache_read_input_tokens ?? null;
  heard.reasoning = objectIn(objectIn(usage).output_tokens_details).thinking_tokens ?? 0;
}

function hearGemini(heard: Heard, { candidates, usageMetadata, promptFeedback }: JsonObject): void {
  const { content, finishReason } = objectIn(listIn(candidates)[0]);
  for (const part of listIn(objectIn(content).parts).map(objectIn)) hearPart(heard, part);
  heard.finish = finishReason ?? objectIn(promptFeedback).blockReason ?? heard.finish;
  const { promptTokenCount, candidatesTokenCount, cachedContentTokenCount, thoughtsTokenCount } =
    objectIn(usageMetadata);
  heard.input = promptTokenCount ?? null;
  heard.output = (numberIn(candidatesTokenCount) ?? 0) + (numberIn(thoughtsTokenCount) ?? 0);
  heard.cached = cachedContentTokenCount ?? 0;
  heard.reasoning = thoughtsTokenCount ?? 0;
}

function hearPart(heard: Heard, { text, thought, thoughtSignature, functionCall }: JsonObject): void {
  if (thought === true) heard.thoughts += stringIn(text);
  else heard.text += stringIn(text);
  if (thoughtSignature) heard.signatures.push(stringIn(thoughtSignature));
  const { name, args } = objectIn(functionCall);
  if (name) heard.tools.push({ id: '', name: stringIn(name), args: args ? JSON.stringify(args) : '' });
}

function hearOllama(heard: Heard, line: JsonObject): void {
  const message = objectIn(line.message ?? { content: line.response, thinking: line.thinking });
  heard.text += stringIn(message.content);
  heard.thoughts += stringIn(message.thinking);
  for (const { id, function: inner } of listIn(message.tool_calls).map(objectIn)) {
    const { name, arguments: args } = objectIn(inner);
    heard.tools.push({ id: stringIn(id), name: stringIn(name), args: JSON.stringify(args) });
  }
  heard.finish = line.done_reason ?? null;
  heard.input = line.prompt_eval_count ?? null;
  heard.output = line.eval_count ?? null;
}
