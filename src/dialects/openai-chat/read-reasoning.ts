import type { Reasoning } from '../../model/call.ts';
import { isJsonObject, type JsonObject, objectMember } from '../../model/json.ts';
import { readTokenCount } from '../../model/usage.ts';
import { asEffort } from '../openai-family/effort.ts';
import { wrongType } from '../openai-family/request-fields.ts';

/** Under which members clients ask for thinking. */
export const reasoningNames: readonly string[] = [
  'reasoning_effort',
  'reasoning',
  'include_reasoning',
  'thinking',
  'enable_thinking',
  'thinking_budget',
];

/** OpenAI's word first; then the ways of OpenRouter, of DeepSeek and Kimi, and of Qwen. */
export function readReasoning(body: JsonObject): Reasoning | undefined {
  const said = readEffort(body) ?? readObject(body) ?? readThinking(body) ?? readSwitch(body);
  const shows = body['include_reasoning'];
  return typeof shows === 'boolean' ? { ...said, showsThoughts: shows } : said;
}

function readEffort(body: JsonObject): Reasoning | undefined {
  const word = body['reasoning_effort'];
  if (word === undefined || word === null) return undefined;
  const effort = asEffort(word);
  if (effort === undefined)
    throw wrongType('reasoning_effort', 'none, minimal, low, medium, high, xhigh or max');
  return { effort };
}

/** `reasoning: {effort | max_tokens | enabled, exclude}`. */
function readObject(body: JsonObject): Reasoning | undefined {
  const asked = objectMember(body, 'reasoning');
  if (asked === undefined) return undefined;
  const effort = asEffort(asked['effort']);
  const budgetTokens = readTokenCount(asked['max_tokens']);
  const showsThoughts = asked['exclude'] === true ? false : undefined;
  if (effort !== undefined || budgetTokens !== undefined) return { effort, budgetTokens, showsThoughts };
  const said = switched(asked['enabled']);
  return said === undefined && showsThoughts === undefined ? undefined : { ...said, showsThoughts };
}

/** `thinking: {type: enabled | disabled | auto, budget_tokens}`. */
function readThinking(body: JsonObject): Reasoning | undefined {
  const asked = body['thinking'];
  if (!isJsonObject(asked)) return switched(asked);
  if (asked['type'] === 'disabled') return { effort: 'none' };
  const budgetTokens = readTokenCount(asked['budget_tokens']);
  return budgetTokens === undefined ? { isAdaptive: true } : { budgetTokens };
}

/** `enable_thinking`, with `thinking_budget` for how much. */
function readSwitch(body: JsonObject): Reasoning | undefined {
  const said = switched(
    body['enable_thinking'] ?? objectMember(body, 'chat_template_kwargs')?.['enable_thinking'],
  );
  const budgetTokens = readTokenCount(body['thinking_budget']);
  return budgetTokens === undefined || said?.effort === 'none' ? said : { budgetTokens };
}

/** On says nothing of how much: that is left to the model. */
function switched(value: unknown): Reasoning | undefined {
  if (value === true) return { isAdaptive: true };
  return value === false ? { effort: 'none' } : undefined;
}
