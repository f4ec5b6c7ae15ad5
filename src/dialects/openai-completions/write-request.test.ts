import { describe, expect, it } from 'vitest';
import type { GenerationCall, Message, Part } from '../../model/call.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import { Warnings } from '../../model/warnings.ts';
import { ordinaryQuirks } from '../wire-quirks.ts';
import { readCall } from './read-call.ts';
import { writeRequest } from './write-request.ts';

const say = (role: Message['role'], ...parts: Part[]): Message => ({ role, parts });
const text = (text: string): Part => ({ type: 'text', text });

function written(call: Partial<GenerationCall>, isStream = false, warnings = new Warnings(), quirks = {}) {
  const whole: GenerationCall = {
    kind: 'generation',
    model: 'm',
    messages: [say('user', text('Once'))],
    tools: [],
    stop: [],
    choices: 1,
    extra: {},
    ...call,
  };
  const all = { ...ordinaryQuirks, ...quirks };
  return writeRequest(whole, { isStream, warnings, quirks: all, outputTokensMax: undefined });
}

function refused(call: Partial<GenerationCall>, quirks = {}): string | undefined {
  try {
    written(call, false, new Warnings(), quirks);
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'unsupported_parameter') return error.details.param;
    throw error;
  }
  return undefined;
}

describe('a completions request', () => {
  it('is one prompt and what surrounds it', () => {
    const call = { isRawPrompt: true, suffix: ' end', outputTokensMax: 5, stop: ['.'], seed: 7, choices: 2 };
    expect(written({ ...call, logprobs: { alternatives: 0 } }, true)).toEqual({
      model: 'm',
      prompt: 'Once',
      suffix: ' end',
      max_tokens: 5,
      seed: 7,
      stop: ['.'],
      n: 2,
      logprobs: 0,
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(JSON.stringify(written({}))).toBe('{"model":"m","prompt":"Once"}');
  });

  it('has the system text of an app in front', () => {
    const messages = [say('system', text('Be kind.')), say('user', text('Once'))];
    expect(written({ messages, isRawPrompt: true })['prompt']).toBe('Be kind.\n\nOnce');
  });

  it.each<[string, Partial<GenerationCall>]>([
    ['tools', { tools: [{ name: 'f' }] }],
    ['response_format', { responseFormat: { type: 'json-object' } }],
    ['messages', { messages: [] }],
    ['messages', { messages: [say('assistant', text('a'))] }],
    ['messages', { messages: [say('system', text('a')), say('user', text('b'))] }],
    ['messages', { messages: [say('user', text('a')), say('user', text('b'))], isRawPrompt: true }],
    ['messages[0].content[0]', { messages: [say('user', { type: 'image', url: 'https://x.org' })] }],
  ])('refuses %s: a talk is no prompt', (param, call) => {
    expect(refused(call)).toBe(param);
  });

  it('refuses log probabilities by flag, and warns of thinking', () => {
    expect(refused({ logprobs: { alternatives: 1 } }, { logprobs: false })).toBe('logprobs');
    const warnings = new Warnings();
    written({ reasoning: { effort: 'low' }, verbosity: 'low' }, false, warnings);
    expect(warnings.list.map((one) => one.param)).toEqual(['reasoning_effort', 'verbosity']);
  });

  it('comes back as the call it was', () => {
    const call = { isRawPrompt: true, suffix: 'z', outputTokensMax: 5, temperature: 0.5, user: 'u' };
    const address = { route: '/v1/completions', model: undefined, query: '' };
    expect(readCall(written(call), { address, warnings: new Warnings() })).toMatchObject(call);
  });
});
