import type { AppConfig } from '../config/config.ts';
import type { Identity } from '../decisions/policy/identity.ts';
import { judge } from '../decisions/policy/judge.ts';
import type { BreakerLimits } from '../decisions/routing/breaker.ts';
import { type Choice, chooseBackend } from '../decisions/routing/choose-backend.ts';
import type { Ranked } from '../decisions/routing/rank.ts';
import { resolveModel } from '../decisions/routing/resolve-model.ts';
import { weighFailure, wellDone } from '../decisions/routing/weigh-failure.ts';
import type { GatewayError } from '../model/gateway-error.ts';
import type { Backend } from '../upstream/backend.ts';
import type { Exchange } from './exchange.ts';
import type { House } from './house.ts';
import { tooLongForAll } from './keep-size.ts';
import { nobodyNow } from './nobody-now.ts';
import { inputMax, QuestionLength } from './question-length.ts';
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
 *
 * Most calls have one backend that may be asked and does answer; nothing is worked out for them that only others need.
 */
export class Legs {
  readonly #house: House;
  readonly #snapshot: Snapshot;
  readonly #travel: Travel;
  #choice: Choice;
  /** The models it may fall back to and has not yet; undefined: nobody has asked. */
  #fallbacks: string[] | undefined;
  #talk: Talk | undefined;
  #asked: Leg[] | undefined;
  #story: RouteStory | undefined;
  #isFallback = false;
  #retriesOfModel = 0;
  #firstSentMs: number | undefined;
  /** Where it is, or was last. */
  #leg: Leg | undefined;
  /** When its turn came there. */
  #beganMs = 0;
  #isTrial = false;
  #failure: GatewayError | undefined;
  /** Who was passed over where nobody was found to be asked. */
  #passedOver: Ranked<Place>[] | undefined;
  #length: QuestionLength | undefined;
  #weight = wellDone;
  #askedTwice: Backend | undefined;

  constructor(house: House, snapshot: Snapshot, travel: Travel) {
    this.#house = house;
    this.#snapshot = snapshot;
    this.#travel = travel;
    this.#choice = travel.choice;
    house.routing.retries.countRequest(house.clock.monotonicMs());
  }

  /** What the ledger is told of it; undefined where there is nothing to tell. */
  get story(): string | undefined {
    return this.#story?.text;
  }

  /** Why the last leg brought no answer. */
  get failure(): GatewayError | undefined {
    return this.#failure;
  }

  /** Where it goes first. Throws `no_healthy_backend` if nobody may be asked now, `invalid_request` if none of them ever. */
  first(): Leg {
    const leg = this.#onlyOne() ?? this.#nextOfModel() ?? this.#nextModel();
    if (leg === undefined) throw this.#nobodyNow();
    return leg;
  }

