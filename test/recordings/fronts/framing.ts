/** How answers are framed for each kind of client; a frame its library would not see is not seen here either. */
import { type ReadEvent, readEvents } from './read-events.ts';

export type Framing = (text: string, contentType: string) => Framed;

export interface Framed {
  readonly payloads: readonly unknown[];
  readonly faults: readonly string[];
}

export const wholeBody: Framing = (text, contentType) => {
  const faults = contentType.startsWith('application/json') ? [] : [`content-type ${contentType}`];
  return collected([text], faults);
};

/** Data alone, and `[DONE]` at the end; after a failure it may be missing. */
export const markedEvents: Framing = (text, contentType) => {
  const events = readEvents(text);
  const marks = events.filter(({ data }) => data.trim() === '[DONE]');
  const data = events.filter((event) => !marks.includes(event)).map((event) => event.data);
  const faults = eventFaults(contentType);
  if (events.some(({ name }) => name !== undefined)) faults.push('an event line where clients expect none');
  const hasFailed = /"error"/.test(data.at(-1) ?? '');
  if (marks.length !== 1 && !(hasFailed && marks.length === 0)) faults.push(`${marks.length} end marks`);
  return collected(data, faults);
};

/** Each event says its type twice. What has no name, Anthropic's libraries do not see. */
export const namedEvents: Framing = (text, contentType) => {
  const events = readEvents(text);
  const framed = collected(
    events.filter(({ name }) => name !== undefined).map(({ data }) => data),
    eventFaults(contentType),
  );
  const isMisnamed = ({ name, data }: ReadEvent) => !data.includes(`"${name}"`);
  const misnamed = events.filter(isMisnamed).map(({ name }) => `an event called ${name} of another type`);
  return { ...framed, faults: [...framed.faults, ...misnamed] };
};

/** Data alone, no mark, every event closed. */
export const plainEvents: Framing = (text, contentType) => {
  const events = readEvents(text);
  const faults = eventFaults(contentType);
  if (events.some(({ data }) => data.trim() === '[DONE]'))
    faults.push('an end mark where clients expect none');
  if (events.some(({ isClosed }) => !isClosed)) faults.push('the last blank line is missing');
  return collected(
    events.filter(({ name }) => name === undefined).map(({ data }) => data),
    faults,
  );
};

/** One JSON array, sent piece by piece. */
export const jsonArray: Framing = (text, contentType) => {
  const { payloads, faults } = wholeBody(text, contentType);
  const list = payloads[0];
  return Array.isArray(list)
    ? { payloads: list, faults }
    : { payloads: [], faults: [...faults, 'not an array'] };
};

export const lines: Framing = (text, contentType) => {
  const faults = contentType.startsWith('application/x-ndjson') ? [] : [`content-type ${contentType}`];
  if (!text.endsWith('\n')) faults.push('the last line has no end');
  return collected(
    text.split(/\r?\n/).filter((line) => line !== ''),
    faults,
  );
};

function eventFaults(contentType: string): string[] {
  return contentType.startsWith('text/event-stream') ? [] : [`content-type ${contentType}`];
}

function collected(texts: readonly string[], faults: readonly string[]): Framed {
  const payloads: unknown[] = [];
  const unread: string[] = [];
  for (const text of texts) {
    try {
      payloads.push(JSON.parse(text));
    } catch {
      unread.push(`not JSON: ${text.slice(0, 60)}`);
    }
  }
  return { payloads, faults: [...faults, ...unread] };
}
