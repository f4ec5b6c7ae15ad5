import { GatewayError } from './gateway-error.ts';

/** One thing a translation could not carry over as it was. */
export interface Warning {
  /** `dropped`: left out; `changed`: sent with another value or in another form; `estimated`: not known exactly. */
  readonly action: 'dropped' | 'changed' | 'estimated';
  /** The member of the request or answer, as its sender spells it: `logit_bias`, `messages[2].content[1]`. */
  readonly param: string;
  /** One or a few words joined by `_`: `unsupported_by_backend`. Never a value a client sent. */
  readonly reason: string;
}

/** Enough for every member there is; a request with a thousand odd parts is not worth a thousand warnings. */
const WARNINGS_MAX = 32;

/**
 * What is given up while one call is translated: nothing is lost silently. It ends up in `x-sluice-warnings`
 * and in the log. Three letters of protocols.md lead here: W warns, E refuses; what is D is not told at all.
 *
 * A lenient route (`quirks.lenient` of a backend) turns a refusal into a warning, never a warning into silence.
 */
export class Warnings {
  readonly #isLenient: boolean;
  readonly #list: Warning[] = [];

  constructor(isLenient = false) {
    this.#isLenient = isLenient;
  }

  get list(): readonly Warning[] {
    return this.#list;
  }

  /** W: the other side has nothing like it. */
  dropped(param: string, reason = 'unsupported_by_backend'): void {
    this.#add({ action: 'dropped', param, reason });
  }

  /** W: carried over, but not as it was. */
  changed(param: string, reason: string): void {
    this.#add({ action: 'changed', param, reason });
  }

  estimated(param: string, reason: string): void {
    this.#add({ action: 'estimated', param, reason });
  }

  /**
   * E: without it the answer would not be what was asked for. Throws `unsupported_parameter`; on a lenient route
   * it warns and returns, and the caller goes on without the member. `sentence` tells the client what to do.
   */
  refuse(param: string, sentence: string): void {
    if (!this.#isLenient) throw new GatewayError('unsupported_parameter', sentence, { param });
    this.dropped(param);
  }

  /** Where even a lenient route has nothing to go on with. Throws `unsupported_parameter`. */
  forbid(param: string, sentence: string): never {
    throw new GatewayError('unsupported_parameter', sentence, { param });
  }

  /** It is wrong, whatever a backend can do. Throws `invalid_request`. */
  reject(param: string, sentence: string): never {
    throw new GatewayError('invalid_request', sentence, { param });
  }

  /** As the header has it: `dropped;param=seed;reason=unsupported_by_backend, changed;…`. */
  asHeader(): string {
    return this.#list
      .map(({ action, param, reason }) => `${action};param=${plain(param)};reason=${reason}`)
      .join(', ');
  }

  /** The same thing twice is one thing. */
  #add(warning: Warning): void {
    if (this.#list.length >= WARNINGS_MAX || this.#list.some((one) => isSame(one, warning))) return;
    this.#list.push(warning);
  }
}

function isSame(a: Warning, b: Warning): boolean {
  return a.action === b.action && a.param === b.param && a.reason === b.reason;
}

/** The names of members are a client's to choose; a header is not. */
function plain(param: string): string {
  return param.slice(0, 80).replace(/[^\w.[\]-]/g, '_');
}
