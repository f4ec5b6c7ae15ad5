import type { AppConfig } from '../config/config.ts';
import type { Identity } from '../decisions/policy/identity.ts';
import { judge } from '../decisions/policy/judge.ts';
import type { BreakerLimits } from '../decisions/routing/breaker.ts';
import { type Choice, chooseBackend } from '../decisions/routing/choose-backend.ts';
import { resolveModel } from '../decisions/routing/resolve-model.ts';
import { type Weight, weighFailure, wellDone } from '../decisions/routing/weigh-failure.ts';
import { GatewayError } from '../model/gateway-error.ts';
import type { Backend } from '../upstream/backend.ts';
import type { Exchange } from './exchange.ts';
import type { House } from './house.ts';
import { type Place, rankPlaces, type Talk } from './rank-places.ts';
import type { ReadQuestion } from './read-question.ts';
import type { Recording } from './recording.ts';
import { RouteStory } from './route-story.ts';
import { sessionOf } from './session-of.ts';
import type { Snapshot } from './snapshot.ts';
import { suggestable } from './suggestable.ts';

/** Who waited for longer than this for a connection has waited enough for this backend. */
const atOnceMs = 250;

/** One backend to be asked for one model. */
export interface Leg {
  readonly backend: Backend;
  /** The name it knows the model by. */
  readonly model: string;
  /** It is another model than was asked for. */
  readonly isFallback: boolean;
}

/** What a call brings along when its backends are chosen. */
export interface Travel {
  readonly exchange: Exchange;
  readonly question: ReadQuestion;
  readonly identity: Identity;
  /** Who serves the model that was asked for. */
  readonly choice: Choice;
  /** Takes the answer down; undefined: nobody wants it again. */
  readonly recording?: Recording | undefined;
}

/**
 * The backends one call is taken to, one after another, until one answers: those that serve the model, best first, then
 * those of the models it may fall back to. Another is asked only while the client was sent nothing of an answer, within
 * `retry.attempts`, `within_ms` and `budget`, and only if the failure was not the question's own.
 */
export class Legs {
  readonly #house: House;
  readonly #snapshot: Snapshot;
  readonly #travel: Travel;
  readonly #talk: Talk | undefined;
  readonly #fallbacks: string[];
  readonly #asked = new Set<string>();
  /** What the ledger is told of it. */
  readonly story = new RouteStory();
  #choice: Choice;
  #isFallback = false;
  #retriesOfModel = 0;
  #firstSentMs: number | undefined;
  /** When its turn came at the backend it is at. */
  #beganMs = 0;
  #askedTwice: Backend | undefined;
  #isTrial = false;

  constructor(house: House, snapshot: Snapshot, travel: Travel) {
    const { exchange, question, identity, choice } = travel;
    const { appId } = identity.app;
    const session = sessionOf(exchange, question.body);
    this.#house = house;
    this.#snapshot = snapshot;
    this.#travel = travel;
    this.#choice = choice;
    this.#talk = session === undefined ? undefined : { appId, session };
    this.#fallbacks = fallbackNames(snapshot, identity.app, question.asked.model, choice.model);
    house.routing.retries.countRequest(house.clock.monotonicMs());
  }

  /** Where it goes first. Throws `no_healthy_backend` if nobody may be asked now. */
  first(): Leg {
    const leg = this.#nextOfModel() ?? this.#nextModel();
    if (leg === undefined) throw this.#nobodyNow();
    return leg;
  }

  /** It goes to this backend now, into its queue first. To be followed by one `end`. */
  begin({ backend, model }: Leg): void {
    this.#asked.add(placeOf(backend, model));
    this.#isTrial = this.#house.routing.begin(backend.name, this.#limits, this.#house.clock.monotonicMs());
  }

  /** Its turn has come: what it waited for that is nobody's failure. */
  entered(): void {
    this.#beganMs = this.#house.clock.monotonicMs();
    this.#firstSentMs ??= this.#beganMs;
  }

