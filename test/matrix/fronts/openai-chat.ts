/** A client of OpenAI's chat. */
import {
  type Json,
  type JsonObject,
  listIn,
  numberIn,
  objectIn,
  stringIn,
} from '../../fake-upstream/json.ts';
import { newTool, parsedArgs, type Told } from '../told.ts';
import { pdfUrl, pngUrl, type Tool, type Turn, type Wish } from '../wish.ts';
import type { Front, Manner, Question } from './front.ts';
import { openAiError } from './openai-error.ts';
import { checkEvent, objectOf, sseFrames } from './read-frames.ts';

export const openAiChat: Front = {
  name: 'openai-chat',
  family: 'openai-chat',
  ask,
  hearWhole,
  hearStream,
  hearError: openAiError,
};

function ask(wish: Wish, { model, isStream }: Manner): Question {
  const schema = { type: 'json_schema', json_schema: { name: 'place', schema: wish.schema ?? {} } };
  const body = {
    model,
    messages: wish.turns.map(messageOf),
    ...(isStream ? { stream: true, stream_options: { include_usage: true } } : {}),
    ...(wish.tools ? { tools: wish.tools.map(nestedTool) } : {}),
    ...(wish.schema ? { response_format: schema } : {}),
    ...(wish.stop ? { stop: wish.stop } : {}),
    ...(wish.tokensMax ? { max_completion_tokens: wish.tokensMax } : {}),
    ...(wish.thinks ? { reasoning_effort: 'medium' } : {}),
    ...(wish.choices ? { n: wish.choices } : {}),
    ...(wish.topK ? { top_k: wish.topK } : {}),
    ...(wish.seed ? { seed: wish.seed } : {}),
    ...(wish.must ? { tool_choice: { type: 'function', function: { name: wish.must } } } : {}),
  };
  return { path: '/v1/chat/completions', body };
}

function messageOf(turn: Turn): JsonObject {
  switch (turn.by) {
    case 'user':
      return { role: 'user', content: contentOf(turn) };
    case 'call':
      return { role: 'assistant', content: null, tool_calls: [callOf(turn)] };
    case 'result':
      return { role: 'tool', tool_call_id: turn.id, content: turn.text };
    default:
      return { role: turn.by, content: turn.text };
  }
}

function contentOf({ text, png, pdf }: Extract<Turn, { by: 'user' }>): Json {
  if (png === undefined && pdf === undefined) return text;
  return [
    { type: 'text', text },
    ...(png === undefined ? [] : [{ type: 'image_url', image_url: { url: pngUrl(png) } }]),
    ...(pdf === undefined ? [] : [{ type: 'file', file: { file_data: pdfUrl(pdf), filename: 'a.pdf' } }]),
  ];
}

function callOf({ id, name, args }: Extract<Turn, { by: 'call' }>): JsonObject {
  return { id, type: 'function', function: { name, arguments: JSON.stringify(args) } };
}

/** As Ollama writes them too. */
export function nestedTool({ name, schema }: Tool): JsonObject {
  return { type: 'function', function: { name, ...(schema ? { parameters: schema } : {}) } };
}

function hearWhole(body: JsonObject, told: Told): void {
  told.model = stringIn(body.model);
  const choices = listIn(body.choices).map(objectIn);
  told.choices = choices.length;
  const { message, finish_reason } = choices[0] ?? {};
  const { content, reasoning_content, refusal, tool_calls, role } = objectIn(message);
  if (role !== 'assistant') told.slips.push('no role');
  told.text = stringIn(content);
  told.thoughts = stringIn(reasoning_content);
  told.refusal = stringIn(refusal);
  for (const call of listIn(tool_calls).map(objectIn)) {
    hearCall(told, told.tools.length, call);
    if (call.type !== 'function') told.slips.push('a call without its type');
  }
  hearFinish(told, finish_reason);
  hearUsage(told, body.usage);
  told.isComplete = told.finish !== undefined;
  closeCalls(told);
}

