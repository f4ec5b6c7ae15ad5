/**
 * A backend in every dialect, slow, rude or cut off on request. It is an oracle too: its journal tells what really was
 * served. It knows nothing of the gateway and imports nothing of it.
 */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { control } from './control.ts';
import { exchange, type Shop } from './exchange.ts';
import { FirstBytes } from './first-bytes.ts';
import { Journal } from './journal.ts';
import type { House } from './operation.ts';
import { Residents } from './residents.ts';
import { tagged } from './runtimes/ollama.ts';
import { RuntimeMemory } from './runtimes/runtime-memory.ts';
import { playRuntime, type RuntimeKind } from './runtimes/runtimes.ts';
import { UnknownKnob } from './scenario.ts';
import { WhichScenario } from './which-scenario.ts';

export interface FakeUpstreamOptions {
  /** 0 or absent: any free port. Several ports share one journal and one set of scenarios. */
  readonly port?: number;
  readonly ports?: readonly number[];
  readonly tls?: { readonly cert: string | Buffer; readonly key: string | Buffer };
  /** A JSONL file that gets every entry as it happens. */
  readonly journalFile?: string;
  /** The scenario of every request that names none. */
  readonly scenario?: string;
  readonly models?: readonly string[];
  /** If given, a request with none of these keys is refused with 401. */
  readonly keys?: readonly string[];
  /** The only operations there are (`openai-chat` …); look-ups by GET stay. The scenario `only` may say otherwise. */
  readonly only?: readonly string[];
  /** Answers 405, as FastAPI and gin do, where a path is asked by GET that is there for POST; else 404, as llama-server does. */
  readonly tellsWrongMethod?: boolean;
  /** Also play the control endpoints of this runtime, over a memory whose history is kept. */
  readonly runtime?: RuntimeKind;
  /** Longer bodies are journalled by their hash alone. */
  readonly keptBodyBytesMax?: number;
}

export interface FakeUpstream {
  readonly url: string;
  readonly urls: readonly string[];
  readonly port: number;
  readonly ports: readonly number[];
  readonly journal: Journal;
  /** The models that were asked for and not unloaded since. */
  readonly residents: ReadonlySet<string>;
  /** Of the runtime it plays: what is in it, what became of it, and the mood it is in. */
  readonly memory: RuntimeMemory;
  setScenario(text: string): void;
  /** The next requests that are work get these scenarios, one each, before the default holds again. */
  queueScenarios(...texts: readonly string[]): void;
  /** Stops listening and breaks off whatever is under way. */
  close(): Promise<void>;
}

export async function startFakeUpstream(options: FakeUpstreamOptions = {}): Promise<FakeUpstream> {
  const shop = openShop(options);
  const wanted = options.ports ?? [options.port ?? 0];
  const doors: Door[] = [];
  for (const port of wanted) doors.push(await openDoor(port, options, shop));
  return {
    url: doors[0]?.url ?? '',
    urls: doors.map((door) => door.url),
    port: doors[0]?.port ?? 0,
    ports: doors.map((door) => door.port),
    journal: shop.journal,
    residents: shop.residents.loaded,
    memory: shop.memory,
    setScenario: (text) => shop.whichScenario.setDefault(text),
    queueScenarios: (...texts) => shop.whichScenario.queue(...texts),
    close: async () => {
      await Promise.all(doors.map((door) => door.close()));
      shop.journal.close();
    },
  };
}

interface Door {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

function openShop(options: FakeUpstreamOptions): Shop {
  const serverId = randomBytes(3).toString('hex');
  let count = 0;
  const models = options.models ?? ['m', 'm2', 'llama3.2'];
  const memory = new RuntimeMemory();
  const { runtime } = options;
  return {
    memory,
    controls: runtime === undefined ? [] : playRuntime(runtime, memory, models),
    nameOf: runtime === undefined ? undefined : runtime === 'ollama' ? tagged : (model) => model,
    journal: new Journal(options.journalFile),
    whichScenario: new WhichScenario(options.scenario),
    residents: new Residents(),
    models,
    keys: options.keys ?? [],
    only: options.only,
    tellsWrongMethod: options.tellsWrongMethod ?? false,
    keptBodyBytesMax: options.keptBodyBytesMax ?? 1024 * 1024,
    nextSeq: () => `${serverId}-${++count}`,
  };
}

async function openDoor(wantedPort: number, options: FakeUpstreamOptions, shop: Shop): Promise<Door> {
  // Times are the scenarios' business; node's own timers would only cut stalls short.
  const patience = {
    requestTimeout: 0,
    headersTimeout: 0,
    keepAliveTimeout: 60_000,
    maxHeaderSize: 256 * 1024,
  };
  const server: Server = options.tls
    ? createTlsServer({ ...patience, ...options.tls })
    : createServer(patience);
  const firstBytes = new FirstBytes(server, options.tls ? 'secureConnection' : 'connection');
  await listen(server, wantedPort);
  const port = portOf(server);
  const url = `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`;
  const house: House = {
    url,
    models: shop.models,
    residents: shop.residents.loaded,
    unload: (model) => shop.residents.unload(model),
  };
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (request.url?.startsWith('/__fake/')) return void control(request, response, shop);
    exchange({ request, response, firstBytes, house, port }, shop).catch((error: unknown) =>
      confess(response, error),
    );
  });
  return { url, port, close: () => close(server) };
}

/** A mistake of the test's or the fake's own must be seen, not taken for a scenario. */
function confess(response: ServerResponse, error: unknown): void {
  const message =
    error instanceof UnknownKnob
      ? error.message
      : `fake upstream: ${error instanceof Error ? error.stack : error}`;
  process.stderr.write(`${message}\n`);
  if (response.headersSent || response.destroyed) return void response.destroy();
  response.writeHead(418, { 'content-type': 'text/plain' }).end(message);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
