import type { Message, Part } from '../../model/call.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';
import { functionName } from './function-name.ts';
import type { ModelTraits } from './model-traits.ts';
import { writePart } from './write-parts.ts';

export interface WrittenResult {
  /** The `functionResponse` part. */
  readonly response: JsonObject;
  /** Pictures that have no place inside it, to stand behind all responses of the turn. */
  readonly behind: readonly JsonObject[];
}

/** What a tool gave back (protocols 10.2, 10.3). `name` is that of the function that was called. */
export function writeToolResult(
  message: Message,
  name: string,
  param: string,
  traits: ModelTraits,
  warnings: Warnings,
): WrittenResult {
  const media = message.parts.flatMap((part, at) => {
    return isText(part) ? [] : writePart(part, `${param}.content[${at}]`, warnings);
  });
  const response = responseOf(message);
  const isInside = traits.takesMediaInResults && media.length > 0;
  if (!isInside && media.length > 0) warnings.changed(`${param}.content`, 'media_behind_result');
  return {
    response: {
      functionResponse: { name: functionName(name), response, ...(isInside && { parts: media }) },
    },
    behind: isInside ? [] : media,
  };
}

function isText(part: Part): part is Extract<Part, { type: 'text' | 'refusal' }> {
  return part.type === 'text' || part.type === 'refusal';
}

/** An object goes as it is, everything else under the names Google gives to what came out, and to what went wrong. */
function responseOf({ parts, isError }: Message): JsonObject {
  const text = parts
    .filter(isText)
    .map((part) => part.text)
    .join('\n');
  if (isError === true) return { error: text };
  const parsed = text.trimStart().startsWith('{') ? parse(text) : undefined;
  return isJsonObject(parsed) ? parsed : { output: text };
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
