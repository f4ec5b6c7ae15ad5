import { SealingFailure } from '../../storage/sealing/sealing-failure.ts';
import { StoreFailure } from '../../storage/store-failure.ts';
import { AdminRefusal } from '../admin/admin-refusal.ts';

export const noSuchApp = (appId: string): AdminRefusal =>
  new AdminRefusal(404, 'not_found', `There is no app "${appId}"; GET /admin/api/apps lists them.`);

export const ofFiles = (appId: string): AdminRefusal =>
  new AdminRefusal(
    409,
    'app_of_files',
    `The app "${appId}" stands in the configuration files: change it there, and reload.`,
  );

export const idTaken = (appId: string): AdminRefusal =>
  new AdminRefusal(409, 'app_exists', `There is an app "${appId}" already; give this one another app_id.`);

export const keyOfOther = (appId: string): AdminRefusal =>
  new AdminRefusal(409, 'key_taken', `A key of this app is one of the app "${appId}"; make another.`);

export const changedMeanwhile = (appId: string): AdminRefusal =>
  new AdminRefusal(
    409,
    'changed_meanwhile',
    `The app "${appId}" was changed by somebody else meanwhile; read it again, and send the change with its revision.`,
  );

export const noKey = (appId: string, keyId: string): AdminRefusal =>
  new AdminRefusal(
    404,
    'not_found',
    `The app "${appId}" has no key "${keyId}"; its \`keys\` are listed with it.`,
  );

/** What kept a change from being stored, for whoever asked for it. */
export function asRefusal(thrown: unknown): unknown {
  if (thrown instanceof SealingFailure)
    return new AdminRefusal(503, 'cannot_seal', `The secret cannot be sealed: ${thrown.message}.`);
  if (thrown instanceof StoreFailure)
    return new AdminRefusal(
      503,
      'store_unreachable',
      `Apps cannot be changed now: ${thrown.message}. Those there are stay in force; try again later.`,
    );
  if (thrown instanceof Error && 'errcode' in thrown)
    return new AdminRefusal(503, 'store_failed', `Apps cannot be changed now: ${thrown.message}.`);
  return thrown;
}
