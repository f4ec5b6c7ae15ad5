/**
 * A talk begun with one backend goes on with another: the model thought, signed its thoughts and called a tool; the
 * answer comes back as history, and perhaps to a stranger. Signatures are for their maker alone (T15, T16).
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type JsonObject, listIn, objectIn, parseObject, stringIn } from '../fake-upstream/json.ts';
import { everyBack } from '../support/every-back.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import type { Question } from './fronts/front.ts';
import { ask, type GoingOn, goingOn, goOn } from './going-on.ts';
import { backs } from './run-matrix.ts';
import { Told } from './told.ts';

let upstream: FakeUpstream;
let gateway: RunningGateway;

beforeAll(async () => {
  upstream = await startFakeUpstream();
  gateway = await startGateway({ config: { backends: everyBack(upstream).map((back) => back.config) } });
});

afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
});

/** What the fake signs with, by the dialect of the backend. */
const SIGNATURES: ReadonlyMap<string, string> = new Map([
  ['anthropic-messages', 'RmFrZVNpZ25hdHVyZQ=='],
  ['gemini-generate', 'RmFrZQ=='],
  ['openai-responses', 'gAAAAABmYWtl'],
]);

/** What Google takes where a signature is lost (protocols 4.5). */
const SENTINEL = 'skip_thought_signature_validator';

const pairs = goingOn.flatMap((how) =>
  backs.flatMap((from) =>
    backs.map((to) => [how.front.name, from.dialect, to.dialect, how, from, to] as const),
  ),
);

describe.each(pairs)('%s, from %s on to %s', (_front, from, to, how, { model: first }, { model: second }) => {
  it('goes on, and no signature reaches a stranger', async () => {
    const answer = await post(ask(how.front, `${first}!thoughts=2!signed`));
    expect(answer.status).toBe(200);
    const { told, status } = await heard(how, goOn(how, second, answer.body));
    expect({ status, error: told.error, text: told.text }).toMatchObject({
      status: 200,
      error: undefined,
      text: expect.stringContaining('21 degrees'),
    });
    const sent = upstream.journal.entries.at(-1)?.sent ?? {};
    expect(strangersIn(sent, to)).toEqual([]);
    if (to === 'gemini-generate') expect(signedCalls(sent)).toEqual([signatureFor(from)]);
    if (to === 'openai-responses') expect(unknownItems(sent)).toEqual([]);
    if (to === 'anthropic-messages') expect(unsignedThoughts(sent)).toEqual([]);
  });
});

function signatureFor(from: string): string {
  return from === 'gemini-generate' ? 'RmFrZQ==' : SENTINEL;
}

/** Others' signatures, and any that bears our own mark, wherever they stand. */
function strangersIn(sent: JsonObject, to: string): string[] {
  const text = JSON.stringify(sent);
  const others = [...SIGNATURES].filter(([dialect]) => dialect !== to).map(([, signature]) => signature);
  return [...others.map((signature) => `"${signature}"`), 'gw1:'].filter((stranger) =>
    text.includes(stranger),
  );
}

/** The first call of a step must be signed at Gemini. */
function signedCalls({ contents }: JsonObject): string[] {
  const parts = listIn(contents).flatMap((content) => listIn(objectIn(content).parts).map(objectIn));
  return parts
    .filter(({ functionCall }) => functionCall !== undefined)
    .map(({ thoughtSignature }) => stringIn(thoughtSignature));
}

/** Thoughts without a signature are refused by Anthropic. */
function unsignedThoughts({ messages }: JsonObject): JsonObject[] {
  const blocks = listIn(messages).flatMap((message) => listIn(objectIn(message).content).map(objectIn));
  return blocks.filter(({ type, signature }) => type === 'thinking' && !signature);
}

/** An item of reasoning that OpenAI did not make is refused by its id (T18). */
function unknownItems({ input }: JsonObject): JsonObject[] {
  const items = listIn(input).map(objectIn);
  return items.filter(({ type, encrypted_content }) => type === 'reasoning' && !encrypted_content);
}

async function heard(how: GoingOn, question: Question): Promise<{ told: Told; status: number }> {
  const { status, body } = await post(question);
  const told = new Told();
  if (status === 200) how.front.hearWhole(body, told);
  else told.error = how.front.hearError(body);
  return { told, status };
}

async function post({ path, body }: Question): Promise<{ status: number; body: JsonObject }> {
  const answer = await fetch(`${gateway.baseUrl}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  });
  return { status: answer.status, body: parseObject(await answer.text()) };
}
