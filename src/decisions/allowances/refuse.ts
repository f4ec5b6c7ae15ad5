import type { AppConfig } from '../../config/config.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import { fromMicroUnits } from '../../model/money.ts';
import type { AllowanceKind, OutputWish, Refusal } from './allowance.ts';
import { heldBy } from './fit-in.ts';
import { toldStandings } from './told-standings.ts';

/** What others have set aside is mostly back in a moment. */
const HELD_RETRY_MS = 1_000;
/** To one that must wait longer, trying again is no use. */
const WORTH_WAITING_MS = 60_000;

/**
 * The refusal of a request that might use more than is left (promise 3): what is left, what it might use, and when that
 * may change. `nowMs`: wall time.
 */
export function refuse(app: AppConfig, refusal: Refusal, output: OutputWish, nowMs: number): GatewayError {
  const { claim, standing } = refusal;
  if (claim.kind === 'concurrency') return tooManyAtOnce(app, claim.limit);
  const need = heldBy(claim, output.least);
  const isHeldOnly = standing.used + need <= claim.limit;
  const waitMs = isHeldOnly ? HELD_RETRY_MS : untilEnd(refusal, nowMs);
  const isWorthRetrying = waitMs !== undefined && waitMs <= WORTH_WAITING_MS;
  const rateLimit = toldStandings([claim], [standing], nowMs);
  const details = { retryAfterMs: waitMs, isWorthRetrying, rateLimit };
  if (claim.kind !== 'cost')
    return new GatewayError('quota_exceeded', sentence(app, refusal, need, words[claim.kind], ''), details);
  const stillWorks = standing.used >= claim.limit ? ' Models that cost nothing still work.' : '';
  return new GatewayError('cost_limit_exceeded', sentence(app, refusal, need, words.cost, stillWorks), {
    ...details,
    status: app.costLimit?.status,
  });
}

function tooManyAtOnce({ appId }: AppConfig, limit: number): GatewayError {
  const requests = limit === 1 ? 'request' : 'requests';
  return new GatewayError(
    'concurrency_exceeded',
    `The app "${appId}" may have ${limit} ${requests} under way at once; send this one again when one of them has ended.`,
    { retryAfterMs: HELD_RETRY_MS },
  );
}

/** Nobody knows what is left, and the operator wants nobody let in then. */
export function uncounted(): GatewayError {
  return new GatewayError(
    'no_healthy_backend',
    'The store by which replicas count together cannot be reached, and nobody with a limit is let in meanwhile; send the request again shortly.',
    { retryAfterMs: HELD_RETRY_MS },
  );
}

/** How the ones are called that may be had in a period, and how an amount of them is shown. */
const words = {
  requests: { name: 'requests', shown: String },
  input_tokens: { name: 'input tokens', shown: String },
  output_tokens: { name: 'output tokens', shown: String },
  cost: { name: 'cost', shown: (micro: number) => String(fromMicroUnits(micro)) },
} as const satisfies Record<Exclude<AllowanceKind, 'concurrency'>, Words>;

interface Words {
  readonly name: string;
  readonly shown: (amount: number) => string;
}

function sentence(
  { appId, costLimit }: AppConfig,
  { claim, standing: { used, held } }: Refusal,
  need: number,
  { name, shown }: Words,
  ending: string,
): string {
  const period = claim.kind === 'cost' ? (costLimit?.period ?? 'day') : 'day';
  const limit = `${shown(claim.limit)}${period === 'total' ? ' in all' : ` per ${period}`}`;
  const hadAlready = `The app "${appId}" has used ${shown(used)} of its limit of ${limit} for ${name}`;
  if (used >= claim.limit) return `${hadAlready}.${ending}`;
  const setAside = held > 0 ? `, ${shown(held)} are set aside for requests under way` : '';
  return `${hadAlready}${setAside}, and this request might use ${shown(need)}.${advice(claim.perOutputToken, held)}`;
}

function advice(perOutputToken: number, held: number): string {
  if (held > 0) return ' Send it again when one of them has ended.';
  return perOutputToken > 0 ? ' Ask for a shorter answer (max_tokens).' : '';
}

function untilEnd({ claim: { window } }: Refusal, nowMs: number): number | undefined {
  if (window === undefined || window.endMs === Number.MAX_SAFE_INTEGER) return undefined;
  return Math.max(1, window.endMs - nowMs);
}
