import type { Config } from '../config/config.ts';
import type { Place } from './listeners.ts';

/** Where the main listener opens: sockets handed to us, else all that the configuration names (contract 4.1). */
export function mainPlaces(config: Config, inherited: readonly number[]): Place[] {
  if (inherited.length > 0) return inherited.map((fd) => ({ fd }));
  const { hostV4, hostV6, port, unixSocket, unixSocketMode } = config.daemon.listen;
  const places: Place[] = [];
  if (hostV4 !== undefined) places.push({ host: hostV4, port, key: 'listen.port' });
  if (hostV6 !== undefined) places.push({ host: hostV6, port, key: 'listen.port' });
  if (unixSocket !== undefined) places.push({ path: unixSocket, mode: unixSocketMode });
  return places;
}

/** One `admin.bind`: `host:port`, `[v6]:port`, or the path of a socket, which only its owner may use. */
export function adminPlaces(bind: string): Place[] {
  const inet = /^\[?([^\]]*?)\]?:(\d+)$/.exec(bind);
  if (inet === null || bind.includes('/')) return [{ path: bind, mode: 0o600 }];
  return [{ host: inet[1] ?? '127.0.0.1', port: Number(inet[2]), key: 'admin.bind' }];
}

export function controlPlace(path: string): Place {
  return { path, mode: 0o600 };
}
