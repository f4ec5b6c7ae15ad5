import { isJsonObject, type JsonValue } from '../../model/json.ts';
import { MemberSearch } from '../../model/member-search.ts';
import { SseFrame } from '../../model/sse.ts';
import type { Usage } from '../../model/usage.ts';
import { readMediaUsage } from './media-usage.ts';

const usageMember = new MemberSearch('usage');
const OPEN = 0x7b;
const CLOSE = 0x7d;

/**
 * The usage in an event that otherwise holds a picture of some megabytes: only the few bytes of the member are
 * parsed, not the picture. Usage holds no strings, so its braces can simply be counted.
 */
export function usageIn(raw: Buffer): Usage | undefined {
  const start = usageMember.valueIn(raw);
  if (start < 0 || raw[start] !== OPEN) return undefined;
  return readMediaUsage(parse(raw.toString('utf8', start, endOfObject(raw, start)))) ?? parsedWhole(raw);
}

function endOfObject(raw: Buffer, start: number): number {
  let depth = 0;
  for (let at = start; at < raw.length; at++) {
    if (raw[at] === OPEN) depth++;
    else if (raw[at] === CLOSE && --depth === 0) return at + 1;
  }
  return raw.length;
}

/** For servers that spread an event over several data lines. */
function parsedWhole(raw: Buffer): Usage | undefined {
  const body = parse(new SseFrame(raw).data() ?? '');
  return isJsonObject(body) ? readMediaUsage(body['usage']) : undefined;
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
