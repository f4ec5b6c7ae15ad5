/** POST /api/chat and /api/generate (protocols 5): a stream unless refused, one object per line, counts of 0 left out. */
import type { Asked, Said, ToolCall } from '../asked-and-said.ts';
import { type Frame, frame } from '../frames.ts';
import { type Json, type JsonObject, stringIn } from '../json.ts';
import { allOdds, type Odds, withOdds } from '../odds.ts';
import type { Operation } from '../operation.ts';
import { inPieces } from '../words.ts';
import { isOnlyLoading, readOllama } from './ollama-asked.ts';
import { ollamaFailure } from './ollama-failure.ts';
import { tokenObject } from './openai-odds.ts';

/** Where the two calls differ: where the text stands. */
type Shape = (text: string, thinking?: string, tools?: readonly IndexedCall[]) => JsonObject;
type IndexedCall = ToolCall & { readonly index: number };

export const ollamaChat = generating('ollama-chat', '/api/chat', (text, thinking, tools = []) => ({
  message: {
    role: 'assistant',
    content: text,
    ...(thinking ? { thinking } : {}),
    ...(tools.length > 0 ? { tool_calls: tools.map(toolCall) } : {}),
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
      read: readOllama,
      whole: (said, asked) => wholeAnswer(said, asked, shape),
      stream: (said, asked) => ({ framing: 'ndjson', frames: frames(said, asked, shape) }),
    },
  };
}

function wholeAnswer(said: Said, asked: Asked, shape: Shape): Json {
  if (isOnlyLoading(asked)) return ending(said, asked, shape(''));
  const text = [...spokenPieces(said)].join('');
  const content = shape(text, said.thoughts.join(''), indexed(said));
  return { ...ending(said, asked, content), ...logprobs(allOdds(spokenPieces(said), asked)) };
}

function* frames(said: Said, asked: Asked, shape: Shape): Generator<Frame> {
  const line = (content: JsonObject): Frame => frame({ ...common(said), ...content, done: false });
  if (!isOnlyLoading(asked)) {
    for (const thought of said.thoughts) yield line(shape('', thought));
    for (const [piece, odds] of withOdds(spokenPieces(said), asked)) {
      yield line({ ...shape(piece), ...logprobs(odds ? [odds] : []) });
    }
    for (const tool of indexed(said)) yield line(shape('', undefined, [tool]));
  }
  yield frame(ending(said, asked, shape('')), { mark: 'closing' });
}

/** Empty lists are left out, as everything empty is. */
function logprobs(all: readonly Odds[]): JsonObject {
  if (all.length === 0) return {};
  return {
    logprobs: all.map(tokenObject).map(({ top_logprobs, ...odds }, at) => {
      return all[at]?.likeliest.length === 0 ? odds : { ...odds, top_logprobs };
    }),
  };
}

function ending(said: Said, asked: Asked, content: JsonObject): JsonObject {
  const isLoading = isOnlyLoading(asked);
  const idle = asked.body.keep_alive === 0 ? 'unload' : 'load';
  return {
    ...common(said),
    ...content,
    done: true,
    done_reason: isLoading ? idle : said.finish === 'length' ? 'length' : 'stop',
    ...(isLoading ? {} : counts(said)),
  };
}

/** A model that says no is a model that talks: Ollama knows no refusals. */
function spokenPieces({ pieces, refusal }: Said): Iterable<string> {
  return refusal && refusal.by !== 'filter' ? inPieces(refusal.words) : pieces;
}

function indexed({ tools }: Said): IndexedCall[] {
  return tools.map((tool, index) => ({ ...tool, index }));
}

function toolCall({ id, index, name, args }: IndexedCall): Json {
  return { id, function: { index, name, arguments: args } };
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
