/**
 * What a complaint may quote of a value. Configuration is full of secrets, and a slip of the pen puts them where
 * none belongs, so only short text that looks like no key is shown.
 */
export function showValue(value: unknown): string {
  if (typeof value === 'string') return showText(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return kindOf(value);
}

const TEXT_MAX = 48;

/** A well-known beginning, or twenty letters and digits in a row. */
const keyLike = /^(?:sk|pk|rk|gm|hf|gsk|xai|ghp|eyJ|AIza|Bearer)[-_ A-Za-z0-9]{12}|[A-Za-z0-9]{20,}/;

function showText(text: string): string {
  if (text.length > TEXT_MAX || looksLikeKey(text)) return `a text of ${text.length} characters`;
  return JSON.stringify(text);
}

export function looksLikeKey(text: string): boolean {
  return keyLike.test(text);
}

/** `a text`, `a list`: the kind of a value in an operator's words. */
export function kindOf(value: unknown): string {
  if (value === null) return 'nothing (null)';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number') return 'a number';
  if (typeof value === 'boolean') return 'true or false';
  return 'an object';
}
