import type { AppConfig } from '../config/config.ts';
import type { Way } from '../decisions/routing/choose-way.ts';
import type { Call } from '../model/call.ts';
import { applyEdits } from '../model/json-outline.ts';
import { addHeaderOnce, addHeadersOnce } from '../upstream/add-header.ts';
import type { Attempt, StreamedBody } from '../upstream/send.ts';
import type { AnswerPlan } from './answer-plan.ts';
import { loadPinsOf } from './load-pins.ts';
import type { ReadQuestion, SentJson } from './read-question.ts';
import { writeForBackend } from './translate-question.ts';

/**
 * The request as this backend shall get it: the client's own bytes, changed only where they must be; or, where
 * the two speak different dialects, the call written anew.
 */
export function prepareAttempt(
  plan: AnswerPlan,
  question: ReadQuestion,
  way: Way,
  app: AppConfig,
  call: Call | undefined,
): Attempt {
  const { backend, exchange, model, isStream } = plan;
  const asked = way.isNative ? exchange.address : nowhere;
  return {
    origin: backend.origin as string,
    path: way.surface.pathFor({ model, isStream, route: asked.route, query: asked.query }),
    headers: headersFor(plan, way, question),
    body:
      call === undefined
        ? ownBody(plan, question, app)
        : writeForBackend(plan, way, call, question.body, app),
    firstByteMs: backend.timeouts.firstByteMs,
    idleMs: backend.timeouts.idleMs,
  };
}

const nowhere = { route: '', query: '' };

function ownBody(plan: AnswerPlan, question: ReadQuestion, app: AppConfig): Buffer | StreamedBody {
  const { sent, body } = question;
  if ('withModel' in sent) return sent.withModel(plan.model === body['model'] ? undefined : plan.model);
  return ownBytes(plan, question, sent, app);
}

function ownBytes(
  plan: AnswerPlan,
  question: ReadQuestion,
  { bytes, outline }: SentJson,
  app: AppConfig,
): Buffer {
  const { asked, body } = question;
  const edits = plan.exchange.dialect.planEdits(outline, body, asked, {
    model: plan.model === asked.model ? undefined : plan.model,
    forceStreamUsage: mustForceUsage(plan, question),
    systemPrompt: app.systemPrompt,
    warnings: plan.warnings,
    pins: loadPinsOf(plan.backend, plan.model),
    outputTokensMax: plan.outputTokensMax,
    tokensField: plan.backend.quirks.tokensField,
  });
  return applyEdits(bytes, edits);
}

/** The ledger needs usage; a backend that streams tells it only when asked. */
function mustForceUsage({ backend }: AnswerPlan, { asked }: ReadQuestion): boolean {
  return asked.isStream && !asked.wantsStreamUsage && backend.quirks.streamUsage === 'include_usage';
}

/**
 * A fixed list: of the client's headers only its trace context goes on, and, to a backend of its own dialect, the
 * few that are part of the question there (`anthropic-beta`). What the configuration sets for the backend wins.
 */
function headersFor(plan: AnswerPlan, { surface, isNative }: Way, { sent }: ReadQuestion): string[] {
  const { exchange, isStream } = plan;
  const headers = [
    'content-type',
    isNative && 'contentType' in sent ? sent.contentType : 'application/json',
    'accept',
    surface.dialect.passesType === undefined ? acceptedForm(isStream) : '*/*',
    'accept-encoding',
    'identity',
    'x-request-id',
    exchange.requestId,
    ...surface.fixedHeaders,
  ];
  if (exchange.traceparent !== undefined) headers.push('traceparent', exchange.traceparent);
  const { forwardedHeaders = [], requiredHeaders = [] } = surface.dialect;
  if (isNative) for (const name of forwardedHeaders) addHeaderOnce(headers, name, exchange.header(name));
  addHeadersOnce(headers, requiredHeaders);
  return headers;
}

function acceptedForm(isStream: boolean): string {
  return isStream ? 'text/event-stream' : 'application/json';
}
