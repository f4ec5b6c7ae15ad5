/** One request's way through the fake: arrive, be read, be journalled, be answered in its scenario. */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { nowhere, operationFor, wrongMethod } from './all-operations.ts';
import { AnswerWriter } from './answer-writer.ts';
import { compose, failureDelivery } from './compose.ts';
import { deliver, stall } from './deliver.ts';
import type { FirstBytes } from './first-bytes.ts';
import { type Journal, type JournalEntry, nowMs } from './journal.ts';
import { parseObject } from './json.ts';
import type { Arrived, House, Operation } from './operation.ts';
import { readBody } from './read-body.ts';
import { readForm } from './read-form.ts';
import type { Residents } from './residents.ts';
import { loadOptionsIn } from './runtimes/ollama.ts';
import type { RuntimeMemory } from './runtimes/runtime-memory.ts';
import { readScenario, Scenario } from './scenario.ts';
import type { Circumstances } from './speech.ts';
import type { WhichScenario } from './which-scenario.ts';

/** What all exchanges of a server share. */
export interface Shop {
  readonly journal: Journal;
  readonly whichScenario: WhichScenario;
  readonly residents: Residents;
  /** Of the runtime it plays; without one, nothing ever gets into it. */
  readonly memory: RuntimeMemory;
  /** What that runtime can be told. */
  readonly controls: readonly Operation[];
  /** A model's name as that runtime spells it; undefined: it plays none. */
  readonly nameOf: ((model: string) => string) | undefined;
  readonly models: readonly string[];
  readonly keys: readonly string[];
  readonly keptBodyBytesMax: number;
  /** The operations there are, if not all. */
  readonly only: readonly string[] | undefined;
  readonly tellsWrongMethod: boolean;
  nextSeq(): string;
}

interface Place {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly firstBytes: FirstBytes;
  readonly house: House;
  readonly port: number;
}

export async function exchange(place: Place, shop: Shop): Promise<void> {
  const { request, response } = place;
  const { socket } = request;
  const tReceivedFirstByte = place.firstBytes.of(socket);
  for (const event of ['finish', 'close']) response.once(event, () => place.firstBytes.forget(socket));
  const header = headerText(request, 'x-fake-scenario');
  const isRead = !shop.whichScenario.beforeBody(header).has('no-read');
  const bytes = isRead ? await readBody(request) : Buffer.alloc(0);
  const arrived = await arrivedFrom(request, bytes);
  const operation = operationFor(arrived, shop.controls);
  const model = operation.modelOf(arrived);
  const scenario = shop.whichScenario.decide({ method: arrived.method, model, header });
  const entry = entryFor(place, shop, { arrived, bytes, operation, model, scenario, tReceivedFirstByte });
  shop.journal.open(entry);
  const writer = new AnswerWriter(response, socket, entry, shop.journal);
  if (request.readableAborted || socket.destroyed) return;
  if (scenario.has('close-no-length')) response.useChunkedEncodingByDefault = false;
  if (isRead) await answer(place, shop, { arrived, operation, model, scenario, bytes, writer });
  else await stall(writer, scenario, undefined);
}

interface Decided {
  readonly arrived: Arrived;
  readonly operation: Operation;
  readonly model: string;
  readonly scenario: Scenario;
  readonly bytes: Buffer;
  readonly writer: AnswerWriter;
}

async function answer(place: Place, shop: Shop, decided: Decided): Promise<void> {
  const { arrived, operation, model, scenario, writer } = decided;
  if (!mayEnter(arrived, shop.keys)) {
    const refusal = readScenario('status=401!message=wrong+key');
    return deliver(failureDelivery(operation, refusal), writer, refusal);
  }
  if (operation === nowhere && shop.tellsWrongMethod && isThereForPost(arrived, scenario, shop))
    return deliver(compose(wrongMethod, arrived, plainly(writer), place.house), writer, new Scenario());
  if (!isServed(operation, arrived.method, scenario, shop))
    return deliver(compose(nowhere, arrived, plainly(writer), place.house), writer, new Scenario());
  if (operation.reply !== undefined) {
    const body = await operation.reply(arrived);
    const told: Operation = { ...operation, answer: { kind: 'plain', whole: () => body } };
    return deliver(compose(told, arrived, { ...plainly(writer), scenario }, place.house), writer, scenario);
  }
  if (shop.nameOf === undefined || operation.answer.kind !== 'generated') return speak(place, shop, decided);
  const resident = shop.nameOf(model);
  await shop.memory.enter(resident, loadOptionsIn(arrived.body));
  await speak(place, shop, decided).finally(() => shop.memory.leave(resident));
}

