import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

import { Secret } from '../../model/secret.ts';
import { SealingFailure } from './sealing-failure.ts';

/**
 * Seals secrets for the database: AES-256-GCM under a key derived from a master key, 96 random bits of nonce (NIST SP
 * 800-38D, 8.2.2), and the place the secret belongs to as additional data, so that a sealed secret that is moved to
 * another place cannot be opened there.
 *
 * `sealed:1:<id of the master key>:<nonce>:<ciphertext and tag>`, the last two in base64url. The id tells which of several
 * master keys is the right one, and nothing about the key.
 */
const PREFIX = 'sealed:1:';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Without it a master key could be guessed. */
export const MASTER_KEY_LENGTH_MIN = 32;

interface DerivedKey {
  readonly id: string;
  readonly bytes: Uint8Array;
}

export class Sealer {
  readonly #keys: readonly DerivedKey[];

  /** The first seals; all open. Throws `SealingFailure` when one is too short to be a secret. */
  constructor(masterKeys: readonly Secret[]) {
    this.#keys = masterKeys.map(derive);
  }

  /** Can this seal at all? */
  get hasKey(): boolean {
    return this.#keys.length > 0;
  }

  /** `place` names what the secret is for, for ever: `anna backend.api_key`. Throws `SealingFailure` without a key. */
  seal(secret: Secret, place: string): string {
    const [key] = this.#keys;
    if (key === undefined) throw new SealingFailure('no-key', 'there is no master key to seal a secret with');
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', key.bytes, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(place));
    const sealed = [cipher.update(secret.reveal(), 'utf8'), cipher.final(), cipher.getAuthTag()];
    return `${PREFIX}${key.id}:${base64url(nonce)}:${base64url(Buffer.concat(sealed))}`;
  }

  /** Throws `SealingFailure`: it was sealed under a key that is not here, or it was changed or moved. */
  open(sealed: string, place: string): Secret {
    const { id, nonce, body } = readEnvelope(sealed);
    const key = this.#keys.find((known) => known.id === id);
    if (key === undefined) throw unknownKey(id, this.#keys);
    try {
      return new Secret(decipher(key, nonce, body, place));
    } catch (thrown) {
      throw new SealingFailure(
        'damaged',
        'is not what was sealed here: it was changed or moved; give the secret anew',
        { cause: thrown },
      );
    }
  }

  /** Was it sealed under the key that seals now? */
  isCurrent(sealed: string): boolean {
    return this.#keys[0]?.id === readEnvelope(sealed).id;
  }
}

export const isSealed = (text: string): boolean => text.startsWith('sealed:');

/** RFC 5869. A master key is long and random, so it needs no salt. */
function derive(masterKey: Secret): DerivedKey {
  const text = masterKey.reveal();
  if (text.length < MASTER_KEY_LENGTH_MIN) {
    throw new SealingFailure(
      'no-key',
      `a master key needs at least ${MASTER_KEY_LENGTH_MIN} characters; \`sluice token\` makes a good one`,
    );
  }
  const derived = (purpose: string, length: number) =>
    Buffer.from(hkdfSync('sha256', text, '', `sluice ${purpose}`, length));
  return { id: derived('id of the master key', 4).toString('hex'), bytes: derived('sealed secrets', 32) };
}

interface Envelope {
  readonly id: string;
  readonly nonce: Buffer;
  readonly body: Buffer;
}

function readEnvelope(sealed: string): Envelope {
  const [id = '', nonce = '', body = ''] = sealed.startsWith(PREFIX)
    ? sealed.slice(PREFIX.length).split(':')
    : [];
  const envelope = { id, nonce: Buffer.from(nonce, 'base64url'), body: Buffer.from(body, 'base64url') };
  if (id !== '' && envelope.nonce.length === NONCE_BYTES && envelope.body.length >= TAG_BYTES)
    return envelope;
  throw new SealingFailure(
    'damaged',
    'is not in a form that this release seals secrets in; give the secret anew',
  );
}

function decipher(key: DerivedKey, nonce: Buffer, body: Buffer, place: string): string {
  const decipherer = createDecipheriv('aes-256-gcm', key.bytes, nonce, { authTagLength: TAG_BYTES });
  decipherer.setAAD(Buffer.from(place));
  decipherer.setAuthTag(body.subarray(-TAG_BYTES));
  const text = decipherer.update(body.subarray(0, -TAG_BYTES));
  return Buffer.concat([text, decipherer.final()]).toString('utf8');
}

function unknownKey(id: string, keys: readonly DerivedKey[]): SealingFailure {
  const here = keys.length === 0 ? 'there is none here' : `here is ${keys.map((key) => key.id).join(', ')}`;
  return new SealingFailure(
    'no-key',
    `was sealed under the master key ${id}, and ${here}; put that key behind the others in SLUICE_MASTER_KEY, or give the secret anew`,
  );
}

const base64url = (bytes: Buffer): string => bytes.toString('base64url');
