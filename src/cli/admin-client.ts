import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

import { systemClock } from '../model/clock.ts';
import { CommandFailure } from './exit-code.ts';

/**
 * The command line's only way to the daemon: its admin API, over the control socket unless told otherwise. It
 * knows no route and no meaning; commands do.
 */
export type AdminAddress =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'url'; readonly url: string };

export interface AdminAnswer {
  readonly status: number;
  /** Parsed; undefined when it was no JSON. */
  readonly body: unknown;
  readonly text: string;
}

/** Nobody is listening there; `stop` may then try the PID file, and `status` says "stopped". */
export class DaemonUnreachable extends CommandFailure {
  constructor(address: AdminAddress, cause: unknown) {
    const place = address.kind === 'socket' ? address.path : address.url;
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`Sluice cannot be reached at ${place} (${why}); is it running? \`sluice start\` starts it.`, 1, {
      cause,
    });
    this.name = 'DaemonUnreachable';
  }
}

export class AdminClient {
  readonly address: AdminAddress;
  readonly #timeoutMs: number;

  constructor(address: AdminAddress, timeoutMs: number) {
    this.address = address;
    this.#timeoutMs = timeoutMs;
  }

  /** The body of a good answer; a refusal becomes a `CommandFailure` with the daemon's own words. */
  async get<Body>(path: string): Promise<Body> {
    return wellOrThrow<Body>(await this.ask('GET', path));
  }

  async post<Body>(path: string): Promise<Body> {
    return wellOrThrow<Body>(await this.ask('POST', path));
  }

  /** Whatever the daemon says, as it says it. */
  ask(method: 'GET' | 'POST', path: string): Promise<AdminAnswer> {
    return new Promise((resolve, reject) => {
      const late = new Error(`no answer in ${this.#timeoutMs / 1000} s`);
      const fail = (error: unknown) => reject(new DaemonUnreachable(this.address, request.errored ?? error));
      const request = this.#open(method, path, (response) => void readAnswer(response).then(resolve, fail));
      const cancelTimer = systemClock.after(this.#timeoutMs, () => request.destroy(late));
      request.once('error', fail);
      request.once('close', cancelTimer);
      request.end();
    });
  }

  #open(method: string, path: string, onAnswer: (response: IncomingMessage) => void): ClientRequest {
    const options = { method, path, headers: { accept: 'application/json' }, agent: false } as const;
    if (this.address.kind === 'socket') {
      return requestHttp({ ...options, socketPath: this.address.path, host: 'localhost' }, onAnswer);
    }
    const url = new URL(path, this.address.url);
    return (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options, onAnswer);
  }
}

async function readAnswer(response: IncomingMessage): Promise<AdminAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return { status: response.statusCode ?? 0, body: parse(text), text };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function wellOrThrow<Body>(answer: AdminAnswer): Body {
  if (answer.status >= 200 && answer.status < 300) return answer.body as Body;
  throw new CommandFailure(refusalText(answer));
}

export function refusalText(answer: AdminAnswer): string {
  const { error } = (answer.body ?? {}) as { error?: { code?: string; message?: string } };
  if (error?.message !== undefined)
    return `${error.message} (${answer.status} ${error.code ?? ''})`.replace(' )', ')');
  return `The daemon answered ${answer.status}: ${answer.text.slice(0, 200)}`;
}
