import { type Prospect, type Ranking, rank } from '../decisions/routing/rank.ts';
import type { Backend } from '../upstream/backend.ts';
import type { House } from './house.ts';
import type { QuestionLength } from './question-length.ts';
import type { Snapshot } from './snapshot.ts';

/** One backend as a place for one call. */
export interface Place extends Prospect {
  readonly backend: Backend;
  /** In so long it may be asked again; 0: now. */
  readonly readyInMs: number;
}

/** The session of a call, and the app it is one of: names of sessions are each app's own. */
export interface Talk {
  readonly appId: string;
  readonly session: string;
}

/**
 * Who is asked for this model now, in which order, and who is passed over, by what is known of all of them. `length`: of the
 * question, where there is one.
 */
export function rankPlaces(
  house: House,
  snapshot: Snapshot,
  backends: readonly Backend[],
  model: string,
  talk: Talk | undefined,
  length: QuestionLength | undefined,
): Ranking<Place> {
  const nowMs = house.clock.monotonicMs();
  const home = talk && house.routing.homeOf(talk.appId, talk.session, nowMs);
  const { breaker } = snapshot.config.daemon;
  const places = backends.map((backend): Place => {
    const { name, config } = backend;
    return {
      backend,
      priority: config.priority,
      weight: config.weight,
      tooLong: length?.beyond(backend, model),
      isDown: house.healthOf(name) === 'down',
      isHome: home === name,
      ...house.routing.standingOf(name, model, breaker, nowMs),
      // A lone backend is asked however long it takes.
      ...(backends.length > 1 ? house.arbiter.outlook(name, model) : lone),
    };
  });
  return rank(places, house.random);
}

const lone = { isWarm: false, waitMs: 0 };
