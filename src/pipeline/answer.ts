import { largestOutput } from '../decisions/policy/rules/request-size.ts';
import { GatewayError } from '../model/gateway-error.ts';
import { Warnings } from '../model/warnings.ts';
import type { TimedEvent } from '../providers/provider.ts';
import { answerByJob } from './answer-by-job.ts';
import { type Asking, answerByWay, play } from './answer-by-way.ts';
import { blockedAnswer, emptyAnswer, estimatedCount } from './answer-locally.ts';
import type { AnswerPlan, TimedOutcome, ToAnswer } from './answer-plan.ts';
import type { CallAccount } from './call-account.ts';
import type { House } from './house.ts';
import type { Snapshot } from './snapshot.ts';
import { asksNothing, inTheClientsWords, readAsCall } from './translate-question.ts';
import { Ways } from './ways.ts';
import { CallWriterContext } from './writer-context.ts';

/**
 * Asks the backend and passes its answer on. Resolves when the backend's last byte has come: until then the slot
 * is held, and not a moment longer, however slowly the client reads.
 *
 * A backend that turns out not to have the surface it was asked at is asked at the next one (and the first is
 * remembered as missing, once another has answered): nothing was done for the client yet.
 */
export async function answer(
  house: House,
  snapshot: Snapshot,
  account: CallAccount,
  toAnswer: ToAnswer,
): Promise<TimedOutcome> {
  const { eventBytesMax } = snapshot.config.daemon.limits;
  const asking: Asking = { house, account, question: toAnswer.question, eventBytesMax };
  if (toAnswer.backend.provider.inHouse !== undefined) return answerInHouse(asking, toAnswer);
  if (toAnswer.isAdmitted && isJob(toAnswer)) return answerByJob(asking, planOf(asking, toAnswer));
  const ways = new Ways(house, snapshot, toAnswer);
  for (let way = ways.next(); way !== undefined; way = ways.next()) {
    const plan = planOf(asking, toAnswer);
    try {
      const outcome = await answerByWay(asking, plan, way);
      ways.confirm();
      return outcome;
    } catch (thrown) {
      if (isAnswerHere(thrown, toAnswer)) return play(asking, plan, blockedAnswer(plan));
      ways.giveUp(way, thrown);
    }
  }
  return answerWithoutWay(asking, toAnswer, ways);
}

/** Plays an answer that was given before. */
export function replay(
  house: House,
  snapshot: Snapshot,
  account: CallAccount,
  toAnswer: ToAnswer,
  events: Iterable<TimedEvent>,
): Promise<TimedOutcome> {
  const { eventBytesMax } = snapshot.config.daemon.limits;
  const asking: Asking = { house, account, question: toAnswer.question, eventBytesMax };
  return play(asking, planOf(asking, toAnswer), events);
}

/** What nobody there can count is estimated; all else must be refused. */
function answerWithoutWay(asking: Asking, toAnswer: ToAnswer, ways: Ways): Promise<TimedOutcome> {
  if (toAnswer.exchange.dialect.kind !== 'count') throw ways.refusal;
  const plan = planOf(asking, toAnswer);
  return play(asking, plan, estimatedCount(asking.house, plan));
}

function answerInHouse(asking: Asking, toAnswer: ToAnswer): Promise<TimedOutcome> {
  const plan = planOf(asking, toAnswer);
  const { config, provider } = toAnswer.backend;
  const { app } = asking.account;
  const { question } = toAnswer;
  const call = readAsCall(plan, question, app);
  if (asksNothing(call)) return play(asking, plan, emptyAnswer(plan));
  const events = provider.inHouse?.answer(call, {
    isStream: plan.isStream,
    quirks: config.quirks,
    createdS: plan.context.createdS,
    warnings: inTheClientsWords(plan, call, question.body, app),
  });
  return play(asking, plan, events ?? []);
}

/** Kinds of calls that are answered by jobs there. */
function isJob({ backend, exchange }: ToAnswer): boolean {
  return backend.provider.jobs?.kinds.some((kind) => kind === exchange.dialect.kind) === true;
}

function planOf({ house, account }: Asking, toAnswer: ToAnswer): AnswerPlan {
  const { exchange, question, backend, model } = toAnswer;
  const warnings = new Warnings(backend.quirks.lenient);
  const { appId } = account.app;
  toAnswer.recording?.clear();
  account.warnings = warnings;
  if (toAnswer.isFallback) warnings.changed('model', 'fell_back_to_another');
  return {
    exchange,
    appId,
    backend,
    model,
    context: new CallWriterContext(house, appId, toAnswer, warnings),
    isStream: question.asked.isStream,
    waited: account.waited,
    cache: account.cache,
    recording: toAnswer.recording,
    warnings,
    thoughts: house.thoughts,
    answers: house.answers,
    rate: account.rate,
    outputTokensMax: outputTokensMaxOf(account, toAnswer),
  };
}

/** Nothing but an answer somebody writes can be too long. */
function outputTokensMaxOf(
  { outputTokensMax }: CallAccount,
  { exchange, question, backend, model }: ToAnswer,
): number | undefined {
  if (exchange.dialect.kind !== 'generation') return undefined;
  const modelMax = backend.config.models.get(model)?.outputTokensMax;
  return largestOutput(outputTokensMax, modelMax, question.asked.outputTokensMax);
}

/** A prompt that was blocked is an answer in some dialects, and an error in all others. */
function isAnswerHere(thrown: unknown, { exchange }: ToAnswer): boolean {
  if (!exchange.dialect.tellsBlockedPrompts || !(thrown instanceof GatewayError)) return false;
  return thrown.details.backendCode === 'content_filter';
}
