import type { JsonObject } from './json.ts';
import { type Spellings, spell } from './spelling.ts';
import { type Warning, Warnings } from './warnings.ts';

/** Whose words are used. */
export interface Speaker {
  readonly spellings: Spellings;
  /** What the client sent. */
  readonly body: JsonObject;
  /** Messages that stand before the client's own and shift their places: the app's system prompt. */
  readonly messagesBefore: number;
}

/**
 * What a writer tells, in the words of the client who asked: it is told to the same list, but `reasoning_effort` is
 * `thinking` to one and `reasoning.effort` to another. A writer knows nothing of clients, so it is given this.
 */
export class SpelledWarnings extends Warnings {
  readonly #teller: Warnings;
  readonly #speaker: Speaker;

  constructor(teller: Warnings, speaker: Speaker) {
    super();
    this.#teller = teller;
    this.#speaker = speaker;
  }

  override get list(): readonly Warning[] {
    return this.#teller.list;
  }

  override dropped(param: string, reason?: string): void {
    this.#teller.dropped(this.#spell(param), reason);
  }

  override changed(param: string, reason: string): void {
    this.#teller.changed(this.#spell(param), reason);
  }

  override estimated(param: string, reason: string): void {
    this.#teller.estimated(this.#spell(param), reason);
  }

  override refuse(param: string, sentence: string): void {
    const spelled = this.#spell(param);
    this.#teller.refuse(spelled, sentence.replaceAll(`"${param}"`, `"${spelled}"`));
  }

  override forbid(param: string, sentence: string): never {
    const spelled = this.#spell(param);
    this.#teller.forbid(spelled, sentence.replaceAll(`"${param}"`, `"${spelled}"`));
  }

  override reject(param: string, sentence: string): never {
    const spelled = this.#spell(param);
    this.#teller.reject(spelled, sentence.replaceAll(`"${param}"`, `"${spelled}"`));
  }

  override asHeader(): string {
    return this.#teller.asHeader();
  }

  #spell(param: string): string {
    const { spellings, body, messagesBefore } = this.#speaker;
    return spell(messagesBefore > 0 ? shifted(param, messagesBefore) : param, spellings, body);
  }
}

/** `messages[3]` with one of the operator's before it is the client's `messages[2]`. */
function shifted(param: string, by: number): string {
  return param.replace(/^messages\[(\d+)\]/, (_whole, at: string) =>
    Number(at) < by ? 'messages' : `messages[${Number(at) - by}]`,
  );
}
