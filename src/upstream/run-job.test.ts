import { describe, expect, it } from 'vitest';
import type { CallEvent } from '../model/call-event.ts';
import { HandMovedClock } from '../model/clock.ts';
import { GatewayError } from '../model/gateway-error.ts';
import { type Answer, get, insist, post } from '../providers/driver.ts';
import { begun, done, type Job, pause, tell } from '../providers/job.ts';
import type { Backend } from './backend.ts';
import type { HeadedAnswer, JobLine } from './job-line.ts';
import { JobRun } from './run-job.ts';

const left = new GatewayError('client_left', 'The client has left.');
const end: CallEvent = { type: 'answer-end' };

/** A job under a line whose answers the test gives when it likes. */
function house(job: Job) {
  const clock = new HandMovedClock();
  const asked: string[] = [];
  const waiting: { answer(status: number, json?: object): void; fail(error: Error): void }[] = [];
  const line = {
    ask: ({ method, path }: { method: string; path: string }, signal: AbortSignal) => {
      asked.push(`${method} ${path}`);
      return new Promise<HeadedAnswer>((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
        waiting.push({
          answer: (status, json = {}) =>
            resolve({ status, json: json as Answer['json'], text: JSON.stringify(json), headers: {} }),
          fail: reject,
        });
      });
    },
  } as unknown as JobLine;
  const told: unknown[] = [];
  const words: string[] = [];
  const receiver = {
    onEvent: (event: CallEvent) => told.push(event.type),
    onEnd: () => told.push('end'),
    onFailure: (error: GatewayError) => {
      told.push(error.code);
      words.push(error.message);
    },
  };
  const backend = { config: { apiKey: undefined }, provider: {} } as unknown as Backend;
  const run = new JobRun(job, line, backend, receiver, clock);
  run.start();
  const step = async (act: () => void) => {
    act();
    await new Promise((resolve) => setImmediate(resolve));
  };
  const answer = (status: number, json?: object) => step(() => waiting.shift()?.answer(status, json));
  const fail = (error: Error) => step(() => waiting.shift()?.fail(error));
  return {
    clock,
    asked,
    told,
    words,
    run,
    step,
    answer,
    fail,
    pass: (ms: number) => step(() => clock.advance(ms)),
  };
}

function* picture(): Job {
  yield* insist(post('/start'));
  yield begun(function* () {
    const { status } = yield get('/look');
    if (status === 200) yield post('/stop');
    yield pause(100);
    yield get('/look');
  });
  yield pause(500);
  yield* insist(get('/look'));
  yield done;
  yield tell(end);
}

describe('a job', () => {
  it('is asked, waited for and told in order', async () => {
    const { asked, told, answer, pass } = house(picture());
    expect(asked).toEqual(['POST /start']);
    await answer(200);
    await pass(499);
    expect(asked).toHaveLength(1);
    await pass(1);
    expect(asked).toEqual(['POST /start', 'GET /look']);
    await answer(200);
    expect(told).toEqual(['answer-end', 'end']);
  });

  it('that nobody wants any more is called off, and the end told only then', async () => {
    const { asked, told, run, step, answer, pass } = house(picture());
    await answer(200);
    await step(() => run.abort(left));
    expect(asked).toEqual(['POST /start', 'GET /look']);
    await answer(200);
    expect(asked.at(-1)).toBe('POST /stop');
    await answer(200);
    expect(told).toEqual([]);
    await pass(100);
    await answer(200);
    expect(told).toEqual(['client_left']);
  });

  it('that has begun without our knowing is heard first: its answer names what to call off', async () => {
    const { asked, told, run, step, answer } = house(picture());
    await step(() => run.abort(left));
    expect([asked, told]).toEqual([['POST /start'], []]);
    await answer(200);
    expect(asked).toEqual(['POST /start', 'GET /look']);
  });

  it('whose first answer does not come is not heard for ever', async () => {
    const { told, run, step, pass } = house(picture());
    await step(() => run.abort(left));
    await pass(9_999);
    expect(told).toEqual([]);
    await pass(1);
    expect(told).toEqual(['client_left']);
  });

  it('that cannot be called off holds its slot for two minutes and no longer', async () => {
    const { told, run, step, answer, pass } = house(picture());
    await answer(200);
    await step(() => run.abort(left));
    await pass(119_999);
    expect(told).toEqual([]);
    await pass(1);
    expect(told).toEqual(['client_left']);
  });

  it('that fails is called off too, and the failure told is the first', async () => {
    const { asked, told, answer, pass } = house(picture());
    await answer(200);
    await pass(500);
    await answer(500, { detail: 'broken' });
    expect(asked.slice(1)).toEqual(['GET /look', 'GET /look']);
    await answer(404);
    await pass(100);
    await answer(404);
    expect(told).toEqual(['upstream_error']);
  });

  it('that is done has nothing to be called off', async () => {
    const { asked, told, run, step, answer, pass } = house(
      (function* (): Job {
        yield begun(function* () {
          yield post('/stop');
        });
        yield done;
        yield* insist(get('/fetch'));
      })(),
    );
    await step(() => run.abort(left));
    await answer(200);
    await pass(0);
    expect([asked, told]).toEqual([['GET /fetch'], ['client_left']]);
  });

  it('is looked at again where a look finds no connection, but never begun twice', async () => {
    const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    const { asked, told, answer, fail, pass } = house(picture());
    await answer(200);
    await pass(500);
    await fail(refused);
    await pass(500);
    await answer(200);
    expect(asked).toEqual(['POST /start', 'GET /look', 'GET /look']);
    expect(told).toEqual(['answer-end', 'end']);

    const other = house(picture());
    await other.fail(refused);
    expect([other.asked, other.told]).toEqual([['POST /start'], ['upstream_connect']]);
  });

  it('that is refused is attributed as any refusal is', async () => {
    const { told, words, answer } = house(picture());
    await answer(422, { detail: [{ loc: ['body', 'prompt'], msg: 'field required' }] });
    expect([told, words]).toEqual([['invalid_request'], ['prompt: field required']]);

    const other = house(picture());
    await other.answer(429, { error: { message: 'too many' } });
    expect([other.told, other.words]).toEqual([['rate_limited'], ['too many']]);
  });
});
