/**
 * A backend that says what is recorded. Which recording is chosen by the path (`/replay/<id>/…`) or by the model asked
 * for (`rec-<id>`, in the body or, for Gemini, in the path); how it travels follows behind a `~` (see delivery.ts). It
 * answers in the recording's own form, whatever form was asked for.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { contentTypeOf, piecesOf } from './delivery.ts';
import { at, textAt } from './folds/loose.ts';
import type { Recording, WireFormat } from './recording.ts';
import { recordings } from './recordings.ts';

export interface ReplayServer {
  readonly url: string;
  /** The body of the last request for a recording, by its id. */
  readonly lastBodies: ReadonlyMap<string, unknown>;
  close(): Promise<void>;
}

export async function startReplayServer(played: readonly Recording[] = recordings): Promise<ReplayServer> {
  const byId = new Map(played.map((recording) => [recording.id, recording]));
  const lastBodies = new Map<string, unknown>();
  const server = createServer((request, response) => {
    answer(request, response, byId, lastBodies).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lastBodies,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  byId: ReadonlyMap<string, Recording>,
  lastBodies: Map<string, unknown>,
): Promise<void> {
  const body = await bodyOf(request);
  // Gateways ask what models there are; here nobody needs to know.
  if (request.method !== 'POST') return sendJson(response, 200, { object: 'list', data: [], models: [] });
  const [id = '', delivery = 'whole'] = nameIn(request.url ?? '', body).split('~');
  const recording = byId.get(id);
  if (!recording || !isItsPath(recording, request.url ?? '')) {
    return sendJson(response, 404, { error: { message: `${request.url} does not lead to ${id}` } });
  }
  lastBodies.set(id, body);
  response.writeHead(recording.status, { 'content-type': contentTypeOf(recording) });
  for (const piece of piecesOf(recording, delivery)) response.write(piece);
  response.end();
}

/** A server knows the paths of its own wire format alone. */
const paths: Readonly<Record<WireFormat, RegExp>> = {
  'openai-chat': /\/chat\/completions$/,
  'openai-completions': /(?<!\/chat)\/completions$/,
  'openai-embeddings': /\/embeddings$/,
  'openai-responses': /\/responses$/,
  'anthropic-messages': /\/messages$/,
  'gemini-generate': /:(generateContent|streamGenerateContent)$/,
  'ollama-chat': /\/api\/chat$/,
  'cohere-chat': /\/v2\/chat$/,
  'cohere-embed': /\/v2\/embed$/,
};

function isItsPath({ dialect }: Recording, url: string): boolean {
  return url.startsWith('/replay/') || paths[dialect].test(url.split('?')[0] ?? '');
}

function nameIn(url: string, body: unknown): string {
  const path = decodeURIComponent(url.split('?')[0] ?? '');
  const byPath = /\/replay\/([^/]+)\//.exec(path) ?? /\/models\/rec-(.+):\w+$/.exec(path);
  return byPath?.[1] ?? textAt(body, 'model').replace(/^rec-/, '');
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? undefined : at([JSON.parse(text)], 0);
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
