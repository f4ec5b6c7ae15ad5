import type { EventReader } from '../dialects/dialect.ts';
import { ordinaryQuirks } from '../dialects/wire-quirks.ts';
import type { CallEvent } from '../model/call-event.ts';
import type { FrameSplitter } from '../model/frame.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { SseSplitter } from '../model/sse.ts';
import { Warnings } from '../model/warnings.ts';
import type { ArchivableImage } from '../telemetry/image-archive.ts';
import type { TraceContent } from '../telemetry/trace-file.ts';
import type { Exchange } from './exchange.ts';
import type { HostedPictures } from './hosted-pictures.ts';
import type { ReadQuestion } from './read-question.ts';

/** Where the dialects keep what is asked. */
const promptMembers = ['messages', 'input', 'prompt', 'contents', 'content', 'requests'];

/**
 * What a call's trace may show: the prompt, and the answer as a whole. A stream is put together again here,
 * once, after the client has it (row 000-52). What of it is written is the app's and the operator's choice.
 */
export function traceContent(
  exchange: Exchange,
  question: ReadQuestion,
  createdS: number,
  pictures: Pick<HostedPictures, 'ofLink'>,
): TraceContent {
  const { tap } = exchange;
  const { body } = question;
  const member = promptMembers.find((name) => body[name] !== undefined);
  const prompt = member === undefined ? undefined : body[member];
  const response = tap === undefined ? undefined : wholeAnswer(exchange, tap.bytes(), question, createdS);
  return { prompt, response, apiKey: exchange.apiKey(), images: imagesIn(response, pictures) };
}

function wholeAnswer(
  exchange: Exchange,
  bytes: Buffer,
  question: ReadQuestion,
  createdS: number,
): JsonValue | undefined {
  if (bytes.length === 0) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8')) as JsonValue;
  } catch {
    return foldStream(exchange, bytes, question, createdS);
  }
}

/** What arrived of a stream, as if it had come whole; also of one that broke off. */
function foldStream(
  exchange: Exchange,
  bytes: Buffer,
  question: ReadQuestion,
  createdS: number,
): JsonObject | undefined {
  const { dialect } = exchange;
  const warnings = new Warnings(true);
  const reader = dialect.eventReader?.({ warnings, quirks: ordinaryQuirks });
  if (reader === undefined) return undefined;
  const splitter = dialect.splitter?.(Number.MAX_SAFE_INTEGER) ?? new SseSplitter(Number.MAX_SAFE_INTEGER);
  const events = eventsIn(bytes, reader, splitter);
  const start = events.find((event) => event.type === 'answer-start');
  const writer = dialect.wholeWriter({
    requestId: exchange.requestId,
    model: question.asked.model ?? '',
    createdS: start?.createdS ?? createdS,
    withUsage: true,
    request: question.body,
    address: exchange.address,
    elapsedMs: () => 0,
    inputTokensEstimate: 0,
    warnings,
  });
  for (const event of events) if (event.type !== 'error') writer.push(event);
  const whole = writer.finish();
  // The id its client knows the answer by, not one of our making.
  return start?.id === undefined || whole['id'] === undefined ? whole : { ...whole, id: start.id };
}

function eventsIn(bytes: Buffer, reader: EventReader, splitter: FrameSplitter): CallEvent[] {
  const events = splitter.push(bytes).flatMap((frame) => reader.push(frame));
  const last = splitter.last();
  if (last !== undefined) events.push(...reader.push(last));
  return [...events, ...reader.end()];
}

/** Pictures in an answer's `data`, as the images operation gives them; what lies behind a link of ours is at hand. */
function imagesIn(
  response: JsonValue | undefined,
  pictures: Pick<HostedPictures, 'ofLink'>,
): ArchivableImage[] {
  const data = (response as JsonObject | undefined)?.['data'];
  if (!Array.isArray(data)) return [];
  return data.flatMap((item: JsonValue): ArchivableImage[] => {
    const image = item as JsonObject | null;
    if (typeof image?.['b64_json'] === 'string') return [{ base64: image['b64_json'] }];
    if (typeof image?.['url'] !== 'string') return [];
    const ours = pictures.ofLink(image['url']);
    return [ours === undefined ? { url: image['url'] } : { base64: ours.bytes.toString('base64') }];
  });
}
