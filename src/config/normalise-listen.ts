import { checkNetworks, checkReadable } from './check-values.ts';
import type { DaemonConfig } from './config.ts';
import type { ConfigSection } from './config-section.ts';
import { expandPath } from './paths.ts';
import type { DaemonFile } from './schema/daemon-schema.ts';
import type { Surroundings } from './surroundings.ts';

type Listen = NonNullable<DaemonFile['listen']>;

/** TCP only if a host is given or there is no socket. */
export function normaliseListen(
  section: ConfigSection,
  listen: Listen,
  around: Surroundings,
): DaemonConfig['listen'] {
  const hostV6 = listen.host_v6 ?? undefined;
  const unixSocket = listen.unix_socket ?? undefined;
  const hasNone = hostV6 === undefined && unixSocket === undefined;
  checkNetworks(section, ['listen', 'trusted_proxies'], listen.trusted_proxies, ['unix']);
  return {
    hostV4: listen.host_v4 ?? (hasNone ? '127.0.0.1' : undefined),
    hostV6: hostV6?.replace(/^\[(.*)\]$/, '$1'),
    port: listen.port ?? 8080,
    unixSocket: unixSocket === undefined ? undefined : expandPath(unixSocket, around.env, around.directory),
    unixSocketMode: fileMode(section, listen.unix_socket_mode ?? '0660'),
    tls: normaliseTls(section, listen.tls, around),
    trustedProxies: listen.trusted_proxies ?? [],
  };
}

/**
 * `"0660"`, and the number 660 as chmod takes it. YAML turns 0o660 into 432; since a mode its owner cannot read
 * and write is of no use, and no number from 384 to 511 read as digits is one, the two cannot be confused.
 */
function fileMode(section: ConfigSection, written: string | number): number {
  const digits = String(written).replace(/^0?o/, '');
  const asDigits = /^[0-7]{3,4}$/.test(digits) ? Number.parseInt(digits, 8) : 0;
  const modes = typeof written === 'number' ? [asDigits, written] : [asDigits];
  const mode = modes.find((each) => (each & 0o600) === 0o600 && each <= 0o777);
  if (mode !== undefined) return mode;
  section.error(
    ['listen', 'unix_socket_mode'],
    'must let its owner read and write; write for example "0660"',
  );
  return 0o660;
}

function normaliseTls(section: ConfigSection, tls: Listen['tls'], around: Surroundings) {
  if (tls === undefined || tls === null) return undefined;
  const certFile = expandPath(tls.cert_file, around.env, around.directory);
  const keyFile = expandPath(tls.key_file, around.env, around.directory);
  checkReadable(section, ['listen', 'tls', 'cert_file'], certFile);
  checkReadable(section, ['listen', 'tls', 'key_file'], keyFile);
  return { certFile, keyFile };
}
