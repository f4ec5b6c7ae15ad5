import { StoreFailure, type StoreTrouble } from '../store-failure.ts';

type Explanation = readonly [trouble: StoreTrouble, sentence: string];

/** By PostgreSQL's codes (https://www.postgresql.org/docs/current/errcodes-appendix.html) and those of the system. */
const explanations: Readonly<Record<string, Explanation>> = {
  '28P01': ['refused', 'PostgreSQL does not accept the password; set "database.password"'],
  '28000': ['refused', 'PostgreSQL does not let this user in (pg_hba.conf decides)'],
  '3D000': ['refused', 'the database does not exist; create it, or set "database.database"'],
  '42501': [
    'refused',
    'the user may not do that; make it the owner of the database, or grant it CREATE on the schema',
  ],
  '53100': ['unreachable', 'the disk of PostgreSQL is full'],
  '53300': ['unreachable', 'PostgreSQL has too many connections'],
  '57P03': ['unreachable', 'PostgreSQL is starting or stopping'],
  '25006': ['unreachable', 'PostgreSQL is read-only just now'],
  ECONNREFUSED: ['unreachable', 'nothing listens at "database.host"'],
  ENOENT: ['unreachable', 'there is no socket of PostgreSQL at "database.host"'],
  ENOTFOUND: ['unreachable', 'the name in "database.host" is not known'],
  EAI_AGAIN: ['unreachable', 'the name in "database.host" cannot be looked up now'],
  ETIMEDOUT: ['unreachable', 'PostgreSQL does not answer'],
  ECONNRESET: ['unreachable', 'the connection to PostgreSQL broke'],
  EPIPE: ['unreachable', 'the connection to PostgreSQL broke'],
};

/** What a value can be guilty of: not fitting its type or a rule of the table, too long for an index, against a trigger. */
const faultsOfRow = /^(22|23|54|P0001$|44)/;

export function explainPostgresFailure(thrown: unknown): StoreFailure {
  const code = codeOf(thrown);
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const [trouble, sentence] = explanations[code] ?? byText(code, message);
  return new StoreFailure(trouble, sentence, { cause: thrown });
}

function byText(code: string, message: string): Explanation {
  if (/does not support SSL/.test(message)) {
    return ['refused', 'PostgreSQL has no TLS, and "database.ssl_mode" insists on it'];
  }
  if (isOfCertificate(code)) {
    return ['refused', `the certificate of PostgreSQL is not good (${code}); see "database.ssl_ca"`];
  }
  if (/timeout/i.test(message)) return ['unreachable', 'PostgreSQL does not answer in time'];
  if (faultsOfRow.test(code)) return ['row', `PostgreSQL says: ${message}`];
  if (/^42/.test(code)) return ['refused', `the tables are not as they should be: ${message}`];
  return [
    'unreachable',
    /^[0-9A-Z]{5}$/.test(code) ? `PostgreSQL says: ${message}` : 'the connection to PostgreSQL broke',
  ];
}

function isOfCertificate(code: string): boolean {
  return /CERT|SIGNATURE|^ERR_(TLS|SSL)|_CA_|ISSUER|^HOSTNAME/.test(code);
}

function codeOf(thrown: unknown): string {
  if (!(thrown instanceof Error) || !('code' in thrown)) return '';
  return typeof thrown.code === 'string' ? thrown.code : '';
}
