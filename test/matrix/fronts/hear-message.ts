import {
  type Json,
  type JsonObject,
  listIn,
  numberIn,
  objectIn,
  stringIn,
} from '../../fake-upstream/json.ts';
import { newTool, type Told, type ToldError } from '../told.ts';

export function hearMessage(body: JsonObject, told: Told): void {
  told.model = stringIn(body.model);
  if (!stringIn(body.id).startsWith('msg_')) told.slips.push('no id of a message');
  for (const block of listIn(body.content).map(objectIn)) hearBlock(block, told);
  hearEnd(body, body.usage, told);
  told.isComplete = told.finish !== undefined;
}

/** A whole block, or the beginning of one that is streamed. */
export function hearBlock(block: JsonObject, told: Told): void {
  told.text += stringIn(block.text);
  told.thoughts += stringIn(block.thinking);
  if (block.type === 'thinking' && typeof block.signature !== 'string')
    told.slips.push('thoughts without a signature');
  if (block.type !== 'tool_use') return;
  const tool = newTool(stringIn(block.id), stringIn(block.name));
  tool.args = block.input;
  told.tools.push(tool);
}

export function hearEnd({ stop_reason }: JsonObject, usage: Json | undefined, told: Told): void {
  if (typeof stop_reason === 'string') told.finish = stop_reason;
  told.choices = 1;
  hearUsage(usage, told);
}

/** The three kinds of input add up; a later report replaces only what it names. */
export function hearUsage(usage: Json | undefined, told: Told): void {
  const { input_tokens, cache_read_input_tokens, cache_creation_input_tokens, ...rest } = objectIn(usage);
  const parts = [input_tokens, cache_read_input_tokens, cache_creation_input_tokens].map(numberIn);
  if (parts[0] !== undefined) told.input = parts.reduce<number>((sum, part) => sum + (part ?? 0), 0);
  if (parts[1] !== undefined) told.cached = parts[1];
  told.output = numberIn(rest.output_tokens) ?? told.output;
  told.reasoning = numberIn(objectIn(rest.output_tokens_details).thinking_tokens) ?? told.reasoning;
  if (told.output === undefined) told.slips.push('no usage');
}

export function anthropicError(body: JsonObject): ToldError | undefined {
  if (body.type !== 'error') return undefined;
  const { type, message } = objectIn(body.error);
  return { word: stringIn(type), code: '', param: '', message: stringIn(message) };
}
