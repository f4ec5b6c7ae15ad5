/** Keys come and go while programs work: two hold at once, one that is taken away is refused at once, anyone can be checked. */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { Agent, type ClientRequest, request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeToken } from '../../src/config/make-token.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { runToEnd } from '../support/run-to-end.ts';
import { waitFor } from '../support/wait-for.ts';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

const [old, fresh, other] = [makeToken('sk-', 32), makeToken('sk-', 32), makeToken('gm_', 32)];
const hashed = (key: string) => `sha256:${createHash('sha256').update(key).digest('hex')}`;
const oldKey = { hash: hashed(old), name: 'spring', expires_at: '2099-01-31T12:00:00Z' };
const freshKey = { hash: hashed(fresh), name: 'summer' };

const configOf = (keys: readonly object[], watch = false) => ({
  daemon: { reload: { watch } },
  apps: [
    { app_id: 'notes', api_keys: keys },
    { app_id: 'other', api_keys: [hashed(other)] },
  ],
  backends: [{ type: 'echo', name: 'echo' }],
});

let gateway: RunningGateway;

beforeAll(async () => {
  gateway = await startGateway({ config: configOf([oldKey]) });
});

afterAll(() => gateway?.stop());

const hello = JSON.stringify({ model: 'echo', messages: [{ role: 'user', content: 'Hi' }] });

