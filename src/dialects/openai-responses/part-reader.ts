import type { CallEvent, TokenLogprob } from '../../model/call-event.ts';
import {
  arrayMember,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  stringMember,
} from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { withTokens } from '../logprobs-family/place-tokens.ts';
import { readTokens } from '../logprobs-family/read-tokens.ts';
import { type IndexName, type PartPlace, partEvents, placeOf, textKinds } from './item-parts.ts';

/** Reads the parts of messages and of reasoning: text, refusals, thoughts. Each is said once. */
export class PartReader {
  readonly #warnings: Warnings;
  /** The parts of which something was said. */
  readonly #said = new Set<string>();
  /** The parts of which the odds of tokens were told. */
  readonly #withTokens = new Set<string>();
  hasSaid = false;
  hasRefused = false;

  constructor(warnings: Warnings) {
    this.#warnings = warnings;
  }

  read(type: string, item: string, body: JsonObject): readonly CallEvent[] {
    const kind = textKinds.get(type);
    if (kind === undefined) return this.#other(type);
    this.#warnOf(body);
    const part: PartPlace = { event: kind.event, item, name: kind.index, index: numberOr0(body[kind.index]) };
    if (!kind.isDelta) return this.#sayOwed(part, body);
    const said = this.#say(part, stringMember(body, 'delta') ?? '');
    return withTokens(0, this.#tokens(part, body), said);
  }

  /** What a whole item holds and was not said yet. */
  owedOf(item: string, wire: JsonObject, list: string, name: IndexName): CallEvent[] {
    return (arrayMember(wire, list) ?? []).flatMap((part, index) => {
      const event = isJsonObject(part) ? partEvents.get(stringMember(part, 'type') ?? '') : undefined;
      if (event === undefined || !isJsonObject(part)) return [];
      this.#warnOf(part);
      return this.#sayOwed({ event, item, name, index }, part);
    });
  }

  hasSaidOf(item: string): boolean {
    for (const said of this.#said) if (said.startsWith(`${item} `)) return true;
    return false;
  }

  forget(item: string): void {
    for (const told of [this.#said, this.#withTokens]) {
      for (const place of told) if (place.startsWith(`${item} `)) told.delete(place);
    }
  }

  #other(type: string): CallEvent[] {
    if (type === 'response.output_text.annotation.added') this.#warnings.dropped('annotations', noPlace);
    return [];
  }

  /** They have no place among the events; that they are there is told once. */
  #warnOf(part: JsonObject): void {
    if (arrayMember(part, 'annotations')?.length) this.#warnings.dropped('annotations', noPlace);
  }

  /** The whole once more: what of its text and of its tokens was not told in pieces. */
  #sayOwed(part: PartPlace, whole: JsonObject): readonly CallEvent[] {
    const said = this.#said.has(placeOf(part)) ? [] : this.#say(part, textOf(whole));
    return this.#withTokens.has(placeOf(part)) ? said : withTokens(0, this.#tokens(part, whole), said);
  }

  #tokens(part: PartPlace, wire: JsonObject): readonly TokenLogprob[] {
    const tokens = readTokens(wire['logprobs']);
    if (tokens.length > 0) this.#withTokens.add(placeOf(part));
    return tokens;
  }

  #say(part: PartPlace, text: string): CallEvent[] {
    if (text === '') return [];
    const place = placeOf(part);
    // The parts of a reasoning summary are paragraphs; the parts of a message are one text.
    const isNewParagraph = part.event === 'thinking-delta' && part.index > 0 && !this.#said.has(place);
    this.#said.add(place);
    this.hasSaid = true;
    if (part.event === 'refusal-delta') this.hasRefused = true;
    return [{ type: part.event, choice: 0, text: isNewParagraph ? `\n\n${text}` : text }];
  }
}

const noPlace = 'no_counterpart';

function textOf(part: JsonObject): string {
  return stringMember(part, 'text') ?? stringMember(part, 'refusal') ?? '';
}

function numberOr0(value: JsonValue | undefined): number {
  return typeof value === 'number' ? value : 0;
}
