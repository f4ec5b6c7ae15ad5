import type { WriterContext } from '../dialects/dialect.ts';
import type { Backend } from '../upstream/backend.ts';
import { BackendAnswer, type TimedOutcome } from './answer-from-backend.ts';
import { InHouseAnswer } from './answer-in-house.ts';
import type { CallAccount } from './call-account.ts';
import type { Exchange } from './exchange.ts';
import type { House } from './house.ts';
import { prepareAttempt } from './prepare-attempt.ts';
import type { ReadQuestion } from './read-question.ts';
import type { Snapshot } from './snapshot.ts';

export interface ToAnswer {
  readonly exchange: Exchange;
  readonly question: ReadQuestion;
  readonly backend: Backend;
  /** The name the backend knows the model by. */
  readonly model: string;
}

/**
 * Sends the question to the backend and passes its answer on. Resolves when the backend's last byte has come:
 * until then the slot is held, and not a moment longer, however slowly the client reads.
 */
export function answer(
  house: House,
  snapshot: Snapshot,
  account: CallAccount,
  toAnswer: ToAnswer,
): Promise<TimedOutcome> {
  const { exchange, question, backend, model } = toAnswer;
  const plan = {
    exchange,
    backend,
    model,
    context: contextOf(house, toAnswer),
    isStream: question.asked.isStream,
    queueMs: account.queueMs,
  };
  if (backend.provider.inHouse !== undefined) {
    const inHouse = new InHouseAnswer(plan, house.clock);
    account.sent(backend.timeouts.totalMs, (error) => inHouse.abort(error));
    inHouse.start();
    return inHouse.done;
  }
  const sending = new BackendAnswer(
    {
      ...plan,
      attempt: prepareAttempt(exchange, question, backend, model, account.app),
      hidesUsage: !question.asked.wantsStreamUsage,
      eventBytesMax: snapshot.config.daemon.limits.eventBytesMax,
    },
    house.clock,
  );
  account.sent(backend.timeouts.totalMs, (error) => sending.abort(error));
  sending.start(house.connections);
  return sending.done;
}

function contextOf(house: House, { exchange, question, model }: ToAnswer): WriterContext {
  return {
    requestId: exchange.requestId,
    model: question.asked.model ?? model,
    createdS: Math.floor(house.clock.nowMs() / 1000),
    withUsage: question.asked.wantsStreamUsage,
    request: question.body,
  };
}
