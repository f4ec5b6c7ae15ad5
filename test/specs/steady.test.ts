/** A backend made of the vendor's own document refuses nothing of what we send, whoever asked and in whatever dialect. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { type RecordingProxy, startRecordingProxy } from '../support/recording-proxy.ts';
import { expectNone } from './answer-suite.ts';
import { type Asking, ask, refusedMember } from './asking.ts';
import { fronts } from './questions/fronts.ts';
import { toGoOn } from './questions/other-questions.ts';
import type { Question } from './questions/question.ts';
import { talks } from './questions/talks.ts';
import { trickyTools } from './questions/tricky-tools.ts';
import { wishes } from './questions/wishes.ts';
import { type Steady, startSteady } from './steady.ts';
import { servedDocument } from './steady-documents.ts';
import { type Stand, stands } from './steady-stands.ts';

const servers: Steady[] = [];
const proxies = new Map<string, RecordingProxy>();
let gateway: RunningGateway;

beforeAll(async () => {
  const backends = await Promise.all(stands.map(opened));
  gateway = await startGateway({ config: { backends } });
}, 120_000);

afterAll(async () => {
  await gateway?.stop();
  await Promise.all([...proxies.values()].map((proxy) => proxy.close()));
  await Promise.all(servers.map((server) => server.stop()));
});

async function opened(stand: Stand): Promise<Record<string, unknown>> {
  const steady = await startSteady(servedDocument(stand.vendor));
  servers.push(steady);
  const proxy = await startRecordingProxy(steady.url);
  proxies.set(stand.model, proxy);
  return { name: `back-${stand.model}`, ...stand.backend(proxy.url) };
}

/** A dozen of everything; all of them are checked against the schemas next door. */
const names = [
  'a text',
  'instructions in the middle',
  'a picture',
  'results of parallel calls, one failed, and more from the user',
  'a result that is a picture',
  'calls in the history, but no tools any more',
  'every keyword',
  'choice: by name',
  'one call at a time',
  'four stops',
  'penalties',
  'a user',
  'a schema',
  'much thinking with a small limit',
];
const questions = [...talks, ...trickyTools, ...wishes].filter(({ name }) => names.includes(name));

describe.each(stands)('$dialect, made of the document of $vendor', ({ vendor, dialect, model }) => {
  it('is asked all that there is to ask', () => expect(questions).toHaveLength(names.length));

  it('does refuse what its document does not allow', async () => {
    const page = Object.keys(servedDocument(vendor)['paths'] as object)[0] ?? '';
    const wrong = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"messages":7,"input":7}',
    };
    const answer = await fetch(
      `${proxies.get(model)?.url}${page.replace(/\{.*\}/, 'x')}?api-version=1`,
      wrong,
    );
    expect(answer.status).toBe(400);
    expect(answer.headers.get('x-steady-request-valid')).toBe('false');
  });

  it.each(fronts)('refuses nothing that is asked in $name', async (front) => {
    const complaints: string[] = [];
    for (const question of questions) {
      const asking = front.asking(model, question);
      for (const each of [asking, front.streamed(asking)])
        complaints.push(...(await problemsWith(each, question, dialect, model)));
    }
    expectNone(complaints);
  });
});

/** Where it is native, the body passes; elsewhere a prompt is a talk of one message. */
it.each(stands)('$dialect, made of the document of $vendor, goes on with a prompt', async (stand) => {
  const complaints: string[] = [];
  for (const question of toGoOn)
    complaints.push(
      ...(await problemsWith(question.asking(stand.model), question, stand.dialect, stand.model)),
    );
  expectNone(complaints);
});

it('openai, made of its document, makes a picture with every wish', async () => {
  const wishes = {
    n: 2,
    size: '1024x1024',
    quality: 'high',
    background: 'auto',
    moderation: 'low',
    user: 'u',
  };
  const body = { model: 'chat-m', prompt: 'A cat', output_format: 'webp', output_compression: 50, ...wishes };
  const answered = await ask(gateway, { path: '/v1/images/generations', body });
  expect(answered.status, JSON.stringify(answered.payloads)).toBe(200);
});

const withVectors = stands.filter(({ dialect }) => !/^(anthropic|openai-responses)/.test(dialect));

it.each(withVectors)('$dialect, made of the document of $vendor, gives a vector', async ({ model }) => {
  const asking = { path: '/v1/embeddings', body: { model, input: 'Hello', encoding_format: 'float' } };
  const answered = await ask(gateway, asking);
  expect(answered.status, JSON.stringify(answered.payloads)).toBe(200);
});

async function problemsWith(
  asking: Asking,
  { name, refusedBy }: Pick<Question, 'name' | 'refusedBy'>,
  dialect: string,
  model: string,
): Promise<readonly string[]> {
  const answered = await ask(gateway, asking, (text) => ({ payloads: [parsed(text)], faults: [] }));
  if (answered.status === 200) return [];
  const isOurs = proxies.get(model)?.journal.entries.at(-1)?.status === 200;
  if (isOurs && refusedMember(answered) !== undefined && refusedBy?.includes(dialect)) return [];
  return [`${name}: status ${answered.status} ${JSON.stringify(answered.payloads).slice(0, 400)}`];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
