import type { JsonValue } from '../model/json.ts';
import { fromMicroUnits } from '../model/money.ts';
import type { Secret } from '../model/secret.ts';
import type { CallRecord } from './call-record.ts';
import type { ArchivableImage, ArchivedImage } from './image-archive.ts';

/** What one app wants traced (contract 4.2). Paths are absolute. */
export interface TraceWishes {
  readonly file: string | undefined;
  readonly imageDir: string | undefined;
  readonly includePrompts: boolean;
  readonly includeResponse: boolean;
  readonly includeKeys: boolean;
}

/** What there is to tell of a call besides its record. */
export interface TraceContent {
  /** The member of the request that holds the prompt: messages, prompt or input. */
  readonly prompt?: JsonValue | undefined;
  /** The whole answer; a stream's is what it added up to. */
  readonly response?: JsonValue | undefined;
  readonly apiKey?: Secret | undefined;
  readonly images?: readonly ArchivableImage[] | undefined;
}

/** One trace line, in the words and the order of row 000-75. */
export interface TraceEvent {
  /** Seconds since the epoch, with a fraction. */
  readonly timestamp: number;
  readonly appid: string | null;
  readonly type: string | null;
  readonly model: string | null;
  readonly backend: string | null;
  readonly total_cost: number;
  /** Unknown is `null` and never 0. */
  readonly tokens: {
    readonly prompt: number | null;
    readonly completion: number | null;
    readonly total: number | null;
  };
  readonly latency_ms: number;
  readonly prompt?: JsonValue | undefined;
  readonly response?: JsonValue | undefined;
  /** Masked: `first4...last4`. */
  readonly api_key?: string | undefined;
  readonly stream?: true | undefined;
  readonly images?: readonly ArchivedImage[] | undefined;
  /** Ours, beside what mini-apigw wrote: the same id as in the ledger and the log. */
  readonly request_id: string;
}

/** What there is to write of a call, as far as the app wishes it. */
export function traceEvent(
  nowMs: number,
  wishes: TraceWishes,
  record: CallRecord,
  content: TraceContent,
  images: readonly ArchivedImage[],
): TraceEvent {
  const { prompt, response, apiKey } = content;
  return {
    timestamp: nowMs / 1000,
    appid: record.appId ?? null,
    type: record.operation ?? null,
    model: record.model ?? null,
    backend: record.backend ?? null,
    total_cost: fromMicroUnits(record.costMicro ?? 0),
    tokens: tokensOf(record),
    latency_ms: Math.round(record.durationMs),
    ...(wishes.includePrompts && prompt !== undefined ? { prompt } : {}),
    ...(wishes.includeResponse && response !== undefined ? { response } : {}),
    ...(wishes.includeKeys && apiKey !== undefined ? { api_key: apiKey.masked() } : {}),
    ...(record.isStream ? { stream: true as const } : {}),
    ...(images.length > 0 ? { images } : {}),
    request_id: record.requestId,
  };
}

function tokensOf({ tokensIn, tokensOut }: CallRecord): TraceEvent['tokens'] {
  const isKnown = tokensIn !== undefined || tokensOut !== undefined;
  return {
    prompt: tokensIn ?? null,
    completion: tokensOut ?? null,
    total: isKnown ? (tokensIn ?? 0) + (tokensOut ?? 0) : null,
  };
}

/** The wishes of an app where the operator lets nobody's words be written down. */
export function withoutContent(wishes: TraceWishes): TraceWishes {
  return { ...wishes, includePrompts: false, includeResponse: false, includeKeys: false };
}
