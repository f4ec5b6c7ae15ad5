import { accessSync, constants } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { type Environment, given, processEnvironment } from './environment.ts';

/** Where things live on this machine: XDG's rules, systemd's directories, and our own names below them. */

/** Where the configuration is when no flag says so. */
export function configDirectory(env: Environment = processEnvironment()): string {
  const named = given(env.SLUICE_CONFIG_DIR) ?? given(env.MINIAPIGW_CONFIG_DIR);
  if (named !== undefined) return resolve(expandHome(named, env));
  return join(xdgDirectory(env.XDG_CONFIG_HOME) ?? join(homeDirectory(env), '.config'), 'sluice');
}

/** Where the SQLite file and other state live unless the configuration says otherwise. */
export function stateDirectory(env: Environment = processEnvironment()): string {
  // systemd passes several directories with colons between them; the first is ours.
  const [fromSystemd] = (given(env.STATE_DIRECTORY) ?? '').split(':');
  if (fromSystemd !== undefined && fromSystemd !== '') return fromSystemd;
  return join(xdgDirectory(env.XDG_STATE_HOME) ?? join(homeDirectory(env), '.local', 'state'), 'sluice');
}

export const databasePath = (env: Environment = processEnvironment()): string =>
  join(stateDirectory(env), 'sluice.db');

export const pidFilePath = (configDirectory: string): string => join(configDirectory, 'sluice.pid');

/** The socket by which the CLI reaches the daemon. */
export const adminSocketPath = (configDirectory: string): string =>
  join(configDirectory, 'sluice-admin.sock');

/**
 * Where processes find out whether another one uses the same card, whoever runs them: it must be one place for all users
 * of a machine. `/run/lock` is that on most Linux systems.
 */
export function lockDirectory(env: Environment = processEnvironment()): string {
  const named = given(env.SLUICE_LOCK_DIR);
  if (named !== undefined) return resolve(expandHome(named, env));
  return join(isWritable('/run/lock') ? '/run/lock' : tmpdir(), 'sluice');
}

function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** `~` and `~/x`; another user's `~name` is left as it is. */
export function expandHome(path: string, env: Environment): string {
  return path === '~' || path.startsWith('~/') ? join(homeDirectory(env), path.slice(1)) : path;
}

/** A path from a file: `~` is home, and what is relative is relative to that file's directory. */
export function expandPath(path: string, env: Environment, directory: string): string {
  return resolve(directory, expandHome(path, env));
}

const homeDirectory = (env: Environment): string => given(env.HOME) ?? homedir();

/** The XDG specification: a relative path is invalid and must be ignored. */
function xdgDirectory(value: string | undefined): string | undefined {
  return value !== undefined && isAbsolute(value) ? value : undefined;
}
