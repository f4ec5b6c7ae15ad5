import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HandMovedClock } from '../model/clock.ts';
import { GatewayError } from '../model/gateway-error.ts';
import { Secret } from '../model/secret.ts';
import { Log, type LogOptions } from './logger.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'logger-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** What a log has written once `use` has had it. */
async function written(use: (log: Log) => void, options: Partial<LogOptions> = {}): Promise<string> {
  const file = join(folder, 'log');
  const log = new Log({ level: 'info', format: 'json', file, ...options }, new HandMovedClock());
  use(log);
  await log.close();
  return readFileSync(file, 'utf8');
}

/** Runs a script that has a `log` into the given file, and answers how it ended. */
function inOwnProcess(file: string, script: string) {
  const start = `import { Log } from '${new URL('./logger.ts', import.meta.url).href}';
    const log = new Log({ level: 'info', format: 'json', file: ${JSON.stringify(file)} });`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', start + script];
  return spawnSync(process.execPath, args, { encoding: 'utf8' });
}

describe('the log as JSON', () => {
  it('begins with ts, level and msg, then the fields in order', async () => {
    const line = await written((log) =>
      log.warn('a backend is "slow"', { backend: 'b1', ms: 12.5, isUp: true }),
    );
    expect(line).toBe(
      '{"ts":"2023-11-14T22:13:20.000Z","level":"warn","msg":"a backend is \\"slow\\"","backend":"b1","ms":12.5,"isUp":true}\n',
    );
  });

  it('prints no secret, wherever it hides', async () => {
    const key = new Secret('sk-very-secret-indeed');
    const loop: Record<string, unknown> = { key };
    loop['self'] = loop;
    const fields = { key, headers: new Map([['authorization', key]]), list: [{ key }], loop };
    for (const format of ['json', 'text'] as const) {
      const line = await written((log) => log.info('hello', fields), { format });
      expect(line).not.toContain('secret-indeed');
    }
  });

  it('keeps the message, code and cause of an error', async () => {
    const error = new GatewayError('upstream_error', 'it broke', { cause: new Error('deep down') });
    const line = JSON.parse(await written((log) => log.error('oh', { error })));
    expect(line.error).toMatchObject({
      message: 'it broke',
      code: 'upstream_error',
      cause: { message: 'deep down' },
    });
  });

  it('survives values that JSON does not know', async () => {
    const cursed = {
      toJSON: () => {
        throw new Error('no');
      },
    };
    const line = JSON.parse(
      await written((log) => log.info('x', { big: 10n, not: Number.NaN, none: undefined, cursed })),
    );
    expect(line).toMatchObject({ big: '10', not: null });
    expect(line).not.toHaveProperty('none');
  });

  it('a field cannot pass itself off as the head of the line', async () => {
    const line = await written((log) => log.info('true', { level: 'error', msg: 'false' }));
    expect(JSON.parse(line)).toMatchObject({ level: 'info', msg: 'true', level_: 'error', msg_: 'false' });
  });

  it('keeps silent below its level, and a child adds its fields', async () => {
    const lines = await written((log) => {
      log.debug('unheard');
      log.child({ app: 'a' }).child({ model: 'm' }).info('heard', { n: 1 });
      expect([log.isEnabled('debug'), log.isEnabled('error')]).toEqual([false, true]);
    });
    expect(lines).toBe(
      '{"ts":"2023-11-14T22:13:20.000Z","level":"info","msg":"heard","app":"a","model":"m","n":1}\n',
    );
  });
});

describe('the log as text', () => {
  it('is one line for people', async () => {
    const line = await written((log) => log.info('listening', { port: 8080, on: 'two words', none: null }), {
      format: 'text',
    });
    expect(line).toBe('2023-11-14 22:13:20.000 INFO  listening port=8080 on="two words"\n');
  });

  it('colours the level only when asked to', async () => {
    const line = await written((log) => log.error('oh'), { format: 'text', isColoured: true });
    expect(line).toBe('2023-11-14 22:13:20.000 \u001b[31mERROR\u001b[39m oh\n');
  });

  it('neither forges a line nor paints a terminal', async () => {
    const line = await written((log) => log.info('a\nb\u001b[2J\u009b', { model: 'x\r\ny' }), {
      format: 'text',
    });
    expect(line).toBe('2023-11-14 22:13:20.000 INFO  a\\nb\\u001b[2J\\u009b model="x\\r\\ny"\n');
  });
});

describe('the log and its file', () => {
  it('takes a new level, format and file over from a reload', async () => {
    const clock = new HandMovedClock();
    const [first, second] = [join(folder, 'first'), join(folder, 'second')];
    const log = new Log({ level: 'info', format: 'json', file: first }, clock);
    log.info('one');
    await log.apply({ level: 'debug', format: 'text', file: second });
    clock.advance(5);
    log.debug('two');
    await log.close();
    expect(readFileSync(first, 'utf8')).toContain('"one"');
    expect(readFileSync(second, 'utf8')).toBe('2023-11-14 22:13:20.005 DEBUG two\n');
  });

  it('loses no line at process.exit', () => {
    const file = join(folder, 'log');
    const script = `process.on('exit', () => log.flushSync());
      for (let n = 0; n < 5000; n += 1) log.info('line', { n });
      process.exit(0);`;
    expect(inOwnProcess(file, script).status).toBe(0);
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(5001);
  });

  it('a full disk sends the lines to standard error, and the process can still stop', () => {
    const script = `process.on('exit', () => log.flushSync());
      log.info('first'); await log.flush(); log.info('second'); process.exit(0);`;
    const { status, stderr } = inOwnProcess('/dev/full', script);
    expect(status).toBe(0);
    expect(stderr).toContain('"msg":"first"');
    expect(stderr).toContain('"msg":"second"');
    expect(stderr).toContain('the log file cannot be written');
  });
});
