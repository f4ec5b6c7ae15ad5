import type { TooLong } from '../model/gateway-error.ts';
import type { Backend } from '../upstream/backend.ts';
import type { Exchange } from './exchange.ts';
import type { House } from './house.ts';
import { isRead } from './keep-size.ts';
import type { ReadQuestion } from './read-question.ts';

/**
 * How long the question of a call is for the models it might be sent to. Weighing takes longer the longer it is, and
 * models weigh differently: so it is done once for each, and only where a backend takes no more than so much of it.
 */
export class QuestionLength {
  readonly #house: House;
  readonly #exchange: Exchange;
  readonly #question: ReadQuestion;
  #model: string | undefined;
  #tokens = 0;

  constructor(house: House, exchange: Exchange, question: ReadQuestion) {
    this.#house = house;
    this.#exchange = exchange;
    this.#question = question;
  }

  /** By how much it is more than this model takes at this backend; undefined: it is not, as far as anybody has said. */
  beyond(backend: Backend, model: string): TooLong | undefined {
    const max = inputMax(backend, model);
    if (max === undefined || !isRead(this.#exchange)) return undefined;
    const tokens = this.#tokensFor(model);
    return tokens <= max ? undefined : { tokens, max };
  }

  #tokensFor(model: string): number {
    if (this.#model !== model) {
      this.#tokens = this.#house.estimator.tokensOf(model, this.#question.body);
      this.#model = model;
    }
    return this.#tokens;
  }
}

/** So many tokens the model takes there; undefined: nobody has said. */
export function inputMax({ config }: Backend, model: string): number | undefined {
  return config.models.get(model)?.inputTokensMax;
}
