import type { AppConfig, JwtConfig } from '../../config/config.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import type { Secret } from '../../model/secret.ts';
import { type Identity, requireActive } from './identity.ts';

/**
 * Signed tokens (JWT, contract 4.2 `jwt`): the claim `app_id` says whose it is, that app's key verifies it,
 * `exp` is required, and `allow` and `deny` only narrow what the app may do anyway.
 */
const ALGORITHMS = { publicKey: ['EdDSA', 'ES256', 'RS256'], secret: ['HS256'] };
const LONGEST = 8_192;

/**
 * Three base64url pieces, the first of which begins like `{"`. Decoders pass over spaces and the last bits of a
 * signature; a token has one spelling here, so that whoever keeps a list of tokens can go by their text.
 */
export function looksLikeToken(key: Secret): boolean {
  const text = key.reveal();
  if (text.length >= LONGEST || !/^eyJ[\w-]*\.[\w-]+\.[\w-]+$/.test(text)) return false;
  const signature = text.slice(text.lastIndexOf('.') + 1);
  return Buffer.from(signature, 'base64url').toString('base64url') === signature;
}

/** Throws `invalid_key`, `expired_key` or `app_inactive`. The library is loaded when the first token comes. */
export async function verifyToken(
  token: Secret,
  appById: (appId: string) => AppConfig | undefined,
  nowMs: number,
): Promise<Identity> {
  const jose = await import('jose');
  try {
    const claimedId = jose.decodeJwt(token.reveal())['app_id'];
    const app = typeof claimedId === 'string' ? appById(claimedId) : undefined;
    if (app?.jwt === undefined) throw invalid();
    const { payload } = await verify(token, app.jwt, nowMs);
    return requireActive({
      app,
      narrowedTo: { allow: namesIn(payload['allow']), deny: namesIn(payload['deny']) },
    });
  } catch (thrown) {
    if (thrown instanceof GatewayError) throw thrown;
    if (thrown instanceof jose.errors.JWTExpired) {
      // Told after the signature was found right, so the claim is the app's own.
      const { app_id: appId } = thrown.payload;
      throw new GatewayError('expired_key', 'This signed token has expired; ask for a new one.', {
        ...(typeof appId === 'string' ? { appId } : {}),
      });
    }
    throw invalid();
  }
}

async function verify(token: Secret, settings: JwtConfig, nowMs: number) {
  const jose = await import('jose');
  const options = {
    currentDate: new Date(nowMs),
    requiredClaims: ['exp'],
    ...(settings.issuer === undefined ? {} : { issuer: settings.issuer }),
    ...(settings.audience === undefined ? {} : { audience: settings.audience }),
  };
  if (settings.publicKeyPem !== undefined) {
    const { createPublicKey } = await import('node:crypto');
    const key = createPublicKey(settings.publicKeyPem);
    return jose.jwtVerify(token.reveal(), key, { ...options, algorithms: ALGORITHMS.publicKey });
  }
  const secret = settings.secret?.reveal() ?? '';
  // An empty secret would verify anything signed with the empty secret (faults.md T12).
  if (secret === '') throw invalid();
  return jose.jwtVerify(token.reveal(), new TextEncoder().encode(secret), {
    ...options,
    algorithms: ALGORITHMS.secret,
  });
}

/** A list that cannot be read is no list that is empty: it would narrow nothing, against the will of who signed it. */
function namesIn(claim: unknown): string[] {
  if (claim === undefined) return [];
  if (Array.isArray(claim) && claim.every((name) => typeof name === 'string')) return claim;
  throw invalid();
}

function invalid(): GatewayError {
  return new GatewayError(
    'invalid_key',
    'This signed token was not accepted: its app, signature or claims are wrong.',
  );
}
