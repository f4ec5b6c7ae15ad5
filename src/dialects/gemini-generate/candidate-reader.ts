import type { CallEvent } from '../../model/call-event.ts';
import { arrayMember, isJsonObject, type JsonObject, objectMember, stringMember } from '../../model/json.ts';
import { readSignature, type Signature } from '../../model/signature.ts';
import type { Warnings } from '../../model/warnings.ts';
import { withTokens } from '../logprobs-family/place-tokens.ts';
import { isFault, isFinished, readFinishReason } from './finish-reason.ts';
import { readLogprobs } from './read-logprobs.ts';
import { ToolCallReader } from './tool-call-reader.ts';
import type { ToolIds } from './tool-ids.ts';

/** What a candidate may hold beside its parts that has no place in an answer of the house. */
const asides = ['groundingMetadata', 'citationMetadata', 'urlContextMetadata'];

/** Kinds of parts that have none. */
const oddParts = [
  'executableCode',
  'codeExecutionResult',
  'fileData',
  'toolCall',
  'toolResponse',
  'videoMetadata',
];

/** What the candidates of one answer share. */
export interface CandidateReading {
  readonly warnings: Warnings;
  readonly ids: ToolIds;
  /** Pictures are counted over the whole answer. */
  readonly nextImage: () => number;
}

/** Reads what the chunks say of one candidate. */
export class CandidateReader {
  readonly #choice: number;
  readonly #reading: CandidateReading;
  readonly #tools: ToolCallReader;
  #reason: string | undefined;
  #hasContent = false;

  constructor(choice: number, reading: CandidateReading) {
    this.#choice = choice;
    this.#reading = reading;
    this.#tools = new ToolCallReader(choice, (wireId, name) => reading.ids.next(wireId, name));
  }

  get isFinished(): boolean {
    return this.#reason !== undefined;
  }

  /** The wire's word for a failure, if the model went astray and nothing came of it. */
  get fault(): string | undefined {
    const isUseless = !this.#hasContent && !this.#tools.hasAny;
    return this.#reason !== undefined && isFault(this.#reason) && isUseless ? this.#reason : undefined;
  }

  /** Content and reason may come in different chunks, and either may be missing in one (T24). */
  push(candidate: JsonObject): readonly CallEvent[] {
    const reason = stringMember(candidate, 'finishReason');
    if (isFinished(reason)) this.#reason = reason;
    this.#tell(asides, candidate);
    const content = objectMember(candidate, 'content') ?? {};
    const parts = (arrayMember(content, 'parts') ?? []).filter(isJsonObject);
    const said = parts.flatMap((part) => this.#part(part));
    return withTokens(this.#choice, readLogprobs(candidate), said);
  }

  end(): CallEvent[] {
    const said = this.#meaning(this.#reason ?? 'STOP');
    // Google has no word for it: STOP covers calls (protocols 10.8).
    const reason = said === 'stop' && this.#tools.hasAny ? 'tool-use' : said;
    return [...this.#tools.end(), { type: 'choice-end', choice: this.#choice, reason }];
  }

  /** A word nobody knows, and a fault after usable text, are a natural end, but not without a word. */
  #meaning(word: string) {
    const known = readFinishReason(word);
    if (known === undefined) this.#reading.warnings.changed('finishReason', 'taken_for_stop');
    return known ?? 'stop';
  }

  #part(part: JsonObject): CallEvent[] {
    const signature = readSignature(stringMember(part, 'thoughtSignature'), 'gemini');
    const call = objectMember(part, 'functionCall');
    if (call !== undefined) return this.#tools.take(call, signature);
    const media = objectMember(part, 'inlineData');
    const events = media === undefined ? this.#text(part) : this.#media(media, part['thought'] === true);
    this.#tell(oddParts, part);
    return [...events, ...this.#signed(signature)];
  }

  #text(part: JsonObject): CallEvent[] {
    const text = stringMember(part, 'text');
    if (!text) return [];
    if (part['thought'] === true) return [{ type: 'thinking-delta', choice: this.#choice, text }];
    this.#hasContent = true;
    return [{ type: 'text-delta', choice: this.#choice, text }];
  }

  /** Google signs thoughts, or the text behind them (protocols 4.5); both sign what was thought. */
  #signed(signature: Signature | undefined): CallEvent[] {
    return signature === undefined ? [] : [{ type: 'thinking-end', choice: this.#choice, signature }];
  }

  /** Pictures drawn while thinking are sketches, not the answer. */
  #media(media: JsonObject, isThought: boolean): CallEvent[] {
    const mediaType = stringMember(media, 'mimeType') ?? '';
    const base64 = stringMember(media, 'data');
    if (!mediaType.startsWith('image/') || base64 === undefined || isThought) {
      this.#reading.warnings.dropped('candidates.content.parts.inlineData');
      return [];
    }
    this.#hasContent = true;
    return [{ type: 'image', index: this.#reading.nextImage(), base64, mediaType }];
  }

  #tell(names: readonly string[], object: JsonObject): void {
    for (const name of names) if (object[name] !== undefined) this.#reading.warnings.dropped(name);
  }
}
