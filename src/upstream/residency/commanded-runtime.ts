import type { MemoryCommands } from '../../config/config.ts';
import type { Environment } from '../../config/environment.ts';
import type { JsonObject } from '../../model/json.ts';
import { type Memory, nothing } from '../../providers/driver.ts';
import type { Backend } from '../backend.ts';
import { commandEnvironment } from './command-environment.ts';
import type { Patience, Runtime } from './runtime.ts';
import { runInShell, type ShellResult } from './shell.ts';
import { CommandFailed } from './trouble.ts';

/** sysexits.h calls it EX_TEMPFAIL: not now, try again. */
const LOADING = 75;

/** The parts of a runtime for which the operator wrote a command. */
export class CommandedRuntime {
  readonly #backend: Backend;
  readonly #environment: Environment;
  readonly #commands: MemoryCommands;
  readonly #patience: Patience;

  constructor(backend: Backend, environment: Environment, patience: Patience) {
    this.#backend = backend;
    this.#environment = environment;
    this.#commands = backend.config.residency.commands;
    this.#patience = patience;
  }

  get parts(): Partial<Runtime> {
    const { loaded, load, unload, busy } = this.#commands;
    return {
      ...(loaded !== undefined && { memory: (signal) => this.#memory(loaded, signal) }),
      ...(load !== undefined && {
        load: (model, options, signal) => this.#load(load, model, options, signal),
        loadsAgain: false,
      }),
      ...(unload !== undefined && { unload: (model, signal) => this.#tell(unload, model, signal) }),
      ...(busy !== undefined && { busy: (model, signal) => this.#busy(busy, model, signal) }),
    };
  }

  async #memory(command: string, signal: AbortSignal): Promise<Memory> {
    const result = await this.#run(command, '', undefined, this.#commands.withinMs, signal);
    if (result.status === LOADING) return { loaded: nothing, loading: 'all' };
    if (result.status !== 0) throw new CommandFailed('loaded', result);
    const names = linesOf(result.stdout);
    return { loaded: names.includes('*') ? 'all' : names, loading: nothing };
  }

  async #load(command: string, model: string, options: JsonObject, signal: AbortSignal): Promise<void> {
    const result = await this.#run(command, model, options, this.#patience.loadMaxMs, signal);
    if (result.status !== 0) throw new CommandFailed('load', result);
  }

  async #tell(command: string, model: string, signal: AbortSignal): Promise<void> {
    const result = await this.#run(command, model, undefined, this.#commands.withinMs, signal);
    if (result.status !== 0) throw new CommandFailed('unload', result);
  }

  async #busy(command: string, model: string, signal: AbortSignal): Promise<boolean | undefined> {
    const { status } = await this.#run(command, model, undefined, this.#commands.withinMs, signal);
    return status === 0 ? true : status === 1 ? false : undefined;
  }

  #run(
    command: string,
    model: string,
    options: JsonObject | undefined,
    withinMs: number,
    signal: AbortSignal,
  ): Promise<ShellResult> {
    const environment = commandEnvironment(this.#environment, this.#backend, model, options);
    return runInShell({ command, environment, withinMs }, signal);
  }
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
