/** How a runtime's control endpoints are written down: method, path, and a reply that may take its time. */
import { openaiFailure } from '../dialects/openai-failure.ts';
import { type Json, stringIn } from '../json.ts';
import { type Arrived, type Operation, PlainBody } from '../operation.ts';
import type { RuntimeMemory } from './runtime-memory.ts';

export type Reply = (arrived: Arrived) => Promise<Json | PlainBody> | Json | PlainBody;

/** `path` ending in `*`: everything below. */
export function control(name: string, method: string, path: string, reply: Reply): Operation {
  const stem = path.endsWith('*') ? path.slice(0, -1) : undefined;
  return {
    name,
    failure: openaiFailure,
    matches: (asked, at) => asked === method && (stem === undefined ? at === path : at.startsWith(stem)),
    modelOf: ({ body, query }) => stringIn(body.model) || (query.get('model') ?? ''),
    answer: { kind: 'plain', whole: () => ({}) },
    reply,
  };
}

/** A reply that is refused while the runtime is in the mood to. */
export function willing(memory: RuntimeMemory, reply: Reply): Reply {
  return (arrived) => {
    const { refuses } = memory.mood;
    return refuses ? failed(refuses, 'I would rather not.') : reply(arrived);
  };
}

export function failed(status: number, message: string): PlainBody {
  const body = JSON.stringify({ error: { message, type: 'error', code: status } });
  return new PlainBody('application/json', Buffer.from(body), status);
}

export function plain(text: string): PlainBody {
  return new PlainBody('text/plain; charset=utf-8', Buffer.from(text));
}
