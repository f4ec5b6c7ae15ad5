import { mkdirSync, renameSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ScratchConfig } from './scratch-config.ts';
import { watchConfig } from './watch.ts';

let scratch: ScratchConfig;
let changes = 0;
let stop: () => void = () => undefined;
beforeEach(() => {
  scratch = new ScratchConfig();
  changes = 0;
});
afterEach(() => {
  stop();
  scratch.remove();
});

function watchFiles(...names: string[]): void {
  const files = names.map((name) => join(scratch.directory, name));
  stop = watchConfig({ files, directory: scratch.directory, debounceMs: 40, onChange: () => changes++ });
}

async function expectChanges(wanted: number): Promise<void> {
  for (let waited = 0; waited < 2000 && changes < wanted; waited += 20) await sleep(20);
  await sleep(150);
  expect(changes).toBe(wanted);
}

it('several writes in a row are one change', async () => {
  scratch.write('apps.json', '{}');
  watchFiles('apps.json');
  for (const text of ['{"a', '{"a":1', '{"a":1}']) scratch.write('apps.json', text);
  await expectChanges(1);
});

it('the same content is no change', async () => {
  scratch.write('apps.json', '{}');
  watchFiles('apps.json');
  scratch.write('apps.json', '{}').write('unrelated.txt', 'x');
  utimesSync(join(scratch.directory, 'apps.json'), 1, 1);
  await expectChanges(0);
});

it('a file replaced by a rename is seen, again and again', async () => {
  scratch.write('apps.json', '1');
  watchFiles('apps.json');
  for (const round of [1, 2, 3]) {
    scratch.write('draft', `round ${round}`);
    renameSync(join(scratch.directory, 'draft'), join(scratch.directory, 'apps.json'));
    await expectChanges(round);
  }
});

it('a section that appears is seen', async () => {
  scratch.write('apps.json', '1');
  watchFiles('apps.json');
  scratch.write('daemon.yaml', 'listen: {}');
  await expectChanges(1);
});

it('the ..data link of Kubernetes being swapped is seen', async () => {
  const at = (name: string) => join(scratch.directory, name);
  for (const version of ['v1', 'v2']) {
    mkdirSync(at(version));
    writeFileSync(at(`${version}/apps.json`), version);
  }
  symlinkSync('v1', at('..data'));
  symlinkSync('..data/apps.json', at('apps.json'));
  watchFiles('apps.json');
  symlinkSync('v2', at('..data_tmp'));
  renameSync(at('..data_tmp'), at('..data'));
  await expectChanges(1);
});

it('after stop nothing is told', async () => {
  scratch.write('apps.json', '1');
  watchFiles('apps.json');
  scratch.write('apps.json', '2');
  stop();
  await expectChanges(0);
});

it('a directory that is not there is a failure, not a throw', () => {
  const failures: Error[] = [];
  watchConfig({
    files: [],
    directory: '/no/such/directory',
    onChange: () => undefined,
    onFailure: (error) => failures.push(error),
  })();
  expect(failures).toHaveLength(1);
});
