/** Clients of Ollama: of its chat, and of its generate. */
import { type JsonObject, listIn, numberIn, objectIn, stringIn } from '../../fake-upstream/json.ts';
import { newTool, type Told, type ToldError } from '../told.ts';
import { lastText, type Turn, type Wish } from '../wish.ts';
import type { Front, Manner, Question } from './front.ts';
import { nestedTool } from './openai-chat.ts';
import { lineObjects } from './read-frames.ts';

export const ollamaChat: Front = {
  name: 'ollama-chat',
  family: 'ollama',
  ask: askChat,
  hearWhole: hearLine,
  hearStream,
  hearError: ollamaError,
};

export const ollamaGenerate: Front = { ...ollamaChat, name: 'ollama-generate', ask: askGenerate };

/** Neither has a place for documents, for several answers, or to say which tool must be called. */
function askChat(wish: Wish, manner: Manner): Question | undefined {
  if (wish.choices || wish.must || wish.turns.some((turn) => turn.by === 'user' && turn.pdf !== undefined))
    return undefined;
  const tools = wish.tools ? { tools: wish.tools.map(nestedTool) } : {};
  return {
    path: '/api/chat',
    body: { ...common(wish, manner), messages: wish.turns.map(messageOf), ...tools },
  };
}

/** One prompt, perhaps with pictures; no talk and no tools. */
function askGenerate(wish: Wish, manner: Manner): Question | undefined {
  const [turn, second] = wish.turns;
  if (wish.choices || wish.tools || second || turn?.by !== 'user' || turn.pdf !== undefined) return undefined;
  const images = turn.png === undefined ? {} : { images: [turn.png] };
  return {
    path: '/api/generate',
    body: { ...common(wish, manner), prompt: lastText(wish.turns), ...images },
  };
}

/** Streams unless told otherwise. */
function common(wish: Wish, { model, isStream }: Manner): JsonObject {
  const options = {
    ...(wish.stop ? { stop: wish.stop } : {}),
    ...(wish.tokensMax ? { num_predict: wish.tokensMax } : {}),
    ...(wish.topK ? { top_k: wish.topK } : {}),
    ...(wish.seed ? { seed: wish.seed } : {}),
  };
  return {
    model,
    ...(isStream ? {} : { stream: false }),
    ...(wish.schema ? { format: wish.schema } : {}),
    ...(wish.thinks ? { think: true } : {}),
    ...(Object.keys(options).length > 0 ? { options } : {}),
  };
}

function messageOf(turn: Turn): JsonObject {
  switch (turn.by) {
    case 'user':
      return {
        role: 'user',
        content: turn.text,
        ...(turn.png === undefined ? {} : { images: [turn.png] }),
      };
    case 'call':
      return {
        role: 'assistant',
        content: '',
        tool_calls: [{ function: { name: turn.name, arguments: turn.args } }],
      };
    case 'result':
      return { role: 'tool', tool_name: turn.name, content: turn.text };
    default:
      return { role: turn.by, content: turn.text };
  }
}

function hearStream(text: string, told: Told): void {
  for (const line of lineObjects(text, told)) {
    if (told.isComplete) told.slips.push('something behind the last line');
    told.error ??= ollamaError(line);
    if (!told.error) hearLine(line, told);
  }
}

function hearLine(line: JsonObject, told: Told): void {
  told.model = stringIn(line.model);
  if (typeof line.created_at !== 'string') told.slips.push('a line without created_at');
  const said = line.message === undefined ? { ...line, content: line.response } : objectIn(line.message);
  told.text += stringIn(said.content);
  told.thoughts += stringIn(said.thinking);
  for (const call of listIn(said.tool_calls).map(objectIn)) hearCall(call, told);
  if (line.done !== true) return;
  told.isComplete = true;
  told.finish = stringIn(line.done_reason);
  told.choices = 1;
  // Counts of 0 are left out.
  told.input = numberIn(line.prompt_eval_count) ?? 0;
  told.output = numberIn(line.eval_count) ?? 0;
}

function hearCall({ id, function: inner }: JsonObject, told: Told): void {
  const { name, arguments: args } = objectIn(inner);
  const tool = newTool(stringIn(id), stringIn(name));
  tool.args = args;
  told.tools.push(tool);
}

/** A sentence is all there is. */
export function ollamaError({ error }: JsonObject): ToldError | undefined {
  if (typeof error !== 'string') return undefined;
  return { word: '', code: '', param: '', message: error };
}
