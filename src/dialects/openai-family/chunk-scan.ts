/**
 * Is there anything in this chunk that the gateway must look at? One pass over the colons of the bytes; the
 * search for a colon is native code, and a chunk has some twenty of them. Four `MemberSearch`es over an
 * ordinary chunk cost twice as much, parsing it five times as much.
 *
 * A yes may be false (the member may stand at any depth), a no is certain: in JSON, a quotation mark inside a
 * string is escaped, so `"usage":` is always a member.
 */
export function hasNews(chunk: Buffer): boolean {
  for (let colon = chunk.indexOf(COLON); colon >= 0; colon = chunk.indexOf(COLON, colon + 1)) {
    const quote = chunk[colon - 1] === QUOTE ? colon - 1 : spacesBefore(chunk, colon) - 1;
    if (chunk[quote] === QUOTE && isNews(chunk, quote, colon)) return true;
  }
  return false;
}

const COLON = 0x3a;
const QUOTE = 0x22;
const LOWER_N = 0x6e;
const ZERO = 0x30;

const usage = Buffer.from('"usage', 'latin1');
const error = Buffer.from('"error', 'latin1');
const finishReason = Buffer.from('"finish_reason', 'latin1');
const index = Buffer.from('"index', 'latin1');
const id = Buffer.from('"id', 'latin1');
/** Only on Azure's frames that are not for clients, where the id is usually empty (protocols T7). */
const promptFilter = Buffer.from('"prompt_filter_results', 'latin1');
const filterOffsets = Buffer.from('"content_filter_offsets', 'latin1');

/** No value but null begins with n, and null is how a chunk says "not yet". */
function isNews(chunk: Buffer, quote: number, colon: number): boolean {
  if (endsWith(chunk, quote, index)) return isOtherThanZero(chunk, colon);
  if (endsWith(chunk, quote, id)) return isEmptyText(chunk, colon);
  const isWatched =
    endsWith(chunk, quote, usage) ||
    endsWith(chunk, quote, finishReason) ||
    endsWith(chunk, quote, error) ||
    endsWith(chunk, quote, promptFilter) ||
    endsWith(chunk, quote, filterOffsets);
  return isWatched && chunk[spacesAfter(chunk, colon)] !== LOWER_N;
}

/** A second choice must be counted, so that its end is waited for; `index` 0 is the rule and needs no look. */
function isOtherThanZero(chunk: Buffer, colon: number): boolean {
  return chunk[spacesAfter(chunk, colon)] !== ZERO;
}

function isEmptyText(chunk: Buffer, colon: number): boolean {
  const value = spacesAfter(chunk, colon);
  return chunk[value] === QUOTE && chunk[value + 1] === QUOTE;
}

/** Do the bytes before `end` spell `name`? Compared from the back, where names differ soonest. */
function endsWith(chunk: Buffer, end: number, name: Buffer): boolean {
  const start = end - name.length;
  for (let at = name.length - 1; at >= 0; at--) {
    if (chunk[start + at] !== name[at]) return false;
  }
  return true;
}

/** The offset of the first of the spaces that end at `to`. */
function spacesBefore(chunk: Buffer, to: number): number {
  let at = to;
  while (isSpace(chunk[at - 1])) at--;
  return at;
}

/** The offset of the first byte after `colon` that is no space. */
function spacesAfter(chunk: Buffer, colon: number): number {
  let at = colon + 1;
  while (isSpace(chunk[at])) at++;
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}
