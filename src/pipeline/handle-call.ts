import { judge } from '../decisions/policy/judge.ts';
import { chooseBackend } from '../decisions/routing/choose-backend.ts';
import { resolveModel } from '../decisions/routing/resolve-model.ts';
import { CallAccount } from './call-account.ts';
import type { Exchange } from './exchange.ts';
import type { House } from './house.ts';
import { identify } from './identify.ts';
import { keepLimits } from './keep-limits.ts';
import { keepSize } from './keep-size.ts';
import { forget, type ReadQuestion, readQuestion } from './read-question.ts';
import { recallOrAsk } from './recall-or-ask.ts';
import { suggestable } from './suggestable.ts';

/**
 * The journey of one call, top to bottom. Each step is one call into one room; nothing calls back up. What
 * fails, fails by throwing a `GatewayError`, and becomes an answer in one place. The entry is opened before
 * anything can fail and closed whatever happens; the client gets its last byte after that.
 */
export async function handleCall(house: House, exchange: Exchange): Promise<void> {
  const snapshot = house.snapshot();
  const account = new CallAccount(house, snapshot, exchange);
  let question: ReadQuestion | undefined;
  try {
    const identity = await identify(snapshot.apps, exchange, house.clock.nowMs());
    account.identified(identity);

    // The whole body first: a request that waits unread would never notice that its client has gone.
    question = await readQuestion(exchange, snapshot.config.daemon.limits);
    const { operation } = question.asked;
    const model = resolveModel(snapshot.routes, operation, question.asked.model, identity.app);
    account.asked(question, model.resolved);
    judge({ identity, model });
    keepSize(house, account, exchange, question, model.resolved);
    await keepLimits(house, snapshot, account, exchange);

    const choice = chooseBackend(snapshot.routes, operation, model, identity.app, suggestable(identity));
    const travel = { exchange, question, identity, choice };
    account.answered(await recallOrAsk(house, snapshot, account, travel));
  } catch (thrown) {
    account.failed(thrown);
  } finally {
    if (question !== undefined) forget(question);
    await account.settle();
    exchange.finish();
    account.tell();
  }
}
