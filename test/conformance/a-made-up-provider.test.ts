/**
 * One file makes a provider: the one of docs/how-to/add-a-provider.md is put into a folder beside ours, and into a copy
 * of the built program. The suite picks it up, and the gateway calls it; nothing else is touched.
 */
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCatalog } from '../../src/providers/load-catalog.ts';
import { startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { describeProviders } from './provider-suite.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(join(root, 'docs/how-to/add-a-provider.md'), 'utf8');
const [, source = ''] = /```ts\n([\s\S]*?)```/.exec(page) ?? [];
/** A folder with that one file, which finds `provider` where ours is. */
function folderWithAcme(extension: 'ts' | 'js', folder: string, provider: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `acme.${extension}`), source.replace('../provider.ts', provider));
  return folder;
}

const folder = folderWithAcme(
  'ts',
  tempFolder('sluice-catalog-'),
  pathToFileURL(join(root, 'src/providers/provider.ts')).href,
);
const catalog = await loadCatalog(pathToFileURL(`${folder}/`));

it('is all there is in a folder of its own', () => {
  expect(catalog.all.map(({ name }) => name)).toEqual(['acme']);
  expect(catalog.byType('acme-ai')?.title).toBe('Acme AI');
});

describeProviders(catalog);

describe('a gateway with that file among its own', () => {
  const upstream = startFakeUpstream();
  let gateway: RunningGateway;

  beforeAll(async () => {
    const program = tempFolder('sluice-built-');
    for (const part of ['dist', 'schemas', 'package.json'])
      cpSync(join(root, part), join(program, part), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(program, 'node_modules'));
    folderWithAcme('js', join(program, 'dist/providers/catalog'), '../provider.js');
    const { url } = await upstream;
    gateway = await startGateway({
      main: join(program, 'dist/cli/main.js'),
      config: {
        backends: [
          { type: 'acme-ai', base_url: `${url}/openai/v1`, api_key: 'key-of-acme', models: ['acme-1'] },
        ],
      },
    });
  });

  afterAll(async () => {
    await gateway?.stop();
    await (await upstream).close();
  });

  const ask = (path: string, body: object) =>
    fetch(`${gateway.baseUrl}/v1/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.key}` },
      body: JSON.stringify({ model: 'acme-1', ...body }),
    });

  it('chats with it, in its own header and without what it refuses', async () => {
    const answer = await ask('chat/completions', {
      messages: [{ role: 'user', content: 'Hi' }],
      stream: true,
    });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('[DONE]');
    const [entry] = (await upstream).journal.entries.filter(({ method }) => method === 'POST');
    expect(entry).toMatchObject({
      path: '/openai/v1/chat/completions',
      headers: { 'x-acme-key': 'key-of-acme' },
    });
    expect(entry?.headers).not.toHaveProperty('authorization');
    expect(entry?.sent).not.toHaveProperty('stream_options');
  });

  it('embeds with it, and says 501 to pictures', async () => {
    expect((await ask('embeddings', { input: 'a' })).status).toBe(200);
    expect((await ask('images/generations', { prompt: 'a' })).status).toBe(501);
  });
});
