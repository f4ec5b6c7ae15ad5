/** Gemini's answers (protocols 4.3 … 4.5): every chunk is a whole response with a part of the parts. */
import type { Asked, Said, UsageSaid } from '../asked-and-said.ts';
import { type Frame, frame } from '../frames.ts';
import type { Json, JsonObject } from '../json.ts';
import { allOdds, type Odds, withOdds } from '../odds.ts';
import { isWordless } from '../words.ts';

const SIGNATURE = 'RmFrZQ==';
const SAFETY_RATINGS = [{ category: 'HARM_CATEGORY_DANGEROUS_CONTENT', probability: 'HIGH', blocked: true }];

/** How many tokens have been told so far. */
interface Spoken {
  readonly thoughts: number;
  readonly visible: number;
}

export function wholeAnswer(said: Said, asked: Asked): Json {
  if (said.refusal?.by === 'prompt') return blockedPrompt(said);
  const text = isWordless(said.pieces) ? [] : [{ text: [...said.pieces].join(''), ...textSignature(said) }];
  const thoughts = said.thoughts.length > 0 ? [{ text: said.thoughts.join(''), thought: true }] : [];
  const parts = [...thoughts, ...text, ...callParts(said)];
  const only = candidate(parts.length > 0 ? parts : undefined, finishReason(said));
  return response(said, { ...only, ...logprobsResult(allOdds(said.pieces, asked)) }, undefined);
}

/** Increments of text, growing usage, and the reason to finish with the last of them. No end marker. */
export function* frames(said: Said, asked: Asked): Generator<Frame> {
  if (said.refusal?.by === 'prompt') return yield frame(blockedPrompt(said), { mark: 'closing' });
  let thoughts = 0;
  let visible = 0;
  for (const text of said.thoughts) {
    thoughts++;
    yield frame(response(said, candidate([{ text, thought: true }]), { thoughts, visible }));
  }
  for (const [text, odds] of withOdds(said.pieces, asked)) {
    visible++;
    const told = { ...candidate([{ text }]), ...logprobsResult(odds ? [odds] : []) };
    yield frame(response(said, told, { thoughts, visible }));
  }
  for (const part of callParts(said)) {
    yield frame(response(said, candidate([part]), { thoughts, visible }));
  }
  const last = isBlocked(said) ? undefined : [{ text: '', ...textSignature(said) }];
  yield frame(response(said, candidate(last, finishReason(said)), undefined), { mark: 'closing' });
}

function response(said: Said, only: JsonObject, spoken: Spoken | undefined): JsonObject {
  return {
    candidates: [only],
    ...usageMember(said.usage, spoken),
    modelVersion: said.model,
    responseId: said.id,
  };
}

/** One that was blocked has no content at all; an empty one has content without parts. */
function candidate(parts: JsonObject[] | undefined, finish?: string): JsonObject {
  const isSafety = finish === 'SAFETY';
  const content = { content: { ...(parts ? { parts } : {}), role: 'model' } };
  return {
    ...(isSafety && !parts ? {} : content),
    ...(finish ? { finishReason: finish } : {}),
    index: 0,
    ...(isSafety ? { safetyRatings: SAFETY_RATINGS } : {}),
  };
}

/** What was chosen and what else was likely, in two lists that go in step. */
function logprobsResult(all: readonly Odds[]): JsonObject {
  if (all.length === 0) return {};
  const odds = ({ token, logprob }: Pick<Odds, 'token' | 'logprob'>) => ({ token, logProbability: logprob });
  const isMore = all.some(({ likeliest }) => likeliest.length > 0);
  const topCandidates = all.map(({ likeliest }) => ({ candidates: likeliest.map(odds) }));
  return { logprobsResult: { chosenCandidates: all.map(odds), ...(isMore ? { topCandidates } : {}) } };
}

/** Only the first call of a group is signed. */
function callParts({ tools }: Said): JsonObject[] {
  return tools.map(({ name, args, argsText }, at) => ({
    functionCall: { name, ...(argsText === '' ? {} : { args }) },
    ...(at === 0 ? { thoughtSignature: SIGNATURE } : {}),
  }));
}

/** An answer without calls carries its signature on the last text. */
function textSignature({ signed, tools }: Said): { thoughtSignature?: string } {
  return signed === 'no' || tools.length > 0 ? {} : { thoughtSignature: SIGNATURE };
}

function isBlocked({ finish }: Said): boolean {
  return finish === 'refusal';
}

function finishReason({ finish }: Said): string {
  if (finish === 'refusal') return 'SAFETY';
  return finish === 'length' ? 'MAX_TOKENS' : 'STOP';
}

function blockedPrompt({ usage, model, id }: Said): JsonObject {
  const counted = usage
    ? { usageMetadata: { promptTokenCount: usage.input, totalTokenCount: usage.input } }
    : {};
  const promptFeedback = { blockReason: 'SAFETY', safetyRatings: SAFETY_RATINGS };
  return { promptFeedback, ...counted, modelVersion: model, responseId: id };
}

/** `candidatesTokenCount` excludes the thoughts. Before the last chunk only what was spoken so far is counted. */
function usageMember(
  usage: UsageSaid | undefined,
  spoken: Spoken | undefined,
): { usageMetadata?: JsonObject } {
  if (!usage) return {};
  const { input, output, cached } = usage;
  const visible = typeof output === 'number' ? output - usage.reasoning : output;
  const thoughts = spoken?.thoughts ?? usage.reasoning;
  const total = spoken && typeof input === 'number' ? input + spoken.visible + thoughts : usage.total;
  return {
    usageMetadata: {
      promptTokenCount: input,
      ...(cached ? { cachedContentTokenCount: cached } : {}),
      candidatesTokenCount: spoken?.visible ?? visible,
      totalTokenCount: total,
      promptTokensDetails: [{ modality: 'TEXT', tokenCount: input }],
      ...(thoughts ? { thoughtsTokenCount: thoughts } : {}),
    },
  };
}
