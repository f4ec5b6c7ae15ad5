import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HandMovedClock } from '../model/clock.ts';
import { AccessLog, accessLine } from './access-log.ts';
import { outcomeOf } from './call-record.ts';
import { Log } from './logger.ts';
import { sampleRecord } from './sample-record.ts';

const ts = '2026-11-20T11:14:05.123Z';
const fields =
  'ts level msg request_id app method path operation model backend status duration_ms queue_ms ttft_ms tokens_in tokens_out cost cache_hit stream client_ip error_code';

describe('the access log', () => {
  it('has exactly the fields of the contract, in its order', () => {
    expect(JSON.parse(accessLine(ts, sampleRecord()))).toEqual({
      ts,
      level: 'info',
      msg: 'request',
      request_id: 'req-1',
      app: 'demo',
      method: 'POST',
      path: '/v1/chat/completions',
      operation: 'chat',
      model: 'qwen2.5:7b',
      backend: 'gpu-box',
      status: 200,
      duration_ms: 812.457,
      queue_ms: 12.5,
      ttft_ms: 120.25,
      tokens_in: 1234,
      tokens_out: 321,
      cost: 0.004711,
      cache_hit: false,
      stream: true,
      client_ip: '192.0.2.7',
      error_code: null,
    });
    expect(Object.keys(JSON.parse(accessLine(ts, sampleRecord()))).join(' ')).toBe(fields);
  });

  it('names the key where it has a name, and is unchanged where it has none', () => {
    const line = accessLine(ts, sampleRecord({ keyName: 'anna"s laptop' }));
    expect(JSON.parse(line)).toMatchObject({ app: 'demo', key: 'anna"s laptop' });
    expect(Object.keys(JSON.parse(line)).join(' ')).toBe(fields.replace('app', 'app key'));
  });

  it('has them all when nothing is known', () => {
    const record = sampleRecord({
      appId: undefined,
      operation: undefined,
      model: undefined,
      backend: undefined,
      queueMs: undefined,
      ttftMs: undefined,
      tokensIn: undefined,
      tokensOut: undefined,
      costMicro: undefined,
      clientIp: undefined,
      durationMs: Number.NaN,
    });
    const line = JSON.parse(accessLine(ts, record));
    expect(Object.keys(line).join(' ')).toBe(fields);
    expect(line).toMatchObject({ app: null, tokens_in: null, cost: null, duration_ms: null });
  });

  it('a stranger cannot forge a line, nor fill the disk with a name', () => {
    const line = accessLine(ts, sampleRecord({ model: `x"}\n{"ts":"${'y'.repeat(10_000)}` }));
    expect(line.split('\n')).toHaveLength(2);
    expect(line.length).toBeLessThan(1000);
    expect(JSON.parse(line).model).toMatch(/^x"\}\n\{"ts":"y+…$/);
  });

  it('one micro-unit is not rounded away', () => {
    expect(accessLine(ts, sampleRecord({ costMicro: 1 }))).toContain('"cost":0.000001,');
  });

  it('warns of what broke, and is not silenced by the level', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'access-'));
    const log = new Log({ level: 'error', format: 'text', file: join(folder, 'log') }, new HandMovedClock());
    new AccessLog(log).write(sampleRecord({ status: 502, errorCode: 'upstream_error', queueMs: undefined }));
    await log.close();
    expect(readFileSync(join(folder, 'log'), 'utf8')).toBe(
      '2023-11-14 22:13:20.000 WARN  request request_id=req-1 app=demo method=POST path=/v1/chat/completions operation=chat model=qwen2.5:7b backend=gpu-box status=502 duration_ms=812.457 ttft_ms=120.25 tokens_in=1234 tokens_out=321 cost=0.004711 cache_hit=false stream=true client_ip=192.0.2.7 error_code=upstream_error\n',
    );
    rmSync(folder, { recursive: true });
  });
});

describe('the outcome of an error code', () => {
  it('says whose doing it was', () => {
    expect(
      [
        undefined,
        'invalid_key',
        'queue_full',
        'queue_timeout',
        'upstream_timeout',
        'internal_error',
        'client_left',
      ].map((code) => outcomeOf(code as Parameters<typeof outcomeOf>[0])),
    ).toEqual(['served', 'refused', 'refused', 'refused', 'failed', 'failed', 'abandoned']);
  });
});
