import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HandMovedClock } from '../model/clock.ts';
import { Secret } from '../model/secret.ts';
import { ImageArchive, kindOf } from './image-archive.ts';
import { type Logger, silentLogger } from './logger.ts';
import { sampleRecord } from './sample-record.ts';
import { Traces, type TraceWishes } from './trace-file.ts';

let folder: string;
let clock: HandMovedClock;
let warnings: string[];
let traces: Traces;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'traces-'));
  clock = new HandMovedClock(1_700_000_000_500);
  warnings = [];
  const logger: Logger = { ...silentLogger, warn: (message) => warnings.push(message) };
  traces = new Traces({ clock, logger });
});

afterEach(async () => {
  await traces.close();
  rmSync(folder, { recursive: true });
});

const everything = (): TraceWishes => ({
  file: join(folder, 'deep', 'trace.jsonl'),
  imageDir: join(folder, 'images'),
  includePrompts: true,
  includeResponse: true,
  includeKeys: true,
});

const content = {
  prompt: [{ role: 'user', content: 'hello' }],
  response: { id: 'x' },
  apiKey: new Secret('sk-1234567890abcd'),
};

const png = Buffer.from('89504e470d0a1a0a0000', 'hex').toString('base64');

async function lines(path = join(folder, 'deep', 'trace.jsonl')) {
  await traces.flush();
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('a trace', () => {
  it('has the members of row 000-75, the key masked, and is its owner’s alone', async () => {
    traces.write(everything(), sampleRecord(), content, false);
    expect(await lines()).toEqual([
      {
        timestamp: 1_700_000_000.5,
        appid: 'demo',
        type: 'chat',
        model: 'qwen2.5:7b',
        backend: 'gpu-box',
        total_cost: 0.004711,
        tokens: { prompt: 1234, completion: 321, total: 1555 },
        latency_ms: 812,
        prompt: [{ role: 'user', content: 'hello' }],
        response: { id: 'x' },
        api_key: 'sk-1...abcd',
        stream: true,
        request_id: 'req-1',
      },
    ]);
    expect(statSync(join(folder, 'deep', 'trace.jsonl')).mode & 0o777).toBe(0o600);
  });

  it('has no content the app does not wish for', async () => {
    const wishes = { ...everything(), includePrompts: false, includeResponse: false, includeKeys: false };
    traces.write(wishes, sampleRecord({ isStream: false }), content, false);
    const [line] = await lines();
    expect(Object.keys(line).join(' ')).toBe(
      'timestamp appid type model backend total_cost tokens latency_ms request_id',
    );
  });

  it('redact_prompts beats every flag of the app', async () => {
    traces.write(everything(), sampleRecord(), content, true);
    const [line] = await lines();
    expect(line).not.toHaveProperty('prompt');
    expect(line).not.toHaveProperty('response');
    expect(line).not.toHaveProperty('api_key');
  });

  it('what is unknown is null and not 0', async () => {
    traces.write(everything(), sampleRecord({ tokensIn: undefined, tokensOut: undefined }), {}, false);
    expect((await lines())[0].tokens).toEqual({ prompt: null, completion: null, total: null });
  });

  it('two apps with one file write whole lines, in order', async () => {
    for (let index = 0; index < 500; index += 1)
      traces.write(
        everything(),
        sampleRecord({ appId: `app-${index}` }),
        { prompt: 'x'.repeat(index * 10) },
        false,
      );
    expect((await lines()).map(({ appid }) => appid)).toEqual(
      Array.from({ length: 500 }, (_, index) => `app-${index}`),
    );
  });

  it('goes on in a new file after SIGHUP', async () => {
    const path = join(folder, 'deep', 'trace.jsonl');
    traces.write(everything(), sampleRecord({ appId: 'before' }), {}, false);
    await traces.flush();
    renameSync(path, `${path}.1`);
    traces.reopen();
    traces.write(everything(), sampleRecord({ appId: 'after' }), {}, false);
    expect((await lines()).map(({ appid }) => appid)).toEqual(['after']);
  });

  it('a full disk breaks nothing, is logged once a minute, and leaks nothing elsewhere', async () => {
    for (let round = 0; round < 3; round += 1) {
      traces.write({ ...everything(), file: '/dev/full' }, sampleRecord(), content, false);
      await traces.flush();
    }
    expect(traces.dropped).toBe(3);
    expect(warnings).toEqual(['a trace file cannot be written; its lines are dropped']);
    clock.advance(61_000);
    traces.write({ ...everything(), file: '/dev/full' }, sampleRecord(), content, false);
    await traces.flush();
    expect(warnings).toHaveLength(2);
  });
});

describe('the image archive', () => {
  it('names files by time, chance, place and first bytes, and lists them in the trace', async () => {
    const images = [
      { base64: png },
      { base64: `data:image/png;base64,${png}` },
      { url: 'https://example.org/x?sig=1' },
    ];
    traces.write(everything(), sampleRecord({ operation: 'images' }), { images }, true);
    const [line] = await lines();
    const names = readdirSync(join(folder, 'images')).sort((a, b) =>
      (a.split('_')[2] ?? '').localeCompare(b.split('_')[2] ?? ''),
    );
    expect(names.map((name) => name.replace(/_[0-9a-f]{8}_/, '_HEX_'))).toEqual([
      '1700000000_HEX_0.png',
      '1700000000_HEX_1.png',
      '1700000000_HEX_2.url.txt',
    ]);
    expect(line.images).toEqual([
      { path: join(folder, 'images', names[0] ?? ''), source: 'b64' },
      { path: join(folder, 'images', names[1] ?? ''), source: 'b64' },
      { path: join(folder, 'images', names[2] ?? ''), source: 'url' },
    ]);
    expect(readFileSync(line.images[1].path).toString('base64')).toBe(png);
    expect(readFileSync(line.images[2].path, 'utf8')).toBe('https://example.org/x?sig=1');
    expect(statSync(line.images[0].path).mode & 0o777).toBe(0o600);
  });

  it('works without a trace file, and a folder that cannot be made breaks nothing', async () => {
    writeFileSync(join(folder, 'images'), 'in the way');
    traces.write({ ...everything(), file: undefined }, sampleRecord(), { images: [{ base64: png }] }, false);
    await traces.flush();
    expect(traces.dropped).toBe(1);
    expect(warnings).toEqual(['a generated image could not be archived']);
  });

  it('holds no more than it may, and lists only what it holds', async () => {
    const told: string[] = [];
    const archive = new ImageArchive({
      clock,
      onTrouble: (error, dropped) => told.push(`${error.message} ${dropped}`),
      pendingCharsMax: png.length,
    });
    expect(archive.save(join(folder, 'few'), [{ base64: png }, { base64: png }])).toHaveLength(1);
    expect(told).toEqual(['more images wait to be saved than may wait 1']);
    await archive.flush();
    expect(archive.save(join(folder, 'few'), [{ base64: png }])).toHaveLength(1);
    await archive.flush();
    expect(readdirSync(join(folder, 'few'))).toHaveLength(2);
  });

  it.each([
    ['89504e470d0a1a0a', 'png'],
    ['ffd8ffe0', 'jpg'],
    ['524946460000000057454250', 'webp'],
    ['424d0000', 'bmp'],
    ['474946383961', 'gif'],
    ['00000000', 'bin'],
    ['', 'bin'],
  ])('knows %s as %s', (hex, kind) => {
    expect(kindOf(Buffer.from(hex, 'hex'))).toBe(kind);
  });
});
