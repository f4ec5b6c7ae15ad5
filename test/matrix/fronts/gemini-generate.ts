/** Clients of Gemini: one that streams by SSE, as the SDK does, and one that takes the bare array. */
import {
  type Json,
  type JsonObject,
  listIn,
  numberIn,
  objectIn,
  stringIn,
} from '../../fake-upstream/json.ts';
import { newTool, type Told, type ToldError } from '../told.ts';
import type { Turn, Wish } from '../wish.ts';
import type { Front, Manner, Question } from './front.ts';
import { checkEvent, objectOf, sseFrames } from './read-frames.ts';

export const geminiGenerate: Front = {
  name: 'gemini-generate',
  family: 'gemini',
  ask: (wish, manner) => ask(wish, manner, '?alt=sse'),
  hearWhole,
  hearStream: (text, told) => {
    const frames = sseFrames(text, told);
    for (const frame of frames) checkEvent(frame, undefined, told);
    hearPieces(
      frames.map(({ data }) => objectOf(data, told)),
      told,
    );
  },
  hearError: geminiError,
};

export const geminiArray: Front = {
  ...geminiGenerate,
  name: 'gemini-generate (array)',
  ask: (wish, manner) => (manner.isStream ? ask(wish, manner, '') : undefined),
  hearStream: (text, told) => hearPieces(arrayOf(text, told), told),
};

/** System texts stand apart, so none can stand in the middle. */
function ask(wish: Wish, { model, isStream }: Manner, query: string): Question | undefined {
  if (wish.turns.some(({ by }) => by === 'system')) return undefined;
  const json = { responseMimeType: 'application/json', responseJsonSchema: wish.schema ?? {} };
  const generationConfig = {
    ...(wish.schema ? json : {}),
    ...(wish.stop ? { stopSequences: wish.stop } : {}),
    ...(wish.tokensMax ? { maxOutputTokens: wish.tokensMax } : {}),
    ...(wish.thinks ? { thinkingConfig: { includeThoughts: true, thinkingBudget: 8192 } } : {}),
    ...(wish.choices ? { candidateCount: wish.choices } : {}),
    ...(wish.topK ? { topK: wish.topK } : {}),
    ...(wish.seed ? { seed: wish.seed } : {}),
  };
  const body = {
    contents: contentsOf(wish.turns),
    ...(wish.tools ? { tools: [{ functionDeclarations: wish.tools.map(toolOf) }] } : {}),
    ...(wish.must ? { toolConfig: mustCall(wish.must) } : {}),
    ...(Object.keys(generationConfig).length > 0 ? { generationConfig } : {}),
  };
  const action = isStream ? `streamGenerateContent${query}` : 'generateContent';
  return { path: `/v1beta/models/${model}:${action}`, body };
}

function mustCall(name: string): JsonObject {
  return { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: [name] } };
}

/** Also what counts tokens asks. */
export function contentsOf(turns: readonly Turn[]): JsonObject[] {
  return turns.map((turn) => ({
    role: turn.by === 'assistant' || turn.by === 'call' ? 'model' : 'user',
    parts: partsOf(turn),
  }));
}

function partsOf(turn: Turn): JsonObject[] {
  switch (turn.by) {
    case 'call':
      return [{ functionCall: { name: turn.name, args: turn.args } }];
    case 'result':
      return [{ functionResponse: { name: turn.name, response: { output: turn.text } } }];
    case 'user':
      return [{ text: turn.text }, ...given('image/png', turn.png), ...given('application/pdf', turn.pdf)];
    default:
      return [{ text: turn.text }];
  }
}

function given(mimeType: string, data: string | undefined): JsonObject[] {
  return data === undefined ? [] : [{ inlineData: { mimeType, data } }];
}

function toolOf({ name, schema }: NonNullable<Wish['tools']>[number]): JsonObject {
  return { name, ...(schema ? { parametersJsonSchema: schema } : {}) };
}

function hearWhole(body: JsonObject, told: Told): void {
  hearPieces([body], told);
}

/** Every piece is a whole response with a part of the parts; only the last has a reason to finish. */
function hearPieces(pieces: readonly JsonObject[], told: Told): void {
  for (const piece of pieces) {
    told.error ??= geminiError(piece);
    if (told.error) continue;
    if (told.finish !== undefined) told.slips.push('something behind the finishReason');
    told.model = stringIn(piece.modelVersion);
    hearPiece(piece, told);
  }
  if (told.error && told.finish !== undefined) told.slips.push('a failed stream has a clean end');
  told.isComplete = told.finish !== undefined;
}

function hearPiece({ candidates, usageMetadata, promptFeedback }: JsonObject, told: Told): void {
  told.choices = Math.max(told.choices, listIn(candidates).length);
  const { content, finishReason } = objectIn(listIn(candidates)[0]);
  for (const part of listIn(objectIn(content).parts).map(objectIn)) hearPart(part, told);
  const finish = finishReason ?? objectIn(promptFeedback).blockReason;
  if (typeof finish === 'string') told.finish = finishReason ? finish : `blocked: ${finish}`;
  hearUsage(usageMetadata, told);
}

function hearPart({ text, thought, functionCall }: JsonObject, told: Told): void {
  if (thought === true) told.thoughts += stringIn(text);
  else told.text += stringIn(text);
  if (functionCall === undefined) return;
  const { id, name, args } = objectIn(functionCall);
  const tool = newTool(stringIn(id), stringIn(name));
  tool.args = args;
  told.tools.push(tool);
}

function hearUsage(usage: Json | undefined, told: Told): void {
  if (usage === undefined) return;
  const { promptTokenCount, candidatesTokenCount, cachedContentTokenCount, ...rest } = objectIn(usage);
  told.input = numberIn(promptTokenCount);
  told.cached = numberIn(cachedContentTokenCount);
  told.reasoning = numberIn(rest.thoughtsTokenCount);
  told.output = (numberIn(candidatesTokenCount) ?? 0) + (told.reasoning ?? 0);
  if (numberIn(rest.totalTokenCount) !== (told.input ?? 0) + told.output)
    told.slips.push('a total that is no sum');
}

function arrayOf(text: string, told: Told): JsonObject[] {
  try {
    return listIn(JSON.parse(text)).map(objectIn);
  } catch {
    told.slips.push('the array is not closed');
    return [];
  }
}

/** The SDK needs `code` as a number. */
export function geminiError(body: JsonObject): ToldError | undefined {
  if (body.error === undefined) return undefined;
  const { code, status, message, details } = objectIn(body.error);
  const { reason, metadata } = objectIn(listIn(details)[0]);
  return {
    word: numberIn(code) === undefined ? 'no number' : stringIn(status),
    code: stringIn(reason).toLowerCase(),
    param: stringIn(objectIn(metadata).param),
    message: stringIn(message),
  };
}
