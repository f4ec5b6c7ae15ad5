import { GatewayError } from '../../model/gateway-error.ts';
import { estimateWaitMs, loadLeftMs } from './estimate.ts';
import type { Lane } from './lane.ts';
import type { Resident } from './resident.ts';
import { type Random, retryAfterMs } from './retry-after.ts';
import type { Ticket } from './ticket.ts';

/** Why somebody was not let in, each as a sentence that says what to do, and when to come again. */

export function queueFull({ route, request }: Ticket, nowMs: number, random: Random): GatewayError {
  const { lane } = route;
  const retryMs = retryAfterMs(estimateWaitMs(route, nowMs), random);
  const who = lane.isFull
    ? `${lane.waiting} requests are waiting, which is the most it takes`
    : `app "${request.appId}" has ${lane.limits.queuePerAppMax} requests waiting, which is the most one app may have`;
  const when = `try again in about ${Math.ceil(retryMs / 1000)} s`;
  return new GatewayError('queue_full', `The queue for ${laneName(lane)} is full: ${who}; ${when}.`, {
    retryAfterMs: retryMs,
  });
}

/** Its own deadline is too short for what certainly comes before it: better told now than then. */
export function cannotBeInTime(ticket: Ticket, nowMs: number, random: Random): GatewayError {
  const { route, request } = ticket;
  const patience = `${Math.round((request.waitMaxMs ?? 0) / 1000)} s`;
  const loadMs = loadLeftMs(route, nowMs);
  if (route.resident?.state === 'loading' && loadMs > (request.waitMaxMs ?? 0)) {
    return new GatewayError(
      'model_loading',
      `Model "${request.model}" is being loaded, which takes about ${Math.ceil(loadMs / 1000)} s more, and this request waits ${patience} at most; try again then.`,
      { retryAfterMs: retryAfterMs(loadMs, random) },
    );
  }
  return new GatewayError(
    'queue_timeout',
    `This request waits ${patience} at most, and what comes before it for ${laneName(route.lane)} takes longer; try again with a longer timeout, or when less is running.`,
  );
}

/** The model of somebody who waits could not be loaded. Why is for the log: the keeper may name addresses. */
export function loadFailed(resident: Resident, nowMs: number, random: Random): GatewayError {
  return notLoaded(resident, 'could not be loaded', nowMs, random);
}

/** Somebody comes for a model that could not be loaded a moment ago. */
export function modelBacksOff(resident: Resident, nowMs: number, random: Random): GatewayError {
  return notLoaded(resident, 'could not be loaded a moment ago', nowMs, random);
}

function notLoaded(
  { residency, backoffUntilMs }: Resident,
  what: string,
  nowMs: number,
  random: Random,
): GatewayError {
  const againMs = Math.max(0, backoffUntilMs - nowMs);
  return new GatewayError(
    'no_healthy_backend',
    `Model "${residency.model}" at backend "${residency.backend}" ${what}; it is tried again in ${Math.ceil(againMs / 1000)} s.`,
    { retryAfterMs: retryAfterMs(againMs, random) },
  );
}

export function queueTimeout(ticket: Ticket, nowMs: number): GatewayError {
  const waited = `${Math.round((nowMs - ticket.arrivedAtMs) / 1000)} s`;
  return new GatewayError(
    'queue_timeout',
    `This request waited ${waited} for ${laneName(ticket.route.lane)} and did not get its turn; try again when less is running.`,
  );
}

export function cancelledByOperator(): GatewayError {
  return new GatewayError('client_left', 'The operator cancelled this request.');
}

export function shuttingDown(random: Random): GatewayError {
  return new GatewayError(
    'shutting_down',
    'Sluice is shutting down and starts no more requests; send it again in a moment.',
    { retryAfterMs: retryAfterMs(0, random) },
  );
}

/** `sequence group "gpu0"`, for people. */
export function laneName(lane: Lane): string {
  return lane.kind === 'group' ? `sequence group "${lane.name}"` : `backend "${lane.name}"`;
}
