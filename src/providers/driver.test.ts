import { describe, expect, it } from 'vitest';
import { anyAbove, gauge, inPath, mustSucceed, RuntimeRefusal } from './driver.ts';

const answer = (text: string, status = 200) => ({ status, text, json: undefined });

const metrics = `# HELP vllm:num_requests_running Number of requests.
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{engine="0",model_name="a b}"} 2.0
vllm:num_requests_running{engine="1",model_name="a"} 1.0 1760000000
vllm:num_requests_running_total 40
plain 7`;

describe('a gauge', () => {
  it.each([
    ['vllm:num_requests_running', 3],
    ['plain', 7],
    ['vllm:num_requests', undefined],
    ['nothing', undefined],
  ])('%s is %s', (name, value) => {
    expect(gauge(answer(metrics), name)).toBe(value);
  });

  it('is not read from a page that says it is not there', () => {
    expect(gauge(answer(metrics, 404), 'plain')).toBeUndefined();
  });
});

it('somebody is at work if any gauge says so, and nobody knows if none is there', () => {
  const said = (text: string, ...names: string[]) => {
    const conversation = anyAbove(...names);
    expect(conversation.next().value).toEqual({ method: 'GET', path: '/metrics' });
    return conversation.next(answer(text)).value;
  };
  expect(said(metrics, 'nothing', 'plain')).toBe(true);
  expect(said('plain 0.0', 'plain')).toBe(false);
  expect(said('', 'plain')).toBeUndefined();
});

it('a model stands in a path with its own slashes and nothing else', () => {
  expect(inPath('org/a b?c#d')).toBe('org/a%20b%3Fc%23d');
});

it('what is no success is a refusal with its words', () => {
  expect(() => mustSucceed(answer(' no such model\n', 404))).toThrow(RuntimeRefusal);
  expect(() => mustSucceed(answer(' no such model\n', 404))).toThrow(/^no such model$/);
  expect(mustSucceed(answer('', 204)).status).toBe(204);
});
