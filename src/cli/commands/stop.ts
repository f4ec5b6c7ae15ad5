import type { ShutdownAnswer } from '../../server/admin/admin-api.ts';
import { DaemonUnreachable } from '../admin-client.ts';
import type { ClientOptions } from '../command-file.ts';
import { CommandFailure, exitCodes } from '../exit-code.ts';
import { locate } from '../locations.ts';
import { openClient } from '../open-client.ts';
import { readPidFile } from '../pid-file.ts';
import type { Terminal } from '../terminal.ts';
import { isWithin } from '../wait-until.ts';

interface StopOptions extends ClientOptions {
  readonly pidFile?: string;
}

/**
 * `sluice stop`: asks the daemon to drain, or signals it when it does not answer. Then waits a little, so that a
 * `sluice start` on the next line finds the port free; a long drain is left to itself.
 */
export async function run(options: StopOptions, terminal: Terminal): Promise<number> {
  const { pidFile } = locate(options);
  const before = readPidFile(pidFile);
  const answer = await askToStop(options, pidFile);
  const isElsewhere = options.adminUrl !== undefined || options.unixSocket !== undefined;
  const hasStopped =
    isElsewhere || before.kind !== 'running' || (await isGone(pidFile, options.timeout * 1000));
  if (options.json === true) terminal.printJson({ ...answer, stopped: hasStopped });
  else terminal.print(answer.status);
  if (!hasStopped) terminal.remark('It is still finishing its requests; `sluice status` follows it.');
  return exitCodes.done;
}

async function askToStop(options: StopOptions, pidFile: string): Promise<ShutdownAnswer> {
  try {
    return await openClient(options).post<ShutdownAnswer>('/admin/shutdown');
  } catch (error) {
    const isLocal = options.adminUrl === undefined && options.unixSocket === undefined;
    if (!isLocal || !(error instanceof DaemonUnreachable)) throw error;
    return signalInstead(pidFile, error);
  }
}

function signalInstead(pidFile: string, unreachable: DaemonUnreachable): ShutdownAnswer {
  const state = readPidFile(pidFile);
  if (state.kind === 'none')
    throw new CommandFailure(`Sluice is not running: there is no PID file (${pidFile}).`);
  if (state.kind === 'empty')
    throw new CommandFailure(`Sluice is not running: the PID file is empty (${pidFile}).`);
  if (state.kind === 'stale') {
    throw new CommandFailure(`Sluice is not running: the PID file is stale (${pidFile}): ${state.why}.`);
  }
  try {
    process.kill(state.pid, 'SIGTERM');
  } catch (error) {
    throw new CommandFailure(
      `${unreachable.message} PID ${state.pid} cannot be signalled either: ${String(error)}`,
    );
  }
  return { status: 'shutting_down' };
}

function isGone(pidFile: string, withinMs: number): Promise<boolean> {
  return isWithin(withinMs, async () => readPidFile(pidFile).kind !== 'running');
}
