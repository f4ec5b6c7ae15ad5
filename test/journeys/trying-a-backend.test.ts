/** `sluice test BACKEND`: is it there, does it take the key, which models has it, does it write? */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { freePort } from '../support/free-ports.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { runToEnd } from '../support/run-to-end.ts';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

let upstream: FakeUpstream;
let strict: Server;
let gateway: RunningGateway;

beforeAll(async () => {
  upstream = await startFakeUpstream();
  strict = createServer((_request, answer) => void answer.writeHead(401).end('{}')).listen(0, '127.0.0.1');
  await once(strict, 'listening');
  const { port } = strict.address() as AddressInfo;
  const fake = (name: string, more: object = {}) => ({
    ...{ type: 'openai-compatible', name, base_url: `${upstream.url}/v1`, api_key: 'sk-of-the-backend' },
    ...more,
  });
  gateway = await startGateway({
    config: {
      backends: [
        { type: 'echo', name: 'echo' },
        fake('well', { models: { 'm!words=1': {} } }),
        fake('broken', { models: { 'm!status=500': {} } }),
        fake('strict', { base_url: `http://127.0.0.1:${port}/v1` }),
        fake('gone', { base_url: `http://127.0.0.1:${await freePort()}/v1` }),
      ],
    },
  });
});

afterAll(async () => {
  await gateway?.stop();
  strict?.close();
  await upstream?.close();
});

async function test(
  backend: string,
  ...flags: string[]
): Promise<{ code: number; steps: string[]; text: string }> {
  const args = [MAIN, 'test', backend, '--config', gateway.folder.configDir, '--json', ...flags];
  const { code, stdout, stderr } = await runToEnd(process.execPath, args, { env: gateway.folder.env });
  const steps = stdout === '' ? [] : JSON.parse(stdout).steps;
  const told = steps.map(({ step, result }: Record<string, string>) => `${step} ${result}`);
  return { code: code ?? -1, steps: told, text: stdout + stderr };
}

describe('a backend that is tried', () => {
  it('is well when it lists its models and writes a token', async () => {
    const tried = await test('well');
    expect(tried).toMatchObject({ code: 0, steps: ['reach well', 'models well', 'token well'] });
    expect(tried.text).not.toContain('sk-of-the-backend');
    expect(upstream.journal.work.at(-1)?.sent).toMatchObject({ model: 'm!words=1', max_tokens: 1 });
  });

  it('is not when it fails at the token, though it answers all else', async () => {
    const tried = await test('broken');
    expect(tried).toMatchObject({ code: 1, steps: ['reach well', 'models well', 'token failed'] });
    expect(tried.text).toContain('status 500');
  });

  it('is not when it refuses the key', async () => {
    expect(await test('strict')).toMatchObject({ code: 1, steps: ['reach well', 'key failed'] });
  });

  it('may be asked for another model', async () => {
    expect(await test('broken', '--model', 'm!words=1')).toMatchObject({ code: 0 });
  });

  it('is not when nobody is there', async () => {
    const tried = await test('gone');
    expect(tried).toMatchObject({ code: 1, steps: ['reach failed'] });
    expect(tried.text).toContain('could not be reached');
  });

  it('answers here when it is one of ours', async () => {
    expect(await test('echo')).toMatchObject({ code: 0, steps: ['reach well'] });
  });

  it('must be one there is', async () => {
    const tried = await test('nobody');
    expect(tried.code).toBe(1);
    expect(tried.text).toContain('There is no backend "nobody"');
  });
});
