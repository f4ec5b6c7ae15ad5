/** Tokens that somebody else signs for an app: three algorithms, every way to be refused, and claims that only narrow. */
import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { runToEnd } from '../support/run-to-end.ts';
import { tempFolder } from '../support/temp-folder.ts';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const files = tempFolder('sluice-signed-');
const edwards = generateKeyPairSync('ed25519');
const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const stranger = generateKeyPairSync('ed25519');
const secret = 'a secret of at least thirty-two bytes!';

const pem = (key: KeyObject) =>
  key.export({ type: key.type === 'private' ? 'pkcs8' : 'spki', format: 'pem' }).toString();

function fileOf(name: string, content: string): string {
  const file = join(files, name);
  writeFileSync(file, content, { mode: 0o600 });
  return file;
}

const signers = {
  edwards: { alg: 'EdDSA', key: edwards.privateKey },
  curve: { alg: 'ES256', key: curve.privateKey },
  shared: { alg: 'HS256', key: new TextEncoder().encode(secret) },
} as const;

type Signer = keyof typeof signers;

const policy = { allow: ['small-*'], deny: ['small-secret'] };

let gateway: RunningGateway;

beforeAll(async () => {
  gateway = await startGateway({
    config: {
      apps: [
        { app_id: 'edwards', jwt: { public_key: pem(edwards.publicKey) }, policy },
        { app_id: 'curve', jwt: { public_key_file: fileOf('curve.pem', pem(curve.publicKey)) } },
        {
          app_id: 'shared',
          jwt: { secret_file: fileOf('secret', secret), issuer: 'https://id', audience: 'sluice' },
        },
        { app_id: 'asleep', jwt: { public_key: pem(edwards.publicKey) }, active: false },
        { app_id: 'keyed', api_keys: ['sk-keyed'] },
      ],
      backends: [{ type: 'echo', name: 'echo', supports: { chat: ['*'] } }],
    },
  });
});

afterAll(() => gateway?.stop());

const inAnHour = () => Math.floor(Date.now() / 1000) + 3_600;

/** A good token but for `claims`; one that is undefined is left out. */
function sign(
  signer: Signer,
  claims: Readonly<Record<string, unknown>> = {},
  by: { alg: string; key: KeyObject | Uint8Array } = signers[signer],
) {
  const expected = signer === 'shared' ? { iss: 'https://id', aud: 'sluice' } : {};
  return new SignJWT({ app_id: signer, exp: inAnHour(), ...expected, ...claims } as JWTPayload)
    .setProtectedHeader({ alg: by.alg })
    .sign(by.key);
}

