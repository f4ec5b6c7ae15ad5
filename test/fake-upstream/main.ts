/** The fake upstream as a program: prints its address as one JSON line, serves until SIGTERM. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type FakeUpstreamOptions, startFakeUpstream } from './fake-upstream.ts';
import { RUNTIMES, type RuntimeKind } from './runtimes/runtimes.ts';
import { KNOBS } from './scenario.ts';

const USAGE = `fake-upstream [--port N]... [--journal FILE] [--scenario TEXT] [--models a,b] [--only a,b] [--key K]...
              [--runtime KIND] [--tls-cert FILE --tls-key FILE] [--knobs]`;

const { values: flags } = parseArgs({
  options: {
    port: { type: 'string', multiple: true },
    journal: { type: 'string' },
    scenario: { type: 'string' },
    models: { type: 'string' },
    only: { type: 'string' },
    key: { type: 'string', multiple: true },
    runtime: { type: 'string' },
    'tls-cert': { type: 'string' },
    'tls-key': { type: 'string' },
    knobs: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});

if (flags.help) console.log(USAGE);
else if (flags.knobs)
  for (const [knob, { does }] of Object.entries(KNOBS)) console.log(`${knob.padEnd(22)} ${does}`);
else await serve();

async function serve(): Promise<void> {
  const fake = await startFakeUpstream(optionsFromFlags());
  console.log(JSON.stringify({ url: fake.url, urls: fake.urls, port: fake.port, pid: process.pid }));
  const stop = (): void => void fake.close().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

function optionsFromFlags(): FakeUpstreamOptions {
  const { 'tls-cert': cert, 'tls-key': key, runtime } = flags;
  if (runtime && !Object.hasOwn(RUNTIMES, runtime))
    throw new Error(`no runtime "${runtime}"; known: ${Object.keys(RUNTIMES).join(', ')}`);
  return {
    ports: (flags.port ?? ['0']).map(Number),
    ...(flags.journal ? { journalFile: flags.journal } : {}),
    ...(flags.scenario ? { scenario: flags.scenario } : {}),
    ...(flags.models ? { models: flags.models.split(',') } : {}),
    ...(flags.only ? { only: flags.only.split(',') } : {}),
    ...(runtime ? { runtime: runtime as RuntimeKind } : {}),
    ...(flags.key ? { keys: flags.key } : {}),
    ...(cert && key ? { tls: { cert: readFileSync(cert), key: readFileSync(key) } } : {}),
  };
}
