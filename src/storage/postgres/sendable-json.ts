/**
 * JSON that PostgreSQL takes: it has no character 0, and no halves of surrogate pairs. Names come from clients, and a row
 * must not be lost for one; such characters become U+FFFD, which is what they are shown as anyway.
 */
export function sendableJson(rows: readonly object[]): string {
  const json = JSON.stringify(rows);
  // Both are always written as escapes, the second in lower case. What merely looks like one is harmless to look at.
  if (!/\\u0000|\\ud[89a-f]/.test(json)) return json;
  return JSON.stringify(rows, (_key, value: unknown) =>
    typeof value === 'string' ? sendable(value) : value,
  );
}

function sendable(text: string): string {
  // Halves of pairs do not survive the way through UTF-8.
  return Buffer.from(text).toString().replaceAll('\0', '\uFFFD');
}
