import type { Migration } from '../../migrations/migration.ts';
import { ledger } from './001-ledger.ts';
import { cacheHitsAndKeyNames } from './002-cache-hits-and-key-names.ts';
import { keptApps } from './003-kept-apps.ts';

/** In the order in which they run. Add to the end only. */
export const allMigrations: readonly Migration[] = [ledger, cacheHitsAndKeyNames, keptApps];
