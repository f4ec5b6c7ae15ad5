import { generateKeyPairSync } from 'node:crypto';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { describe, expect, test } from 'vitest';

import { signAppToken } from './sign-app-token.ts';

const nowMs = Date.UTC(2026, 10, 20);
const wishes = {
  appId: 'demo',
  expiresInS: 3600,
  allow: ['gpt-*'],
  deny: [],
  issuer: 'https://issuer.example',
  audience: undefined,
};

describe('a token for an app', () => {
  test('carries the claims of the contract and no others', async () => {
    const secret = 's'.repeat(32);
    const token = await signAppToken(wishes, { kind: 'secret', secret }, nowMs);
    const { payload, protectedHeader } = await jwtVerify(token, new TextEncoder().encode(secret), {
      currentDate: new Date(nowMs),
    });
    expect(protectedHeader.alg).toBe('HS256');
    const iat = nowMs / 1000;
    expect(payload).toEqual({
      app_id: 'demo',
      allow: ['gpt-*'],
      iss: 'https://issuer.example',
      iat,
      exp: iat + 3600,
    });
  });

  test.each([
    ['EdDSA', generateKeyPairSync('ed25519')],
    ['ES256', generateKeyPairSync('ec', { namedCurve: 'prime256v1' })],
    ['RS256', generateKeyPairSync('rsa', { modulusLength: 2048 })],
  ])(
    'is signed with %s when the private key is of that kind',
    async (algorithm, { privateKey, publicKey }) => {
      const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
      const token = await signAppToken(wishes, { kind: 'private-key', pem }, nowMs);
      expect(decodeProtectedHeader(token).alg).toBe(algorithm);
      await expect(jwtVerify(token, publicKey, { currentDate: new Date(nowMs) })).resolves.toBeDefined();
    },
  );

  test('is refused for keys that cannot sign', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    await expect(signAppToken(wishes, { kind: 'private-key', pem }, nowMs)).rejects.toThrow('cannot sign');
    await expect(signAppToken(wishes, { kind: 'private-key', pem: 'x' }, nowMs)).rejects.toThrow('PEM');
  });
});
