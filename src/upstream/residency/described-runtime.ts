import type { Conversation, Driver } from '../../providers/driver.ts';
import type { ControlLine } from './control-line.ts';
import type { Runtime } from './runtime.ts';

/** A runtime that is managed as its provider's file describes. */
export function describedRuntime(driver: Driver, line: ControlLine, sleepLevel: 1 | 2): Runtime {
  const { memory, load, unload, busy } = driver;
  return {
    memory: memory && ((signal) => converse(memory(), line, signal)),
    load: load && ((model, options, signal) => converse(load({ model, options, sleepLevel }), line, signal)),
    unload: unload && ((model, signal) => converse(unload({ model, sleepLevel }), line, signal)),
    busy: busy && ((model, signal) => converse(busy(model), line, signal)),
    nameOf: driver.nameOf ?? ((model) => model),
    loadsAgain: driver.loadsAgain ?? false,
  };
}

/** Asks what the conversation wants to know until it knows enough. */
async function converse<Result>(
  conversation: Conversation<Result>,
  line: ControlLine,
  signal: AbortSignal,
): Promise<Result> {
  let step = conversation.next();
  while (step.done !== true) step = conversation.next(await line.ask(step.value, signal));
  return step.value;
}
