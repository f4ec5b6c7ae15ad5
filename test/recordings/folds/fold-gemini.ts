import { emptyFold, ended, type Finish, type Fold, type FoldedUsage } from './fold.ts';
import { at, errorAt, listAt, numberAt, textAt } from './loose.ts';
import { setAtPath } from './set-at-path.ts';

const finishes: Readonly<Record<string, Finish>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content-filter',
  RECITATION: 'content-filter',
  LANGUAGE: 'content-filter',
  BLOCKLIST: 'content-filter',
  PROHIBITED_CONTENT: 'content-filter',
  SPII: 'content-filter',
  IMAGE_SAFETY: 'content-filter',
};

/** The responses of a stream, or the one whole answer: they have one form. */
export function foldGemini(responses: readonly unknown[]): Fold {
  const fold = emptyFold();
  for (const response of responses) {
    fold.error ??= errorAt(response);
    fold.usage = usageOf(at(response, 'usageMetadata')) ?? fold.usage;
    if (at(response, 'promptFeedback', 'blockReason')) fold.finish = 'content-filter';
    const candidate = listAt(response, 'candidates').find((one) => (numberAt(one, 'index') ?? 0) === 0);
    for (const part of listAt(candidate, 'content', 'parts')) addPart(fold, part);
    closeWith(fold, textAt(candidate, 'finishReason'));
  }
  return ended(fold);
}

function addPart(fold: Fold, part: unknown): void {
  if (at(part, 'thought') === true) fold.thinking += textAt(part, 'text');
  else fold.text += textAt(part, 'text');
  if (at(part, 'functionCall')) addCall(fold, at(part, 'functionCall'));
}

/** A name begins a call. What has none goes on with the one before, piece by piece (Vertex). */
function addCall(fold: Fold, call: unknown): void {
  const name = textAt(call, 'name');
  if (name) fold.toolCalls.push({ name, arguments: at(call, 'args') ?? {} });
  const open = fold.toolCalls.at(-1);
  for (const piece of listAt(call, 'partialArgs')) {
    if (open) setAtPath(open.arguments as object, textAt(piece, 'jsonPath'), saidBy(piece));
  }
}

function saidBy(piece: unknown): unknown {
  return at(piece, 'stringValue') ?? at(piece, 'numberValue') ?? at(piece, 'boolValue') ?? null;
}

/** The reasons that stand for a fault of the model are one only if nothing usable came. */
function closeWith(fold: Fold, reason: string): void {
  if (!reason) return;
  fold.finish = finishes[reason];
  if (fold.finish) return;
  if (fold.text || fold.toolCalls.length > 0) fold.finish = 'stop';
  else fold.error ??= reason;
}

function usageOf(usage: unknown): FoldedUsage | undefined {
  const input = numberAt(usage, 'promptTokenCount');
  if (input === undefined) return undefined;
  const reasoning = numberAt(usage, 'thoughtsTokenCount') ?? 0;
  return {
    input,
    output: (numberAt(usage, 'candidatesTokenCount') ?? 0) + reasoning,
    cached: numberAt(usage, 'cachedContentTokenCount') ?? 0,
    reasoning,
  };
}
