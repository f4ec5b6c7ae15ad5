/** JSON as the fake reads and writes it: what is not of the expected kind reads as empty, never as a crash. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json | undefined };

export function objectIn(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

export function listIn(value: unknown): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

export function stringIn(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** The text of a string, of a part with a `text` or of a list of these. */
export function textIn(content: unknown): string {
  if (typeof content === 'string') return content;
  if (Array.isArray(content)) return content.map(textIn).filter(Boolean).join(' ');
  const part = objectIn(content);
  return stringIn(part.text) || stringIn(part.content);
}

/** The last items of a list for as long as they are of a kind: the results of several tools. */
export function trailing<Item>(items: readonly Item[], isOfTheKind: (item: Item) => boolean): Item[] {
  const lastOther = items.findLastIndex((item) => !isOfTheKind(item));
  return items.slice(lastOther + 1);
}

export function parseObject(text: string): JsonObject {
  try {
    return objectIn(JSON.parse(text));
  } catch {
    return {};
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
