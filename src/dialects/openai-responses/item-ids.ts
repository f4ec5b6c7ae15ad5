/**
 * Ids of one answer, derived from its request id: stable, traceable, and of the alphabet OpenAI's own have
 * (protocols 10.12). They are cut to length because a client that sends its history back may send at most 64
 * characters of an item's id.
 */
export class ItemIds {
  readonly response: string;
  readonly #stem: string;

  constructor(requestId: string) {
    this.#stem = requestId.replace(/[^A-Za-z0-9]/g, '').slice(-STEM_MAX);
    this.response = `resp_${this.#stem}`;
  }

  item(prefix: 'msg' | 'rs' | 'fc' | 'ctc' | 'ig', outputIndex: number): string {
    return `${prefix === 'rs' ? MADE_REASONING : `${prefix}_`}${this.#stem}_${outputIndex}`;
  }
}

const STEM_MAX = 48;

/** OpenAI's own go on with hexadecimal digits. */
const MADE_REASONING = 'rs_gw_';

/**
 * Is this the id of a reasoning item made here? A client sends it back as history, and of all ids only that of
 * reasoning is looked up by OpenAI, which must not see one it never gave (protocols T18).
 */
export function isMadeReasoningId(id: unknown): boolean {
  return typeof id === 'string' && id.startsWith(MADE_REASONING);
}
