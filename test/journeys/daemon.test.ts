/** The daemon as its operator meets it: started, asked, reloaded, stopped; and what a crash leaves behind. */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { type ChildProgram, startProgram } from '../support/child-program.ts';
import { freePorts } from '../support/free-ports.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { type GatewayFolder, gatewayFolder } from '../support/gateway-folder.ts';
import { waitFor } from '../support/wait-for.ts';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const echo = {
  apps: [{ app_id: 'demo' }],
  backends: [{ type: 'echo', name: 'echo', quirks: { word_delay_ms: 40 } }],
};
const running: { stop(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const program of running.splice(0)) await program.stop();
});

async function openGateway(
  config: Parameters<typeof startGateway>[0] = { config: echo },
): Promise<RunningGateway> {
  const gateway = await startGateway(config);
  running.push(gateway);
  return gateway;
}

function launch(folder: GatewayFolder, ...words: string[]): ChildProgram {
  const program = startProgram(process.execPath, [MAIN, ...words], { env: folder.env, cwd: folder.root });
  running.push(program);
  return program;
}

/** One command to its end. */
async function sluice(folder: GatewayFolder, ...words: string[]) {
  const program = launch(folder, ...words, '--config', folder.configDir);
  const { code } = await program.ended;
  // The last lines may still be in the pipe when the process is gone.
  await new Promise((resolve) => setTimeout(resolve, 20));
  return { code, output: program.stdoutLines.join('\n'), errors: program.stderrLines.join('\n') };
}

const pidFileOf = (folder: GatewayFolder) => join(folder.configDir, 'sluice.pid');
const socketOf = (folder: GatewayFolder) => join(folder.configDir, 'sluice-admin.sock');

function ask(baseUrl: string, key: string, words: string, more: object = {}): Promise<Response> {
  return fetch(`${baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'echo', messages: [{ role: 'user', content: words }], ...more }),
  });
}

const manyWords = Array.from({ length: 25 }, (_, at) => `word${at}`).join(' ');

describe('the first run', () => {
  test('shows a key and a token once, with a curl line that works; the second start shows none', async () => {
    const folder = await gatewayFolder({});
    const [adminPort = 0] = await freePorts(1);
    const config = join(folder.root, 'fresh');
    const first = launch(folder, '--config', config, '--port', String(folder.port));
    await waitFor('the key', () => first.stdoutLines.some((line) => line.startsWith('curl ')), {
      timeoutMs: 10_000,
    });
    const said = first.stdoutLines.join('\n');
    const key = /key +(sk-[\w-]{49})/.exec(said)?.[1] ?? '';
    const token = /admin token +([\w-]{49})/.exec(said)?.[1] ?? '';
    expect([key, token].every((secret) => secret !== '')).toBe(true);
    const files = ['daemon.json', 'backends.json', 'apps.json'].map((name) => join(config, name));
    for (const file of files) {
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(readFileSync(file, 'utf8')).not.toMatch(new RegExp(`${key}|${token}`));
    }
    await first.stop();
    expect(first.stderrLines.join('\n')).not.toMatch(new RegExp(`${key}|${token}`));

    // Its admin port is everybody's default; whatever else runs on this machine must not fail this test.
    const daemonFile = join(config, 'daemon.json');
    writeFileSync(
      daemonFile,
      readFileSync(daemonFile, 'utf8').replace('127.0.0.1:8081', `127.0.0.1:${adminPort}`),
    );
    const second = launch(folder, '--config', config, '--port', String(folder.port));
    await waitFor('the second start', () => second.stdoutLines.some((line) => line.includes('is running')));
    expect(second.stdoutLines.join('\n')).not.toMatch(/sk-|token/);

    const curl = /^curl .*$/m.exec(said)?.[0] ?? '';
    const shell = startProgram('/bin/sh', ['-c', `${curl} -s`], { env: folder.env });
    expect((await shell.ended).code).toBe(0);
    await waitFor('the answer', () => shell.stdoutLines.join('').includes('Hello, Sluice'));
    const admin = await fetch(`http://127.0.0.1:${adminPort}/admin/api/status`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(admin.status).toBe(200);
    expect((await second.stop()).code).toBe(0);
  });
});

