/**
 * Clears up after a test process that ends in any way, also by SIGKILL: vitest ends its workers without an `exit`
 * event, so no handler of ours would run. A small shell waits for the other end of its stdin to vanish.
 */
import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

const DUTIES = `trap '' INT TERM HUP
pids=' ' folders= mounts=
while read -r duty what; do
  case "$duty" in
    kill) pids="$pids$what " ;;
    spare) pids="\${pids%% $what *} \${pids#* $what }" ;;
    remove) folders="$folders $what" ;;
    unmount) mounts="$mounts $what" ;;
  esac
done
for pid in $pids; do kill -9 "$pid" 2>/dev/null; done
sleep 0.2
for mount in $mounts; do umount -l "$mount" 2>/dev/null; done
rm -rf $folders`;

let instruct: ((line: string) => void) | undefined;

/** Kill this process of ours, if it is still there when we are gone. */
export function killAfterUs(pid: number): void {
  tell(`kill ${pid}`);
}

/** It ended; its number may soon be someone else's. */
export function spare(pid: number): void {
  tell(`spare ${pid}`);
}

export function removeAfterUs(folder: string): void {
  if (/[\s*?[\]$'"\\]/.test(folder)) throw new Error(`no janitor for a folder of that name: ${folder}`);
  tell(`remove ${folder}`);
}

/** A mount of ours that may be gone by then. */
export function unmountAfterUs(folder: string): void {
  tell(`unmount ${folder}`);
}

function tell(line: string): void {
  instruct ??= hire();
  instruct(line);
}

function hire(): (line: string) => void {
  const janitor = spawn('sh', ['-c', DUTIES], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  janitor.unref();
  if (janitor.stdin instanceof Socket) janitor.stdin.unref();
  janitor.stdin.on('error', () => {});
  return (line) => void janitor.stdin.write(`${line}\n`);
}
