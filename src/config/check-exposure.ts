import { isLoopback } from './check-values.ts';
import type { Config } from './config.ts';
import type { ConfigSection } from './config-section.ts';
import type { Sections } from './read-sections.ts';

/** Without a key anybody who can connect may spend: that is for this machine only (contract 4.1). */
export function checkExposure(sections: Sections, { daemon, apps }: Config): void {
  // Apps that could not be read may well have keys; one complaint at a time.
  if (sections.apps.value === undefined) return;
  if (apps.some((app) => app.keys.length > 0 || app.jwt !== undefined)) return;
  const { hostV4, hostV6 } = daemon.listen;
  complain(sections.daemon, 'host_v4', hostV4);
  complain(sections.daemon, 'host_v6', hostV6);
}

function complain(section: ConfigSection, key: string, host: string | undefined): void {
  if (host === undefined || isLoopback(host)) return;
  const remedy = 'give an app a key made by `sluice token`, or listen on 127.0.0.1 or a Unix socket';
  section.error(
    ['listen', key],
    `is reachable from outside, but no app has a key, so anybody could use it; ${remedy}`,
  );
}