describe('a running daemon', () => {
  test('has a PID file and a control socket for its owner alone, and takes both away', async () => {
    const gateway = await openGateway();
    expect(readFileSync(pidFileOf(gateway.folder), 'utf8').trim()).toBe(String(gateway.pid));
    expect(statSync(socketOf(gateway.folder)).mode & 0o777).toBe(0o600);
    expect(await gateway.stop()).toEqual({ code: 0, signal: null });
    expect(existsSync(pidFileOf(gateway.folder))).toBe(false);
    expect(existsSync(socketOf(gateway.folder))).toBe(false);
  });

  test('tells its status; once stopped, status exits 3', async () => {
    const { folder, baseUrl, pid } = await openGateway();
    const status = await sluice(folder, 'status');
    expect(status.code).toBe(0);
    expect(status.output).toContain(`running with PID ${pid}`);
    expect(status.output).toContain(baseUrl);
    expect(await sluice(folder, 'stop')).toMatchObject({ code: 0, output: 'shutting_down' });
    expect(await sluice(folder, 'status')).toMatchObject({
      code: 3,
      output: expect.stringContaining('no PID file'),
    });
  });

  test('answers models, running, usage, explain, healthcheck and config print', async () => {
    const { folder, baseUrl, key } = await openGateway();
    expect((await ask(baseUrl, key, 'hi')).status).toBe(200);
    const [models, running, usage, explain, health, config] = await Promise.all([
      sluice(folder, 'models'),
      sluice(folder, 'running'),
      sluice(folder, 'usage', '--app', 'demo'),
      sluice(folder, 'explain', '--app', 'demo', '--model', 'echo'),
      sluice(folder, 'healthcheck'),
      sluice(folder, 'config', 'print', '--origin'),
    ]);
    expect([models, running, usage, explain, health, config].map(({ code }) => code)).toEqual([
      0, 0, 0, 0, 0, 0,
    ]);
    expect(models.output).toMatch(/^echo +echo/m);
    expect(usage.output).toMatch(/^demo +1 /m);
    expect(explain.output).toMatch(/allowed[\s\S]*echo/);
    expect(config.output).toContain(`listen.port = ${folder.port}`);
    expect(config.output).not.toContain(key);
  });

  test('refuses a second daemon, whether it finds the PID file or not', async () => {
    const { folder, pid } = await openGateway();
    expect(await sluice(folder, 'start')).toMatchObject({
      code: 1,
      errors: expect.stringContaining(`PID ${pid}`),
    });
    writeFileSync(pidFileOf(folder), '999999999');
    // Told by the ledger's file, or by the control socket: whichever is asked first.
    expect(await sluice(folder, 'start')).toMatchObject({
      code: 1,
      errors: expect.stringMatching(/another (Sluice )?process/i),
    });
    expect((await sluice(folder, 'status')).code).toBe(0);
  });
});

describe('reload', () => {
  test('by command and by SIGHUP takes up a good configuration', async () => {
    const { folder, baseUrl, signal } = await openGateway();
    folder.write({ ...echo, apps: [{ app_id: 'demo' }, { app_id: 'late', api_keys: ['sk-late-key-1'] }] });
    expect(await sluice(folder, 'reload')).toMatchObject({ code: 0, output: 'reloaded' });
    expect((await ask(baseUrl, 'sk-late-key-1', 'hi')).status).toBe(200);
    folder.write(echo);
    signal('SIGHUP');
    await waitFor(
      'the key to be gone',
      async () => (await ask(baseUrl, 'sk-late-key-1', 'hi')).status === 401,
    );
  });

  test('of a bad one fails with file and line, keeps the old one, and status remembers', async () => {
    const { folder, baseUrl, key } = await openGateway();
    writeFileSync(join(folder.configDir, 'apps.json'), '{\n  "apps": [{ "app_idd": "x" }]\n}\n');
    const reload = await sluice(folder, 'reload');
    expect(reload).toMatchObject({ code: 1, output: 'refused' });
    expect(reload.errors).toMatch(/apps\.json:2:\d+ apps\[0\]/);
    expect((await ask(baseUrl, key, 'hi')).status).toBe(200);
    expect((await sluice(folder, 'status')).output).toMatch(/refused[\s\S]*apps\.json:2:/);
    expect((await sluice(folder, 'check')).code).toBe(1);
  });

  test('SIGHUP is no reload when reload.enable_sighup is false, and SIGUSR2 dumps the live state', async () => {
    const daemon = { reload: { enable_sighup: false } };
    const { folder, baseUrl, signal, stderrLines } = await openGateway({ config: { ...echo, daemon } });
    folder.write({ ...echo, daemon, apps: [{ app_id: 'late', api_keys: ['sk-late-key-1'] }] });
    signal('SIGHUP');
    signal('SIGUSR2');
    await waitFor('the live state', () => stderrLines.some((line) => line.includes('live state')));
    expect((await ask(baseUrl, 'sk-late-key-1', 'hi')).status).toBe(401);
  });
});

