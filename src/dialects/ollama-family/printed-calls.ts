import { isJsonObject, stringMember } from '../../model/json.ts';
import { argumentsText } from './tool-arguments.ts';
import type { HeardCall } from './tool-call-reader.ts';

/** All that such a line has; anything more, and it is an answer that happens to be JSON. */
const members: ReadonlySet<string> = new Set(['type', 'id', 'name', 'arguments', 'parameters']);

/** What a line may begin with behind its brace. */
const firstMembers = ['"name"', '"type"', '"arguments"', '"parameters"', '"id"'];

/**
 * The tool calls that a text consists of. Small models, and models whose template Ollama does not know, print
 * `{"name":…,"parameters":{…}}` into the text, one call a line. Undefined if a single line is anything else.
 */
export function readPrintedCalls(text: string): readonly HeardCall[] | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const calls = lines.map(readPrintedCall).filter((call) => call !== undefined);
  return calls.length > 0 && calls.length === lines.length ? calls : undefined;
}

/** Could more text make this such calls? Nothing that has been said for certain is held back for it. */
export function mayBecomeCalls(text: string): boolean {
  const lines = text.split('\n');
  const last = (lines.pop() ?? '').trimStart();
  return (
    mayBecomeCall(last) && lines.every((line) => line.trim() === '' || readPrintedCall(line) !== undefined)
  );
}

function mayBecomeCall(line: string): boolean {
  if (line === '') return true;
  if (!line.startsWith('{')) return false;
  const rest = line.slice(1).trimStart();
  return firstMembers.some((member) => member.startsWith(rest) || rest.startsWith(member));
}

function readPrintedCall(line: string): HeardCall | undefined {
  const value = parse(line);
  if (!isJsonObject(value) || !Object.keys(value).every((name) => members.has(name))) return undefined;
  const name = stringMember(value, 'name');
  const given = value['arguments'] ?? value['parameters'];
  if (!name || !isJsonObject(given)) return undefined;
  return { id: stringMember(value, 'id') || undefined, name, arguments: argumentsText(given) };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
