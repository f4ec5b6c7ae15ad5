import type { Environment } from '../../config/environment.ts';
import type { Backend } from '../backend.ts';
import type { Connections } from '../connections.ts';
import { CommandedRuntime } from './commanded-runtime.ts';
import { ControlLine } from './control-line.ts';
import { describedRuntime } from './described-runtime.ts';
import { type LastDone, remembered } from './remembered-runtime.ts';
import type { Runtime } from './runtime.ts';

/**
 * How the memory of a backend is managed: as its type describes, with commands of the operator in the place of what
 * they replace. Undefined: nobody knows how. `last` is for those that cannot be asked.
 */
export function runtimeOf(
  backend: Backend,
  connections: Connections,
  environment: Environment,
  last: LastDone,
): Runtime | undefined {
  const { residency } = backend.config;
  const { driver } = backend.provider;
  const commands = new CommandedRuntime(backend, environment, residency).parts;
  const isCommanded = Object.keys(commands).length > 0;
  if (driver === undefined && !isCommanded) return undefined;
  const line = new ControlLine(backend, () => connections.poolOf(backend), residency);
  const runtime: Runtime = { ...describedRuntime(driver ?? {}, line, residency.sleepLevel), ...commands };
  const canTell = runtime.memory !== undefined || runtime.load === undefined;
  return canTell ? runtime : remembered(runtime, last);
}
