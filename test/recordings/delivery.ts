/**
 * How the bytes of a recording travel: `whole`, `bytes` (one at a time), `cuts-<seed>` (pieces of 1 to 64 bytes),
 * and for streams of events also `crlf`, `cr`, `comments` and `no-space`; several are joined by `+`. Nothing of it may change what is said.
 */
import { diceOf } from '../support/loose-json.ts';
import type { Recording, WireFormat } from './recording.ts';

/** The formats whose events are named in a line of their own. */
const namedEvents: ReadonlySet<WireFormat> = new Set([
  'openai-responses',
  'anthropic-messages',
  'cohere-chat',
]);
/** The formats whose streams end with a mark. */
const markedEnds: ReadonlySet<WireFormat> = new Set(['openai-chat', 'openai-completions']);

/** The body of the answer as it goes over the wire, in its pieces. */
export function piecesOf(recording: Recording, delivery: string): Buffer[] {
  const wishes = new Set(delivery.split('+'));
  const body = Buffer.from(
    recording.form === 'whole' ? (recording.payloads[0] ?? '') : dressed(recording, wishes),
  );
  const cuts = [...wishes].find((wish) => wish.startsWith('cuts-'));
  if (wishes.has('bytes')) return cut(body, () => 1);
  if (!cuts) return [body];
  const dice = diceOf(Number(cuts.slice('cuts-'.length)));
  return cut(body, () => 1 + Math.floor(dice() * 64));
}

export function contentTypeOf(recording: Recording): string {
  if (recording.form === 'whole') return 'application/json';
  return recording.dialect === 'ollama-chat' ? 'application/x-ndjson' : 'text/event-stream';
}

function dressed(recording: Recording, wishes: ReadonlySet<string>): string {
  const isLines = recording.dialect === 'ollama-chat';
  const frames = recording.payloads.map((payload) =>
    isLines ? `${payload}\n` : eventOf(recording.dialect, payload),
  );
  if (markedEnds.has(recording.dialect) && !recording.isBroken) frames.push('data: [DONE]\n\n');
  let text = frames.join(wishes.has('comments') && !isLines ? ': keep-alive\n\n:\n' : '');
  if (wishes.has('no-space') && !isLines) text = text.replace(/^(data|event): /gm, '$1:');
  if (wishes.has('crlf')) text = text.replaceAll('\n', '\r\n');
  else if (wishes.has('cr') && !isLines) text = text.replaceAll('\n', '\r');
  return text + (recording.tail ?? '');
}

function eventOf(dialect: WireFormat, payload: string): string {
  const name = namedEvents.has(dialect) ? typeOf(payload) : undefined;
  return `${name ? `event: ${name}\n` : ''}data: ${payload}\n\n`;
}

/** Some servers write other members first, and one recording is not even JSON. */
function typeOf(payload: string): string | undefined {
  try {
    return (JSON.parse(payload) as { type?: string }).type;
  } catch {
    return /"type":"([\w.]+)"/.exec(payload)?.[1];
  }
}

function cut(body: Buffer, sizeOfNext: () => number): Buffer[] {
  const pieces: Buffer[] = [];
  for (let start = 0; start < body.length; ) {
    const end = start + sizeOfNext();
    pieces.push(body.subarray(start, end));
    start = end;
  }
  return pieces;
}
