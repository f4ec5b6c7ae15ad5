/** A group of mode `swap`: one model at a time at the backend's sockets, with as many requests as it takes. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { maxConcurrent, overlaps } from '../fake-upstream/overlaps.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { waitFor } from '../support/wait-for.ts';

let upstream: FakeUpstream;
let gateway: RunningGateway;

beforeAll(async () => {
  upstream = await startFakeUpstream();
  gateway = await startGateway({
    config: {
      apps: [{ app_id: 'one', api_keys: ['sk-one'] }],
      backends: {
        sequence_groups: {
          gpu: { mode: 'swap', max_queue: 500, max_queue_per_app: 500, affinity: { max_batch: 4 } },
        },
        backends: ['left', 'right'].map((name) => ({
          type: 'openai-compatible',
          name,
          base_url: `${upstream.url}/v1`,
          sequence_group: 'gpu',
          concurrency: 2,
          supports: { chat: [`${name}*`] },
        })),
      },
    },
  });
});

afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
});

async function chat(model: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${gateway.baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk-one', ...headers },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }] }),
  });
}

interface Live {
  readonly lanes: readonly { readonly requests: readonly { readonly why: string | null }[] }[];
}

async function reasons(): Promise<(string | null)[]> {
  const live = (await (await fetch(`${gateway.adminUrl}/stats/live`)).json()) as Live;
  return live.lanes.flatMap(({ requests }) => requests.map(({ why }) => why));
}

const posts = () => upstream.journal.entries.filter(({ method }) => method === 'POST');

it('two models never overlap, each runs as many as it may, and they change places seldom', async () => {
  const models = Array.from({ length: 24 }, (_, at) => (at % 2 === 0 ? 'left' : 'right'));
  const answers = models.map((model) => chat(`${model}!slow=20!words=5`));
  const sentence = 'Waits for model "right!slow=20!words=5", after model "left!slow=20!words=5", which stays';
  await waitFor('somebody to wait for the other model', async () =>
    (await reasons()).some((why) => why?.startsWith(sentence) === true),
  );
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(models.map(() => 200));

  const left = posts().filter(({ model }) => model.startsWith('left'));
  const right = posts().filter(({ model }) => model.startsWith('right'));
  expect([maxConcurrent(left), maxConcurrent(right)]).toEqual([2, 2]);
  expect(overlaps([...left, ...right]).filter(({ first, second }) => first.model !== second.model)).toEqual(
    [],
  );

  const order = posts().map(({ model }) => model);
  const changes = order.filter((model, at) => at > 0 && model !== order[at - 1]).length;
  expect(changes).toBeLessThanOrEqual(24 / 4 + 1);
  const metrics = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
  expect(metrics).toContain(`sluice_swaps_total{group="gpu"} ${changes}`);
});

it('who says how long it waits, and cannot be served within that, is told', async () => {
  const busy = chat('left!slow=300!words=10');
  await waitFor('it to run', () => posts().some(({ tEnded }) => tEnded === undefined));
  const answer = await chat('right!words=1', { 'x-stainless-timeout': '1' });
  expect(answer.status).toBe(504);
  expect(await answer.json()).toMatchObject({ error: { code: 'queue_timeout' } });
  expect((await busy).status).toBe(200);
});