describe('SIGTERM', () => {
  test('drains: not ready, closed to newcomers, the stream under way ends well, exit 0', async () => {
    const gateway = await openGateway();
    const answer = await ask(gateway.baseUrl, gateway.key, manyWords, { stream: true });
    gateway.signal('SIGTERM');
    await waitFor('the door to close', () =>
      fetch(`${gateway.baseUrl}/livez`, { headers: { connection: 'close' } }).then(
        () => false,
        () => true,
      ),
    );
    expect((await sluice(gateway.folder, 'healthcheck')).code).toBe(1);
    const text = await answer.text();
    expect(text).toContain('word24');
    expect(text.trimEnd().endsWith('data: [DONE]')).toBe(true);
    expect(await gateway.stop()).toEqual({ code: 0, signal: null });
    expect(existsSync(pidFileOf(gateway.folder))).toBe(false);
  });

  test('twice ends now, and the cut stream has no clean end', async () => {
    const gateway = await openGateway();
    const answer = await ask(gateway.baseUrl, gateway.key, `${manyWords} ${manyWords} ${manyWords}`, {
      stream: true,
    });
    gateway.signal('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const before = performance.now();
    gateway.signal('SIGTERM');
    const text = await answer.text().catch(() => 'cut');
    expect(text).not.toContain('[DONE]');
    await waitFor('its end', () => gateway.hasEnded);
    expect(performance.now() - before).toBeLessThan(2500);
    expect(existsSync(pidFileOf(gateway.folder))).toBe(false);
  });
});

describe('after kill -9', () => {
  test('the stale PID file and socket are no obstacle', async () => {
    const gateway = await openGateway();
    const { folder, pid } = gateway;
    await gateway.kill9();
    expect(existsSync(socketOf(folder))).toBe(true);
    const status = await sluice(folder, 'status');
    expect(status).toMatchObject({ code: 3, output: expect.stringContaining(`no process ${pid} is alive`) });
    await gateway.startAgain();
    expect((await sluice(folder, 'status')).output).toContain(`running with PID ${gateway.pid}`);
  });

  test('a PID that now belongs to somebody else is not signalled', async () => {
    const folder = await gatewayFolder(echo);
    const bystander = startProgram(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)']);
    running.push(bystander);
    writeFileSync(pidFileOf(folder), String(bystander.pid));
    expect(await sluice(folder, 'stop')).toMatchObject({ code: 1, errors: expect.stringContaining('stale') });
    expect(bystander.hasEnded).toBe(false);
    const daemon = launch(folder, '--config', folder.configDir);
    await waitFor('the start', () => daemon.stdoutLines.some((line) => line.includes('is running')));
    expect(bystander.hasEnded).toBe(false);
  });

  test('what is no socket is not removed', async () => {
    const folder = await gatewayFolder(echo);
    writeFileSync(socketOf(folder), 'precious');
    expect(await sluice(folder, 'start')).toMatchObject({
      code: 1,
      errors: expect.stringContaining('no socket'),
    });
    expect(readFileSync(socketOf(folder), 'utf8')).toBe('precious');
    expect(existsSync(pidFileOf(folder))).toBe(false);
  });
});

describe('the admin listener', () => {
  test('that nobody configured may find its port taken: a warning, and the control socket does it all', async () => {
    const folder = await gatewayFolder({});
    const other = createServer();
    // Held by us for the length of this test; whoever else has it just now will let go.
    const isTaken = () =>
      new Promise<boolean>((resolve) => {
        other.once('error', () => resolve(false)).listen(8081, '127.0.0.1', () => resolve(true));
      });
    await waitFor('port 8081', isTaken, { timeoutMs: 15_000, everyMs: 50 });
    const config = join(folder.root, 'nothing-here');
    const env = { ...folder.env, BACKEND_KIND: 'echo', API_PORT: String(folder.port) };
    const program = startProgram(process.execPath, [MAIN, 'start', '--config', config], {
      env,
      cwd: folder.root,
    });
    running.push(program);
    const baseUrl = `http://127.0.0.1:${folder.port}`;
    await waitFor('it to serve', async () => (await ask(baseUrl, 'any', 'hi')).status === 200, {
      timeoutMs: 10_000,
    });
    await waitFor('the announcement', () => program.stdoutLines.some((line) => line.includes('admin on')));
    expect(program.stdoutLines.join('\n')).toContain('the control socket alone');
    const warning = () =>
      program.stderrLines.find((line) => line.includes('Cannot listen on 127.0.0.1:8081'));
    await waitFor('the warning', () => warning() !== undefined);
    expect(warning()).toContain('There is no admin listener');
    await new Promise((resolve) => void other.close(resolve));
  });

  test('that somebody configured may not', async () => {
    const folder = await gatewayFolder(echo);
    const other = createServer();
    await new Promise<void>((resolve) => void other.listen(folder.adminPort, '127.0.0.1', resolve));
    const started = await sluice(folder, 'start');
    expect(started).toMatchObject({ code: 1, errors: expect.stringContaining('Cannot listen') });
    await new Promise((resolve) => void other.close(resolve));
  });

  test('on the main one is said to be there', async () => {
    const gateway = await openGateway({
      config: { ...echo, daemon: { admin: { bind: [], on_main: true } } },
    });
    await waitFor('the announcement', () => gateway.stdoutLines.some((line) => line.includes('admin on')));
    const line = gateway.stdoutLines.find((said) => said.includes('admin on'));
    expect(line).toMatch(new RegExp(`admin on +${gateway.baseUrl}$`));
  });
});

describe('in the background', () => {
  test('start --detach comes back when it listens, and says where everything is', async () => {
    const folder = await gatewayFolder(echo);
    const started = await sluice(folder, 'start', '--detach');
    running.push({ stop: () => sluice(folder, 'stop') });
    expect(started.code).toBe(0);
    const pid = readFileSync(pidFileOf(folder), 'utf8').trim();
    for (const fact of [`PID ${pid}`, `127.0.0.1:${folder.port}`, pidFileOf(folder), 'sluice.log']) {
      expect(started.output).toContain(fact);
    }
    expect((await ask(`http://127.0.0.1:${folder.port}`, folder.key, 'hi')).status).toBe(200);
    expect(statSync(join(folder.configDir, 'sluice.log')).mode & 0o777).toBe(0o600);
    expect(await sluice(folder, 'stop')).toMatchObject({ code: 0 });
    expect((await sluice(folder, 'status')).code).toBe(3);
    // What it announces was said above, to somebody; the log is for what happens.
    const log = readFileSync(join(folder.configDir, 'sluice.log'), 'utf8');
    expect(log).toContain('"msg":"request"');
    expect(log).not.toContain('Sluice is running');
  });

  test('a port that is taken is said to whoever asked, and leaves nothing behind', async () => {
    const folder = await gatewayFolder(echo);
    const other = createServer();
    await new Promise<void>((resolve) => void other.listen(folder.port, '127.0.0.1', resolve));
    const started = await sluice(folder, 'start', '--detach');
    expect(started).toMatchObject({ code: 1, errors: expect.stringContaining('Cannot listen') });
    expect(existsSync(pidFileOf(folder))).toBe(false);
    await new Promise((resolve) => void other.close(resolve));
  });

  test('a refused configuration exits 78 and starts nothing', async () => {
    const folder = await gatewayFolder(echo);
    mkdirSync(folder.configDir, { recursive: true });
    writeFileSync(
      join(folder.configDir, 'backends.json'),
      '{ "backends": [{ "type": "groqq", "name": "x" }] }',
    );
    const started = await sluice(folder, 'start', '--detach');
    expect(started.code).toBe(78);
    expect(started.errors).toMatch(/backends\.json:1:\d+ backends\[0\]\.type: .*groq/);
    expect(existsSync(join(folder.configDir, 'sluice.log'))).toBe(false);
  });
});
