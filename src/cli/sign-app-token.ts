import { createPrivateKey, type KeyObject } from 'node:crypto';

import { SignJWT } from 'jose';

import { CommandFailure } from './exit-code.ts';

/** A JWT that stands for an app (contract 4.2): claims `app_id`, `exp`, and `allow` and `deny`, which only narrow. */
export interface AppTokenWishes {
  readonly appId: string;
  readonly expiresInS: number;
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  readonly issuer: string | undefined;
  readonly audience: string | undefined;
}

export type SigningKey =
  | { readonly kind: 'secret'; readonly secret: string }
  | { readonly kind: 'private-key'; readonly pem: string };

export async function signAppToken(wishes: AppTokenWishes, key: SigningKey, nowMs: number): Promise<string> {
  const { algorithm, material } = readKey(key);
  const issuedAtS = Math.floor(nowMs / 1000);
  const claims = {
    app_id: wishes.appId,
    ...(wishes.allow.length === 0 ? {} : { allow: wishes.allow }),
    ...(wishes.deny.length === 0 ? {} : { deny: wishes.deny }),
  };
  const token = new SignJWT(claims)
    .setProtectedHeader({ alg: algorithm, typ: 'JWT' })
    .setIssuedAt(issuedAtS)
    .setExpirationTime(issuedAtS + Math.round(wishes.expiresInS));
  if (wishes.issuer !== undefined) token.setIssuer(wishes.issuer);
  if (wishes.audience !== undefined) token.setAudience(wishes.audience);
  return token.sign(material);
}

function readKey(key: SigningKey): { algorithm: string; material: KeyObject | Uint8Array } {
  if (key.kind === 'secret') return { algorithm: 'HS256', material: new TextEncoder().encode(key.secret) };
  const privateKey = readPem(key.pem);
  return { algorithm: algorithmOf(privateKey), material: privateKey };
}

function readPem(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    throw new CommandFailure('--private-key holds no private key in PEM form.', undefined, { cause: error });
  }
}

function algorithmOf(key: KeyObject): string {
  const type = key.asymmetricKeyType;
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (type === 'ed25519') return 'EdDSA';
  if (type === 'rsa') return 'RS256';
  if (type === 'ec' && curve === 'prime256v1') return 'ES256';
  throw new CommandFailure(
    `A ${curve ?? type ?? 'strange'} key cannot sign here; use Ed25519, P-256 or RSA.`,
  );
}
