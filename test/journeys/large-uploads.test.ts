/** Recordings of many megabytes: what they cost in memory, where they end, and what becomes of them when somebody leaves. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { Agent, type ClientRequest, request } from 'node:http';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { staysFalse, waitFor } from '../support/wait-for.ts';

const MB = 1024 * 1024;
const PIECE = Buffer.alloc(256 * 1024, 0x2d);

let upstream: FakeUpstream;
let gateway: RunningGateway;

beforeAll(async () => {
  upstream = await startFakeUpstream({ keptBodyBytesMax: 0 });
  gateway = await startGateway({
    config: {
      daemon: { limits: { max_body_mb: 120 }, timeouts: { first_byte_s: 20 } },
      backends: {
        sequence_groups: { card: {} },
        backends: [
          {
            type: 'openai-compatible',
            name: 'fake',
            base_url: `${upstream.url}/v1`,
            sequence_group: 'card',
            supports: { audio: ['m*'] },
          },
        ],
      },
    },
  });
});

beforeEach(() => {
  upstream.setScenario('');
  upstream.journal.clear();
});

afterAll(async () => {
  agent.destroy();
  await gateway?.stop();
  await upstream?.close();
});

const opening = (model: string) =>
  `--x\r\nContent-Disposition: form-data; name="model"\r\n\r\n${model}\r\n--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n`;
/** Who asks for the connection to be closed has it closed as soon as the refusal is out. */
const agent = new Agent({ keepAlive: true });
const ENDING = '\r\n--x--\r\n';

interface Upload {
  readonly request: ClientRequest;
  readonly answer: Promise<{ readonly status: number; readonly text: string }>;
}

function startUpload(length?: number): Upload {
  const sending = request(`${gateway.baseUrl}/v1/audio/transcriptions`, {
    method: 'POST',
    agent,
    headers: {
      authorization: `Bearer ${gateway.key}`,
      'content-type': 'multipart/form-data; boundary=x',
      ...(length === undefined ? {} : { 'content-length': length }),
    },
  });
  const answer = new Promise<{ status: number; text: string }>((resolve, reject) => {
    sending.on('error', reject);
    sending.on('response', async (response) => {
      const pieces: Buffer[] = [];
      for await (const piece of response) pieces.push(piece as Buffer);
      resolve({ status: response.statusCode ?? 0, text: Buffer.concat(pieces).toString() });
    });
  });
  answer.catch(() => undefined);
  return { request: sending, answer };
}

async function sendPieces(sending: ClientRequest, bytes: number): Promise<void> {
  for (let sent = 0; sent < bytes; sent += PIECE.length) {
    if (sending.destroyed) return;
    if (!sending.write(PIECE)) await takenOrGone(sending);
  }
}

function takenOrGone(sending: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      sending.off('drain', go).off('close', go);
      resolve();
    };
    sending.on('drain', go).on('close', go);
  });
}

async function upload(megabytes: number, model = 'm1'): Promise<{ status: number; text: string }> {
  const length = opening(model).length + megabytes * MB + ENDING.length;
  const { request: sending, answer } = startUpload(length);
  sending.write(opening(model));
  await sendPieces(sending, megabytes * MB);
  sending.end(ENDING);
  return answer;
}

/** Of the gateway, in megabytes: what it has now (`VmRSS`), or had at most (`VmHWM`). */
function memory(line: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${gateway.pid}/status`, 'utf8');
  return Number(new RegExp(`${line}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024;
}

/** The files of forms it has open; they have no names any more, but the kernel still tells which they had. */
function openForms(): string[] {
  return readdirSync(`/proc/${gateway.pid}/fd`).flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/${gateway.pid}/fd/${fd}`);
      return path.includes('sluice-form-') ? [path] : [];
    } catch {
      return [];
    }
  });
}

const namedForms = () => readdirSync(tmpdir()).filter((name) => name.startsWith('sluice-form-'));
const lastRow = () => gateway.ledgerRows().at(-1);

describe('a recording of 100 MB', () => {
  it('arrives whole and never stands in memory', async () => {
    await upload(8);
    const before = memory('VmRSS');
    const { status, text } = await upload(100);
    expect(status).toBe(200);
    expect(JSON.parse(text).text).toContain(`of a.wav, ${100 * MB} bytes`);
    expect(memory('VmHWM') - before).toBeLessThan(50);
    await waitFor('the file to be closed', () => openForms().length === 0);
    expect(namedForms()).toEqual([]);
  });

  it('waits on the disk for a backend that takes its time', async () => {
    upstream.setScenario('no-read');
    const before = memory('VmRSS');
    const { request: sending } = startUpload(opening('m1').length + 100 * MB + ENDING.length);
    sending.write(opening('m1'));
    await sendPieces(sending, 100 * MB);
    sending.end(ENDING);
    await waitFor('the backend to be asked', () => upstream.journal.work.length === 1);
    expect(openForms()).toHaveLength(1);
    await staysFalse('memory to grow', () => memory('VmRSS') - before > 50, 500);
    sending.destroy();
    await waitFor('the file to be closed', () => openForms().length === 0);
    await waitFor('the entry', () => lastRow()?.['outcome'] === 'cancelled');
  });

  it('is given up at the backend when its client leaves', async () => {
    upstream.setScenario('stall-before-headers');
    const { request: sending } = startUpload(opening('m1').length + 2 * MB + ENDING.length);
    sending.write(opening('m1'));
    await sendPieces(sending, 2 * MB);
    sending.end(ENDING);
    await waitFor('the backend to be asked', () => upstream.journal.work.length === 1);
    sending.destroy();
    await waitFor('the backend to be told', () => upstream.journal.work[0]?.outcome === 'aborted-by-peer');
    await waitFor('the file to be closed', () => openForms().length === 0);
  });

  it.each([opening('m1').length + 121 * MB, undefined])(
    'is refused beyond max_body_mb (declared: %s)',
    async (length) => {
      const { request: sending, answer } = startUpload(length);
      sending.write(opening('m1'));
      await Promise.race([sendPieces(sending, 121 * MB), answer]);
      const { status, text } = await answer;
      sending.destroy();
      expect(status).toBe(413);
      expect(JSON.parse(text)).toMatchObject({ error: { code: 'body_too_large' } });
      expect(upstream.journal.work).toHaveLength(0);
      await waitFor('the file to be closed', () => openForms().length === 0);
    },
  );
});

describe('an upload that takes its time', () => {
  it('holds nobody’s turn, and the backend never hears of it when its client leaves', async () => {
    const { request: sending } = startUpload(opening('m1').length + 100 * MB + ENDING.length);
    sending.write(opening('m1'));
    await sendPieces(sending, 4 * MB);
    await waitFor('the form to be on the disk', () => openForms().length === 1);
    // The card is free for others meanwhile, though it serves one at a time.
    expect((await upload(1, 'm2')).status).toBe(200);
    sending.destroy();
    await waitFor('the file to be closed', () => openForms().length === 0);
    await waitFor('the entry', () => lastRow()?.['outcome'] === 'cancelled');
    expect(upstream.journal.work.map(({ model }) => model)).toEqual(['m2']);
  });
});
