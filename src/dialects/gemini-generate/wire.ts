import type { JsonObject } from '../../model/json.ts';

/** What we write, as it travels (protocols 4.3). */
export type WireFrame = {
  readonly usageMetadata?: JsonObject;
  readonly modelVersion: string;
  readonly responseId: string;
};

export type WireAnswer = WireFrame & { readonly candidates: readonly WireCandidate[] };

export type WireBlocked = WireFrame & { readonly promptFeedback: { readonly blockReason: string } };

export type WireCandidate = {
  readonly content: { readonly role: 'model'; readonly parts: readonly WirePart[] };
  readonly finishReason?: string;
  readonly index: number;
} & WireLogprobs;

export type WireLogprobs = {
  readonly logprobsResult?: {
    readonly topCandidates?: readonly { readonly candidates: readonly WireOdds[] }[];
    readonly chosenCandidates: readonly WireOdds[];
  };
};

export type WireOdds = { readonly token: string; readonly logProbability: number };

/** One kind of content, and what may stand beside it. */
export type WirePart = {
  readonly text?: string;
  readonly thought?: true;
  readonly thoughtSignature?: string;
  readonly functionCall?: { readonly id: string; readonly name: string; readonly args: JsonObject };
  readonly inlineData?: { readonly mimeType: string; readonly data: string };
  readonly fileData?: { readonly fileUri: string };
};
