/** Sends an answer in its pieces, at its pace, as far as the scenario lets it come. It knows no dialect. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AnswerWriter } from './answer-writer.ts';
import { spellOut } from './huge-text.ts';
import type { Scenario } from './scenario.ts';

/** No stall lasts longer, whoever forgets to leave. */
const STALL_MAX_MS = 120_000;

export interface Delivery {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes, or text with stand-ins. */
  readonly chunks: Iterable<string | Buffer>;
  /** What a comment looks like here. */
  readonly comment: string;
}

export async function deliver(delivery: Delivery, writer: AnswerWriter, scenario: Scenario): Promise<void> {
  if (scenario.has('stall-before-headers')) return stall(writer, scenario, undefined);
  await writer.pause(scenario.number('delay') ?? 0);
  if (scenario.has('cut-in-head')) return cutInHead(writer);
  if (scenario.number('cut') === 0) return writer.breakOff('fin');
  if (scenario.number('reset') === 0) return writer.breakOff('rst');
  writer.head(delivery.status, delivery.headers);
  await writer.pause(scenario.number('think') ?? 0);
  if (scenario.has('bom')) await writer.write(Buffer.from('\uFEFF'));
  await sendChunks(delivery, writer, scenario);
}

async function sendChunks(delivery: Delivery, writer: AnswerWriter, scenario: Scenario): Promise<void> {
  let sent = 0;
  for (const chunk of delivery.chunks) {
    if (writer.isOver) return;
    if (sent === scenario.number('cut')) return writer.breakOff('fin');
    if (sent === scenario.number('reset')) return writer.breakOff('rst');
    if (sent === scenario.number('end')) return writer.end();
    if (sent === scenario.number('stall-after')) return stall(writer, scenario, delivery.comment);
    await writer.pause(scenario.number('slow') ?? 0);
    await sendChunk(chunk, writer, scenario);
    sent++;
  }
  await writer.end();
}

async function sendChunk(chunk: string | Buffer, writer: AnswerWriter, scenario: Scenario): Promise<void> {
  const delayMs = scenario.number('piece-delay') ?? 0;
  for (const bytes of spellOut(chunk, scenario.number('huge-line') ?? 0)) {
    for (const piece of piecesOf(bytes, scenario)) {
      await writer.write(piece);
      if (writer.isOver) return;
      await (delayMs > 0 ? writer.pause(delayMs) : nextTurn());
    }
  }
}

function* piecesOf(bytes: Buffer, scenario: Scenario): Generator<Buffer> {
  const size = scenario.number('bytes');
  if (size) {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  } else if (scenario.has('split-utf8')) {
    yield* cutInsideCharacters(bytes);
  } else {
    yield bytes;
  }
}

/** A new piece begins at every byte that continues a character. */
function* cutInsideCharacters(bytes: Buffer): Generator<Buffer> {
  let start = 0;
  for (let at = 1; at < bytes.length; at++) {
    if (((bytes[at] ?? 0) & 0xc0) !== 0x80) continue;
    yield bytes.subarray(start, at);
    start = at;
  }
  yield bytes.subarray(start);
}

/** Says nothing, or comments only, until the peer leaves. */
export async function stall(
  writer: AnswerWriter,
  scenario: Scenario,
  comment: string | undefined,
): Promise<void> {
  const everyMs = scenario.number('comments') || STALL_MAX_MS;
  for (let waited = 0; waited < STALL_MAX_MS && !writer.isOver; waited += everyMs) {
    await writer.pause(everyMs);
    if (comment !== undefined && scenario.number('comments')) await writer.write(Buffer.from(comment));
  }
  if (!writer.isOver) await writer.breakOff('fin');
}

async function cutInHead(writer: AnswerWriter): Promise<void> {
  await writer.writeRaw('HTTP/1.1 200 OK\r\nContent-Type: text/event-st');
  await writer.breakOff('fin');
}