  /** It goes to this backend now, into its queue first. To be followed by one `end`. */
  begin(leg: Leg): void {
    this.#leg = leg;
    this.#isTrial = this.#house.routing.begin(
      leg.backend.name,
      this.#limits,
      this.#house.clock.monotonicMs(),
    );
  }

  /** Its turn has come: what it waited for that is nobody's failure. */
  entered(): void {
    this.#beganMs = this.#house.clock.monotonicMs();
    this.#firstSentMs ??= this.#beganMs;
  }

  /** `failure`: what was thrown, or why an answer broke off. */
  end(failure: GatewayError | undefined): void {
    if (this.#leg === undefined) return;
    const { backend, model } = this.#leg;
    const { routing, clock } = this.#house;
    const nowMs = clock.monotonicMs();
    this.#failure = failure;
    this.#weight = failure === undefined ? wellDone : weighFailure(failure);
    const { verdict, coolsMs, shiesMs } = this.#weight;
    routing.end(backend.name, this.#isTrial, verdict, this.#limits, nowMs);
    if (coolsMs > 0) routing.cool(backend.name, model, coolsMs, nowMs);
    if (shiesMs !== undefined) routing.shy(backend.name, model, shiesMs, nowMs);
    if (failure !== undefined) this.#failed(this.#leg, failure);
    else if (this.#talk !== undefined)
      routing.settleIn(this.#talk.appId, this.#talk.session, backend.name, nowMs);
  }

  /** Where it goes after the last failure; undefined: nowhere, the client is to be told. */
  next(): Leg | undefined {
    const { exchange } = this.#travel;
    if (!this.#weight.triesElsewhere || exchange.hasStarted || exchange.departure.hasLeft) return undefined;
    const { retry } = this.#snapshot.config.daemon;
    const nowMs = this.#house.clock.monotonicMs();
    if (nowMs - (this.#firstSentMs ?? nowMs) >= retry.withinMs) return undefined;
    const next =
      this.#retriesOfModel < retry.attempts
        ? (this.#nextOfModel() ?? this.#again() ?? this.#nextModel())
        : this.#nextModel();
    if (next === undefined || !this.#house.routing.retries.take(nowMs, retry.budget)) return undefined;
    this.#retriesOfModel++;
    return next;
  }

  get #limits(): BreakerLimits {
    return this.#snapshot.config.daemon.breaker;
  }

  #failed(leg: Leg, failure: GatewayError): void {
    this.#asked ??= [];
    this.#asked.push(leg);
    this.#story ??= new RouteStory();
    this.#story.failed(leg.backend.name, leg.model, failure);
  }

  /** Where nobody else serves the model and nothing is held against who does, nobody is compared. */
  #onlyOne(): Leg | undefined {
    const { candidates, model } = this.#choice;
    const [backend] = candidates;
    if (candidates.length > 1) return undefined;
    const isOpen = this.#house.routing.isOpen(
      backend.name,
      model,
      this.#limits,
      this.#house.clock.monotonicMs(),
    );
    if (!isOpen || !this.#hasRoom(backend, model)) return undefined;
    return { backend, model, isFallback: this.#isFallback };
  }

  #nextOfModel(): Leg | undefined {
    const { candidates, model } = this.#choice;
    this.#talk ??= this.#whatTalk();
    const ranking = rankPlaces(
      this.#house,
      this.#snapshot,
      candidates,
      model,
      this.#talk,
      this.#questionLength,
    );
    this.#story ??= new RouteStory();
    this.#story.ranked(ranking, model);
    const next = ranking.inOrder.find(({ place }) => !this.#wasAsked(place.backend, model));
    if (next !== undefined) return { backend: next.place.backend, model, isFallback: this.#isFallback };
    this.#passedOver = [...(this.#passedOver ?? []), ...ranking.passedOver];
    return undefined;
  }

  get #questionLength(): QuestionLength {
    const { exchange, question } = this.#travel;
    this.#length ??= new QuestionLength(this.#house, exchange, question);
    return this.#length;
  }

  #hasRoom(backend: Backend, model: string): boolean {
    return (
      inputMax(backend, model) === undefined || this.#questionLength.beyond(backend, model) === undefined
    );
  }

  #whatTalk(): Talk | undefined {
    const { exchange, question, identity } = this.#travel;
    const session = sessionOf(exchange, question.body);
    return session === undefined ? undefined : { appId: identity.app.appId, session };
  }

  #wasAsked(backend: Backend, model: string): boolean {
    return this.#asked?.some((leg) => leg.backend === backend && leg.model === model) === true;
  }

  /** Once, where nothing has reached it and it said so at once: the connection was old, or it is just being started. */
  #again(): Leg | undefined {
    const leg = this.#leg;
    const tookMs = this.#house.clock.monotonicMs() - this.#beganMs;
    if (leg === undefined || !this.#weight.triesAgain || tookMs > atOnceMs) return undefined;
    if (this.#askedTwice === leg.backend) return undefined;
    this.#askedTwice = leg.backend;
    return leg;
  }

  /** A model to fall back to that this app may use and somebody serves; names that lead nowhere are passed over. */
  #nextModel(): Leg | undefined {
    this.#fallbacks ??= this.#fallbackNames();
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

  #fallbackNames(): string[] {
    const { identity, question, choice } = this.#travel;
    return fallbackNames(this.#snapshot, identity.app, question.asked.model, choice.model);
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
    const { exchange, question, choice } = this.#travel;
    return nobodyNow(choice.model, this.#passedOver ?? [], (most) => tooLongForAll(exchange, question, most));
  }
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
