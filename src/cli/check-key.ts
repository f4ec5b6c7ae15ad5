import type { AppConfig } from '../config/config.ts';
import { hashToken, isWhole } from '../config/make-token.ts';
import { looksLikeToken } from '../decisions/policy/app-token.ts';
import { Apps } from '../decisions/policy/apps.ts';
import { GatewayError } from '../model/gateway-error.ts';
import { Secret } from '../model/secret.ts';

/** What can be told of a key to whoever holds it; the key itself is not in it. */
export interface KeyReport {
  readonly hash: string;
  /** Absent of a signed token, which has a signature instead. */
  readonly checksum?: 'right' | 'wrong';
  /** Whose it is, by the configuration; absent where it would be refused or there is no configuration. */
  readonly app?: string;
  readonly name?: string;
  readonly expires_at?: string;
  /** In the words a client would be told. */
  readonly refusal?: string;
}

/** `apps` is undefined where there is no configuration to look into. */
export async function checkKey(
  text: string,
  apps: readonly AppConfig[] | undefined,
  nowMs: number,
): Promise<KeyReport> {
  const key = new Secret(text);
  const checksum = isWhole(text) ? ('right' as const) : ('wrong' as const);
  const facts = { hash: hashToken(text), ...(looksLikeToken(key) ? {} : { checksum }) };
  return apps === undefined ? facts : { ...facts, ...(await ownerOf(key, apps, nowMs)) };
}

async function ownerOf(key: Secret, apps: readonly AppConfig[], nowMs: number): Promise<Partial<KeyReport>> {
  try {
    const { app, key: entry } = await new Apps(apps).identify(key, nowMs);
    const endsAtMs = entry?.expiresAtMs;
    return {
      app: app.appId,
      ...(entry?.name === undefined ? {} : { name: entry.name }),
      ...(endsAtMs === undefined ? {} : { expires_at: new Date(endsAtMs).toISOString() }),
    };
  } catch (error) {
    if (error instanceof GatewayError) return { refusal: error.message };
    throw error;
  }
}

/** Would a client be let in with it, as far as can be known? */
export function isGood({ app, refusal, checksum }: KeyReport): boolean {
  return app !== undefined || (refusal === undefined && checksum !== 'wrong');
}

export function describeKey(report: KeyReport): string {
  const { checksum, app, refusal, hash } = report;
  const whole = checksum === undefined ? [] : [checksumSentences[checksum]];
  const owner = app === undefined ? refusal : ownerSentence(report);
  return [...whole, ...(owner === undefined ? [] : [owner]), hash].join('\n');
}

const checksumSentences = {
  right: 'Its checksum is right: `sluice token` made it, and no character is wrong or missing.',
  wrong: 'It has no right checksum: it is mistyped or cut short, or `sluice token` did not make it.',
} as const;

function ownerSentence({ app, name, expires_at: end }: KeyReport): string {
  const called = name === undefined ? '' : `, called "${name}"`;
  return `It is a key of the app "${app}"${called}${end === undefined ? '' : `, good until ${end}`}.`;
}
