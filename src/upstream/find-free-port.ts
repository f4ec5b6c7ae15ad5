import { createServer } from 'node:net';

/** The first of these loopback ports nobody listens on; the first of all if every one is taken. */
export async function findFreePort(candidates: readonly number[]): Promise<number> {
  for (const port of candidates) if (await isFree(port)) return port;
  return candidates[0] ?? 0;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
