/**
 * Stands between the gateway and a real server and notes, in the fake upstream's journal form, when each request and
 * answer passed: a real server keeps no journal of its own. It changes nothing, and passes every abort on.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Journal, type JournalEntry, nowMs } from '../fake-upstream/journal.ts';
import { readBody } from '../fake-upstream/read-body.ts';

export interface RecordingProxy {
  readonly url: string;
  readonly journal: Journal;
  close(): Promise<void>;
}

export async function startRecordingProxy(targetUrl: string): Promise<RecordingProxy> {
  const journal = new Journal();
  const server = createServer((incoming, outgoing) => void pass(incoming, outgoing, targetUrl, journal));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    journal,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function pass(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  targetUrl: string,
  journal: Journal,
): Promise<void> {
  const tReceivedFirstByte = nowMs();
  const body = await readBody(incoming);
  const entry = entryFor(incoming, body, tReceivedFirstByte, `proxy-${journal.entries.length + 1}`);
  journal.open(entry);
  const headers = { ...incoming.headers, connection: 'close' };
  const onward = request(targetUrl + incoming.url, {
    method: incoming.method ?? 'GET',
    headers,
    agent: false,
  });
  onward.once('response', (answer) => {
    entry.status = answer.statusCode ?? 0;
    entry.tFirstByteSent = nowMs();
    outgoing.writeHead(entry.status, answer.headers);
    answer.on('data', (bytes: Buffer) => {
      entry.bytesSent += bytes.length;
      entry.tLastByteSent = nowMs();
      outgoing.write(bytes);
    });
    answer.once('end', () => outgoing.end());
    answer.once('error', () => outgoing.destroy());
  });
  onward.once('error', () => outgoing.destroy());
  outgoing.once('close', () => {
    entry.outcome = outgoing.writableFinished ? 'completed' : 'aborted-by-peer';
    entry.tEnded = nowMs();
    onward.destroy();
  });
  onward.end(body);
}

function entryFor(
  incoming: IncomingMessage,
  body: Buffer,
  tReceivedFirstByte: number,
  seq: string,
): JournalEntry {
  return {
    seq,
    port: 0,
    operation: incoming.url ?? '',
    method: incoming.method ?? '',
    path: incoming.url ?? '',
    model: '',
    scenario: '',
    requestIds: {},
    headers: incoming.headers as Record<string, string>,
    bodySha256: createHash('sha256').update(body).digest('hex'),
    bodyLength: body.length,
    body: body.toString(),
    tReceivedFirstByte,
    tBodyComplete: nowMs(),
    bytesSent: 0,
    outcome: 'open',
  };
}
