import type { Migration } from '../../migrations/migration.ts';
import { ledger } from './001-ledger.ts';

/** In the order in which they run. Add to the end only. */
export const allMigrations: readonly Migration[] = [ledger];
