/**
 * Three backends of one model, of which one after another gets into trouble, under a steady stream of requests. What
 * counts is what the clients saw: an error before the first byte that another backend could have spared them is ours.
 */
import { type FakeUpstreamProgram, startFakeUpstreamProgram } from './fake-upstream-program.ts';
import { type RunningGateway, startGateway } from './gateway.ts';

export interface ChaosOptions {
  readonly seconds: number;
  readonly perSecond: number;
  /** `retry.budget`; as is the default if absent. */
  readonly budget?: number;
}

export interface ChaosReport {
  readonly asked: number;
  /** Answers that came whole. */
  readonly whole: number;
  /** Streams that broke off after their first byte, and said so. */
  readonly toldInBand: number;
  /** Streams that broke off and ended as if nothing had happened. */
  readonly endedSilently: number;
  /** Errors before the first byte, by code. */
  readonly errors: ReadonlyMap<string, number>;
  /** Requests to backends beyond the first of each call. */
  readonly retries: number;
  /** Failures of backends before the first byte that the client of that call never saw. */
  readonly spared: number;
  readonly slowestMs: number;
  readonly log: readonly string[];
}

interface Trouble {
  readonly name: string;
  begin(backend: FakeUpstreamProgram): Promise<void>;
  end(backend: FakeUpstreamProgram): Promise<void>;
}

const plays = (name: string, scenario: string): Trouble => ({
  name,
  begin: (backend) => backend.setScenario(scenario),
  end: (backend) => backend.setScenario('slow=2'),
});

/** Its process is stopped: it takes connections and says nothing, as a machine that hangs does. */
const hangs: Trouble = {
  name: 'hangs',
  begin: async ({ program }) => program.signal('SIGSTOP'),
  end: async ({ program }) => program.signal('SIGCONT'),
};

const troubles: readonly Trouble[] = [
  plays('resets', 'reset=0'),
  plays('stalls', 'stall-before-headers'),
  plays('is slow', 'delay=300!slow=2'),
  plays('asks to be left alone', 'status=429!retry-after=1'),
  plays('errs inside a 200', 'error-in-200'),
  plays('truncates', 'words=8!cut=4'),
  plays('fails', 'status=500'),
  plays('is overloaded', 'status=529'),
  plays('refuses our key', 'status=401'),
  hangs,
];

export async function playChaos({ seconds, perSecond, budget = 0.1 }: ChaosOptions): Promise<ChaosReport> {
  const backends = await Promise.all([0, 1, 2].map(() => startFakeUpstreamProgram()));
  const gateway = await startGateway({ config: configFor(backends, budget) });
  try {
    for (const backend of backends) await backend.setScenario('slow=2');
    const tally = new Tally();
    const crowd = send(gateway, tally, seconds, perSecond);
    await makeTrouble(backends, seconds, tally.log);
    await crowd;
    return tally.report(await retriesOf(gateway, tally));
  } finally {
    for (const { program } of backends) program.signal('SIGCONT');
    await gateway.stop();
    await Promise.all(backends.map((backend) => backend.stop()));
  }
}

function configFor(backends: readonly FakeUpstreamProgram[], budget: number) {
  return {
    daemon: {
      retry: { budget },
      circuit_breaker: { failure_threshold: 3, reset_timeout_ms: 1_000 },
      logging: { access_log: false },
    },
    apps: [{ app_id: 'crowd', api_keys: ['sk-crowd'] }],
    backends: backends.map(({ url }, at) => ({
      type: 'openai-compatible',
      name: `b${at}`,
      base_url: `${url}/v1`,
      supports: { chat: ['m'] },
      weight: 1,
      concurrency: 256,
      timeouts: { first_byte_s: 1, connect_s: 1, idle_s: 2 },
    })),
  };
}

/** A trouble takes two thirds of its time; in the last third its backend is well again and may come back. */
async function makeTrouble(
  backends: readonly FakeUpstreamProgram[],
  seconds: number,
  log: string[],
): Promise<void> {
  const shareMs = (seconds * 1_000) / troubles.length;
  for (const [at, trouble] of troubles.entries()) {
    const victim = backends[at % backends.length] as FakeUpstreamProgram;
    log.push(`b${at % backends.length} ${trouble.name}`);
    await trouble.begin(victim);
    await sleep((shareMs * 2) / 3);
    await trouble.end(victim);
    await sleep(shareMs / 3);
  }
}

async function send(
  gateway: RunningGateway,
  tally: Tally,
  seconds: number,
  perSecond: number,
): Promise<void> {
  const startedMs = performance.now();
  const calls: Promise<void>[] = [];
  const total = seconds * perSecond;
  for (let at = 0; at < total; at++) {
    const dueMs = startedMs + (at * 1_000) / perSecond;
    const aheadMs = dueMs - performance.now();
    if (aheadMs > 1) await sleep(aheadMs);
    calls.push(ask(gateway, tally, at % 2 === 0));
  }
  await Promise.all(calls);
}

async function ask({ baseUrl }: RunningGateway, tally: Tally, stream: boolean): Promise<void> {
  const startedMs = performance.now();
  tally.asked++;
  try {
    const answer = await fetch(`${baseUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk-crowd' },
      body: JSON.stringify({ model: 'm', stream, messages: [{ role: 'user', content: 'Hi there, you.' }] }),
      signal: AbortSignal.timeout(30_000),
    });
    tally.hear(answer.status, stream, await answer.text());
  } catch (thrown) {
    tally.fail(
      thrown instanceof Error
        ? thrown.cause instanceof Error
          ? thrown.cause.message
          : thrown.message
        : 'unknown',
    );
  }
  tally.slowestMs = Math.max(tally.slowestMs, performance.now() - startedMs);
}

class Tally {
  asked = 0;
  whole = 0;
  toldInBand = 0;
  endedSilently = 0;
  slowestMs = 0;
  readonly errors = new Map<string, number>();
  readonly log: string[] = [];

  hear(status: number, stream: boolean, text: string): void {
    if (status !== 200) this.fail(codeIn(text) ?? `status ${status}`);
    else if (!stream || text.trimEnd().endsWith('data: [DONE]')) this.whole++;
    else if (text.includes('"error"')) this.toldInBand++;
    else this.endedSilently++;
  }

  fail(code: string): void {
    this.errors.set(code, (this.errors.get(code) ?? 0) + 1);
  }

  report({ retries, spared }: { retries: number; spared: number }): ChaosReport {
    const { asked, whole, toldInBand, endedSilently, errors, slowestMs, log } = this;
    return { asked, whole, toldInBand, endedSilently, errors, retries, spared, slowestMs, log };
  }
}

/** From the gateway's log: each time a backend failed and another was asked. */
async function retriesOf(
  { stderrLines }: RunningGateway,
  tally: Tally,
): Promise<{ retries: number; spared: number }> {
  const retries = stderrLines.filter((line) => line.includes('a backend failed and another is asked')).length;
  const unspared = [...tally.errors.values()].reduce((sum, count) => sum + count, 0);
  return { retries, spared: retries - unspared };
}

function codeIn(text: string): string | undefined {
  return /"code":\s*"([a-z_]+)"/.exec(text)?.[1];
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
