/** Ten thousand who have no key, whatever they say they have: nobody gets in, learns anything, or leaves a trace. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeToken } from '../../src/config/make-token.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { steadyClient } from '../support/steady-client.ts';
import { tempFolder } from '../support/temp-folder.ts';

const KEY = makeToken('sk-', 32);
const HASH = createHash('sha256').update(KEY).digest('hex');
/** In every value that is not made out of the key; looked for afterwards, wherever anything is written. */
const MARK = 'Hostile7Q';
const secret = 'a secret of at least thirty-two bytes!';

let gateway: RunningGateway;
let signed: string;

beforeAll(async () => {
  const secretFile = join(tempFolder('sluice-attack-'), 'secret');
  writeFileSync(secretFile, secret, { mode: 0o600 });
  gateway = await startGateway({
    config: {
      apps: [{ app_id: 'notes', api_keys: [`sha256:${HASH}`], jwt: { secret_file: secretFile } }],
      backends: [{ type: 'echo', name: 'echo' }],
    },
  });
  signed = await new SignJWT({ app_id: 'notes' })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(secret));
});

afterAll(() => gateway?.stop());

const body = JSON.stringify({ model: 'echo', messages: [{ role: 'user', content: 'Hi' }] });
const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: ${body.length}\r\n`;

function requestWith(authorization: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(`${head}authorization: `),
    authorization,
    Buffer.from(`\r\n\r\n${body}`),
  ]);
}

/** The same hostility every time, so that what fails once fails again. */
function chanceOf(seed: number) {
  let state = seed;
  const below = (end: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * end);
  };
  const oneOf = <One>(list: readonly One[]): One => list[below(list.length)] as One;
  return { below, oneOf };
}

const { below, oneOf } = chanceOf(20_261_128);

const bytes = (length: number, from: number, to: number) =>
  Buffer.from(Array.from({ length }, () => from + below(to - from)));
const printable = (length: number) => bytes(length, 0x21, 0x7f).toString('latin1');
const scheme = () => oneOf(['Bearer ', 'bearer ', 'BEARER ', 'Bearer  ', 'bEaReR ']);

/** Never the key itself, with or without space around it. */
function nearMiss(key: string): string {
  const at = below(key.length);
  const here = key[at] as string;
  const made = oneOf([
    () => key.slice(0, at),
    () => key.slice(at + 1),
    () => key.slice(0, at) + (here === 'x' ? 'y' : 'x') + key.slice(at + 1),
    () => key.slice(0, at) + printable(1) + key.slice(at),
    () => key.slice(0, at) + oneOf(['\t', '%00', '\\', '"', "'", ';', '=', '\u00e9']) + key.slice(at),
    () => `${key.slice(0, at)} ${key.slice(at)}`.trim(),
    () => key + key,
    () => `"${key}"`,
    () => `<${key}>`,
    () => encodeURIComponent(`${key} `),
    () => Buffer.from(key).toString('base64'),
    () => (key === key.toUpperCase() ? `${key}x` : key.toUpperCase()),
    () => [...key].reverse().join(''),
  ])();
  return made.trim() === key ? `${key}x` : made;
}

function jwtFragment(): string {
  const [first = '', second = '', third = ''] = signed.split('.');
  const piece = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = piece({
    app_id: oneOf(['notes', 'x', '__proto__', 'constructor', '']),
    exp: 4e9,
    mark: MARK,
  });
  return oneOf([
    () => `${first}.${second}`,
    () => `${first}.${second}.`,
    () => `${first}..${third}`,
    () => `${first}.${second}.${third}.${third}`,
    () => `${first}.${claims}.${third}`,
    () =>
      `${piece({ alg: oneOf(['none', 'RS256', 'ES256', 'HS512', 'EdDSA', '']), mark: MARK })}.${claims}.${third}`,
    () => `${piece({ alg: 'HS256', crit: ['exp'], b64: false })}.${second}.${third}`,
    () => `${piece({ alg: 'dir', enc: 'A128GCM' })}....`,
    () => `eyJ${printable(below(60))}.${second}.${third}`,
    () => `eyJ.eyJ.${printable(20)}`,
    () => `eyJ${'A'.repeat(8_000)}.${claims}.${third}`,
    () => signed.slice(0, 10 + below(signed.length - 10)),
  ])();
}

/** What each kind may be answered with: 401, but for what is no HTTP any more. */
const kinds: readonly (readonly [name: string, may: readonly number[], make: () => string | Buffer])[] = [
  ['near misses', [401], () => scheme() + nearMiss(KEY)],
  ['near misses of a signed token', [401], () => scheme() + nearMiss(signed)],
  ['hashes', [401], () => scheme() + oneOf([HASH, `sha256:${HASH}`, HASH.toUpperCase(), nearMiss(HASH)])],
  ['pieces of tokens', [401], () => scheme() + jwtFragment()],
  ['printable noise', [401], () => `${scheme()}${MARK}${printable(1 + below(300))}`],
  [
    'bytes above ASCII',
    [401],
    () => Buffer.concat([Buffer.from(scheme() + MARK), bytes(1 + below(300), 0x80, 0x100)]),
  ],
  ['characters of the world', [401], () => `${scheme()}${MARK}${'ключ鍵🔑ß\u202e\u200b'.slice(below(5))}`],
  ['long ones', [401], () => `${scheme()}${MARK}${'a'.repeat(1_000 + below(12_000))}`],
  ['too long ones', [431], () => `${scheme()}${MARK}${'a'.repeat(20_000 + below(40_000))}`],
  [
    'control characters',
    [400],
    () => {
      const control = Buffer.from([oneOf([0, 1, 8, 11, 12, 27, 127])]);
      return Buffer.concat([
        Buffer.from(scheme() + KEY.slice(0, below(KEY.length))),
        control,
        Buffer.from(KEY),
      ]);
    },
  ],
  [
    'lists',
    [401],
    () => {
      const comma = oneOf([',', ', ', ' , ', ';']);
      const list = oneOf([
        [KEY, MARK],
        [MARK, KEY],
        [KEY, KEY],
        [`${KEY}`, ''],
        ['', KEY],
        [KEY, `Bearer ${KEY}`],
      ]);
      return scheme() + list.join(comma);
    },
  ],
  [
    'other schemes',
    [401],
    () =>
      oneOf([
        `Basic ${Buffer.from(`${KEY}:`).toString('base64')}`,
        `Basic ${Buffer.from(`${MARK}:${KEY}`).toString('base64')}`,
        `Token ${KEY}`,
        `Digest username="${MARK}", response="${KEY}"`,
        `Bearer${KEY}`,
        `Bearer:${KEY}`,
        `Bearer\t${KEY}`,
        `Bearer=${KEY}`,
        `Bearer Bearer ${KEY}`,
        KEY,
        'Bearer',
        'Bearer ',
        '',
        ' ',
        'null',
        'undefined',
        `${MARK} ${KEY}`,
      ]),
  ],
];

it('ten thousand hostile values are refused, every one, and the key is good all the time', async () => {
  const counts = new Map<string, number>();
  let left = 10_000;
  const work = Array.from({ length: 8 }, async () => {
    const client = steadyClient(gateway.folder.port);
    try {
      while (left > 0) {
        left -= 1;
        const [name, may, make] = kinds[left % kinds.length] as (typeof kinds)[number];
        const value = make();
        const status = await client.ask(requestWith(Buffer.from(value)));
        if (!may.includes(status))
          throw new Error(`${name}: ${status} for ${JSON.stringify(value.toString())}`);
        counts.set(name, (counts.get(name) ?? 0) + 1);
        if (left % 500 === 0) expect(await client.ask(requestWith(Buffer.from(`Bearer ${KEY}`)))).toBe(200);
      }
    } finally {
      client.close();
    }
  });
  await Promise.all(work);
  expect([...counts.values()].reduce((sum, one) => sum + one, 0)).toBe(10_000);
  expect(counts.size).toBe(kinds.length);
  expect(gateway.hasEnded).toBe(false);
}, 240_000);

it('nothing of them is in a log, the ledger, a metric or a page for operators', async () => {
  const asOperator = async (path: string) => {
    const answer = await fetch(gateway.adminUrl + path, {
      headers: { authorization: `Bearer ${gateway.adminToken}` },
    });
    return answer.text();
  };
  const places: Record<string, string> = {
    log: gateway.stderrLines.join('\n'),
    output: gateway.stdoutLines.join('\n'),
    metrics: await asOperator('/metrics'),
    live: await asOperator('/stats/live'),
    status: await asOperator('/admin/api/status'),
    ...filesBelow(join(gateway.folder.root, 'state')),
  };
  expect(places.log).toContain('invalid_key');
  expect(Object.keys(places).some((name) => name.endsWith('sluice.db'))).toBe(true);
  const basic = Buffer.from(MARK).toString('base64');
  const [, claims = ''] = signed.split('.');
  const traces = [
    MARK,
    basic,
    KEY.slice(3, 15),
    KEY.slice(-12),
    HASH.slice(0, 12),
    claims.slice(0, 20),
    'ключ',
  ];
  for (const [name, text] of Object.entries(places))
    for (const trace of traces) expect(text.includes(trace), `${trace} in ${name}`).toBe(false);
});

function filesBelow(folder: string): Record<string, string> {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  const files = found.filter((file) => statSync(file).isFile());
  return Object.fromEntries(files.map((file) => [file, readFileSync(file, 'latin1')]));
}

it('how long a refusal takes does not tell how much of the key was right', async () => {
  const guesses = [0, 3, 12, 24, 36, KEY.length - 1].map(
    (right) => KEY.slice(0, right) + (KEY[right] === 'x' ? 'y' : 'x').repeat(KEY.length - right),
  );
  const requests = guesses.map((guess) => requestWith(Buffer.from(`Bearer ${guess}`)));
  const client = steadyClient(gateway.folder.port);
  try {
    // A machine that is busy with something else may lie once, but a difference there is would be there each time.
    let spread = Number.POSITIVE_INFINITY;
    for (let tries = 0; tries < 4 && spread > 0.2; tries++) spread = spreadOf(await times(client, requests));
    expect(spread).toBeLessThanOrEqual(0.2);
  } finally {
    client.close();
  }
}, 120_000);

/** Interleaved, in an order that moves on, so that whatever else happens meets all of them alike. */
async function times(
  client: ReturnType<typeof steadyClient>,
  requests: readonly Buffer[],
): Promise<number[][]> {
  const took = requests.map((): number[] => []);
  for (let round = 0; round < 300; round++) {
    for (let nth = 0; nth < requests.length; nth++) {
      const which = (round + nth) % requests.length;
      const startedAt = performance.now();
      expect(await client.ask(requests[which] as Buffer)).toBe(401);
      took[which]?.push(performance.now() - startedAt);
    }
  }
  return took;
}

/** How far the medians are apart, as a share of the smallest. */
function spreadOf(took: readonly number[][]): number {
  const medians = took.map((each) => [...each].sort((a, b) => a - b)[Math.floor(each.length / 2)] ?? 0);
  const least = Math.min(...medians);
  return (Math.max(...medians) - least) / least;
}
