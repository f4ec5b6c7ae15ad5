import { emptyFold, ended, type Finish, type Fold, type FoldedUsage, parsedArguments } from './fold.ts';
import { at, errorAt, listAt, numberAt, textAt } from './loose.ts';

const finishes: Readonly<Record<string, Finish>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool-use',
  function_call: 'tool-use',
  content_filter: 'content-filter',
};

interface OpenCall {
  readonly id: string;
  name: string;
  text: string;
}

/** Chunks of a stream, or the one whole answer: a message is a delta that says it all. */
export function foldOpenAiChat(payloads: readonly unknown[]): Fold {
  const fold = emptyFold();
  const calls: OpenCall[] = [];
  const byIndex = new Map<number, OpenCall>();
  for (const payload of payloads) {
    fold.error ??= errorAt(payload);
    fold.usage = usageOf(at(payload, 'usage') ?? at(payload, 'x_groq', 'usage')) ?? fold.usage;
    const choice = listAt(payload, 'choices').find((one) => (numberAt(one, 'index') ?? 0) === 0);
    const delta = at(choice, 'delta') ?? at(choice, 'message');
    addContent(fold, at(delta, 'content'));
    fold.thinking += textAt(delta, 'reasoning_content') || textAt(delta, 'reasoning');
    fold.refusal += textAt(delta, 'refusal');
    for (const piece of listAt(delta, 'tool_calls')) addPiece(calls, byIndex, piece);
    fold.finish = finishes[textAt(choice, 'finish_reason')] ?? fold.finish;
  }
  fold.toolCalls = calls.map(({ name, text }) => ({ name, arguments: parsedArguments(text) }));
  return ended(fold);
}

/** Mistral's reasoning models answer with parts where others answer with a text. */
function addContent(fold: Fold, content: unknown): void {
  if (typeof content === 'string') fold.text += content;
  if (!Array.isArray(content)) return;
  for (const part of content) {
    if (textAt(part, 'type') === 'text') fold.text += textAt(part, 'text');
    for (const thought of listAt(part, 'thinking')) fold.thinking += textAt(thought, 'text');
  }
}

/** An id nobody saw yet begins a call, whatever its index says; without one, the index or else the order decides. */
function addPiece(calls: OpenCall[], byIndex: Map<number, OpenCall>, piece: unknown): void {
  const id = textAt(piece, 'id');
  const index = numberAt(piece, 'index');
  let call = id ? calls.find((one) => one.id === id) : openCall(calls, byIndex, index);
  if (!call) {
    call = { id, name: '', text: '' };
    calls.push(call);
  }
  if (index !== undefined) byIndex.set(index, call);
  call.name ||= textAt(piece, 'function', 'name') || textAt(piece, 'custom', 'name');
  const text = at(piece, 'function', 'arguments');
  call.text += typeof text === 'object' && text !== null ? JSON.stringify(text) : (text ?? '');
  if (at(piece, 'custom')) call.text = JSON.stringify({ input: textAt(piece, 'custom', 'input') });
}

function openCall(calls: OpenCall[], byIndex: Map<number, OpenCall>, index: number | undefined) {
  return index === undefined ? calls.at(-1) : byIndex.get(index);
}

function usageOf(usage: unknown): FoldedUsage | undefined {
  const input = numberAt(usage, 'prompt_tokens');
  if (input === undefined) return undefined;
  const reasoning = numberAt(usage, 'completion_tokens_details', 'reasoning_tokens') ?? 0;
  const written = numberAt(usage, 'completion_tokens') ?? 0;
  // xAI counts its reasoning beside the completion; only the total tells.
  const isBeside = numberAt(usage, 'total_tokens') === input + written + reasoning;
  const cached =
    numberAt(usage, 'prompt_tokens_details', 'cached_tokens') ??
    numberAt(usage, 'cached_tokens') ??
    numberAt(usage, 'prompt_cache_hit_tokens') ??
    0;
  return { input, output: isBeside ? written + reasoning : written, cached, reasoning };
}
