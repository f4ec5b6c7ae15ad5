/** Did two requests run at once? Told from the journal, never from what the gateway says of itself. */
import type { JournalEntry } from './journal.ts';

export interface Overlap {
  readonly first: JournalEntry;
  readonly second: JournalEntry;
  readonly overlapMs: number;
}

interface Span {
  readonly entry: JournalEntry;
  readonly start: number;
  readonly end: number;
}

const everything = (): boolean => true;

/**
 * All pairs of requests that were under way together, from the first byte of the request to the last byte of the
 * answer, or to the moment the peer was seen to leave. A request still open lasts for ever. Look-ups (models,
 * health, tags) are not work and do not count unless the filter asks for them.
 */
export function overlaps(
  journal: readonly JournalEntry[],
  filter = everything as (entry: JournalEntry) => boolean,
): Overlap[] {
  const spans = spansOf(journal, filter);
  return spans.flatMap((span, at) => spans.slice(at + 1).flatMap((later) => overlapOf(span, later)));
}

/** The most requests that were ever under way together. */
export function maxConcurrent(
  journal: readonly JournalEntry[],
  filter = everything as (entry: JournalEntry) => boolean,
): number {
  const steps = spansOf(journal, filter).flatMap(({ start, end }) => [
    { at: start, change: 1 },
    { at: end, change: -1 },
  ]);
  // At one instant the leaving goes first: touching is not overlapping.
  steps.sort((a, b) => a.at - b.at || a.change - b.change);
  let now = 0;
  let most = 0;
  for (const step of steps) {
    now += step.change;
    most = Math.max(most, now);
  }
  return most;
}

/** Does this request make a model work? */
export function isWork(entry: JournalEntry): boolean {
  return entry.method === 'POST' && !/count-tokens|show|tokenize/.test(entry.operation);
}

function spansOf(journal: readonly JournalEntry[], filter: (entry: JournalEntry) => boolean): Span[] {
  const wanted = filter === everything ? isWork : filter;
  return journal
    .filter(wanted)
    .map((entry) => ({ entry, start: entry.tReceivedFirstByte, end: endOf(entry) }))
    .sort((a, b) => a.start - b.start);
}

function endOf(entry: JournalEntry): number {
  if (entry.outcome === 'open') return Number.POSITIVE_INFINITY;
  if (entry.outcome === 'completed') return entry.tLastByteSent ?? entry.tEnded ?? Number.POSITIVE_INFINITY;
  return entry.tEnded ?? entry.tSocketClosed ?? Number.POSITIVE_INFINITY;
}

function overlapOf(first: Span, second: Span): Overlap[] {
  const overlapMs = Math.min(first.end, second.end) - second.start;
  return overlapMs > 0 ? [{ first: first.entry, second: second.entry, overlapMs }] : [];
}
