import { fromMicroUnits } from '../model/money.ts';
import type { CallRecord } from './call-record.ts';
import { numberText, quoteShort } from './json-text.ts';
import type { LogLevel } from './log-line.ts';
import type { Log } from './logger.ts';

/**
 * One line per request with exactly the fields of contract 7, always all of them, in that order; after `app` the name
 * of its key as `key`, where that has one. It is hot: the JSON is put together by hand. `logging.level` does not silence it; `logging.access_log` does.
 */
export class AccessLog {
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  write(record: CallRecord): void {
    const line =
      this.#log.format === 'json'
        ? accessLine(this.#log.timestamp(), record)
        : this.#log.lineOf(levelOf(record), message, textFields(record));
    this.#log.writeRaw(line);
  }
}

const message = 'request';

/** What the gateway or a backend broke is an operator's business; what a client did wrong is not. */
function levelOf({ status }: CallRecord): LogLevel {
  return status >= 500 ? 'warn' : 'info';
}

/** The line itself. `ts` is an ISO time. */
export function accessLine(ts: string, record: CallRecord): string {
  return (
    `{"ts":"${ts}","level":"${levelOf(record)}","msg":"${message}"` +
    `,"request_id":${quoteShort(record.requestId)},"app":${quoteShort(record.appId)}${keyMember(record)}` +
    `,"method":${quoteShort(record.method)},"path":${quoteShort(record.path)}` +
    `,"operation":${quoteShort(record.operation)},"model":${quoteShort(record.model)}` +
    `,"backend":${quoteShort(record.backend)},"status":${record.status}` +
    `,"duration_ms":${numberText(record.durationMs)},"queue_ms":${numberText(record.queueMs)}` +
    `,"ttft_ms":${numberText(record.ttftMs)},"tokens_in":${numberText(record.tokensIn)}` +
    `,"tokens_out":${numberText(record.tokensOut)},"cost":${costText(record.costMicro)}` +
    `,"cache_hit":${record.cache === 'hit'},"stream":${record.isStream}` +
    `,"client_ip":${quoteShort(record.clientIp)},"error_code":${quoteShort(record.errorCode)}}\n`
  );
}

/** Few keys have names, and whoever reads these lines by their fields shall find them unchanged without. */
function keyMember({ keyName }: CallRecord): string {
  return keyName === undefined ? '' : `,"key":${quoteShort(keyName)}`;
}

/** All six decimals: `numberText` would round a cheap call to nothing. */
function costText(costMicro: number | undefined): string {
  return costMicro === undefined ? 'null' : String(fromMicroUnits(costMicro));
}

/** The same fields for people; what is unknown is left out. */
function textFields(record: CallRecord): Record<string, unknown> {
  return {
    request_id: record.requestId,
    app: record.appId,
    key: record.keyName,
    method: record.method,
    path: record.path,
    operation: record.operation,
    model: record.model,
    backend: record.backend,
    status: record.status,
    duration_ms: rounded(record.durationMs),
    queue_ms: rounded(record.queueMs),
    ttft_ms: rounded(record.ttftMs),
    tokens_in: record.tokensIn,
    tokens_out: record.tokensOut,
    cost: record.costMicro === undefined ? undefined : fromMicroUnits(record.costMicro),
    cache_hit: record.cache === 'hit',
    stream: record.isStream,
    client_ip: record.clientIp,
    error_code: record.errorCode,
  };
}

function rounded(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round(ms * 1000) / 1000;
}
