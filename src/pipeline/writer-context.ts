import type { Address, WriterContext } from '../dialects/dialect.ts';
import type { JsonObject } from '../model/json.ts';
import type { Warnings } from '../model/warnings.ts';
import type { ToAnswer } from './answer-plan.ts';
import type { Exchange } from './exchange.ts';
import type { House } from './house.ts';

/** What the client's dialect needs to write an answer. Made for every call, so that what few need is worked out when asked. */
export class CallWriterContext implements WriterContext {
  readonly requestId: string;
  readonly model: string;
  readonly createdS: number;
  readonly withUsage: boolean;
  readonly request: JsonObject;
  readonly address: Address;
  readonly warnings: Warnings;
  readonly #house: House;
  readonly #exchange: Exchange;
  readonly #appId: string;
  readonly #backendModel: string;
  readonly #sentAtMs: number;

  constructor(house: House, appId: string, { exchange, question, model }: ToAnswer, warnings: Warnings) {
    this.requestId = exchange.requestId;
    this.model = question.asked.model ?? model;
    this.createdS = Math.floor(house.clock.nowMs() / 1000);
    this.withUsage = question.asked.wantsStreamUsage;
    this.request = question.body;
    this.address = exchange.address;
    this.warnings = warnings;
    this.#house = house;
    this.#exchange = exchange;
    this.#appId = appId;
    this.#backendModel = model;
    this.#sentAtMs = house.clock.monotonicMs();
  }

  get inputTokensEstimate(): number {
    return this.#house.estimator.tokensOf(this.#backendModel, this.request);
  }

  readonly remember = (id: string, piece: JsonObject): void => {
    this.#house.answers.keep(this.#appId, id, piece);
  };

  readonly hostPicture = (base64: string, mediaType: string): string | undefined => {
    const link = this.#house.pictures.keep(base64, mediaType);
    return link === undefined ? undefined : this.#exchange.ownOrigin + link;
  };

  readonly elapsedMs = (): number => this.#house.clock.monotonicMs() - this.#sentAtMs;
}
