import type { Usage } from '../../model/usage.ts';
import type { WriterContext } from '../dialect.ts';
import { writeGeminiUsage } from '../gemini-family/usage.ts';
import type { WireAnswer, WireBlocked, WireCandidate, WireFrame } from './wire.ts';

/** Puts candidates into an answer, or one chunk of it. The model is called as the client called it (protocols 10.12). */
export function answerOf(
  candidates: readonly WireCandidate[],
  usage: Usage | undefined,
  context: WriterContext,
): WireAnswer {
  return { candidates, ...frameOf(usage, context) };
}

/** What stands behind the candidates of every chunk as long as nothing was counted, as JSON: `,"modelVersion":…}`. */
export function uncountedRest(context: WriterContext): string {
  return `,${JSON.stringify(frameOf(undefined, context)).slice(1)}`;
}

/** The answer to a prompt that was blocked: it has no candidates at all (protocols 4.3). */
export function blockedAnswerOf(
  blockReason: string,
  usage: Usage | undefined,
  context: WriterContext,
): WireBlocked {
  return { promptFeedback: { blockReason }, ...frameOf(usage, context) };
}

function frameOf(usage: Usage | undefined, { model, requestId }: WriterContext): WireFrame {
  return {
    ...(usage && { usageMetadata: writeGeminiUsage(usage) }),
    modelVersion: model,
    responseId: requestId.replace(/[^A-Za-z0-9_-]/g, ''),
  };
}
