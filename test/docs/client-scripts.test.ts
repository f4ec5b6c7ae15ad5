/** The programs in examples/clients work as they are, against echo and, where echo cannot do it, a fake upstream. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { root } from './pages.ts';

const folder = join(root, 'examples/clients');
const picture = join(tempFolder('sluice-clients-'), 'gate.png');
let upstream: FakeUpstream;
let gateway: RunningGateway;

beforeAll(async () => {
  upstream = await startFakeUpstream();
  const fake = {
    type: 'openai-compatible',
    name: 'fake',
    base_url: `${upstream.url}/v1`,
    supports: { chat: ['m*'] },
  };
  gateway = await startGateway({ config: { backends: [{ type: 'echo', name: 'echo' }, fake] } });
});

afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
});

async function run(script: string, words: readonly string[], model: string): Promise<string> {
  const env = {
    ...process.env,
    SLUICE_URL: `${gateway.baseUrl}/v1`,
    SLUICE_KEY: gateway.key,
    SLUICE_MODEL: model,
  };
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, script), ...words], { env });
  return stdout;
}

const scripts: readonly [string, readonly string[], RegExp, string?][] = [
  ['chat.mjs', ['Good day'], /^Echo: Good day$/m],
  ['stream.mjs', ['Good day'], /^Echo: Good day\n\(\d+ tokens\)$/m],
  ['completion.mjs', ['Once'], /^Echo: Once$/m],
  ['responses.mjs', ['Good day'], /^Echo: Good day\nEcho: Good day$/m],
  ['describe-image.mjs', [], /^Echo: What is in this picture\?$/m],
  ['embeddings.mjs', ['same', 'same'], /numbers each; cosine 1\.000$/m],
  ['image.mjs', ['a gate', picture], /^wrote .*gate\.png$/m],
  ['models.mjs', [], /^echo {2}\(echo\)$/m],
  ['structured.mjs', [], /path: '\/v1\/chat\/completions'/, 'm!echo-request'],
];

it.concurrent.each(scripts)('%s works', async (script, words, said, model = 'echo') => {
  expect(await run(script, words, model)).toMatch(said);
  if (script === 'image.mjs') expect(readFileSync(picture).subarray(1, 4).toString()).toBe('PNG');
});

it('none of them is forgotten here', () => {
  const tried = scripts.map(([script]) => script);
  expect(readdirSync(folder).filter((name) => name.endsWith('.mjs') && name !== 'connect.mjs')).toEqual(
    tried.sort(),
  );
});
