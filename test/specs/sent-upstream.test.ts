/**
 * What we send is what the vendor of the backend takes, by the vendor's own document, whoever asked and in whatever
 * dialect. A question may be refused by name where its table says so; it may not be sent wrong.
 */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { everyBack } from '../support/every-back.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { expectNone } from './answer-suite.ts';
import { type Asking, ask, refusedMember } from './asking.ts';
import { brokenRules } from './hard-rules.ts';
import { fronts } from './questions/fronts.ts';
import { habits } from './questions/habits.ts';
import { forVectors, toBeCounted, toGoOn } from './questions/other-questions.ts';
import { talks } from './questions/talks.ts';
import { trickyTools } from './questions/tricky-tools.ts';
import { wishes } from './questions/wishes.ts';
import { complaintsAboutSent } from './sent-checks.ts';

let upstream: FakeUpstream;
let gateway: RunningGateway;

/** OpenAI itself, in the chat's dialect: it refuses more than its copies do. */
const strict = { dialect: 'openai', model: 'gpt-m' };
const newer = { dialect: 'azure preview', model: 'newer-m' };

beforeAll(async () => {
  upstream = await startFakeUpstream();
  const openai = {
    name: 'openai-itself',
    type: 'openai',
    base_url: `${upstream.url}/v1`,
    api_key: 'sk-upstream',
    supports: { chat: [strict.model] },
  };
  const newerAzure = {
    name: 'azure-preview',
    type: 'azure-openai',
    base_url: upstream.url,
    api_key: 'sk-upstream',
    quirks: { api_version: '2025-04-01-preview' },
    supports: { chat: [newer.model] },
  };
  const backends = [...everyBack(upstream).map((back) => back.config), openai, newerAzure];
  gateway = await startGateway({ config: { backends } });
});

afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
});

const backs = [...everyBack({ url: '' }), strict, newer].map(
  ({ dialect, model }) => [dialect, model] as const,
);

const asStreams = ['a text', 'tools on offer', 'thinking', 'a limit'];
const all = [...talks, ...trickyTools, ...wishes];

describe.each(fronts)('asked in $name', (front) => {
  describe.each(backs)('sent to %s', (dialect, model) => {
    // A front's own kind of signature comes without a mark; marked it is nobody's.
    const natural = all.filter(({ name }) => name !== `thoughts signed gw1:${front.origin}`);

    it.each(natural)('$name', async (question) => {
      const isOwn = front.own.includes(dialect);
      const isOwnWords = isOwn && (question.isLoose === true || dialect.startsWith('azure'));
      const asking = front.asking(model, question);
      const mayBeRefused = question.refusedBy?.includes(dialect);
      expectNone(await problemsWith(asking, { isOwn, isOwnWords, mayBeRefused }));
    });

    it.each(natural.filter(({ name }) => asStreams.includes(name)))(
      '$name, as a stream',
      async (question) => {
        const isOwn = front.own.includes(dialect);
        const leniency = { isOwn, isOwnWords: isOwn && dialect.startsWith('azure') };
        expectNone(await problemsWith(front.streamed(front.asking(model, question)), leniency));
      },
    );
  });
});

const withVectors = backs.filter(
  ([dialect]) => !/^(anthropic|openai-responses|openai$|azure p)/.test(dialect),
);

describe.each(withVectors)('asked %s for vectors', (dialect, model) => {
  it.each(forVectors)('$name', async ({ asking, isLoose, refusedBy }) => {
    const isOwnWords = isLoose === true && dialect === 'azure';
    expectNone(await problemsWith(asking(model), { isOwnWords, mayBeRefused: refusedBy?.includes(dialect) }));
  });
});

describe.each(backs)('asked by well-known programs, sent to %s', (dialect, model) => {
  it.each(habits)('$name', async ({ asking, own }) => {
    const isOwn = own.includes(dialect);
    expectNone(await problemsWith(asking(model), { isOwn, isOwnWords: isOwn }));
  });
});

describe.each(backs)('asked %s to go on', (dialect, model) => {
  it.each(toGoOn)('$name', async ({ asking, refusedBy }) => {
    expectNone(await problemsWith(asking(model), { mayBeRefused: refusedBy?.includes(dialect) }));
  });
});

describe.each(backs)('asked %s for a count', (_, model) => {
  it.each(toBeCounted)('$name', async ({ asking }) => {
    expectNone(await problemsWith(asking(model), {}));
  });
});

interface Leniency {
  /** The body passes as the client wrote it, and whether its turns make sense is between him and his vendor. */
  readonly isOwn?: boolean;
  /** It is not even by the vendor's document. */
  readonly isOwnWords?: boolean;
  readonly mayBeRefused?: boolean | undefined;
}

/** What was sent wrong, or not at all. A client's own mistakes may pass to its own vendor; foreign signatures may not. */
async function problemsWith(
  asking: Asking,
  { isOwn = false, isOwnWords = false, mayBeRefused = false }: Leniency,
): Promise<readonly string[]> {
  upstream.journal.clear();
  const answered = await ask(gateway, asking, (text) => ({ payloads: [text], faults: [] }));
  if (mayBeRefused && refusedMember(answered) !== undefined) return [];
  const sent = upstream.journal.entries.filter(({ method }) => method === 'POST');
  const rules = sent.flatMap(({ path, sent: body }) => complaintsAboutSent(path, body));
  const prose = sent.flatMap(({ path, sent: body }) => brokenRules(path, body));
  const isForeign = sent.some(({ body }) => body?.includes('gw1:'));
  return [
    ...(isOwnWords ? [] : rules),
    ...(isOwn ? [] : prose),
    ...(isForeign ? ['a signature of another vendor went out'] : []),
    ...(answered.status === 200 ? [] : [`status ${answered.status}: ${JSON.stringify(answered.payloads)}`]),
    ...(answered.status === 200 && sent.length === 0 && !/ount/.test(asking.path)
      ? ['nothing was sent']
      : []),
  ];
}
