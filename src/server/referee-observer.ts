import type { CardEvent } from '../decisions/arbitration/card-event.ts';
import type { ArbiterObserver } from '../decisions/arbitration/observer.ts';
import type { Log } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** Pictures may take twenty minutes; what holds a card for longer is worth a line in the log. */
export const heldTooLongMs = 1_800_000;

/** What the referee does, for metrics and the log. */
export function observerOf(metrics: Metrics, log: Log): ArbiterObserver {
  return {
    granted: () => undefined,
    released: (request, group, heldMs) => {
      if (group !== undefined) metrics.slotReleased(group, request.appId, heldMs);
    },
    rejected: () => undefined,
    cardChanged: (event) => {
      if (event.what === 'swap' && event.from.length > 0) metrics.swapped(event.group);
      tellOfCard(event, log);
    },
    heldTooLong: ({ requestId, appId }, group, heldMs) => {
      const heldS = Math.round(heldMs / 1000);
      log.warn('a request has held its slots for very long', {
        request_id: requestId,
        app: appId,
        group,
        held_s: heldS,
      });
    },
  };
}

function tellOfCard(event: CardEvent, log: Log): void {
  const { what, group } = event;
  if (what === 'swap') {
    const from = event.from.map(({ model }) => model);
    log.debug('a model comes onto the card', { group, to: event.to.model, from, reason: event.reason });
    return;
  }
  const { backend, model } = event.residency;
  if (what === 'load failed' || what === 'unload failed') {
    log.warn(`${what} of a model`, { group, backend, model, why: event.why });
  } else {
    log.debug(`a model was ${what}`, { group, backend, model });
  }
}
