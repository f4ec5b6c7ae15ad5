import { ledger } from './001-ledger.ts';
import { tokenLessons } from './002-token-lessons.ts';
import { ledgerRoute } from './003-ledger-route.ts';
import { usageSums } from './004-usage-sums.ts';
import { cacheHitsAndKeyNames } from './005-cache-hits-and-key-names.ts';
import { keptApps } from './006-kept-apps.ts';
import type { Migration } from './migration.ts';

/** In the order in which they run. Add to the end only. */
export const allMigrations: readonly Migration[] = [
  ledger,
  tokenLessons,
  ledgerRoute,
  usageSums,
  cacheHitsAndKeyNames,
  keptApps,
];
