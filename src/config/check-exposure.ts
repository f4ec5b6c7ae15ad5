import { isLoopback } from './check-values.ts';
import type { Config } from './config.ts';
import type { ConfigSection } from './config-section.ts';
import type { Sections } from './read-sections.ts';

/**
 * Without a key anybody who can connect may spend: that is for this machine only (contract 4.1). With keys, whoever
 * is on the way can read them where nothing encrypts.
 */
export function checkExposure(sections: Sections, { daemon, apps }: Config): void {
  const { hostV4, hostV6 } = daemon.listen;
  // Apps that could not be read may well have keys; one complaint at a time.
  if (sections.apps.value === undefined) return;
  const hasKeys = apps.some((app) => app.keys.length > 0 || app.jwt !== undefined);
  if (hasKeys && isEncrypted(daemon.listen)) return;
  const complain = hasKeys ? warnOfPlainHttp : refuseWithoutKeys;
  for (const [key, host] of [
    ['host_v4', hostV4],
    ['host_v6', hostV6],
  ] as const) {
    if (host !== undefined && !isLoopback(host)) complain(sections.daemon, key);
  }
}

/** By Sluice itself, or by a proxy on another machine, which is only trusted where there is one. */
function isEncrypted({ tls, trustedProxies }: Config['daemon']['listen']): boolean {
  return tls !== undefined || trustedProxies.some(isBeyondThisMachine);
}

function isBeyondThisMachine(network: string): boolean {
  return network !== 'unix' && !isLoopback(network.split('/', 1)[0] ?? '');
}

function refuseWithoutKeys(section: ConfigSection, key: string): void {
  const remedy = 'give an app a key made by `sluice token`, or listen on 127.0.0.1 or a Unix socket';
  section.error(
    ['listen', key],
    `is reachable from outside, but no app has a key, so anybody could use it; ${remedy}`,
  );
}

function warnOfPlainHttp(section: ConfigSection, key: string): void {
  const remedy =
    'give `listen.tls`, or listen on 127.0.0.1 or a Unix socket behind a proxy that speaks HTTPS';
  section.warn(
    ['listen', key],
    `is reachable from outside over plain HTTP, so keys and prompts can be read on their way; ${remedy}`,
  );
}
