import type { Secret } from '../model/secret.ts';

/** Longer than any explanation; a backend that says more is not explaining. */
const WORDS_MAX = 2_000;

/** A backend's own words as clients may read them: keys and addresses never leave with them, and they end. */
export function scrubWords(words: string, key: Secret | undefined): string {
  const withoutKey = key === undefined ? words : words.replaceAll(key.reveal(), '***');
  return withoutKey
    .slice(0, WORDS_MAX)
    .replace(/\b(sk|pk|rk|gsk|xai|key|AIza)[-_][A-Za-z0-9_*-]{6,}/g, '***')
    .replace(/\bhttps?:\/\/[^\s"'<>)]+/g, '(address)')
    .replace(/\b(org|proj)-[A-Za-z0-9]{8,}/g, '***');
}
