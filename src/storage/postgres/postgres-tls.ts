import { readFileSync } from 'node:fs';
import type { ClientConfig } from 'pg';
import type { PostgresPlace } from './postgres-place.ts';

/**
 * The modes of PostgreSQL's own programs: without a file of authorities `require` believes anybody, with one it is
 * `verify-ca`. Files are read anew for each pool of connections.
 */
export function tlsOptions(place: PostgresPlace): Exclude<ClientConfig['ssl'], undefined> {
  const { sslMode, sslCa } = place;
  if (sslMode === 'disable' || place.host.startsWith('/')) return false;
  const files = { ca: contentOf(sslCa), cert: contentOf(place.sslCert), key: contentOf(place.sslKey) };
  const given = Object.fromEntries(Object.entries(files).filter(([, content]) => content !== undefined));
  switch (sslMode) {
    case 'prefer':
      return { ...given, rejectUnauthorized: false };
    case 'require':
      return { ...given, rejectUnauthorized: sslCa !== undefined, checkServerIdentity: anyHost };
    case 'verify-ca':
      return { ...given, rejectUnauthorized: true, checkServerIdentity: anyHost };
    case 'verify-full':
      // The driver names no host where it is an address, and Node would then look for `localhost`.
      return { ...given, rejectUnauthorized: true, host: place.host };
  }
}

const anyHost = () => undefined;

function contentOf(path: string | undefined): string | undefined {
  return path === undefined ? undefined : readFileSync(path, 'utf8');
}
