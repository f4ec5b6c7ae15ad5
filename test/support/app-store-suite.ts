import { expect, it } from 'vitest';

import type { AppStore, KeptApp } from '../../src/decisions/kept-apps/kept-app.ts';

export const app = (appId: string, more: Partial<KeptApp> = {}): KeptApp => ({
  appId,
  entry: {
    app_id: appId,
    api_keys: [{ hash: `sha256:${'0'.repeat(64)}`, name: 'spring' }],
    name: 'Ännä "1"',
  },
  revision: 1,
  createdAtMs: 1_795_000_000_000,
  updatedAtMs: 1_795_000_000_001,
  ...more,
});

/** What holds for apps wherever they are kept. `open`: an empty store. */
export function appStoreSuite(open: () => AppStore | Promise<AppStore>): void {
  const withApps = async (...apps: KeptApp[]): Promise<AppStore> => {
    const store = await open();
    for (const each of apps) expect(await store.add(each)).toBe(true);
    return store;
  };

  it('gives back what was put in, by name', async () => {
    const store = await withApps(app('bert'), app('anna'));
    expect(await store.all()).toEqual([app('anna'), app('bert')]);
  });

  it('takes no second app of one name', async () => {
    const store = await withApps(app('anna'));
    expect(await store.add(app('anna', { revision: 7 }))).toBe(false);
    expect(await store.all()).toEqual([app('anna')]);
  });

  it('lets one change take the place of the revision it was made from', async () => {
    const store = await withApps(app('anna'));
    const next = app('anna', { revision: 2, entry: { app_id: 'anna', active: false }, updatedAtMs: 5 });
    expect(await store.replace(next, 1)).toBe(true);
    expect(await store.all()).toEqual([next]);
  });

  it('refuses a change to a revision that is gone, and to an app that is', async () => {
    const store = await withApps(app('anna', { revision: 3 }));
    expect(await store.replace(app('anna', { revision: 3 }), 2)).toBe(false);
    expect(await store.replace(app('bert', { revision: 2 }), 1)).toBe(false);
    expect(await store.all()).toEqual([app('anna', { revision: 3 })]);
  });

  it('lets one of many changes at once win', async () => {
    const store = await withApps(app('anna'));
    const changes = Array.from({ length: 8 }, (_, at) =>
      store.replace(app('anna', { revision: 2, updatedAtMs: at }), 1),
    );
    expect((await Promise.all(changes)).filter((hasWon) => hasWon)).toHaveLength(1);
  });

  it('deletes the revision that was meant, and no other', async () => {
    const store = await withApps(app('anna'), app('bert'));
    expect(await store.remove('anna', 2)).toBe(false);
    expect(await store.remove('anna', 1)).toBe(true);
    expect(await store.remove('anna', 1)).toBe(false);
    expect(await store.all()).toEqual([app('bert')]);
  });
}
