/**
 * What the vendors' servers enforce and their schemas cannot say (protocols 2.2, 3.1, 4.1, 7): which turns belong
 * together, which members exclude each other, how names may look.
 */
import { isJson } from './openapi-schemas.ts';
import type { Json } from './vendor-specs.ts';

export function brokenRules(path: string, body: unknown): readonly string[] {
  if (!isJson(body)) return [];
  if (/\/chat\/completions/.test(path)) return chatRules(body);
  if (/\/responses/.test(path)) return responsesRules(body);
  if (/\/messages$/.test(path)) return anthropicRules(body);
  if (/enerateContent/.test(path)) return geminiRules(body);
  return /\/v2\/chat/.test(path) ? cohereRules(body) : [];
}

function anthropicRules(body: Json): readonly string[] {
  const messages = jsonList(body['messages']);
  const blocks = messages.map(({ content }) => jsonList(content));
  const uses = blocks.flatMap((each) => each.filter(({ type }) => type === 'tool_use'));
  const ids = uses.map(({ id }) => id);
  return [
    ...blocks.flatMap((each, at) => anthropicTurn(each, blocks[at + 1] ?? [], at)),
    ...thinkingRules(body),
    ...unless(new Set(ids).size === ids.length, 'two tool uses of one id'),
    ...unless(
      uses.length === 0 || jsonList(body['tools']).length > 0,
      'tool uses in the history, and no tools',
    ),
    ...unless(messages[0]?.['role'] === 'user', 'the first turn is not the user'),
    ...unless(
      !textList(body['stop_sequences']).some((text) => text.trim() === ''),
      'a stop of nothing but blanks',
    ),
  ];
}

function anthropicTurn(blocks: readonly Json[], next: readonly Json[], at: number): readonly string[] {
  const isResult = ({ type }: Json): boolean => type === 'tool_result';
  const used = blocks.filter(({ type }) => type === 'tool_use').map(({ id }) => id);
  const answered = next.filter(isResult).map(({ tool_use_id }) => tool_use_id);
  const first = blocks.findIndex((block) => !isResult(block));
  const isMixed = first >= 0 && blocks.slice(first).some(isResult);
  return [
    ...unless(sameSet(used, answered), `message ${at}: tool uses and the results in the next turn differ`),
    ...unless(!isMixed, `message ${at}: results must come first`),
    ...unless(
      !blocks.some(({ type, text }) => type === 'text' && text === ''),
      `message ${at}: an empty text`,
    ),
  ];
}

/** Budget models take no sampling and no forced tool while they think (protocols 10.6). */
function thinkingRules({
  thinking,
  max_tokens,
  temperature,
  top_p,
  top_k,
  tool_choice,
}: Json): readonly string[] {
  if (!isJson(thinking) || thinking['type'] !== 'enabled') return [];
  const budget = Number(thinking['budget_tokens']);
  const isForced = isJson(tool_choice) && ['any', 'tool'].includes(String(tool_choice['type']));
  return [
    ...unless(
      budget >= 1024 && budget < Number(max_tokens),
      `a budget of ${budget} for ${max_tokens} tokens`,
    ),
    ...unless(temperature === undefined || temperature === 1, 'a temperature beside thinking'),
    ...unless(top_p === undefined || Number(top_p) >= 0.95, 'top_p beside thinking'),
    ...unless(top_k === undefined, 'top_k beside thinking'),
    ...unless(!isForced, 'a forced tool beside thinking'),
  ];
}

function chatRules(body: Json): readonly string[] {
  const messages = jsonList(body['messages']);
  const declared = jsonList(body['tools']).map(({ function: told }) =>
    isJson(told) ? told['name'] : undefined,
  );
  return [
    ...messages.flatMap(({ tool_calls }, at) => {
      const called = jsonList(tool_calls).map(({ id }) => id);
      const after = messages.slice(at + 1);
      const end = after.findIndex(({ role }) => role !== 'tool');
      const answered = (end < 0 ? after : after.slice(0, end)).map(({ tool_call_id }) => tool_call_id);
      return called.length === 0
        ? []
        : unless(sameSet(called, answered), `message ${at}: calls and results differ`);
    }),
    ...declared.flatMap((name) =>
      unless(/^[A-Za-z0-9_-]{1,64}$/.test(String(name)), `a tool called ${name}`),
    ),
  ];
}

function responsesRules(body: Json): readonly string[] {
  const items = jsonList(body['input']);
  const idsOf = (type: string): readonly unknown[] =>
    items.filter((item) => item['type'] === type).map(({ call_id }) => call_id);
  const declared = jsonList(body['tools']).map(({ name }) => name);
  return [
    ...unless(sameSet(idsOf('function_call'), idsOf('function_call_output')), 'calls and outputs differ'),
    ...declared.flatMap((name) =>
      unless(/^[A-Za-z0-9_-]{1,64}$/.test(String(name)), `a tool called ${name}`),
    ),
  ];
}

function geminiRules(body: Json): readonly string[] {
  const turns = jsonList(body['contents']).map(({ role, parts }) => ({ role, parts: jsonList(parts) }));
  const config = isJson(body['generationConfig']) ? body['generationConfig'] : {};
  const thinking = isJson(config['thinkingConfig']) ? config['thinkingConfig'] : {};
  const declared = jsonList(body['tools']).flatMap((tool) => jsonList(tool['functionDeclarations']));
  const count = (parts: readonly Json[] | undefined, member: string): number =>
    (parts ?? []).filter((part) => member in part).length;
  return [
    ...turns.flatMap(({ role, parts }, at) => [
      ...unless(role === 'user' || role === 'model', `content ${at}: the role ${role}`),
      ...unless(parts.length > 0, `content ${at}: no parts`),
      ...unless(
        count(parts, 'functionCall') === count(turns[at + 1]?.parts, 'functionResponse'),
        `content ${at}: as many responses as calls are wanted`,
      ),
    ]),
    ...turns
      .slice(1)
      .flatMap(({ role }, at) => unless(role !== turns[at]?.role, `content ${at + 1}: ${role} again`)),
    ...unless(
      !('thinkingBudget' in thinking && 'thinkingLevel' in thinking),
      'a budget and a level of thinking',
    ),
    ...unless(textList(config['stopSequences']).length <= 5, 'more than five stops'),
    ...declared.flatMap(({ name }) =>
      unless(/^[A-Za-z_][A-Za-z0-9_.:-]{0,127}$/.test(String(name)), `a function called ${name}`),
    ),
  ];
}

function cohereRules(body: Json): readonly string[] {
  const isShare = (value: unknown): boolean =>
    value === undefined || (Number(value) >= 0 && Number(value) <= 1);
  return [
    ...unless(isShare(body['frequency_penalty']), 'frequency_penalty out of 0 to 1'),
    ...unless(isShare(body['presence_penalty']), 'presence_penalty out of 0 to 1'),
    ...unless(textList(body['stop_sequences']).length <= 5, 'more than five stops'),
    ...unless(
      body['tool_choice'] === undefined || jsonList(body['tools']).length > 0,
      'a choice without tools',
    ),
  ];
}

function unless(holds: boolean, complaint: string): readonly string[] {
  return holds ? [] : [complaint];
}

function sameSet(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((each) => other.includes(each));
}

function jsonList(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isJson) : [];
}

function textList(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
