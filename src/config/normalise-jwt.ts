import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Secret } from '../model/secret.ts';
import type { JwtConfig } from './config.ts';
import type { ConfigSection } from './config-section.ts';
import type { KeyPath } from './key-path.ts';
import { expandPath } from './paths.ts';
import { errorCode } from './read-document.ts';
import type { AppEntry } from './schema/apps-schema.ts';
import type { Surroundings } from './surroundings.ts';

/** RFC 7518, 3.2: a key for HS256 has at least as many bits as the hash. */
const SECRET_BYTES_MIN = 32;

const sources = ['public_key', 'public_key_file', 'secret_file'] as const;

/** Whoever signs tokens for an app. Anything doubtful is an error: this is a door. */
export function normaliseJwt(
  section: ConfigSection,
  path: KeyPath,
  jwt: AppEntry['jwt'],
  around: Surroundings,
): JwtConfig | undefined {
  if (jwt === undefined || jwt === null) return undefined;
  const given = sources.filter((name) => jwt[name] !== undefined);
  const [source] = given;
  if (source === undefined || given.length > 1) {
    section.error(path, `needs exactly one of ${sources.join(', ')}`);
    return undefined;
  }
  const at = [...path, source];
  const text = source === 'public_key' ? jwt.public_key : readKeyFile(section, at, jwt[source] ?? '', around);
  if (text === undefined) return undefined;
  const isSecret = source === 'secret_file';
  if (isSecret) checkSecret(section, at, text);
  else checkPublicKey(section, at, text);
  return {
    publicKeyPem: isSecret ? undefined : text,
    secret: isSecret ? new Secret(text) : undefined,
    issuer: jwt.issuer,
    audience: jwt.audience,
  };
}

function readKeyFile(
  section: ConfigSection,
  path: KeyPath,
  file: string,
  around: Surroundings,
): string | undefined {
  const full = expandPath(file, around.env, around.directory);
  try {
    return readFileSync(full, 'utf8').trim();
  } catch (error) {
    section.error(
      path,
      `names ${full}, which cannot be read (${errorCode(error)}); create it or let Sluice read it`,
    );
    return undefined;
  }
}

function checkSecret(section: ConfigSection, path: KeyPath, secret: string): void {
  section.keepSecret(secret);
  if (Buffer.byteLength(secret) < SECRET_BYTES_MIN) {
    section.error(
      path,
      `holds fewer than ${SECRET_BYTES_MIN} bytes, which can be guessed; \`sluice token\` makes a good one`,
    );
  }
}

function checkPublicKey(section: ConfigSection, path: KeyPath, pem: string): void {
  section.keepSecret(pem);
  if (pem.includes('PRIVATE KEY')) {
    section.error(
      path,
      'is a private key; Sluice only checks signatures, so give it the public key and keep this one away',
    );
    return;
  }
  try {
    createPublicKey(pem);
  } catch {
    section.error(path, 'is no public key in PEM form; it begins with -----BEGIN PUBLIC KEY-----');
  }
}
