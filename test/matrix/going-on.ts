/**
 * A talk that goes on as real clients go on: the answer is put into the history as it came, byte for byte where the
 * dialect has a place for it, and the result of the tool behind it.
 */
import { type JsonObject, listIn, objectIn, stringIn } from '../fake-upstream/json.ts';
import { PLACE } from './case.ts';
import { anthropicMessages } from './fronts/anthropic-messages.ts';
import type { Front, Question } from './fronts/front.ts';
import { geminiGenerate } from './fronts/gemini-generate.ts';
import { ollamaChat } from './fronts/ollama.ts';
import { openAiChat } from './fronts/openai-chat.ts';
import { openAiResponses } from './fronts/openai-responses.ts';
import type { Wish } from './wish.ts';

export interface GoingOn {
  readonly front: Front;
  /** The member of the request that holds the talk, and what is added to it. */
  readonly member: 'messages' | 'input' | 'contents';
  added(answer: JsonObject, result: string): readonly JsonObject[];
}

export const FIRST: Wish = {
  turns: [{ by: 'user', text: 'use tool please' }],
  tools: [{ name: 'look_up', schema: PLACE }],
  thinks: true,
};

export const goingOn: readonly GoingOn[] = [
  { front: openAiChat, member: 'messages', added: afterChat },
  { front: openAiResponses, member: 'input', added: afterResponse },
  { front: anthropicMessages, member: 'messages', added: afterMessage },
  { front: geminiGenerate, member: 'contents', added: afterContent },
  { front: ollamaChat, member: 'messages', added: afterOllama },
];

export function ask(front: Front, model: string): Question {
  const question = front.ask(FIRST, { model, isStream: false });
  if (question === undefined) throw new Error(`${front.name} cannot ask`);
  return question;
}

export function goOn({ front, member, added }: GoingOn, model: string, answer: JsonObject): Question {
  const { path, body } = ask(front, model);
  return { path, body: { ...body, [member]: [...listIn(body[member]), ...added(answer, '21 degrees')] } };
}

function afterChat(answer: JsonObject, content: string): JsonObject[] {
  const message = objectIn(objectIn(listIn(answer.choices)[0]).message);
  const results = listIn(message.tool_calls).map((call) => ({
    role: 'tool',
    tool_call_id: stringIn(objectIn(call).id),
    content,
  }));
  return [message, ...results];
}

function afterResponse(answer: JsonObject, output: string): JsonObject[] {
  const items = listIn(answer.output).map(objectIn);
  const calls = items.filter(({ type }) => type === 'function_call');
  return [
    ...items,
    ...calls.map(({ call_id }) => ({
      type: 'function_call_output',
      call_id: stringIn(call_id),
      output,
    })),
  ];
}

function afterMessage({ content }: JsonObject, result: string): JsonObject[] {
  const uses = listIn(content)
    .map(objectIn)
    .filter(({ type }) => type === 'tool_use');
  const results = uses.map(({ id }) => ({
    type: 'tool_result',
    tool_use_id: stringIn(id),
    content: result,
  }));
  return [
    { role: 'assistant', content: listIn(content) },
    { role: 'user', content: results },
  ];
}

function afterContent({ candidates }: JsonObject, output: string): JsonObject[] {
  const content = objectIn(objectIn(listIn(candidates)[0]).content);
  const calls = listIn(content.parts).flatMap((part) => {
    const { functionCall } = objectIn(part);
    return functionCall === undefined ? [] : [objectIn(functionCall)];
  });
  const parts = calls.map(({ id, name }) => ({
    functionResponse: {
      ...(id === undefined ? {} : { id }),
      name: stringIn(name),
      response: { output },
    },
  }));
  return [content, { role: 'user', parts }];
}

function afterOllama({ message }: JsonObject, content: string): JsonObject[] {
  const calls = listIn(objectIn(message).tool_calls).map((call) => objectIn(objectIn(call).function));
  return [
    objectIn(message),
    ...calls.map(({ name }) => ({ role: 'tool', tool_name: stringIn(name), content })),
  ];
}
