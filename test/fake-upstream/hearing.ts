/** For this folder's tests: asks a fake and hears what it says. */
import { expect } from 'vitest';
import { ASKING, type Talking, type Wish } from './asking.ts';
import type { FakeUpstream } from './fake-upstream.ts';
import { type Heard, heardStream, heardWhole } from './heard.ts';

export const WITH_TOOLS: readonly Talking[] = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'gemini',
  'ollama-chat',
];

/** The arguments every tool is called with. */
export const ARGUMENTS = '{"city":"Köln","days":1}';

/** Why an answer ends that simply ends. */
export const NATURAL: Readonly<Record<Talking, string>> = {
  'openai-chat': 'stop',
  'openai-completions': 'stop',
  'openai-responses': 'completed',
  'anthropic-messages': 'end_turn',
  gemini: 'STOP',
  'ollama-chat': 'stop',
  'ollama-generate': 'stop',
};

export async function send(fake: FakeUpstream, talking: Talking, wish: Wish): Promise<Response> {
  const { path, body } = ASKING[talking](wish);
  return fetch(fake.url + path, { method: 'POST', body: JSON.stringify(body) });
}

/** Asks for it whole and streamed; both must have said the same. Ids are new in every answer. */
export async function hear(fake: FakeUpstream, talking: Talking, wish: Wish): Promise<Heard> {
  const whole = heardWhole(talking, await (await send(fake, talking, wish)).text());
  const inStream = { ...wish, stream: true };
  const streamed = heardStream(talking, await (await send(fake, talking, inStream)).text());
  expect(withoutIds(streamed)).toEqual(withoutIds(whole));
  return streamed;
}

function withoutIds(heard: Heard): object {
  return { ...heard, tools: heard.tools.map(({ name, args }) => ({ name, args })) };
}
