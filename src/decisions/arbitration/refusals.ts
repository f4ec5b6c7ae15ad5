import { GatewayError } from '../../model/gateway-error.ts';
import type { Lane } from './lane.ts';
import type { Route, Ticket } from './ticket.ts';

/** Why somebody was not let in, each as a sentence that says what to do. */

export function queueFull(route: Route, appId: string): GatewayError {
  const { lane } = route;
  const retryAfterMs = estimateWaitMs(route);
  const who = lane.isFull
    ? `${lane.waiting} requests are waiting, which is the most it takes`
    : `app "${appId}" has ${lane.limits.queuePerAppMax} requests waiting, which is the most one app may have`;
  const when = `try again in about ${Math.ceil(retryAfterMs / 1000)} s`;
  return new GatewayError('queue_full', `The queue for ${laneName(lane)} is full: ${who}; ${when}.`, {
    retryAfterMs,
  });
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

export function shuttingDown(): GatewayError {
  return new GatewayError(
    'shutting_down',
    'Sluice is shutting down and starts no more requests; send it again in a moment.',
  );
}

/** `sequence group "gpu0"`, for people. */
export function laneName(lane: Lane): string {
  return lane.kind === 'group' ? `sequence group "${lane.name}"` : `backend "${lane.name}"`;
}

/**
 * The work ahead times the measured pace. Never below a second, so that nobody hammers; never above 59, because
 * clients take a minute and more for a mistake and fall back to their own half second (predecessors 2.8).
 */
export function estimateWaitMs(route: Route): number {
  let estimateMs = 0;
  for (const slot of route.slots) {
    const turns = (route.line.length + slot.inUse) / slot.capacity;
    estimateMs = Math.max(estimateMs, turns * route.lane.serviceMs);
  }
  return Math.min(Math.max(Math.round(estimateMs), 1000), 59_000);
}
