/** Apps that replicas share, in a real PostgreSQL. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SharedApps } from '../../src/decisions/kept-apps/shared-apps.ts';
import { PostgresApps } from '../../src/storage/postgres/postgres-apps.ts';
import { app, appStoreSuite } from '../support/app-store-suite.ts';
import { type RunningPostgres, startPostgres, type TestDatabase } from '../support/postgres.ts';
import { placeOf } from '../support/postgres-place.ts';

let postgres: RunningPostgres;
let database: TestDatabase;
let open: SharedApps[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
});
beforeEach(async () => {
  database = await postgres.newDatabase();
});
afterEach(async () => {
  await Promise.all(open.map((apps) => apps.close()));
  open = [];
});
afterAll(() => postgres?.stop());

async function openApps(): Promise<SharedApps> {
  const apps = new SharedApps(new PostgresApps(placeOf(database, postgres)));
  open.push(apps);
  await apps.areNews();
  return apps;
}

describe('apps in PostgreSQL', () => {
  appStoreSuite(openApps);

  it('are seen by every replica, which knows when there is something new', async () => {
    const [here, there] = [await openApps(), await openApps()];
    await there.all();
    expect(await there.areNews()).toBe(false);
    await here.add(app('anna'));
    expect(await there.areNews()).toBe(true);
    expect(await there.all()).toEqual([app('anna')]);
    expect(await there.areNews()).toBe(false);
    await here.remove('anna', 1);
    expect(await there.areNews()).toBe(true);
  });

  it('fail as a store that cannot be reached, and are there again with it', async () => {
    const apps = await openApps();
    await apps.add(app('anna'));
    await postgres.kill9();
    await expect(async () => apps.add(app('bert'))).rejects.toMatchObject({ trouble: 'unreachable' });
    await postgres.startAgain();
    expect(await apps.all()).toEqual([app('anna')]);
  });
});
