import type { CardEvent } from '../decisions/arbitration/card-event.ts';
import type { ArbiterObserver } from '../decisions/arbitration/observer.ts';
import { GatewayError } from '../model/gateway-error.ts';
import type { Operation } from '../model/operation.ts';
import type { ActiveCall, ActiveCalls } from '../pipeline/active-calls.ts';
import { outcomeOf } from '../telemetry/call-record.ts';
import type { Log } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** What the referee does, for metrics and the log; and its watchdog's teeth. */
export function observerOf(metrics: Metrics, log: Log, calls: ActiveCalls): ArbiterObserver {
  return {
    granted: () => undefined,
    released: (request, group, heldMs) => {
      if (group !== undefined) metrics.slotReleased(group, request.appId, heldMs);
    },
    // The others are counted as refusals when their call is over; these look like failures of the backend then.
    rejected: (_request, _group, reason) => {
      if (outcomeOf(reason) === 'failed') metrics.rejected(reason);
    },
    cardChanged: (event) => {
      if (event.what === 'swap' && event.from.length > 0) metrics.swapped(event.group);
      if (event.what === 'loaded') metrics.modelLoaded(event.group, event.residency.model, event.tookMs);
      tellOfCard(event, log);
    },
    heldTooLong: (request, group, heldMs) => {
      const { requestId, appId } = request;
      const call = calls.askedBy(request);
      const isEnded = group !== undefined && call !== undefined && mayBeBrokenOff(call);
      log.warn('a request has held its slots for very long', {
        request_id: requestId,
        app: appId,
        group,
        held_s: Math.round(heldMs / 1000),
        is_ended: isEnded,
      });
      if (isEnded) call.expire?.(heldTooLong(group));
    },
  };
}

/** Pictures and sound take the time they take, and begun anew they take it twice. */
const unhurried: readonly Operation[] = ['images', 'audio'];

function mayBeBrokenOff({ exchange, expire }: ActiveCall): boolean {
  return expire !== undefined && !unhurried.includes(exchange.dialect.operation);
}

function heldTooLong(group: string): GatewayError {
  return new GatewayError(
    'upstream_timeout',
    `The answer was broken off: it has kept sequence group "${group}" for longer than one request may (its max_hold_s).`,
  );
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
