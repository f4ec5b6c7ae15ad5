/** POST /api/chat and /api/generate (protocols 5): a stream unless refused, one object per line, counts of 0 left out. */
import type { Asked, Said } from '../asked-and-said.ts';
import { type Frame, frame } from '../frames.ts';
import { type Json, type JsonObject, listIn, numberIn, objectIn, stringIn, textIn } from '../json.ts';
import type { Arrived, Operation } from '../operation.ts';
import { ollamaFailure } from './ollama-failure.ts';
import { tokensMax, toolOffered } from './openai-asked.ts';

/** Where the two calls differ: where the text stands. */
type Shape = (text: string, thinking?: string, tool?: Said['tool']) => JsonObject;

export const ollamaChat = generating('ollama-chat', '/api/chat', (text, thinking, tool) => ({
  message: {
    role: 'assistant',
    content: text,
    ...(thinking ? { thinking } : {}),
    ...(tool ? { tool_calls: [{ function: { name: tool.name, arguments: tool.args } }] } : {}),
  },
}));

export const ollamaGenerate = generating('ollama-generate', '/api/generate', (text, thinking) => ({
  response: text,
  ...(thinking ? { thinking } : {}),
}));

function generating(name: string, path: string, shape: Shape): Operation {
  return {
    name,
    failure: ollamaFailure,
    matches: (method, asked) => method === 'POST' && asked === path,
    modelOf: ({ body }) => stringIn(body.model),
    answer: {
      kind: 'generated',
      read: readAsked,
      whole: (said, asked) => wholeAnswer(said, asked, shape),
      stream: (said, asked) => ({ framing: 'ndjson', frames: frames(said, asked, shape) }),
    },
  };
}

function readAsked({ body }: Arrived): Asked {
  const messages = listIn(body.messages).map(objectIn);
  const last = messages.at(-1);
  const lastUser = messages.findLast((message) => message.role === 'user');
  return {
    model: stringIn(body.model),
    text: stringIn(body.prompt) || textIn(lastUser?.content),
    prompt: [
      stringIn(body.system),
      stringIn(body.prompt),
      ...messages.map((each) => textIn(each.content)),
    ].join('\n'),
    wantsStream: body.stream !== false,
    wantsUsage: true,
    ...toolOffered(listIn(body.tools)[0]),
    ...(last?.role === 'tool' ? { toolResult: textIn(last.content) } : {}),
    ...tokensMax(numberIn(objectIn(body.options).num_predict)),
    body,
  };
}

function wholeAnswer(said: Said, asked: Asked, shape: Shape): Json {
  const end = ending(said, asked, shape);
  if (isOnlyLoading(asked)) return end;
  return { ...end, ...shape([...said.pieces].join(''), said.thoughts.join(''), said.tool) };
}

function* frames(said: Said, asked: Asked, shape: Shape): Generator<Frame> {
  if (!isOnlyLoading(asked)) {
    for (const thought of said.thoughts) yield frame({ ...common(said), ...shape('', thought), done: false });
    for (const piece of said.pieces) yield frame({ ...common(said), ...shape(piece), done: false });
    if (said.tool) yield frame({ ...common(said), ...shape('', undefined, said.tool), done: false });
  }
  yield frame(ending(said, asked, shape), { mark: 'closing' });
}

function ending(said: Said, asked: Asked, shape: Shape): JsonObject {
  const isLoading = isOnlyLoading(asked);
  const idle = asked.body.keep_alive === 0 ? 'unload' : 'load';
  return {
    ...common(said),
    ...shape(''),
    done: true,
    done_reason: isLoading ? idle : said.finish === 'length' ? 'length' : 'stop',
    ...(isLoading ? {} : counts(said)),
  };
}

/** An empty question only loads the model, or unloads it. */
export function isOnlyLoading({ body }: Pick<Asked, 'body'>): boolean {
  return listIn(body.messages).length === 0 && stringIn(body.prompt) === '';
}

function common(said: Said): JsonObject {
  return { model: said.model, created_at: said.createdAt.toISOString() };
}

function counts({ usage }: Said): JsonObject {
  const durations = { total_duration: 5_000_000, load_duration: 1_000_000 };
  if (!usage) return durations;
  return {
    ...durations,
    ...(usage.input === 0 ? {} : { prompt_eval_count: usage.input }),
    prompt_eval_duration: 1_000_000,
    ...(usage.output === 0 ? {} : { eval_count: usage.output }),
    eval_duration: 3_000_000,
  };
}
