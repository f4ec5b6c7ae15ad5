/** Clients that ask a gateway on and on, and write down what they were answered. */
import { randomUUID } from 'node:crypto';

export interface AskingOn {
  /** The ids of the requests whose answers came whole, each with the tokens it told. */
  readonly answered: ReadonlyMap<string, number>;
  /** What came back that was no answer: status and code, or why there was nothing. */
  readonly failures: readonly string[];
  readonly slowestMs: number;
  /** Ends when the last answer has come. */
  stop(): Promise<void>;
}

export interface Asked {
  readonly baseUrl: string;
  readonly key: string;
  readonly model: string;
}

/** @param clients so many ask at once; half of them for streams. */
export function keepAsking(asked: Asked, clients: number, pauseMs = 0): AskingOn {
  const answered = new Map<string, number>();
  const failures: string[] = [];
  const seen = { slowestMs: 0 };
  let isOver = false;
  const askOn = async (isStream: boolean): Promise<void> => {
    while (!isOver) {
      const id = randomUUID();
      const began = performance.now();
      const answer = await ask(asked, id, isStream);
      if (typeof answer === 'number') {
        answered.set(id, answer);
        seen.slowestMs = Math.max(seen.slowestMs, performance.now() - began);
      } else {
        failures.push(answer);
        await sleep(20);
      }
      if (pauseMs > 0) await sleep(pauseMs);
    }
  };
  const asking = Array.from({ length: clients }, (_, at) => askOn(at % 2 === 0));
  return {
    answered,
    failures,
    get slowestMs() {
      return seen.slowestMs;
    },
    stop: async () => {
      isOver = true;
      await Promise.all(asking);
    },
  };
}

/** Tokens, or what went wrong. */
async function ask({ baseUrl, key, model }: Asked, id: string, isStream: boolean): Promise<number | string> {
  try {
    const answer = await fetch(`${baseUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'x-request-id': id },
      body: JSON.stringify({
        model,
        messages: [{ role: 'user', content: 'Hi' }],
        ...(isStream ? { stream: true, stream_options: { include_usage: true } } : {}),
      }),
      signal: AbortSignal.timeout(20_000),
    });
    const text = await answer.text();
    if (!answer.ok) return `${answer.status} ${text.slice(0, 200)}`;
    if (isStream && !text.includes('[DONE]')) return 'broken off';
    return Number(/"total_tokens":\s*(\d+)/.exec(text)?.[1] ?? 0);
  } catch (thrown) {
    return thrown instanceof Error ? thrown.name : String(thrown);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
