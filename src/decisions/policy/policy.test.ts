import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AppConfig } from '../../config/config.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import { Secret } from '../../model/secret.ts';
import { Apps } from './apps.ts';
import { judge } from './judge.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

function app(changes: Partial<AppConfig> = {}): AppConfig {
  return {
    appId: 'lab',
    name: 'Lab',
    description: '',
    active: true,
    keys: [{ hash: sha256('sk-lab'), name: undefined, expiresAtMs: undefined }],
    jwt: undefined,
    policy: { allow: [], deny: [] },
    defaultModel: undefined,
    fallbackModels: [],
    cache: { isEnabled: false, ttlMs: 0, share: 'app' },
    backend: undefined,
    systemPrompt: undefined,
    priority: 5,
    weight: 1,
    keepalive: undefined,
    concurrency: undefined,
    costLimit: undefined,
    rateLimit: undefined,
    quota: undefined,
    trace: undefined,
    madeAtMs: undefined,
    ...changes,
  };
}

async function codeOf(step: () => unknown): Promise<string> {
  try {
    await step();
    return 'passed';
  } catch (thrown) {
    return thrown instanceof GatewayError ? thrown.code : String(thrown);
  }
}

describe('identify', () => {
  const key = (text: string) => new Secret(text);

  it('knows an app by its key, plain or hashed alike', async () => {
    const apps = new Apps([app()]);
    expect(await apps.identify(key('sk-lab'), 0)).toMatchObject({ app: { appId: 'lab' } });
  });

  it('tells a missing key from a wrong one', async () => {
    const apps = new Apps([app()]);
    expect(await codeOf(() => apps.identify(undefined, 0))).toBe('missing_key');
    expect(await codeOf(() => apps.identify(key('sk-other'), 0))).toBe('invalid_key');
    expect(await codeOf(() => apps.identify(key('sk-la'), 0))).toBe('invalid_key');
  });

  it('refuses a key from the very moment it expires', async () => {
    const apps = new Apps([app({ keys: [{ hash: sha256('k'), name: 'old', expiresAtMs: 1_000 }] })]);
    expect(await codeOf(() => apps.identify(key('k'), 999))).toBe('passed');
    expect(await codeOf(() => apps.identify(key('k'), 1_000))).toBe('expired_key');
  });

  it('knows an inactive app, and says that it is switched off', async () => {
    const apps = new Apps([app({ active: false })]);
    expect(await codeOf(() => apps.identify(key('sk-lab'), 0))).toBe('app_inactive');
  });

  it('knows whose request it refuses, for the ledger', async () => {
    const expired = new Apps([app({ keys: [{ hash: sha256('k'), name: 'old', expiresAtMs: 1_000 }] })]);
    expect(() => expired.identify(key('k'), 1_000)).toThrow(
      expect.objectContaining({ details: { appId: 'lab' } }),
    );
    const inactive = new Apps([app({ active: false })]);
    expect(() => inactive.identify(key('sk-lab'), 0)).toThrow(
      expect.objectContaining({ details: { appId: 'lab' } }),
    );
  });

  it('lets anybody in only when no app has a key', async () => {
    expect(await codeOf(() => new Apps([]).identify(undefined, 0))).toBe('passed');
    expect(await codeOf(() => new Apps([app()]).identify(undefined, 0))).toBe('missing_key');
    const quota = { maxOutputTokens: 9 } as NonNullable<AppConfig['quota']>;
    expect(await new Apps([], { quota }).identify(undefined, 0)).toMatchObject({ app: { quota } });
  });

  it('takes a signed token of the app, which can only narrow, and no other', async () => {
    const { SignJWT } = await import('jose');
    const secret = 'a secret of at least thirty-two bytes!';
    const jwt = {
      publicKeyPem: undefined,
      secret: new Secret(secret),
      issuer: undefined,
      audience: undefined,
    };
    const apps = new Apps([app({ jwt, policy: { allow: ['small-*'], deny: [] } })]);
    const sign = (signedWith: string, expiresS: number) =>
      new SignJWT({ app_id: 'lab', allow: ['*'], deny: ['small-x'] })
        .setProtectedHeader({ alg: 'HS256' })
        .setExpirationTime(expiresS)
        .sign(new TextEncoder().encode(signedWith));
    const identity = await apps.identify(key(await sign(secret, 2_000)), 1_000_000);
    const may = (name: string) =>
      codeOf(() => judge({ identity, model: { asked: name, resolved: name, prefix: undefined } }));
    expect(await may('small-a')).toBe('passed');
    expect(await may('small-x')).toBe('model_not_allowed');
    expect(await may('large-a')).toBe('model_not_allowed');
    expect(
      await codeOf(async () => apps.identify(key(await sign('another secret of enough bytes!!', 2_000)), 0)),
    ).toBe('invalid_key');
    const expired = apps.identify(key(await sign(secret, 2_000)), 2_001_000);
    await expect(expired).rejects.toMatchObject({ code: 'expired_key', details: { appId: 'lab' } });
  });
});

describe('judge: allowed models', () => {
  const verdict = (allow: string[], deny: string[], asked: string, resolved = asked, prefix?: string) =>
    codeOf(() =>
      judge({
        identity: { app: app({ policy: { allow, deny } }), narrowedTo: undefined },
        model: { asked, resolved, prefix },
      }),
    );

  it.each([
    ['everything, when nothing is listed', [], [], 'm', 'm', 'passed'],
    ['what matches allow', ['m*'], [], 'model', 'model', 'passed'],
    ['nothing else', ['m*'], [], 'x', 'x', 'model_not_allowed'],
    ['an alias that is allowed by its own name', ['fast'], [], 'fast', 'big-model', 'passed'],
    ['an alias whose target is allowed', ['big-*'], [], 'fast', 'big-model', 'passed'],
    ['not what deny matches by the asked name', [], ['fast'], 'fast', 'big-model', 'model_not_allowed'],
    [
      'not what deny matches by the resolved name',
      ['fast'],
      ['big-*'],
      'fast',
      'big-model',
      'model_not_allowed',
    ],
  ])('allows %s', async (_what, allow, deny, asked, resolved, expected) => {
    expect(await verdict(allow, deny, asked, resolved)).toBe(expected);
  });

  it('is not fooled by a backend whose name looks like an allowed model', async () => {
    expect(await verdict(['llama*'], [], 'llama:expensive', 'expensive', 'llama')).toBe('model_not_allowed');
    expect(await verdict(['llama:*'], [], 'llama:expensive', 'expensive', 'llama')).toBe('passed');
    expect(await verdict([], ['expensive'], 'llama:expensive', 'expensive', 'llama')).toBe(
      'model_not_allowed',
    );
  });
});
