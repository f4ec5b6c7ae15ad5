import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { Catalog, loadCatalog } from './load-catalog.ts';
import { defineProvider } from './provider.ts';

const folders: string[] = [];

async function folderWith(files: Readonly<Record<string, string>>): Promise<URL> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-catalog-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return pathToFileURL(`${folder}/`);
}

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

describe('the catalogue', () => {
  it('is what its folder holds, in order', async () => {
    const { all } = await loadCatalog();
    const names = all.map((provider) => provider.name);
    expect(names).toEqual([...names].sort());
    expect(names).toEqual(
      expect.arrayContaining([
        'echo',
        'llamacpp',
        'lmstudio',
        'ollama',
        'openai',
        'openai-compatible',
        'vllm',
      ]),
    );
  });

  it.each([
    ['openai', 'openai'],
    ['local', 'echo'],
    ['remote', 'vllm'],
    ['llama.cpp', 'llamacpp'],
    ['llama-server', 'llamacpp'],
    ['lm-studio', 'lmstudio'],
    ['generic', 'openai-compatible'],
  ])('knows %s as %s', async (type, name) => {
    expect((await loadCatalog()).byType(type)?.name).toBe(name);
  });

  it('knows nothing of what it does not hold', async () => {
    const catalog = await loadCatalog();
    expect(catalog.byType('groqq')).toBeUndefined();
    expect(catalog.byType('constructor')).toBeUndefined();
  });

  it('reads compiled files, and leaves tests and declarations alone', async () => {
    const folder = await folderWith({
      'acme.js': "export default { name: 'acme', aliases: [], surfaces: {} };",
      'acme.d.ts': 'nonsense',
      'acme.test.js': 'throw new Error();',
      'acme.js.map': '{}',
    });
    expect((await loadCatalog(folder)).all.map((provider) => provider.name)).toEqual(['acme']);
  });

  it('refuses a file without a provider, or called after another', async () => {
    const without = await folderWith({ 'acme.js': 'export const provider = {};' });
    await expect(loadCatalog(without)).rejects.toThrow(/catalog\/acme\.js: the file must `export default/);
    const other = await folderWith({
      'acme.js': "export default { name: 'acne', aliases: [], surfaces: {} };",
    });
    await expect(loadCatalog(other)).rejects.toThrow(/call the file after its provider, "acne"/);
  });

  it('refuses two providers of one name, or one alias that is a name', () => {
    const one = defineProvider({ name: 'one', title: 'One' });
    const two = defineProvider({ name: 'two', title: 'Two', aliases: ['one'] });
    expect(() => new Catalog([one, two])).toThrow(/"one" is claimed by both one and two/);
    expect(() => new Catalog([one, one])).toThrow(/"one" is claimed by both/);
  });
});
