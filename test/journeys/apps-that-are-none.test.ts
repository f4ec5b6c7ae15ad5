/** Rows that Sluice never wrote: a slip by hand, half a restore, another's database. They cost their app, and nobody else. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { closeConnection, openConnection } from '../../src/storage/sqlite-driver.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';

let gateway: RunningGateway;
let annasKey: string;

const rows: readonly (readonly [appId: string, entry: string, told: string])[] = [
  ['cut', '{"app_id":"cut","api_', 'something that is no app'],
  ['empty', '', 'something that is no app'],
  ['list', '[{"app_id":"list"}]', 'something that is no app'],
  ['deep', `${'{"metadata":'.repeat(20_000)}1${'}'.repeat(20_000)}`, 'something that is no app'],
  ['hollow', '{"app_id":"hollow","backend":{"type":"openai","api_key":"sealed:1:"}}', 'give the secret anew'],
  ['later', '{"app_id":"later","colour":"red"}', 'not a key Sluice knows'],
  ['a b', '{"app_id":"anna"}', 'must be 1 to 64 letters'],
];

beforeAll(async () => {
  gateway = await startGateway({
    config: {
      apps: [{ app_id: 'filed', api_keys: ['sk-of-the-file'] }],
      backends: [{ type: 'echo', name: 'echo' }],
    },
  });
  annasKey = (await admin('POST', '', { app_id: 'anna' })).key;
  await admin('POST', '', { app_id: 'sealer', backend: { type: 'openai', api_key: 'sk-upstream-key' } });
  await gateway.stop();
  writeRows();
  await gateway.startAgain();
});
afterAll(() => gateway?.stop());

function writeRows(): void {
  const database = openConnection(gateway.folder.databaseFile);
  const insert = database.prepare('INSERT INTO kept_apps VALUES (?, ?, 1, ?, ?, 0)');
  for (const [appId, entry] of rows) insert.run(appId, entry, 1, Number.MAX_SAFE_INTEGER);
  closeConnection(database);
}

// biome-ignore lint/suspicious/noExplicitAny: the wire is what is looked at here
async function admin(method: string, path: string, body?: unknown): Promise<any> {
  const answer = await fetch(`${gateway.adminUrl}/admin/api/apps${path}`, {
    method,
    headers: {
      authorization: `Bearer ${gateway.adminToken}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(15_000),
  });
  return { httpStatus: answer.status, ...((await answer.json()) as object) };
}

async function ask(key: string): Promise<number> {
  const answer = await fetch(`${gateway.baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({ model: 'echo', messages: [{ role: 'user', content: 'Hi' }] }),
    signal: AbortSignal.timeout(15_000),
  });
  await answer.arrayBuffer();
  return answer.status;
}

it('keep nobody from starting, and everybody else is served', async () => {
  expect(await ask('sk-of-the-file')).toBe(200);
  expect(await ask(annasKey)).toBe(200);
});

it('are listed as apps that are not in force, with what is wrong', async () => {
  const { apps } = await admin('GET', '');
  for (const [appId, , told] of rows) {
    const app = apps.find((each: { app_id: string }) => each.app_id === appId);
    expect(app, appId).toMatchObject({ active: false, in_force: false });
    expect(app.complaints[0].message, appId).toContain(told);
  }
  expect(gateway.stderrLines.join('\n')).toContain('an app of the database is not in force: cut');
});

it('are not written over by a change, and can be deleted', async () => {
  const refused = await admin('PATCH', '/cut', { active: true });
  expect([refused.httpStatus, refused.error.code]).toEqual([409, 'app_unreadable']);
  expect((await admin('PATCH', '/anna', { name: 'Anna' })).httpStatus).toBe(200);
  for (const [appId] of rows)
    expect((await admin('DELETE', `/${encodeURIComponent(appId)}`)).httpStatus, appId).toBe(200);
  expect((await admin('GET', '')).apps).toHaveLength(3);
});
