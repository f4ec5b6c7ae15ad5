import type { Effort, Reasoning, ResponseFormat } from '../../model/call.ts';
import { type JsonObject, type JsonValue, stringMember } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { readCount, readObject, readString, wrongType } from './request-fields.ts';

const efforts: ReadonlySet<string> = new Set<Effort>(['low', 'medium', 'high', 'xhigh', 'max']);

/** `thinking` and `output_config.effort`, the two ways to say how much (protocols 10.6). */
export function readReasoning(body: JsonObject): Reasoning | undefined {
  const thinking = readObject(body, 'thinking');
  const effort = readEffort(readObject(body, 'output_config') ?? {});
  if (thinking === undefined) return effort === undefined ? undefined : { effort };
  if (thinking['type'] === 'disabled') return { effort: 'none' };
  return { effort, ...readAmount(thinking), showsThoughts: readDisplay(thinking) };
}

function readAmount(thinking: JsonObject): Reasoning {
  if (thinking['type'] !== 'enabled') return { isAdaptive: true };
  const budgetTokens = readCount(thinking, 'budget_tokens', 'thinking');
  return budgetTokens === undefined ? { isAdaptive: true } : { budgetTokens };
}

function readDisplay(thinking: JsonObject): boolean | undefined {
  const display = stringMember(thinking, 'display');
  return display === undefined ? undefined : display !== 'omitted';
}

/** An effort that has yet to be invented is left to the model. */
function readEffort(config: JsonObject): Effort | undefined {
  const effort = readString(config, 'effort', 'output_config');
  return effort !== undefined && efforts.has(effort) ? (effort as Effort) : undefined;
}

/** `output_config.format`, or `output_format` as its beta was called. */
export function readResponseFormat(body: JsonObject): ResponseFormat | undefined {
  const config = readObject(body, 'output_config') ?? {};
  const format = readObject(config, 'format', 'output_config') ?? readObject(body, 'output_format');
  if (format === undefined) return undefined;
  if (format['type'] !== 'json_schema') throw wrongType('output_config.format.type', '"json_schema"');
  const schema: JsonValue = readObject(format, 'schema', 'output_config.format') ?? {};
  return { type: 'json-schema', name: 'output', schema, strict: true };
}

const readMembers: ReadonlySet<string> = new Set(['effort', 'format']);

const amounts: ReadonlySet<string> = new Set(['enabled', 'adaptive', 'disabled']);

/** What else these two members hold has no place in other dialects (W). */
export function warnOfReasoning(body: JsonObject, warnings: Warnings): void {
  for (const [name, value] of Object.entries(readObject(body, 'output_config') ?? {})) {
    if (value !== null && !readMembers.has(name)) warnings.dropped(`output_config.${name}`);
  }
  const type = readObject(body, 'thinking')?.['type'];
  if (typeof type === 'string' && !amounts.has(type)) warnings.changed('thinking', 'read_as_adaptive');
  const effort = readObject(body, 'output_config')?.['effort'];
  if (typeof effort === 'string' && !efforts.has(effort)) warnings.dropped('output_config.effort');
}