function hearStream(text: string, told: Told): void {
  const frames = sseFrames(text, told);
  const ids = new Set<string>();
  const choices = new Set<number>();
  for (const frame of frames) {
    checkEvent(frame, undefined, told);
    if (frame.data === '[DONE]') continue;
    const chunk = objectOf(frame.data, told);
    told.error ??= openAiError(chunk);
    if (told.error) continue;
    ids.add(stringIn(chunk.id));
    hearChunk(chunk, told, choices);
  }
  told.choices = choices.size;
  if (ids.size > 1) told.slips.push('chunks of one answer have several ids');
  told.isComplete = told.finish !== undefined && frames.at(-1)?.data === '[DONE]';
  if (told.error && (told.finish !== undefined || frames.at(-1)?.data === '[DONE]'))
    told.slips.push('a failed stream has a clean end');
  closeCalls(told);
}

function hearChunk(chunk: JsonObject, told: Told, choices: Set<number>): void {
  told.model = stringIn(chunk.model);
  if (!Array.isArray(chunk.choices)) told.slips.push('a chunk without choices');
  for (const choice of listIn(chunk.choices).map(objectIn)) {
    const index = numberIn(choice.index) ?? -1;
    const { role, content, reasoning_content, refusal, tool_calls } = objectIn(choice.delta);
    if (!choices.has(index) && role !== 'assistant') told.slips.push('no role in the first chunk');
    if (!('finish_reason' in choice)) told.slips.push('a chunk without the key finish_reason');
    choices.add(index);
    if (index !== 0) continue;
    if (told.finish !== undefined) told.slips.push('something behind the finish_reason');
    told.text += stringIn(content);
    told.thoughts += stringIn(reasoning_content);
    told.refusal += stringIn(refusal);
    for (const call of listIn(tool_calls).map(objectIn)) hearPieceOfCall(told, call);
    hearFinish(told, choice.finish_reason);
  }
  hearUsage(told, chunk.usage);
}

/** The first piece has all but the arguments, the later ones nothing else; places count from 0 without gaps. */
function hearPieceOfCall(told: Told, call: JsonObject): void {
  const index = numberIn(call.index) ?? -1;
  const isFirst = index === told.tools.length;
  if (index < 0 || index > told.tools.length) told.slips.push(`a call at place ${index}`);
  if (isFirst && (!call.id || call.type !== 'function')) told.slips.push('a call begins without id or type');
  if (!isFirst && objectIn(call.function).name !== undefined) told.slips.push('a name told twice');
  hearCall(told, index, call);
}

function hearCall(told: Told, index: number, { id, function: inner }: JsonObject): void {
  const { name, arguments: args } = objectIn(inner);
  const tool = told.tools[index] ?? newTool(stringIn(id), stringIn(name));
  told.tools[index] = tool;
  if (args !== undefined && typeof args !== 'string') told.slips.push('arguments that are no string');
  tool.argsText += stringIn(args);
}

function closeCalls(told: Told): void {
  for (const tool of told.tools) tool.args = parsedArgs(tool.argsText);
}

function hearFinish(told: Told, finish: Json | undefined): void {
  if (typeof finish === 'string') told.finish = finish;
}

/** As text completions count too. */
export function hearUsage(told: Told, usage: Json | undefined): void {
  if (usage === undefined || usage === null) return;
  const { prompt_tokens, completion_tokens, total_tokens, ...details } = objectIn(usage);
  told.input = numberIn(prompt_tokens);
  told.output = numberIn(completion_tokens);
  told.cached = numberIn(objectIn(details.prompt_tokens_details).cached_tokens);
  told.reasoning = numberIn(objectIn(details.completion_tokens_details).reasoning_tokens);
  if (numberIn(total_tokens) !== (told.input ?? 0) + (told.output ?? 0))
    told.slips.push('a total that is no sum');
}