async function ask(token: string, model = 'small-1', headers: Record<string, string> = {}) {
  const answer = await fetch(`${gateway.baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, ...headers },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }] }),
  });
  const body = (await answer.json()) as { error?: { code: string } };
  return { status: answer.status, code: body.error?.code };
}

const served = { status: 200, code: undefined };
const refused = (code: string, status = 401) => ({ status, code });

/** Pieces of a token as they are put, whatever they say. */
const piece = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe.each(['edwards', 'curve', 'shared'] as const)('the signed token of "%s"', (signer) => {
  it('is taken for a key, and the ledger knows whose it was', async () => {
    expect(await ask(await sign(signer))).toEqual(served);
    expect(gateway.ledgerRows().at(-1)).toMatchObject({ app_id: signer, status: 200, key_name: null });
  });

  it('is refused once it has expired, before it is good, and without an end', async () => {
    expect(await ask(await sign(signer, { exp: inAnHour() - 3_601 }))).toEqual(refused('expired_key'));
    expect(await ask(await sign(signer, { nbf: inAnHour() }))).toEqual(refused('invalid_key'));
    expect(await ask(await sign(signer, { exp: undefined }))).toEqual(refused('invalid_key'));
  });

  it('is refused when it says another app, an unknown one, one with keys only, or none', async () => {
    for (const appId of ['edwards', 'curve', 'shared', 'keyed', 'nobody', '', 7, ['edwards'], undefined]) {
      if (appId === signer) continue;
      const token = await sign(signer, { app_id: appId, iss: 'https://id', aud: 'sluice' });
      expect([appId, await ask(token)]).toEqual([appId, refused('invalid_key')]);
    }
  });

  it('is refused when a single bit of it is another', async () => {
    const token = await sign(signer);
    const [head = '', claims = '', signature = ''] = token.split('.');
    const bytes = Buffer.from(signature, 'base64url');
    bytes[3] = (bytes[3] ?? 0) ^ 1;
    expect(await ask(`${head}.${claims}.${bytes.toString('base64url')}`)).toEqual(refused('invalid_key'));
    expect(await ask(`${head}.${piece({ app_id: signer, exp: inAnHour() + 60 })}.${signature}`)).toEqual(
      refused('invalid_key'),
    );
    expect(await ask(`${head}.${claims}.`)).toEqual(refused('invalid_key'));
  });

  it('has one spelling: spaces in it and other unused bits are refused', async () => {
    const token = await sign(signer);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const last = alphabet.indexOf(token.at(-1) ?? '');
    // Neither 32 nor 64 bytes fill the last character.
    expect(await ask(token.slice(0, -1) + alphabet[last ^ 1])).toEqual(refused('invalid_key'));
    expect(await ask(`${token.slice(0, -9)} ${token.slice(-9)}`)).toEqual(refused('invalid_key'));
    expect(await ask(`${token}=`)).toEqual(refused('invalid_key'));
  });

  it.each(['none', 'None', 'NONE', 'nOnE', ''])(
    'is refused when it says that it is signed by "%s"',
    async (alg) => {
      const claims = piece({ app_id: signer, exp: inAnHour(), iss: 'https://id', aud: 'sluice' });
      const head = piece({ alg, typ: 'JWT' });
      expect(await ask(`${head}.${claims}.`)).toEqual(refused('invalid_key'));
      expect(await ask(`${head}.${claims}.${(await sign(signer)).split('.')[2]}`)).toEqual(
        refused('invalid_key'),
      );
    },
  );
});

describe('a signature', () => {
  it('with a public key for a shared secret is none', async () => {
    for (const [signer, key] of [
      ['edwards', edwards.publicKey],
      ['curve', curve.publicKey],
    ] as const) {
      const raw = key.export({ type: 'spki', format: 'der' });
      for (const material of [pem(key), pem(key).trim(), raw, raw.subarray(-32)]) {
        const unsigned = `${piece({ alg: 'HS256', typ: 'JWT' })}.${piece({ app_id: signer, exp: inAnHour() })}`;
        const signature = createHmac('sha256', material).update(unsigned).digest('base64url');
        expect(await ask(`${unsigned}.${signature}`)).toEqual(refused('invalid_key'));
      }
    }
  });

  it('by the key of another app, of a stranger, or by a key that the token brings along is none', async () => {
    expect(await ask(await sign('edwards', {}, signers.curve))).toEqual(refused('invalid_key'));
    expect(await ask(await sign('curve', {}, signers.edwards))).toEqual(refused('invalid_key'));
    expect(await ask(await sign('shared', {}, signers.edwards))).toEqual(refused('invalid_key'));
    expect(await ask(await sign('edwards', {}, { alg: 'EdDSA', key: stranger.privateKey }))).toEqual(
      refused('invalid_key'),
    );
    const jwk = stranger.publicKey.export({ format: 'jwk' });
    const brought = await new SignJWT({ app_id: 'edwards', exp: inAnHour() })
      .setProtectedHeader({ alg: 'EdDSA', jwk })
      .sign(stranger.privateKey);
    expect(await ask(brought)).toEqual(refused('invalid_key'));
  });
});

describe('claims', () => {
  it('of another issuer or for another audience are refused', async () => {
    const { alg, key } = signers.shared;
    for (const claims of [
      { iss: 'https://other' },
      { iss: undefined },
      { aud: 'other' },
      { aud: undefined },
      { aud: [] },
      { aud: 'sluice2' },
    ]) {
      expect([claims, await ask(await sign('shared', claims, { alg, key }))]).toEqual([
        claims,
        refused('invalid_key'),
      ]);
    }
    expect(await ask(await sign('shared', { aud: ['x', 'sluice'] }))).toEqual(served);
  });

  it('narrow what the app may do and never widen it', async () => {
    const wide = await sign('edwards', { allow: ['*', 'large-1', 'small-secret'], deny: [] });
    expect(await ask(wide, 'small-1')).toEqual(served);
    expect(await ask(wide, 'large-1')).toEqual(refused('model_not_allowed', 403));
    expect(await ask(wide, 'small-secret')).toEqual(refused('model_not_allowed', 403));
    const narrow = await sign('edwards', { allow: ['small-1', 'large-1'] });
    expect(await ask(narrow, 'small-1')).toEqual(served);
    expect(await ask(narrow, 'small-2')).toEqual(refused('model_not_allowed', 403));
    expect(await ask(narrow, 'large-1')).toEqual(refused('model_not_allowed', 403));
    const denying = await sign('edwards', { deny: ['*-1'] });
    expect(await ask(denying, 'small-1')).toEqual(refused('model_not_allowed', 403));
    expect(await ask(denying, 'small-2')).toEqual(served);
    const others = await sign('edwards', {
      policy: { allow: ['*'] },
      active: true,
      priority: 9,
      app: 'keyed',
    });
    expect(await ask(others, 'large-1')).toEqual(refused('model_not_allowed', 403));
  });

  it.each([
    ['allow', 'small-1'],
    ['allow', [7]],
    ['allow', { 0: 'small-1' }],
    ['allow', null],
    ['deny', 'small-2'],
    ['deny', [['small-2']]],
  ])('that cannot be read are refused, not passed over: %s is %j', async (name, value) => {
    expect(await ask(await sign('edwards', { [name]: value }))).toEqual(refused('invalid_key'));
  });

  it('do not wake an app that is switched off', async () => {
    const token = await sign('edwards', { app_id: 'asleep', active: true });
    expect(await ask(token)).toEqual(refused('app_inactive', 403));
  });
});

describe('in two places', () => {
  it('the same token passes, and two different ones are nobody', async () => {
    const token = await sign('edwards');
    for (const name of ['x-api-key', 'api-key', 'x-goog-api-key']) {
      expect(await ask(token, 'small-1', { [name]: token })).toEqual(served);
      expect(await ask(token, 'small-1', { [name]: 'sk-keyed' })).toEqual(refused('invalid_key'));
      expect(await ask('sk-keyed', 'small-1', { [name]: token })).toEqual(refused('invalid_key'));
      expect(await ask('sk-keyed', 'small-1', { [name]: 'sk-keyed' })).toEqual(served);
    }
  });
});

it.each([
  ['edwards', edwards.privateKey],
  ['curve', curve.privateKey],
  ['shared', undefined],
] as const)('sluice token --jwt signs for "%s" what the gateway takes', async (signer, key) => {
  const words = ['--app', signer, '--expires', '1h', '--allow', 'small-1'];
  const by = key === undefined ? [] : ['--private-key', fileOf(`${signer}.key`, pem(key))];
  const { code, stdout } = await runToEnd(
    process.execPath,
    [MAIN, 'token', '--jwt', '--config', gateway.folder.configDir, ...words, ...by],
    { env: gateway.folder.env },
  );
  expect(code).toBe(0);
  expect(await ask(stdout.trim(), 'small-1')).toEqual(served);
  expect(await ask(stdout.trim(), 'small-2')).toEqual(refused('model_not_allowed', 403));
});

it('no token is in the log', () => {
  expect(gateway.stderrLines.join('\n')).not.toMatch(/eyJ/);
});
