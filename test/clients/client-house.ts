/** A fake upstream, a gateway with a backend of every dialect before it, and how a client of any kind asks there. */
import {
  type FakeUpstream,
  type FakeUpstreamOptions,
  startFakeUpstream,
} from '../fake-upstream/fake-upstream.ts';
import type { JournalEntry } from '../fake-upstream/journal.ts';
import { everyBack } from '../support/every-back.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { openStream, type SseStream } from '../support/sse-client.ts';

export type Section = Readonly<Record<string, unknown>>;

export interface ClientHouseOptions {
  readonly upstream?: FakeUpstreamOptions;
  /** More backends than one of every dialect; gets the address of the fake. */
  readonly backends?: (url: string) => readonly Section[];
  readonly apps?: readonly Section[];
}

export class ClientHouse {
  readonly upstream: FakeUpstream;
  readonly gateway: RunningGateway;

  constructor(upstream: FakeUpstream, gateway: RunningGateway) {
    this.upstream = upstream;
    this.gateway = gateway;
  }

  static async open(options: ClientHouseOptions = {}): Promise<ClientHouse> {
    const upstream = await startFakeUpstream(options.upstream);
    const backends = [
      ...everyBack(upstream).map((back) => back.config),
      ...(options.backends?.(upstream.url) ?? []),
    ];
    const apps = options.apps === undefined ? {} : { apps: options.apps };
    return new ClientHouse(upstream, await startGateway({ config: { backends, ...apps } }));
  }

  async close(): Promise<void> {
    await this.gateway.stop();
    await this.upstream.close();
  }

  /** Text is sent as it stands, byte for byte. */
  post(
    path: string,
    body: object | string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    return fetch(this.gateway.baseUrl + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...this.#withKey(headers) },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  stream(
    path: string,
    body: object | string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<SseStream> {
    return openStream(this.gateway.baseUrl + path, { body, headers: this.#withKey(headers) });
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return fetch(this.gateway.baseUrl + path, { headers: this.#withKey(headers) });
  }

  /** The work the upstream was given, oldest first. */
  get asked(): readonly JournalEntry[] {
    return this.upstream.journal.entries.filter(({ method }) => method === 'POST');
  }

  get lastAsked(): JournalEntry {
    const last = this.asked.at(-1);
    if (last === undefined) throw new Error('the upstream was asked nothing');
    return last;
  }

  /** Those with this text in their model; a test's own among those of others. */
  askedOf(model: string): readonly JournalEntry[] {
    return this.asked.filter((entry) => entry.model.startsWith(model) || entry.path.includes(model));
  }

  #withKey(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    const hasKey = ['authorization', 'x-api-key'].some((name) => name in headers);
    return hasKey ? headers : { authorization: `Bearer ${this.gateway.key}`, ...headers };
  }
}

/** A backend of this type that serves one model in all its scenarios. */
export function backOf(type: string, model: string, baseUrl: string, more: Section = {}): Section {
  return {
    type,
    name: `back-${model}`,
    base_url: baseUrl,
    supports: { chat: [model, `${model}!*`], responses: [model, `${model}!*`] },
    ...more,
  };
}
