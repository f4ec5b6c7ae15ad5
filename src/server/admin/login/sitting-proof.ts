import { createHmac } from 'node:crypto';

import { isSameText } from '../credentials.ts';

/**
 * What proves a sitting: its id, signed with a key that only this process has. The two signatures are made of different
 * texts, so that neither can be used as the other. Pure.
 */

export function cookieOf(id: string, key: Buffer): string {
  return `${id}.${sign(`cookie ${id}`, key)}`;
}

/** undefined = we have not signed this. */
export function idOf(cookie: string, key: Buffer): string | undefined {
  const [id = '', signature = '', ...more] = cookie.split('.');
  const isOurs = isSameText(signature, sign(`cookie ${id}`, key));
  return isOurs && more.length === 0 ? id : undefined;
}

/** It follows from the id, so it can be told again after a page was reloaded, to whoever has the cookie. */
export function csrfTokenOf(id: string, key: Buffer): string {
  return sign(`csrf ${id}`, key);
}

function sign(text: string, key: Buffer): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}
