import type { Way } from '../decisions/routing/choose-way.ts';
import type { Call } from '../model/call.ts';
import { BackendAnswer } from './answer-from-backend.ts';
import { InHouseAnswer } from './answer-in-house.ts';
import { answerInParts } from './answer-in-parts.ts';
import { emptyAnswer } from './answer-locally.ts';
import type { AnswerPlan, TimedOutcome } from './answer-plan.ts';
import type { CallAccount } from './call-account.ts';
import type { House } from './house.ts';
import { prepareAttempt } from './prepare-attempt.ts';
import type { ReadQuestion } from './read-question.ts';
import { ToolNames } from './tool-names.ts';
import { asksNothing, readAsCalls } from './translate-question.ts';

/** What one question's asking needs beside its plan. */
export interface Asking {
  readonly house: House;
  readonly account: CallAccount;
  readonly question: ReadQuestion;
  readonly eventBytesMax: number;
}

/** Asks the backend in one of its dialects: the client's own bytes, or the call written anew, in parts if it must be. */
export async function answerByWay(asking: Asking, plan: AnswerPlan, way: Way): Promise<TimedOutcome> {
  if (way.isNative) return send(asking, plan, way, undefined);
  const { account, question } = asking;
  const calls = readAsCalls(plan, question, account.app, way.surface.dialect.inputsMax);
  const [call] = calls;
  if (call === undefined || asksNothing(call)) return play(asking, plan, emptyAnswer(plan));
  if (calls.length === 1) return sendCall(asking, plan, way, call);
  return answerInParts(
    plan,
    calls,
    (partPlan, part) => sendCall(asking, partPlan, way, part),
    (usage) => account.spent(usage),
  );
}

/** Plays an answer made in this house. */
export function play(
  { house, account }: Asking,
  plan: AnswerPlan,
  events: ConstructorParameters<typeof InHouseAnswer>[1],
): Promise<TimedOutcome> {
  const inHouse = new InHouseAnswer(plan, events, house.clock);
  account.sent(plan.backend.timeouts.totalMs, (error) => inHouse.abort(error));
  inHouse.start();
  return inHouse.done;
}

function sendCall(asking: Asking, plan: AnswerPlan, way: Way, call: Call): Promise<TimedOutcome> {
  const toolNames = ToolNames.for(call, way.surface.dialect.toolName);
  return send(asking, { ...plan, toolNames }, way, toolNames?.rename(call) ?? call);
}

function send(
  { house, account, question, eventBytesMax }: Asking,
  plan: AnswerPlan,
  way: Way,
  call: Call | undefined,
): Promise<TimedOutcome> {
  const dispatch = {
    surface: way.surface,
    isNative: way.isNative,
    attempt: prepareAttempt(plan, question, way, account.app, call),
    hidesUsage: !question.asked.wantsStreamUsage,
    eventBytesMax,
  };
  const sending = new BackendAnswer(plan, dispatch, house.clock);
  account.sent(plan.backend.timeouts.totalMs, (error) => sending.abort(error));
  sending.start(house.connections);
  return sending.done;
}
