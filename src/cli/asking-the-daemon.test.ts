import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FastifyInstance, fastify } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openTestHouse, type TestHouse } from '../../test/support/admin-test-house.ts';
import { recordTerminal } from '../../test/support/recorded-terminal.ts';
import { adminRoutes } from '../server/admin/admin-routes.ts';
import { runCommandLine } from './run-command-line.ts';

let folder: string;
let house: TestHouse;
let daemon: FastifyInstance;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-ask-'));
  house = openTestHouse();
  daemon = fastify();
  await daemon.register(adminRoutes({ house, listener: { kind: 'control' } }));
  await daemon.listen({ path: join(folder, 'sluice-admin.sock') });
});
afterEach(async () => {
  await daemon.close();
  rmSync(folder, { recursive: true });
});

async function sluice(...words: string[]) {
  const terminal = recordTerminal();
  const exitCode = await runCommandLine([...words, '--config', folder], terminal);
  return { exitCode, output: terminal.output(), errors: terminal.errors() };
}

describe('over the control socket', () => {
  test('status tells how the daemon is, and of the last reload', async () => {
    const { exitCode, output } = await sluice('status');
    expect(exitCode).toBe(0);
    expect(output).toContain(`running with PID ${process.pid}`);
    expect(output).toContain('loaded 1h ago');
    expect(output).toContain('refused; the one before stays in force');
    expect(output).toContain('apps.json:3:7 apps[0].app_id: is missing');
    expect(output).toMatch(/^redis +down, this daemon counts for itself: connect ECONNREFUSED$/m);
    expect(output).toMatch(/gpu +serial +1 +1 +2 +100 +1\.5s/);
  });

  test.each(['status', 'running', 'models', 'usage', 'healthcheck', 'reload'])(
    '%s --json is JSON',
    async (command) => {
      const { exitCode, output } = await sluice(command, '--json');
      expect(exitCode).toBe(0);
      expect(typeof JSON.parse(output)).toBe('object');
    },
  );

  test('reload fails when the configuration is refused, and prints why', async () => {
    expect(await sluice('reload')).toMatchObject({ exitCode: 0, output: 'reloaded\n' });
    const complaint = {
      severity: 'error',
      file: 'apps.json',
      line: 2,
      column: 4,
      key: 'apps',
      message: 'no',
    } as const;
    house.reloadNow = { ...house.reloadNow, status: 'refused', complaints: [complaint] };
    const refused = await sluice('reload');
    expect(refused).toMatchObject({ exitCode: 1, output: 'refused\n' });
    expect(refused.errors).toContain('apps.json:2:4 apps: no');
  });

  test('stop prints the status that came back', async () => {
    expect(await sluice('stop')).toMatchObject({ exitCode: 0, output: 'shutting_down\n' });
    await expect.poll(() => house.asked.shutdowns).toBe(1);
  });

  test('explain, usage and cancel pass their arguments on', async () => {
    expect((await sluice('explain', '--app', 'demo', '--model', 'm/1', '--op', 'embeddings')).exitCode).toBe(
      0,
    );
    expect(house.asked.explain).toEqual([{ appId: 'demo', model: 'm/1', operation: 'embeddings' }]);
    expect((await sluice('usage', '--app', 'demo', '--since', '2026-11-01', '--by', 'day')).exitCode).toBe(0);
    expect(house.asked.usage[0]).toMatchObject({
      appId: 'demo',
      sinceMs: Date.UTC(2026, 10, 1),
      groupBy: ['day'],
    });
    expect(await sluice('cancel', 'known')).toMatchObject({ exitCode: 0, output: 'cancelled known\n' });
    const unknown = await sluice('cancel', 'other');
    expect(unknown.exitCode).toBe(1);
    expect(unknown.errors).toContain('No request "other"');
  });

  test('healthcheck fails with the reasons', async () => {
    expect(await sluice('healthcheck')).toMatchObject({ exitCode: 0, output: 'ready\n' });
    house.checksNow = { ...house.checksNow, backends: { healthy: false, message: 'none is up' } };
    expect(await sluice('healthcheck')).toMatchObject({
      exitCode: 1,
      output: 'not ready: backends: none is up\n',
    });
  });

  test('another socket, and another address', async () => {
    const path = join(folder, 'sluice-admin.sock');
    expect((await sluice('reload', '--unix-socket', path)).exitCode).toBe(0);
    const elsewhere = fastify();
    await elsewhere.register(adminRoutes({ house, listener: { kind: 'admin', boundHosts: [] } }));
    const url = await elsewhere.listen({ port: 0, host: '127.0.0.1' });
    expect((await sluice('reload', '--admin-url', url)).exitCode).toBe(0);
    await elsewhere.close();
    expect((await sluice('reload', '--admin-url', url)).errors).toContain('cannot be reached');
  });
});

test('a daemon that never answers is given up after --timeout', async () => {
  const path = join(folder, 'mute.sock');
  const mute = createServer(() => undefined);
  await new Promise<void>((resolve) => void mute.listen(path, resolve));
  const { exitCode, errors } = await sluice('reload', '--unix-socket', path, '--timeout', '0.2');
  expect(exitCode).toBe(1);
  expect(errors).toContain('no answer in 0.2 s');
  mute.close();
});
