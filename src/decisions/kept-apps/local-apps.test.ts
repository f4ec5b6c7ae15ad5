import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { app, appStoreSuite } from '../../../test/support/app-store-suite.ts';
import { type Database, openDatabase } from '../../storage/database.ts';
import { LocalApps } from './local-apps.ts';

let directory: string;
let database: Database;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sluice-apps-'));
  database = openDatabase(join(directory, 'a.db'));
});
afterEach(() => {
  database.close();
  rmSync(directory, { recursive: true });
});

const nowMs = 1_795_000_000_000;

describe('apps in the file of the daemon', () => {
  appStoreSuite(() => new LocalApps(database));

  it('are there again after a restart', () => {
    new LocalApps(database).add(app('anna'));
    database.close();
    database = openDatabase(join(directory, 'a.db'));
    expect(new LocalApps(database).all()).toEqual([app('anna')]);
  });
});

describe('the copy of what replicas share', () => {
  it('is what the others have, and no more of what they had', () => {
    const apps = new LocalApps(database);
    expect(apps.copy([app('anna'), app('bert')], nowMs)).toEqual([]);
    expect(apps.copy([app('bert', { revision: 2 })], nowMs)).toEqual([]);
    expect(apps.all()).toEqual([app('bert', { revision: 2 })]);
    expect(apps.unshared()).toEqual([]);
  });

  it('takes up an app that was made here once the others have it, too', () => {
    const apps = new LocalApps(database);
    apps.add(app('anna'));
    expect(apps.unshared()).toEqual([app('anna')]);
    expect(apps.copy([app('anna')], nowMs)).toEqual([]);
    expect(apps.unshared()).toEqual([]);
    expect(apps.all()).toEqual([app('anna')]);
  });

  it('keeps an app that was made here while the others do not have it', () => {
    const apps = new LocalApps(database);
    apps.add(app('anna'));
    apps.copy([app('bert')], nowMs);
    expect(apps.all().map(({ appId }) => appId)).toEqual(['anna', 'bert']);
  });

  it('puts aside an app whose name another has there, and says so', () => {
    const apps = new LocalApps(database);
    apps.add(app('anna', { entry: { app_id: 'anna', name: 'of this daemon' } }));
    expect(apps.copy([app('anna')], nowMs)).toEqual(['anna']);
    expect(apps.all()).toEqual([app('anna')]);
    const aside = database.prepare('SELECT * FROM kept_apps_aside').all();
    expect(aside).toEqual([
      { app_id: 'anna', entry: '{"app_id":"anna","name":"of this daemon"}', aside_at: nowMs },
    ]);
  });
});
