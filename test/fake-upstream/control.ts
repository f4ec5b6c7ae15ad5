/**
 * Talking to a fake in another process: `PUT /__fake/scenario {"default": "slow=50", "next": ["status=500"]}`,
 * `GET /__fake/journal`, `DELETE /__fake/journal`; of the runtime it plays `GET /__fake/memory` and
 * `PUT /__fake/memory {"loadMs": 500}`.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Shop } from './exchange.ts';
import { listIn, objectIn } from './json.ts';
import { readBody } from './read-body.ts';

export async function control(request: IncomingMessage, response: ServerResponse, shop: Shop): Promise<void> {
  const body = await readBody(request);
  try {
    const answer = obey(`${request.method} ${request.url}`, body, shop);
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? { error: 'no such control' }));
  } catch (error) {
    response.writeHead(400, { 'content-type': 'text/plain' }).end(`${error}`);
  }
}

function obey(command: string, body: Buffer, shop: Shop): unknown {
  switch (command) {
    case 'GET /__fake/journal':
      return shop.journal.entries;
    case 'DELETE /__fake/journal':
      shop.journal.clear();
      return {};
    case 'PUT /__fake/scenario':
      return setScenarios(objectIn(JSON.parse(body.toString())), shop);
    case 'GET /__fake/memory':
      return { residents: Object.fromEntries(shop.memory.residents), history: shop.memory.history };
    case 'PUT /__fake/memory':
      return Object.assign(shop.memory.mood, objectIn(JSON.parse(body.toString())));
    default:
      return undefined;
  }
}

function setScenarios(wish: ReturnType<typeof objectIn>, shop: Shop): object {
  if (typeof wish.default === 'string') shop.whichScenario.setDefault(wish.default);
  shop.whichScenario.queue(...listIn(wish.next).map(String));
  return {};
}
