import { lstatSync, rmSync } from 'node:fs';
import { connect } from 'node:net';

/** What `sun_path` holds on the BSDs, its final zero aside; Linux has four more. */
const PATH_BYTES_MAX = 103;

/**
 * Makes room for a unix socket of ours. A socket file outlives a daemon that was killed: one that nobody
 * answers on is removed, anything else in the way is an error that says what to do (faults.md O8).
 */
export async function clearStaleSocket(path: string): Promise<void> {
  if (Buffer.byteLength(path) > PATH_BYTES_MAX) {
    throw new Error(`${path}: socket paths may have at most ${PATH_BYTES_MAX} bytes; choose a shorter one.`);
  }
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (entry === undefined) return;
  if (!entry.isSocket()) throw new Error(`${path} is in the way and is no socket; move it elsewhere.`);
  if (await isAnswered(path)) throw new Error(`Another process is listening on ${path}; stop it first.`);
  rmSync(path, { force: true });
}

/** Only a refused connection proves that nobody is there; any other failure may hide somebody. */
function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT');
    });
  });
}
