import type { CallEvent, TokenLogprob } from '../../model/call-event.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Usage } from '../../model/usage.ts';
import type { WholeWriter, WriterContext } from '../dialect.ts';
import { HeldTokens } from '../logprobs-family/held-tokens.ts';
import { answerOf, blockedAnswerOf } from './answer-frame.ts';
import { AnswerParts, type PlacedParts } from './answer-parts.ts';
import { writeFinishReason } from './finish-reason.ts';
import type { WireCandidate, WirePart } from './wire.ts';
import { writeLogprobs } from './write-logprobs.ts';

interface Candidate {
  readonly parts: WirePart[];
  readonly tokens: TokenLogprob[];
  finishReason: string;
}

/** Folds events into one answer. Usage is left out where nobody counted: zeros would be a lie. */
export class GeminiWholeWriter implements WholeWriter {
  readonly #context: WriterContext;
  readonly #parts: AnswerParts;
  readonly #candidates = new Map<number, Candidate>();
  readonly #held = new HeldTokens();
  #usage: Usage | undefined;
  #blockWord: string | undefined;

  constructor(context: WriterContext) {
    this.#context = context;
    this.#parts = new AnswerParts(context);
  }

  push(event: CallEvent): void {
    if (event.type === 'usage') this.#usage = event.usage;
    if (event.type === 'prompt-blocked') this.#blockWord = event.word;
    if (event.type === 'logprobs') this.#held.hold(event);
    const placed = this.#parts.take(event);
    if (placed !== undefined) this.#place(placed);
    // The tokens of thoughts nobody asked for go with them.
    else if (event.type === 'thinking-delta') this.#held.take(event.choice);
    if (event.type === 'choice-end') {
      this.#candidate(event.choice).finishReason = writeFinishReason(event.reason);
    }
  }

  finish(): JsonObject {
    if (this.#blockWord !== undefined) return blockedAnswerOf(this.#blockWord, this.#usage, this.#context);
    this.#candidate(0);
    const all = [...this.#candidates].sort((a, b) => a[0] - b[0]);
    const candidates = all.map(([index, { parts, tokens, finishReason }]): WireCandidate => {
      return { content: { role: 'model', parts }, finishReason, index, ...writeLogprobs(tokens) };
    });
    return answerOf(candidates, this.#usage, this.#context);
  }

  #place({ choice, parts: placed }: PlacedParts): void {
    const { parts, tokens } = this.#candidate(choice);
    for (const part of placed) add(parts, part);
    for (const token of this.#held.take(choice)) tokens.push(token);
  }

  #candidate(index: number): Candidate {
    const known = this.#candidates.get(index) ?? { parts: [], tokens: [], finishReason: 'STOP' };
    this.#candidates.set(index, known);
    return known;
  }
}

/** Pieces of one text are one part; the signature of thoughts stands on them. */
function add(parts: WirePart[], part: WirePart): void {
  const last = parts.at(-1);
  if (last !== undefined && goesOn(last, part)) {
    parts[parts.length - 1] = { ...last, ...part, text: `${last.text}${part.text}` };
  } else {
    parts.push(part);
  }
}

/** Never onto a part that is signed, and never a text's signature onto thoughts (protocols 4.5). */
function goesOn(last: WirePart, part: WirePart): boolean {
  return (
    last.text !== undefined &&
    part.text !== undefined &&
    last.thought === part.thought &&
    last.thoughtSignature === undefined
  );
}
