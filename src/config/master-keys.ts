import { Secret } from '../model/secret.ts';
import { ComplaintBook } from './complaint-book.ts';
import { ConfigError } from './config-error.ts';
import { given } from './environment.ts';
import { resolveReferences } from './resolve-references.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * `SLUICE_MASTER_KEY`: the keys under which secrets in the database are sealed, with commas or line ends between them. The
 * first seals, the others only open. `file:/path` is read like anywhere in the configuration, so that it may be one of
 * systemd's credentials. Empty where the variable is not set. Throws `ConfigError` where the file cannot be read.
 */
export function readMasterKeys({ env, directory }: Surroundings): Secret[] {
  const written = given(env.SLUICE_MASTER_KEY);
  if (written === undefined) return [];
  const book = new ComplaintBook();
  const { value } = resolveReferences(
    written,
    { env, directory },
    {
      onSecret: () => undefined,
      onComplaint: (_path, message) => book.add('error', place, message),
    },
  );
  const complaints = book.all('error');
  if (complaints.length > 0) throw new ConfigError(complaints);
  const keys = String(value).split(/[\s,]+/);
  return keys.filter((key) => key !== '').map((key) => new Secret(key));
}

const place = { file: 'environment', place: undefined, key: 'SLUICE_MASTER_KEY' };

/** Beside the database, where none is set. */
export const masterKeyPath = (databasePath: string): string => `${databasePath}.key`;
