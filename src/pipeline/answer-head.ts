import type { Address, Dialect } from '../dialects/dialect.ts';
import type { Warning } from '../model/warnings.ts';
import type { AnswerHeaders } from '../upstream/send.ts';
import type { AnswerPlan } from './answer-plan.ts';
import type { AnswerHead } from './exchange.ts';
import { limitHeaders } from './limit-headers.ts';
import { passedHeaders } from './passed-headers.ts';

/**
 * The head of an answer, made as late as it can be: what was given up until now is in it. `isStream`: the form it
 * really has, where that may be another than was asked for.
 */
export function answerHead(
  plan: AnswerPlan,
  headers?: AnswerHeaders,
  isStream: boolean = plan.isStream,
): AnswerHead {
  const { backend, model, waited, cache } = plan;
  const passed = headers === undefined ? [] : passedHeaders(headers);
  return {
    contentType: isStream
      ? streamTypeOf(plan.exchange.dialect, plan.exchange.address)
      : 'application/json; charset=utf-8',
    backend: backend.name,
    model,
    cache,
    queueMs: waited.queueMs,
    queuePosition: waited.queuePosition,
    loadMs: waited.loadMs,
    others: withOwn(passed, plan),
  };
}

/** Most answers have nothing of ours to add, and then nothing is made. */
function withOwn(passed: readonly string[], plan: AnswerPlan): readonly string[] {
  const { warnings, rate } = plan;
  const { echoedHeaders } = plan.exchange.dialect;
  const hasWarnings = warnings.list.length > 0;
  if (!hasWarnings && rate === undefined && echoedHeaders === undefined) return passed;
  const headers = [...passed];
  for (const name of echoedHeaders ?? []) addEchoed(headers, name, plan);
  if (hasWarnings) headers.push(...warningHeaders(plan));
  if (rate !== undefined) headers.push(...limitHeaders(plan.exchange.dialect, rate));
  return headers;
}

function addEchoed(headers: string[], name: string, { exchange }: AnswerPlan): void {
  const value = exchange.header(name);
  if (value !== undefined) headers.push(name, value);
}

/** What a stream is to a client of this address. */
export function streamTypeOf(dialect: Dialect, address: Address): string {
  return dialect.streamType?.(address) ?? 'text/event-stream; charset=utf-8';
}

function warningHeaders({ exchange, warnings }: AnswerPlan): string[] {
  const headers = ['x-sluice-warnings', warnings.asHeader()];
  // Protocols 3.4: a count that nobody counted must say so.
  const isEstimated = exchange.dialect.kind === 'count' && warnings.list.some(isEstimate);
  return isEstimated ? [...headers, 'x-sluice-token-count', 'estimated'] : headers;
}

function isEstimate({ action }: Warning): boolean {
  return action === 'estimated';
}
