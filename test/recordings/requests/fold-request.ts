/** What a backend is asked, whatever it is written in: who says what in order, with which tools and which limits. */
import { at, listAt, numberAt, textAt } from '../folds/loose.ts';
import type { WireFormat } from '../recording.ts';

export interface AskedFold {
  said: string[];
  tools: string[];
  limit: number | undefined;
  temperature: number | undefined;
  stop: readonly unknown[];
}

export function foldRequest(dialect: WireFormat, body: unknown): AskedFold {
  switch (dialect) {
    case 'openai-responses':
      return foldResponses(body);
    case 'anthropic-messages':
      return foldAnthropic(body);
    case 'gemini-generate':
      return foldGemini(body);
    default:
      return foldMessages(body);
  }
}

const dataUrl = (url: string) => url.replace(/^data:[^,]*,/, '');
const call = (name: string, args: unknown) =>
  `assistant calls ${name} ${typeof args === 'string' ? args : JSON.stringify(args)}`;
const result = (text: string) => `the tool says: ${text}`;

function toolOf(name: string, description: string, schema: unknown): string {
  return `${name}: ${description} ${JSON.stringify(at(schema, 'required'))}`;
}

/** OpenAI's chat, Ollama and Cohere: one list of messages, tools nested. */
function foldMessages(body: unknown): AskedFold {
  const options = at(body, 'options') ?? body;
  return {
    said: listAt(body, 'messages').flatMap(messageSays),
    tools: listAt(body, 'tools').map((tool) => {
      const inner = at(tool, 'function');
      return toolOf(textAt(inner, 'name'), textAt(inner, 'description'), at(inner, 'parameters'));
    }),
    limit: firstNumber(options, ['max_completion_tokens', 'max_tokens', 'num_predict']),
    temperature: numberAt(options, 'temperature'),
    stop: [at(options, 'stop') ?? at(options, 'stop_sequences') ?? []].flat(),
  };
}

function messageSays(message: unknown): string[] {
  const role = textAt(message, 'role').replace('developer', 'system');
  const content = at(message, 'content');
  const parts = Array.isArray(content) ? content : [{ type: 'text', text: content }];
  const texts = parts.map((part) => textAt(part, 'text') || textAt(part, 'document', 'data')).filter(Boolean);
  const plan = textAt(message, 'tool_plan');
  const shown = [
    ...parts.map((part) => textAt(part, 'image_url', 'url')).filter(Boolean),
    ...listAt(message, 'images').map(String),
  ];
  if (role === 'tool') return [result(texts.join(''))];
  return [
    ...[plan, ...texts].filter(Boolean).map((text) => `${role}: ${text}`),
    ...shown.map((url) => `${role} shows ${dataUrl(url)}`),
    ...listAt(message, 'tool_calls').map((one) =>
      call(textAt(one, 'function', 'name'), at(one, 'function', 'arguments')),
    ),
  ];
}

function foldResponses(body: unknown): AskedFold {
  const instructions = textAt(body, 'instructions');
  return {
    said: [...(instructions ? [`system: ${instructions}`] : []), ...listAt(body, 'input').flatMap(itemSays)],
    tools: listAt(body, 'tools').map((tool) =>
      toolOf(textAt(tool, 'name'), textAt(tool, 'description'), at(tool, 'parameters')),
    ),
    limit: numberAt(body, 'max_output_tokens'),
    temperature: numberAt(body, 'temperature'),
    stop: listAt(body, 'stop'),
  };
}

function itemSays(item: unknown): string[] {
  const type = textAt(item, 'type');
  if (type === 'function_call') return [call(textAt(item, 'name'), at(item, 'arguments'))];
  if (type === 'function_call_output') return [result(outputOf(at(item, 'output')))];
  const role = textAt(item, 'role').replace('developer', 'system');
  const content = at(item, 'content');
  const parts = Array.isArray(content) ? content : [{ text: content }];
  return parts.map((part) => {
    const url = textAt(part, 'image_url');
    return url ? `${role} shows ${dataUrl(url)}` : `${role}: ${textAt(part, 'text')}`;
  });
}

function outputOf(output: unknown): string {
  return typeof output === 'string'
    ? output
    : [output]
        .flat()
        .map((part) => textAt(part, 'text'))
        .join('');
}

function foldAnthropic(body: unknown): AskedFold {
  const system = [at(body, 'system') ?? []].flat();
  return {
    said: [
      ...system.map((block) => `system: ${typeof block === 'string' ? block : textAt(block, 'text')}`),
      ...listAt(body, 'messages').flatMap((message) => {
        const content = at(message, 'content');
        const blocks = Array.isArray(content) ? content : [{ type: 'text', text: content }];
        return blocks.flatMap((block) => blockSays(textAt(message, 'role'), block));
      }),
    ],
    tools: listAt(body, 'tools').map((tool) =>
      toolOf(textAt(tool, 'name'), textAt(tool, 'description'), at(tool, 'input_schema')),
    ),
    limit: numberAt(body, 'max_tokens'),
    temperature: numberAt(body, 'temperature'),
    stop: listAt(body, 'stop_sequences'),
  };
}

function blockSays(role: string, block: unknown): string[] {
  switch (textAt(block, 'type')) {
    case 'text':
      return [`${role}: ${textAt(block, 'text')}`];
    case 'image':
      return [`${role} shows ${textAt(block, 'source', 'data')}`];
    case 'tool_use':
      return [call(textAt(block, 'name'), at(block, 'input'))];
    case 'tool_result':
      return [result(outputOf(at(block, 'content')))];
    default:
      return [];
  }
}

function foldGemini(body: unknown): AskedFold {
  const config = at(body, 'generationConfig');
  const system = listAt(body, 'systemInstruction', 'parts').map((part) => `system: ${textAt(part, 'text')}`);
  const declared = listAt(body, 'tools').flatMap((tool) => listAt(tool, 'functionDeclarations'));
  return {
    said: [
      ...system,
      ...listAt(body, 'contents').flatMap((content) => {
        const role = textAt(content, 'role').replace('model', 'assistant');
        return listAt(content, 'parts').map((part) => partSays(role, part));
      }),
    ],
    tools: declared.map((tool) =>
      toolOf(
        textAt(tool, 'name'),
        textAt(tool, 'description'),
        at(tool, 'parameters') ?? at(tool, 'parametersJsonSchema'),
      ),
    ),
    limit: numberAt(config, 'maxOutputTokens'),
    temperature: numberAt(config, 'temperature'),
    stop: listAt(config, 'stopSequences'),
  };
}

function partSays(role: string, part: unknown): string {
  const functionCall = at(part, 'functionCall');
  const response = at(part, 'functionResponse', 'response');
  const data = textAt(part, 'inlineData', 'data');
  if (functionCall) return call(textAt(functionCall, 'name'), at(functionCall, 'args'));
  if (response) return result(String(Object.values(response)[0]));
  return data ? `${role} shows ${data}` : `${role}: ${textAt(part, 'text')}`;
}

function firstNumber(value: unknown, names: readonly string[]): number | undefined {
  return names.map((name) => numberAt(value, name)).find((number) => number !== undefined);
}
