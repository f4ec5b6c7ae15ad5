import type { AppConfig } from '../config/config.ts';
import { applyEdits } from '../model/json-outline.ts';
import { type Backend, surfaceOf } from '../upstream/backend.ts';
import type { Attempt } from '../upstream/send.ts';
import type { Exchange } from './exchange.ts';
import type { ReadQuestion } from './read-question.ts';

/** The request as this backend shall get it: the client's own bytes, changed only where they must be. */
export function prepareAttempt(
  exchange: Exchange,
  question: ReadQuestion,
  backend: Backend,
  model: string,
  app: AppConfig,
): Attempt {
  const { asked, outline, body, bytes } = question;
  const edits = exchange.dialect.planEdits(outline, body, asked, {
    model: model === asked.model ? undefined : model,
    forceStreamUsage: mustForceUsage(question, backend),
    systemPrompt: app.systemPrompt,
  });
  return {
    origin: backend.origin as string,
    path: backend.basePath + (surfaceOf(backend, asked.operation)?.path ?? ''),
    headers: headersFor(exchange, backend, asked.isStream),
    body: applyEdits(bytes, edits),
    firstByteMs: backend.timeouts.firstByteMs,
    idleMs: backend.timeouts.idleMs,
  };
}

/** The ledger needs usage; a backend that streams tells it only when asked. */
function mustForceUsage({ asked }: ReadQuestion, backend: Backend): boolean {
  return asked.isStream && !asked.wantsStreamUsage && backend.provider.quirks.streamUsage === 'include_usage';
}

/** A fixed list: nothing of the client's headers goes on but its trace context. */
function headersFor(exchange: Exchange, backend: Backend, isStream: boolean): string[] {
  const headers = [
    'content-type',
    'application/json',
    'accept',
    isStream ? 'text/event-stream' : 'application/json',
    'accept-encoding',
    'identity',
    'x-request-id',
    exchange.requestId,
    ...backend.fixedHeaders,
  ];
  if (exchange.traceparent !== undefined) headers.push('traceparent', exchange.traceparent);
  return headers;
}
