import type { ConfigSection } from './config-section.ts';
import type { KeyPath } from './key-path.ts';

/**
 * The address without a trailing slash. Credentials are refused there: addresses are shown in logs, metrics and
 * statistics, keys never.
 */
export function checkBaseUrl(section: ConfigSection, path: KeyPath, text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    section.error(path, 'is no address; write it with http:// or https://, e.g. "http://127.0.0.1:8000/v1"');
    return undefined;
  }
  if (url.username !== '' || url.password !== '') {
    section.keepSecret(url.password);
    section.error(path, 'holds a password, and addresses are shown; move it to `api_key` or `headers`');
    return undefined;
  }
  if (url.search !== '' || url.hash !== '') {
    section.error(path, 'must end before ? and #; move what follows to `headers` or `quirks`');
    return undefined;
  }
  return text.replace(/\/+$/, '');
}

/** RFC 9110: a header that is none would break or split every request. */
export function checkHeaders(
  section: ConfigSection,
  path: KeyPath,
  headers: Readonly<Record<string, string>>,
): void {
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
      section.error([...path, name], 'is no name of a header; use letters, digits and dashes');
    } else if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) {
      section.error(
        [...path, name],
        'has line ends or characters that cannot be sent in a header; remove them',
      );
    }
  }
}
