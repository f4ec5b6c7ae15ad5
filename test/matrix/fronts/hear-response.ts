import {
  type Json,
  type JsonObject,
  listIn,
  numberIn,
  objectIn,
  stringIn,
} from '../../fake-upstream/json.ts';
import { newTool, parsedArgs, type Told } from '../told.ts';

/** The whole response, or the one its last event holds. */
export function hearResponse(response: JsonObject, told: Told): void {
  told.model = stringIn(response.model);
  told.tools.length = 0;
  told.text = '';
  told.thoughts = '';
  told.refusal = '';
  for (const item of listIn(response.output).map(objectIn)) hearItem(item, told);
  const { status, incomplete_details, usage } = response;
  const reason = stringIn(objectIn(incomplete_details).reason);
  told.finish = reason === '' ? stringIn(status) : `${stringIn(status)}: ${reason}`;
  told.isComplete = status === 'completed' || status === 'incomplete';
  told.choices = 1;
  hearUsage(usage, told);
}

function hearItem(item: JsonObject, told: Told): void {
  for (const { text } of listIn(item.summary).map(objectIn)) told.thoughts += stringIn(text);
  for (const { text, refusal } of listIn(item.content).map(objectIn)) {
    told.text += stringIn(text);
    told.refusal += stringIn(refusal);
  }
  if (item.type !== 'function_call') return;
  const tool = newTool(stringIn(item.call_id), stringIn(item.name));
  tool.argsText = stringIn(item.arguments);
  tool.args = parsedArgs(tool.argsText);
  told.tools.push(tool);
}

function hearUsage(usage: Json | undefined, told: Told): void {
  if (usage === undefined || usage === null) told.slips.push('no usage');
  const { input_tokens, output_tokens, input_tokens_details, output_tokens_details } = objectIn(usage);
  told.input = numberIn(input_tokens);
  told.output = numberIn(output_tokens);
  told.cached = numberIn(objectIn(input_tokens_details).cached_tokens);
  told.reasoning = numberIn(objectIn(output_tokens_details).reasoning_tokens);
}
