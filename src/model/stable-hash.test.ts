import { expect, it } from 'vitest';
import { fingerprint, stableHash } from './stable-hash.ts';

/** Ids that are out in the world come from these: whoever must change a line here breaks histories and caches. */
it.each([
  ['', 'a61db31c641ed1cabc530124c2c3833f', '5db4a50193694f34', '0ztntfp00bd4yv', 'cbf29ce484222325'],
  ['a', 'dab00d66b7cffd79a22b7b627cd7a9ef', '579640c7eee3d751', '1r9wi7g1luvaeq', 'af63dc4c8601ec8c'],
  ['toolu_xyz', 'c75557446b35b3bd915c768f200e142f', 'cf4fcdbc7f88f285', '0yhn3ha1qfjf0c', '13c7bb216330e6de'],
  ['grüße 🙂', '7cb6f0cbe6729098205fc5910be34b7e', '7f48d185445cc27a', '1i569br1slpt89', 'd1e519ae59fe0dd2'],
  [
    'x'.repeat(300),
    'cb228434067cf0b179371f36809a0a03',
    'bb82cec44705102b',
    '15wcelx1d9rf13',
    'e78ddf9f1ba85555',
  ],
])('the hashes of %j stay what they are', (text, long, middle, short, print) => {
  expect([stableHash(text, 32), stableHash(text, 16), stableHash(text, 14), fingerprint(text)]).toEqual([
    long,
    middle,
    short,
    print,
  ]);
});
