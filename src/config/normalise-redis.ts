import { Secret } from '../model/secret.ts';
import { checkReadable } from './check-values.ts';
import type { RedisConfig } from './config.ts';
import type { ConfigSection } from './config-section.ts';
import { expandPath } from './paths.ts';
import type { DaemonFile } from './schema/daemon-schema.ts';
import type { Surroundings } from './surroundings.ts';

type RedisFile = NonNullable<DaemonFile['redis']>;

const SENTINEL_PORT = 26_379;

/** Where replicas count together; undefined: nowhere. */
export function normaliseRedis(
  section: ConfigSection,
  file: RedisFile,
  around: Surroundings,
): RedisConfig | undefined {
  if (file.url === undefined) {
    warnOfIdleKeys(section, file);
    return undefined;
  }
  checkUrl(section, file.url);
  return {
    url: new Secret(file.url),
    tls: tlsOf(section, file, around),
    sentinels: sentinelsOf(section, file),
    sentinelUsername: file.sentinel_username,
    sentinelPassword: file.sentinel_password === undefined ? undefined : new Secret(file.sentinel_password),
    onStoreLoss: file.on_store_loss ?? 'local',
  };
}

function warnOfIdleKeys(section: ConfigSection, file: RedisFile): void {
  const [idle] = Object.keys(file);
  if (idle !== undefined)
    section.warn(['redis', idle], 'has no effect without `redis.url`; give that as well');
}

/** What the driver would take for something else, or not at all. It never shows the URL, which has a password in it. */
function checkUrl(section: ConfigSection, text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.hostname === '' || !isDecodable(url)) {
    section.error(
      ['redis', 'url'],
      'is no address; write for example rediss://user:password@host:6379/0, with %25 for a % in the password, %23 for #, %2F for / and %3F for ?',
    );
    return;
  }
  if (url.password !== '') section.keepSecret(url.password);
  if (!/^\/?\d*$/.test(url.pathname))
    section.error(['redis', 'url'], 'must end with the number of a database, such as /0, or with nothing');
  const parameters = [...url.searchParams.keys()];
  if (parameters.some((name) => name !== 'family') || url.hash !== '')
    section.error(
      ['redis', 'url'],
      'has more behind the database than may be there; all but ?family= are keys',
    );
}

function isDecodable({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}

function tlsOf(section: ConfigSection, file: RedisFile, around: Surroundings): RedisConfig['tls'] {
  const fileAt = (key: 'ca_file' | 'cert_file' | 'key_file') => {
    const path = file.tls?.[key] ?? undefined;
    if (path === undefined) return undefined;
    const full = expandPath(path, around.env, around.directory);
    checkReadable(section, ['redis', 'tls', key], full);
    return full;
  };
  const tls = { caFile: fileAt('ca_file'), certFile: fileAt('cert_file'), keyFile: fileAt('key_file') };
  if ((tls.certFile === undefined) !== (tls.keyFile === undefined))
    section.error(['redis', 'tls'], 'has one of `cert_file` and `key_file`; give both or neither');
  if (Object.values(tls).some((path) => path !== undefined) && !/^rediss:/.test(file.url ?? ''))
    section.error(['redis', 'tls'], 'has no effect while `redis.url` begins with redis://; write rediss://');
  return tls;
}

function sentinelsOf(
  section: ConfigSection,
  { url = '', sentinels = [] }: RedisFile,
): RedisConfig['sentinels'] {
  if (sentinels.length > 0 && URL.canParse(url) && new URL(url).port !== '')
    section.error(
      ['redis', 'url'],
      'names a port, which the Sentinels say; with `redis.sentinels` write redis://name-of-the-primary/0',
    );
  return sentinels.map((address, at) => {
    const [, v6, name, port] = /^(?:\[([0-9a-fA-F:.%]+)\]|([^:[\]\s/]+))(?::(\d{1,5}))?$/.exec(address) ?? [];
    const host = v6 ?? name;
    if (host === undefined || Number(port ?? 0) > 65_535)
      section.error(['redis', 'sentinels', at], 'must be host:port, e.g. "10.0.0.5:26379"');
    return { host: host ?? '', port: port === undefined ? SENTINEL_PORT : Number(port) };
  });
}
