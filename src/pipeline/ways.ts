import { chooseWay, type Way } from '../decisions/routing/choose-way.ts';
import { GatewayError } from '../model/gateway-error.ts';
import type { BackendSurface } from '../upstream/backend.ts';
import type { ToAnswer } from './answer-plan.ts';
import type { House } from './house.ts';
import type { Snapshot } from './snapshot.ts';

/** The ways one question may take to its backend, best first, and which of them turned out to lead nowhere. */
export class Ways {
  readonly #house: House;
  readonly #snapshot: Snapshot;
  readonly #toAnswer: ToAnswer;
  readonly #missing: BackendSurface[] = [];
  #refusal: GatewayError | undefined;

  constructor(house: House, snapshot: Snapshot, toAnswer: ToAnswer) {
    this.#house = house;
    this.#snapshot = snapshot;
    this.#toAnswer = toAnswer;
  }

  /** The best way that has not been given up; undefined = there is none. */
  next(): Way | undefined {
    const { backend, model, exchange, isAdmitted } = this.#toAnswer;
    if (!isAdmitted) return undefined;
    return chooseWay(this.#snapshot.routes, backend, model, exchange.dialect, this.#isMissing);
  }

  /** Throws what was thrown, unless it says that an optional surface is not there. */
  giveUp({ surface }: Way, thrown: unknown): void {
    if (!surface.isOptional || !saysNoSuchPath(thrown)) throw thrown;
    this.#refusal ??= thrown;
    this.#missing.push(surface);
  }

  /** Another way led to an answer: so it was the path that was not there, and not the model. */
  confirm(): void {
    for (const surface of this.#missing) this.#house.missingSurfaces.add(this.#toAnswer.backend, surface);
  }

  /** Why there is no way: what the backend said to the last one, or that there never was any. */
  get refusal(): GatewayError {
    const { backend, exchange } = this.#toAnswer;
    return (
      this.#refusal ??
      new GatewayError(
        'operation_not_supported',
        `The backend "${backend.name}" has nothing by which ${exchange.dialect.operation} could be done.`,
        { param: 'model' },
      )
    );
  }

  readonly #isMissing = (surface: BackendSurface): boolean =>
    this.#missing.includes(surface) || this.#house.missingSurfaces.has(this.#toAnswer.backend, surface);
}

/** 404 may be a model the backend lacks, too; the next surface then says the same, and nothing is remembered. */
function saysNoSuchPath(thrown: unknown): thrown is GatewayError {
  if (!(thrown instanceof GatewayError)) return false;
  const status = thrown.details.backendStatus;
  return status === 404 || status === 405 || status === 501;
}
