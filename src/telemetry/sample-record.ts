import type { CallRecord } from './call-record.ts';

/** A finished call with everything in it, for tests. */
export function sampleRecord(changes: Partial<CallRecord> = {}): CallRecord {
  return {
    requestId: 'req-1',
    appId: 'demo',
    keyName: undefined,
    method: 'POST',
    path: '/v1/chat/completions',
    operation: 'chat',
    model: 'qwen2.5:7b',
    backend: 'gpu-box',
    status: 200,
    durationMs: 812.45678,
    queueMs: 12.5,
    ttftMs: 120.25,
    loadMs: undefined,
    tokensIn: 1234,
    tokensOut: 321,
    costMicro: 4711,
    currency: 'usd',
    cache: 'miss',
    isStream: true,
    clientIp: '192.0.2.7',
    errorCode: undefined,
    isUnpriced: false,
    outcome: 'served',
    group: 'gpu0',
    overheadMs: 0.42,
    ...changes,
  };
}