async function ask(key: string): Promise<number> {
  const answer = await fetch(`${gateway.baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: hello,
    signal: AbortSignal.timeout(20_000),
  });
  await answer.arrayBuffer();
  return answer.status;
}

/** Asks over one connection that stays open, as SDKs do. */
function askOn(agent: Agent, key: string): Promise<{ status: number; port: number | undefined }> {
  return new Promise((resolve, reject) => {
    const asking: ClientRequest = request(
      `${gateway.baseUrl}/v1/chat/completions`,
      { agent, method: 'POST', headers: { authorization: `Bearer ${key}` } },
      (answer) => {
        const port = answer.socket.localPort;
        answer.resume().once('end', () => resolve({ status: answer.statusCode ?? 0, port }));
      },
    );
    asking.once('error', reject);
    asking.end(hello);
  });
}

describe('a key is rotated', () => {
  it('with an overlap: programs that change over while others ask lose no request', async () => {
    const statuses: number[] = [];
    let keys = [old];
    let isOver = false;
    let withOld = 0;
    const workers = Array.from({ length: 8 }, async (_, nth) => {
      while (!isOver) {
        const key = keys[nth % keys.length] as string;
        if (key === old) withOld += 1;
        statuses.push(await ask(key));
        if (key === old) withOld -= 1;
      }
    });
    const served = (more: number) => {
      const wanted = statuses.length + more;
      return waitFor(`${more} more answers`, () => statuses.length >= wanted, { timeoutMs: 30_000 });
    };
    await served(20);
    expect(await gateway.reload(configOf([oldKey, freshKey]))).toMatchObject({ status: 200 });
    keys = [old, fresh];
    await served(60);
    keys = [fresh];
    await waitFor('the last of those with the old key', () => withOld === 0);
    expect(await gateway.reload(configOf([freshKey]))).toMatchObject({ status: 200 });
    await served(40);
    isOver = true;
    await Promise.all(workers);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    expect(await ask(old)).toBe(401);
  });
});

describe('a key that is taken away', () => {
  const ways = {
    'after a reload that was asked for': () => void gateway.reload(configOf([freshKey])),
    'after SIGHUP': () => {
      gateway.folder.write(configOf([freshKey]));
      gateway.signal('SIGHUP');
    },
    'by a file that is watched': () => gateway.folder.write(configOf([freshKey], true)),
  };

  it.each(Object.entries(ways))(
    'is refused within a second, on open connections too: %s',
    async (_way, revoke) => {
      await gateway.reload(configOf([oldKey, freshKey], true));
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      try {
        const before = await askOn(agent, old);
        expect(before.status).toBe(200);
        const startedAt = performance.now();
        revoke();
        const after = await waitFor('the refusal', async () => {
          const answer = await askOn(agent, old);
          return answer.status === 401 ? answer : undefined;
        });
        expect(performance.now() - startedAt).toBeLessThan(1_000);
        expect(after.port).toBe(before.port);
        expect((await askOn(agent, fresh)).status).toBe(200);
      } finally {
        agent.destroy();
      }
    },
  );
});

it('a key that ends soon, or has, is spoken of by its name: in the log and by sluice check', async () => {
  const end = new Date(Date.now() + 5 * 86_400_000).toISOString();
  const ending = { hash: hashed(old), name: 'spring', expires_at: end };
  const gone = { hash: hashed('sk-long-gone'), name: 'winter', expires_at: '2020-01-01' };
  await gateway.reload(configOf([ending, gone, freshKey]));
  const sentences = [
    `the key "spring" of the app "notes" ends at ${end}`,
    'the key "winter" of the app "notes" has been',
  ];
  for (const sentence of sentences)
    await waitFor(sentence, () =>
      gateway.stderrLines.some((line) => line.replaceAll('\\', '').includes(sentence)),
    );
  const { code, stdout } = await runToEnd(
    process.execPath,
    [MAIN, 'check', '--config', gateway.folder.configDir],
    { env: gateway.folder.env },
  );
  expect(code).toBe(0);
  for (const sentence of sentences) expect(stdout).toContain(sentence);
  expect(stdout).not.toContain('summer');
  expect(await ask(old)).toBe(200);
});

describe('sluice token --check', () => {
  const check = (key: string, ...words: string[]) =>
    runToEnd(process.execPath, [MAIN, 'token', '--check', '--config', gateway.folder.configDir, ...words], {
      input: `${key}\n`,
      env: gateway.folder.env,
    });

  beforeAll(() => gateway.folder.write(configOf([oldKey, freshKey])));

  it('tells whose a key is, by the name it has', async () => {
    const { code, stdout } = await check(old);
    expect(stdout).toContain(
      'It is a key of the app "notes", called "spring", good until 2099-01-31T12:00:00',
    );
    expect(stdout).toContain('checksum is right');
    expect(stdout).toContain(hashed(old));
    expect(stdout).not.toContain(old);
    expect(code).toBe(0);
    expect(JSON.parse((await check(other, '--json')).stdout)).toEqual({
      hash: hashed(other),
      checksum: 'right',
      app: 'other',
    });
  });

  it('tells a key that was cut short from one that is whole and not known', async () => {
    const cut = await check(old.slice(0, -1));
    expect(cut).toMatchObject({ code: 1, stdout: expect.stringContaining('mistyped or cut short') });
    const unknown = await check(makeToken('sk-', 32));
    expect(unknown).toMatchObject({ code: 1, stdout: expect.stringContaining('checksum is right') });
    expect(unknown.stdout).toContain('not known here');
    expect(await check('')).toMatchObject({ code: 2, stderr: expect.stringContaining('standard input') });
  });

  it('without a configuration tells by the checksum alone', async () => {
    const folder = join(gateway.folder.root, 'none');
    const alone = (key: string) =>
      runToEnd(process.execPath, [MAIN, 'token', '--check', '--config', folder, '--json'], {
        input: key,
        env: gateway.folder.env,
      });
    expect(await alone(fresh)).toMatchObject({ code: 0 });
    expect(await alone(`${fresh}x`)).toMatchObject({ code: 1 });
  });

  it('knows expired keys, and signed tokens', async () => {
    const secretFile = join(gateway.folder.root, 'secret');
    writeFileSync(secretFile, 'a secret of at least thirty-two bytes!', { mode: 0o600 });
    const gone = { key: 'sk-gone-and-forgotten', name: 'winter', expires_at: '2020-01-01' };
    gateway.folder.write({
      apps: [{ app_id: 'notes', api_keys: [gone], jwt: { secret_file: secretFile } }],
      backends: [{ type: 'echo', name: 'echo' }],
    });
    const expired = await check('sk-gone-and-forgotten');
    expect(expired).toMatchObject({ code: 1, stdout: expect.stringContaining('expired at 2020-01-01') });
    const signed = await runToEnd(
      process.execPath,
      [MAIN, 'token', '--jwt', '--app', 'notes', '--config', gateway.folder.configDir],
      { env: gateway.folder.env },
    );
    const told = await check(signed.stdout, '--json');
    expect(JSON.parse(told.stdout)).toEqual({ hash: hashed(signed.stdout.trim()), app: 'notes' });
  });
});