  /** `failure`: what was thrown, or why an answer broke off; says what that means for what comes after. */
  end({ backend: { name }, model }: Leg, failure: GatewayError | undefined): Weight {
    const { routing, clock } = this.#house;
    const nowMs = clock.monotonicMs();
    if (failure !== undefined) this.story.failed(name, model, failure);
    const weight = failure === undefined ? wellDone : weighFailure(failure);
    routing.end(name, this.#isTrial, weight.verdict, this.#limits, nowMs);
    if (weight.coolsMs > 0) routing.cool(name, model, weight.coolsMs, nowMs);
    if (weight.shiesMs !== undefined) routing.shy(name, model, weight.shiesMs, nowMs);
    if (failure === undefined && this.#talk !== undefined)
      routing.settleIn(this.#talk.appId, this.#talk.session, name, nowMs);
    return weight;
  }

  /** Where it goes after this failure; undefined: nowhere, the client is to be told. */
  after({ backend, model }: Leg, weight: Weight): Leg | undefined {
    const { exchange } = this.#travel;
    if (!weight.triesElsewhere || exchange.hasStarted || exchange.departure.hasLeft) return undefined;
    const { retry } = this.#snapshot.config.daemon;
    const nowMs = this.#house.clock.monotonicMs();
    if (nowMs - (this.#firstSentMs ?? nowMs) >= retry.withinMs) return undefined;
    const next =
      this.#retriesOfModel < retry.attempts
        ? (this.#nextOfModel() ?? this.#again(backend, model, weight) ?? this.#nextModel())
        : this.#nextModel();
    if (next === undefined || !this.#house.routing.retries.take(nowMs, retry.budget)) return undefined;
    this.#retriesOfModel++;
    return next;
  }

  get #limits(): BreakerLimits {
    return this.#snapshot.config.daemon.breaker;
  }

  #nextOfModel(): Leg | undefined {
    const { candidates, model } = this.#choice;
    const ranking = rankPlaces(this.#house, this.#snapshot, candidates, model, this.#talk);
    this.story.ranked(ranking, model);
    const { inOrder } = ranking;
    const next = inOrder.find(({ place }) => !this.#asked.has(placeOf(place.backend, model)));
    return next && { backend: next.place.backend, model, isFallback: this.#isFallback };
  }

  /** Once, where nothing has reached it and it said so at once: the connection was old, or it is just being started. */
  #again(backend: Backend, model: string, { triesAgain }: Weight): Leg | undefined {
    const tookMs = this.#house.clock.monotonicMs() - this.#beganMs;
    if (!triesAgain || tookMs > atOnceMs || this.#askedTwice === backend) return undefined;
    this.#askedTwice = backend;
    return { backend, model, isFallback: this.#isFallback };
  }

  /** A model to fall back to that this app may use and somebody serves; names that lead nowhere are passed over. */
  #nextModel(): Leg | undefined {
    for (let name = this.#fallbacks.shift(); name !== undefined; name = this.#fallbacks.shift()) {
      const choice = this.#choiceOf(name);
      if (choice === undefined) continue;
      this.#choice = choice;
      this.#isFallback = true;
      this.#retriesOfModel = 0;
      const leg = this.#nextOfModel();
      if (leg !== undefined) return leg;
    }
    return undefined;
  }

  #choiceOf(name: string): Choice | undefined {
    const { identity, question } = this.#travel;
    const { routes } = this.#snapshot;
    const { operation } = question.asked;
    try {
      const model = resolveModel(routes, operation, name, identity.app);
      judge({ identity, model });
      return chooseBackend(routes, operation, model, identity.app, suggestable(identity));
    } catch {
      return undefined;
    }
  }

  /** Told at once, without asking anybody: it takes no longer when everything is down. */
  #nobodyNow(): GatewayError {
    const { candidates, model } = this.#travel.choice;
    const { passedOver } = rankPlaces(this.#house, this.#snapshot, candidates, model, this.#talk);
    const reasons = passedOver.map(({ place, why }) => `"${place.backend.name}": ${why}`);
    const retryAfterMs = Math.max(1, Math.min(...passedOver.map(({ place }) => place.readyInMs)));
    const isCoolingOnly = passedOver.every(({ place }) => isCooling(place));
    return new GatewayError(
      isCoolingOnly ? 'rate_limited' : 'no_healthy_backend',
      `No backend that serves "${model}" may be asked now (${reasons.join('; ')}); try again in about ${Math.ceil(retryAfterMs / 1000)} s.`,
      { retryAfterMs },
    );
  }
}

function isCooling({ coolingMs, isAdmitted }: Place): boolean {
  return isAdmitted && coolingMs > 0;
}

function placeOf({ name }: Backend, model: string): string {
  return `${name}\n${model}`;
}

/** The models an app may be given instead of this one, in order: its own list, then that of the model. */
export function fallbackNames(
  { config }: Snapshot,
  app: AppConfig,
  asked: string | undefined,
  resolved: string,
): string[] {
  const { fallbacks } = config.backends;
  const named = fallbacks.get(asked ?? '') ?? fallbacks.get(resolved) ?? [];
  return [...new Set([...app.fallbackModels, ...named])];
}
