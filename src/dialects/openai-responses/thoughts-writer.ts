import { type JsonObject, objectMember } from '../../model/json.ts';
import type { Signature } from '../../model/signature.ts';
import { type Carried, writeCarried } from './carried-signature.ts';
import { encryptedReasoning, includes } from './include.ts';
import type { OutputItems } from './output-items.ts';
import { wantsSummary } from './read-reasoning.ts';
import type { WireEvent } from './wire.ts';

/** Tells thoughts and their signatures, as far as the request asked for either (protocols 10.6). */
export class ThoughtsWriter {
  readonly #items: OutputItems;
  readonly #showsThoughts: boolean;
  readonly #showsSignatures: boolean;

  constructor(items: OutputItems, request: JsonObject) {
    this.#items = items;
    this.#showsThoughts = wantsSummary(objectMember(request, 'reasoning') ?? {});
    this.#showsSignatures = includes(request, encryptedReasoning);
  }

  think(text: string): WireEvent[] {
    return text === '' || !this.#showsThoughts ? [] : this.#items.think(text);
  }

  end(signature: Signature | undefined): WireEvent[] {
    const signed = signature === undefined ? [] : this.sign(signature, 'thinking');
    return [...signed, ...this.#items.endThinking()];
  }

  /** Only the signature of thoughts stands on the thoughts being told. */
  sign(signature: Signature, carried: Carried): WireEvent[] {
    const ended = carried === 'thinking' ? [] : this.#items.endThinking();
    return this.#showsSignatures ? [...ended, ...this.#items.sign(writeCarried(signature, carried))] : ended;
  }
}
