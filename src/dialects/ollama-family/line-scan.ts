/**
 * Is there anything in this line that the gateway must look at: its end, or an error? Told by the bytes. A yes may
 * be false (the member may stand at any depth), a no is certain: inside a JSON string, a quotation mark is escaped.
 */
export function hasNews(line: Buffer): boolean {
  return hasMember(line, done, isTrue) || hasMember(line, error, isNotNull);
}

const QUOTE = 0x22;
const COLON = 0x3a;
const LOWER_N = 0x6e;
const LOWER_T = 0x74;

/** Without their opening quotation marks: JSON is full of those, and each would be a false start. */
const done = Buffer.from('done"', 'latin1');
const error = Buffer.from('error"', 'latin1');

const isTrue = (first: number | undefined) => first === LOWER_T;
const isNotNull = (first: number | undefined) => first !== LOWER_N;

/** Every place is looked at: `"done":false` may stand in a tool's arguments, and the true one behind it. */
function hasMember(line: Buffer, name: Buffer, fits: (first: number | undefined) => boolean): boolean {
  for (let at = line.indexOf(name); at >= 0; at = line.indexOf(name, at + 1)) {
    if (line[at - 1] !== QUOTE) continue;
    const colon = skipSpace(line, at + name.length);
    if (line[colon] === COLON && fits(line[skipSpace(line, colon + 1)])) return true;
  }
  return false;
}

function skipSpace(line: Buffer, from: number): number {
  let at = from;
  while (line[at] === 0x20 || line[at] === 0x09) at++;
  return at;
}