async function speak(place: Place, shop: Shop, decided: Decided): Promise<void> {
  const { arrived, operation, model, scenario, bytes, writer } = decided;
  const isSwitch = shop.residents.touch(operation, arrived, model);
  if (isSwitch) await writer.pause(scenario.number('load') ?? 0);
  const echoed = scenario.has('echo-request') ? echoOf(arrived, bytes) : undefined;
  const circumstances = {
    ...plainly(writer),
    scenario,
    ...(echoed === undefined ? {} : { echoed }),
  };
  await deliver(compose(operation, arrived, circumstances, place.house), writer, scenario);
}

function plainly(writer: AnswerWriter): Circumstances {
  return { id: writer.entry.seq, createdAt: new Date(), scenario: new Scenario() };
}

/** Names are given for work alone; the option lets look-ups by GET pass, as a default scenario does. */
function isServed(operation: Operation, method: string, scenario: Scenario, shop: Shop): boolean {
  const names = scenario.has('only') ? (scenario.text('only') ?? '').split(',') : shop.only;
  if (names === undefined || (method === 'GET' && !scenario.has('only'))) return true;
  return names.includes(operation.name);
}

function isThereForPost(arrived: Arrived, scenario: Scenario, shop: Shop): boolean {
  const operation = operationFor({ ...arrived, method: 'POST' }, shop.controls);
  return operation !== nowhere && isServed(operation, 'POST', scenario, shop);
}

function mayEnter({ headers, query }: Arrived, keys: readonly string[]): boolean {
  const bearer = headers.authorization?.replace(/^Bearer /i, '');
  const shown = [
    bearer,
    headers['x-api-key'],
    headers['api-key'],
    headers['x-goog-api-key'],
    query.get('key'),
  ];
  return keys.length === 0 || shown.some((key) => key && keys.includes(key));
}

async function arrivedFrom(request: IncomingMessage, bytes: Buffer): Promise<Arrived> {
  const contentType = headerText(request, 'content-type');
  const isForm = contentType.startsWith('multipart/form-data');
  const url = new URL(request.url ?? '/', 'http://fake');
  return {
    method: request.method ?? 'GET',
    path: decoded(url.pathname),
    query: url.searchParams,
    headers: Object.fromEntries(
      Object.keys(request.headers).map((name) => [name, headerText(request, name)]),
    ),
    body: isForm ? await readForm(bytes, contentType) : parseObject(bytes.toString()),
  };
}

function entryFor(
  place: Place,
  shop: Shop,
  seen: Omit<Decided, 'writer'> & { readonly tReceivedFirstByte: number },
): JournalEntry {
  const { arrived, bytes } = seen;
  const requestIds = Object.entries(arrived.headers).filter(([name]) => /request-id|traceparent/.test(name));
  return {
    seq: shop.nextSeq(),
    port: place.port,
    operation: seen.operation.name,
    method: arrived.method,
    path: place.request.url ?? '/',
    model: seen.model,
    scenario: `${seen.scenario}`,
    requestIds: Object.fromEntries(requestIds),
    headers: arrived.headers,
    bodySha256: sha256(bytes),
    bodyLength: bytes.length,
    ...(bytes.length <= shop.keptBodyBytesMax ? { body: bytes.toString(), sent: arrived.body } : {}),
    tReceivedFirstByte: seen.tReceivedFirstByte,
    tBodyComplete: nowMs(),
    bytesSent: 0,
    outcome: 'open',
  };
}

function echoOf({ method, path, headers }: Arrived, bytes: Buffer): string {
  return JSON.stringify({ bodySha256: sha256(bytes), method, path, headers });
}

function headerText(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : (value ?? '');
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
