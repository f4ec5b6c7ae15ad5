// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how references are written
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashOfKey } from './key-hash.ts';
import { configFilesExist, isFirstRun, loadConfig } from './load.ts';
import { ScratchConfig, scratchTypes } from './scratch-config.ts';

const HASH = 'a'.repeat(64);
const app = (more = {}) => ({ app_id: 'demo', api_keys: [`sha256:${HASH}`], ...more });
const mirror = (more = {}) => ({ type: 'mirror', ...more });

let scratch: ScratchConfig;
beforeEach(() => {
  scratch = new ScratchConfig();
});
afterEach(() => scratch.remove());

/** The smallest configuration, with what a test is about. */
function minimal(daemon?: unknown): ScratchConfig {
  scratch.write('apps.json', { apps: [app()] }).write('backends.json', { backends: [mirror()] });
  return daemon === undefined ? scratch : scratch.write('daemon.json', daemon);
}

describe('forms', () => {
  const yaml = 'backends:\n  - type: mirror\n    name: m\n';

  it('reads JSON with comments and trailing commas', () => {
    scratch
      .write('apps.json', `{ "apps": [ /* none */ { "app_id": "a", }, ], } // end`)
      .write('backends.yaml', yaml);
    expect(scratch.load().config.apps[0]?.appId).toBe('a');
  });

  it('reads each section in its own form, .yml too', () => {
    scratch
      .write('apps.yml', 'apps: []')
      .write('backends.yaml', yaml)
      .write('daemon.json', { listen: { port: 1234 } });
    const { config, files } = scratch.load();
    expect(config.daemon.listen.port).toBe(1234);
    expect(files.map((file) => file.slice(scratch.directory.length))).toEqual([
      '/daemon.json',
      '/apps.yml',
      '/backends.yaml',
    ]);
  });

  it('reads one file with three sections, lists or objects', () => {
    scratch.write(
      'one.yaml',
      `apps: [{app_id: a}]\nbackends:\n  aliases: {x: y}\n  backends: [{type: mirror}]\ndaemon: {listen: {port: 1}}`,
    );
    const { config, directory } = scratch.load({ configPath: join(scratch.directory, 'one.yaml') });
    expect(config.backends.aliases.get('x')).toBe('y');
    expect(config.daemon.listen.port).toBe(1);
    expect(directory).toBe(scratch.directory);
  });

  it('reads YAML anchors and merge keys', () => {
    scratch.write('apps.yaml', 'apps: []').write(
      'backends.yaml',
      `
backends:
  - &base { type: local, name: a, base_url: "http://127.0.0.1:1/v1/" }
  - { <<: *base, name: b }`,
    );
    expect(scratch.load().config.backends.list.map(({ baseUrl }) => baseUrl)).toEqual([
      'http://127.0.0.1:1/v1',
      'http://127.0.0.1:1/v1',
    ]);
  });

  it('takes a byte order mark and an empty daemon file in its stride', () => {
    scratch
      .write('apps.json', '\ufeff{"apps": []}')
      .write('backends.yaml', yaml)
      .write('daemon.yaml', '# nothing yet\n');
    expect(scratch.load().config.daemon.listen.port).toBe(8080);
  });
});

describe('defaults', () => {
  it('are those of contract 4.1', () => {
    const { daemon } = minimal().load({ env: { HOME: '/home/me' } }).config;
    expect(daemon).toEqual({
      listen: {
        hostV4: '127.0.0.1',
        hostV6: undefined,
        port: 8080,
        unixSocket: undefined,
        unixSocketMode: 0o660,
        tls: undefined,
        trustedProxies: [],
      },
      admin: {
        bind: ['127.0.0.1:8081'],
        onMain: false,
        statsNetworks: [],
        dashboard: false,
        tokenHash: undefined,
      },
      metrics: { enabled: true, username: undefined, password: undefined, compat: [] },
      logging: { level: 'info', format: 'json', file: undefined, accessLog: true, redactPrompts: true },
      database: { path: '/home/me/.local/state/sluice/sluice.db' },
      redis: undefined,
      breaker: { failureThreshold: 3, resetMs: 10_000, halfOpenMax: 1 },
      health: { intervalMs: undefined, timeoutMs: 3_000 },
      retry: { attempts: 2, withinMs: 10_000, budget: 0.1 },
      timeouts: {
        connectMs: 10_000,
        firstByteMs: 120_000,
        idleMs: 120_000,
        slowClientMs: 60_000,
        totalMs: 600_000,
      },
      limits: {
        bodyBytesMax: 32 << 20,
        decompressedBytesMax: 64 << 20,
        jsonDepthMax: 128,
        eventBytesMax: 16 << 20,
        connectionsMax: 8192,
      },
      cors: { origins: [], credentials: false },
      defaultBackend: undefined,
      reload: { enableSighup: true, watch: false },
      shutdown: { drainMs: 30_000 },
      cache: { isEnabled: false, itemsMax: 1000, bytesMax: 64 << 20, ttlMs: 300_000, share: 'app' },
      costLimit: undefined,
      rateLimit: undefined,
      quota: undefined,
    });
  });

  it('of an app and a backend', () => {
    const { apps, backends } = minimal().load().config;
    expect(apps[0]).toMatchObject({
      name: 'demo',
      active: true,
      priority: 5,
      weight: 1,
      policy: { allow: [], deny: [] },
    });
    expect(backends.list[0]).toMatchObject({
      name: 'mirror',
      concurrency: 64,
      autoModels: true,
      priority: 0,
      supports: undefined,
    });
  });

  it('one at a time in a group, whose queue is bounded', () => {
    scratch.write('apps.json', { apps: [] }).write('backends.json', {
      sequence_groups: { gpu: {}, open: { max_queue: 'unlimited', max_queue_wait_s: null, max_hold_s: 0 } },
      backends: [mirror({ sequence_group: 'gpu' })],
    });
    const { list, groups } = scratch.load().config.backends;
    expect(list[0]?.concurrency).toBe(1);
    expect(groups.get('gpu')).toEqual({
      name: 'gpu',
      description: '',
      mode: 'serial',
      capacityVramMib: undefined,
      affinity: undefined,
      unloadOnSwitch: undefined,
      queueMax: 64,
      queuePerAppMax: 16,
      queueWaitMaxMs: 120_000,
      onStoreLoss: 'fail_closed',
      heldMaxMs: 1_800_000,
      keepalive: 'comment',
      headerHoldMs: 4_000,
    });
    expect(groups.get('open')?.queueMax).toBe(Number.POSITIVE_INFINITY);
    expect(groups.get('open')?.queueWaitMaxMs).toBeLessThan(2 ** 31);
    expect(groups.get('open')?.heldMaxMs).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([
    [{ capacity_vram_mib: 9 }, 'capacity_vram_mib', 'has no effect in mode serial, where one request runs'],
    [
      { mode: 'swap', capacity_vram_mib: 9 },
      'capacity_vram_mib',
      'has no effect in mode swap, where one model',
    ],
    [{ mode: 'sets' }, 'mode', 'sets loads one model at a time as long as it does not know what fits'],
    [{ mode: 'sets', capacity_vram_mib: 9 }, undefined, ''],
    [{ mode: 'swap' }, undefined, ''],
  ])('of a group %j: what is without effect is said', (group, key, message) => {
    scratch.write('apps.json', { apps: [{ app_id: 'a' }] });
    scratch.write('backends.json', {
      sequence_groups: { gpu: group },
      backends: [mirror({ sequence_group: 'gpu' })],
    });
    const warnings = scratch.load().warnings.filter((one) => one.key.startsWith('sequence_groups'));
    expect(warnings.map((one) => one.key)).toEqual(key === undefined ? [] : [`sequence_groups.gpu.${key}`]);
    for (const warning of warnings) {
      expect(warning).toMatchObject({
        file: expect.stringContaining('backends.json'),
        line: expect.any(Number),
      });
      expect(warning.message).toContain(message);
    }
  });

  it('what a group knows of models, and stays with', () => {
    scratch.write('apps.json', { apps: [] }).write('backends.json', {
      sequence_groups: {
        gpu: { mode: 'sets', capacity_vram_mib: 24_000, affinity: { max_hold_s: 2.5 } },
        swapping: { mode: 'swap', unload_on_switch: false },
      },
      backends: [
        mirror({ sequence_group: 'gpu', models: { m: { vram_mib: 9000, unload_after_s: 60 }, n: null } }),
      ],
    });
    const { list, groups } = scratch.load().config.backends;
    expect(groups.get('gpu')).toMatchObject({
      mode: 'sets',
      capacityVramMib: 24_000,
      affinity: { batchMax: 8, holdMaxMs: 2500 },
      unloadOnSwitch: undefined,
    });
    expect(groups.get('swapping')).toMatchObject({
      affinity: { batchMax: 8, holdMaxMs: 30_000 },
      unloadOnSwitch: false,
    });
    expect(list[0]?.models.get('m')).toMatchObject({ vramMib: 9000, unloadAfterMs: 60_000 });
  });

  it('the whole is frozen, maps included', () => {
    const { config } = minimal().load();
    expect(Object.isFrozen(config.daemon.listen)).toBe(true);
    expect(() => (config.backends.aliases as Map<string, string>).set('a', 'b')).toThrow(/frozen/);
  });
});

describe('listening', () => {
  it('needs no TCP when there is a socket', () => {
    const { listen } = minimal({ listen: { unix_socket: 'run/s.sock', port: 9 } }).load().config.daemon;
    expect(listen).toMatchObject({
      hostV4: undefined,
      hostV6: undefined,
      unixSocket: join(scratch.directory, 'run/s.sock'),
    });
  });

  it.each([
    ['"0660"', 0o660],
    ['"660"', 0o660],
    ['"0o600"', 0o600],
    ['660', 0o660],
    ['0o660', 0o660],
    ['0o777', 0o777],
  ])('reads the mode %s', (written, mode) => {
    scratch.write('daemon.yaml', `listen: {unix_socket_mode: ${written}}`);
    expect(minimal().load().config.daemon.listen.unixSocketMode).toBe(mode);
  });

  it('without any key stays on this machine', () => {
    scratch.write('apps.json', { apps: [] }).write('backends.json', { backends: [mirror()] });
    expect(scratch.load().config.apps).toEqual([]);
    for (const host of ['0.0.0.0', '192.0.2.1', 'example.org']) {
      expect(scratch.complaints({ flags: { host } })[0]).toMatchObject({
        file: 'command line',
        key: '--host',
      });
    }
    expect(scratch.complaints({ env: { API_HOST: '::' } })[0]).toMatchObject({
      file: 'environment',
      key: 'API_HOST',
    });
    expect(scratch.complaints({ flags: { host: '::1' } })).toEqual([]);
  });
});

describe('precedence', () => {
  const daemon = { listen: { ipv4: '127.0.0.2', port: 1000 }, logging: { level: 'Warning' } };

  it('file, environment, flag', () => {
    minimal(daemon);
    const env = { API_PORT: '2000', LOG_LEVEL: 'debug' };
    expect(scratch.load().config.daemon.listen).toMatchObject({ hostV4: '127.0.0.2', port: 1000 });
    expect(scratch.load().config.daemon.logging.level).toBe('warn');
    expect(scratch.load({ env }).config.daemon.listen.port).toBe(2000);
    expect(scratch.load({ flags: { reload: true } }).config.daemon.reload.watch).toBe(true);
    const loaded = scratch.load({ env, flags: { port: 3000 } });
    expect(loaded.config.daemon.listen.port).toBe(3000);
    expect(loaded.config.daemon.logging.level).toBe('debug');
    expect(loaded.origins.get('listen.port')).toBe('flag --port');
    expect(loaded.origins.get('logging.level')).toBe('environment LOG_LEVEL');
    expect(loaded.origins.get('listen.host_v4')).toBe('daemon.json:3');
    expect(loaded.origins.get('apps[0].app_id')).toBe('apps.json:4');
  });

  it('PORT moves a port, and neither beats API_PORT nor opens one beside a socket', () => {
    const listen = (file: object, env: object, flags = {}) => {
      minimal(file);
      return scratch.load({ env: { PORT: '5000', ...env }, flags }).config.daemon.listen;
    };
    expect(listen(daemon, {})).toMatchObject({ hostV4: '127.0.0.2', port: 5000 });
    expect(listen(daemon, { API_PORT: '6000' }).port).toBe(6000);
    expect(listen(daemon, {}, { port: 7000 }).port).toBe(7000);
    expect(listen({ listen: { unix_socket: 's.sock' } }, {})).toMatchObject({ hostV4: undefined });
    expect(scratch.complaints({ env: { PORT: 'tcp://10.0.0.1:80' } })[0]).toMatchObject({
      file: 'environment',
      key: 'PORT',
    });
  });

  it('a host on the command line replaces those of the file', () => {
    const { listen } = minimal(daemon).load({ flags: { host: '[::1]' } }).config.daemon;
    expect(listen).toMatchObject({ hostV4: undefined, hostV6: '::1', port: 1000 });
  });

  it('--unix-socket replaces TCP, --port asks for it', () => {
    expect(minimal(daemon).load({ flags: { unixSocket: '/run/x' } }).config.daemon.listen).toMatchObject({
      hostV4: undefined,
      unixSocket: '/run/x',
    });
    minimal({ listen: { unix_socket: '/run/y' } });
    expect(scratch.load({ flags: { port: 7 } }).config.daemon.listen).toMatchObject({
      hostV4: '127.0.0.1',
      port: 7,
      unixSocket: '/run/y',
    });
  });

  it('every variable of the daemon', () => {
    const env = {
      LOG_JSON: 'false',
      LOG_PROMPTS: 'true',
      REQUEST_TIMEOUT_S: '33.5',
      CONNECT_TIMEOUT_S: '3',
      METRICS_ENABLED: '0',
      CORS_ORIGINS: 'https://a.test, https://b.test',
      CORS_ALLOW_CREDENTIALS: 'yes',
      RATE_LIMIT_ENABLED: '1',
      API_HOST: '',
    };
    const { config, warnings } = minimal().load({ env });
    expect(config.daemon).toMatchObject({
      logging: { format: 'text', redactPrompts: false },
      timeouts: { totalMs: 33_500, connectMs: 3000 },
      metrics: { enabled: false },
      cors: { origins: ['https://a.test', 'https://b.test'], credentials: true },
      listen: { hostV4: '127.0.0.1' },
      rateLimit: { perMinute: 120, perHour: undefined, burst: 30, algorithm: 'token_bucket' },
    });
    expect(warnings).toEqual([]);
  });

  it.each([
    [{ RATE_LIMIT_RPM: '5', RATE_LIMIT_BURST: '2' }, undefined],
    [{ RATE_LIMIT_ENABLED: 'false', RATE_LIMIT_RPM: '5' }, undefined],
    [
      { RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_RPM: '5', RATE_LIMIT_BURST: '2' },
      { perMinute: 5, burst: 2 },
    ],
  ])('the rate limit of %j', (env, expected) => {
    const { rateLimit } = minimal().load({ env }).config.daemon;
    if (expected === undefined) expect(rateLimit).toBeUndefined();
    else expect(rateLimit).toMatchObject(expected);
  });

  it('a variable or flag that cannot be is a complaint', () => {
    minimal();
    expect(scratch.complaints({ env: { API_PORT: 'http' } })[0]).toMatchObject({
      file: 'environment',
      key: 'API_PORT',
    });
    expect(scratch.complaints({ flags: { port: 65_536 } })[0]?.message).toContain('at most 65535');
    expect(scratch.complaints({ env: { LOG_LEVEL: 'loud' } })[0]?.message).toContain('; known: DEBUG, INFO');
    expect(scratch.complaints({ env: { CORS_ORIGINS: '*', CORS_ALLOW_CREDENTIALS: 'true' } })).toHaveLength(
      1,
    );
  });
});

describe('without files', () => {
  const env = {
    BACKEND_KIND: 'local',
    BACKEND_BASE_URL: 'http://127.0.0.1:9/v1',
    BACKEND_API_KEY: 'upstream-key',
    MODEL_NAME: 'm/7b',
    API_KEYS: 'one-key-1234567, two-key-1234567',
    API_PORT: '8000',
  };
  const load = (more = {}) =>
    loadConfig({ configPath: scratch.directory, env: { ...env, ...more }, knownTypes: scratchTypes });

  it('starts from the environment alone', () => {
    const { config, files, warnings } = load();
    expect(files).toEqual([]);
    expect(warnings).toEqual([]);
    expect(config.daemon.listen).toMatchObject({ hostV4: '127.0.0.1', port: 8000 });
    expect(config.apps.map(({ keys }) => keys[0]?.hash)).toEqual([
      hashOfKey('one-key-1234567'),
      hashOfKey('two-key-1234567'),
    ]);
    expect(config.apps[0]).toMatchObject({
      appId: `key-${hashOfKey('one-key-1234567').slice(0, 8)}`,
      defaultModel: 'm/7b',
    });
    const [backend] = config.backends.list;
    expect(backend).toMatchObject({
      type: 'local',
      name: 'local',
      baseUrl: env.BACKEND_BASE_URL,
      autoModels: true,
    });
    expect(backend?.apiKey?.reveal()).toBe('upstream-key');
    expect([...(backend?.models.keys() ?? [])]).toEqual(['m/7b']);
  });

  it('says which variable is wrong', () => {
    expect(() => load({ BACKEND_KIND: 'locl' })).toThrow(/environment BACKEND_KIND: .*did you mean local\?/);
    expect(() => load({ BACKEND_BASE_URL: 'nowhere' })).toThrow(/environment BACKEND_BASE_URL: /);
    expect(() => load({ API_KEYS: '', API_HOST: '0.0.0.0' })).toThrow(/no app has a key/);
    expect(load({ API_KEYS: '' }).config.apps).toEqual([]);
  });

  it('knows a first run from a forgotten file', () => {
    const at = { configPath: scratch.directory };
    expect(isFirstRun({ ...at, env: {} })).toBe(true);
    expect(isFirstRun({ ...at, env })).toBe(false);
    scratch.write('daemon.json', {});
    expect(isFirstRun({ ...at, env: {} })).toBe(false);
    expect(scratch.complaints().map(({ key }) => key)).toEqual(['apps', 'backends']);
    expect(configFilesExist({ configPath: join(scratch.directory, 'absent.yaml'), env: {} })).toBe(true);
    expect(scratch.complaints({ configPath: join(scratch.directory, 'absent.yaml') })[0]?.message).toContain(
      'cannot be read',
    );
  });
});

describe('where the directory is', () => {
  it('flag > SLUICE_CONFIG_DIR > MINIAPIGW_CONFIG_DIR > XDG_CONFIG_HOME > ~/.config', () => {
    const env: Record<string, string> = { HOME: '/h' };
    const where = (configPath?: string) => {
      try {
        return loadConfig({ configPath, env, knownTypes: [] }).directory;
      } catch (error) {
        return String(error).match(/(\S+) apps: has no/)?.[1];
      }
    };
    expect(where()).toBe('/h/.config/sluice');
    env['XDG_CONFIG_HOME'] = '/xdg';
    expect(where()).toBe('/xdg/sluice');
    env['MINIAPIGW_CONFIG_DIR'] = '/mini';
    expect(where()).toBe('/mini');
    env['SLUICE_CONFIG_DIR'] = '~/conf';
    expect(where()).toBe('/h/conf');
    expect(where('/flag')).toBe('/flag');
  });
});

describe('references', () => {
  it('come from the environment and from files, in any text', () => {
    mkdirSync(join(scratch.directory, 'credentials'));
    scratch.write('secret', 'from-file\n').write('credentials/secret', 'from-systemd');
    scratch.write('apps.json', {
      apps: [
        app({
          name: 'Team ${TEAM}',
          description: '$${X} costs $5',
          api_keys: ['${KEY}'],
          default_model: '${NONE:-fallback}',
        }),
      ],
    });
    scratch.write('backends.json', {
      backends: [{ type: 'cloud', api_key: 'file:secret', headers: { 'x-a': 'file:./secret' } }],
    });
    scratch.write('daemon.json', {
      listen: { port: '${PORT}' },
      logging: { access_log: '${OFF}' },
      metrics: { password: 'file:~/secret' },
    });
    const env = { TEAM: 'A', KEY: 'plain-key-of-team-a', PORT: '99', OFF: 'off', HOME: scratch.directory };
    const { config, warnings } = scratch.load({ env });
    expect(warnings).toEqual([]);
    expect(config.apps[0]).toMatchObject({
      name: 'Team A',
      description: '${X} costs $5',
      defaultModel: 'fallback',
    });
    expect(config.apps[0]?.keys[0]?.hash).toBe(hashOfKey('plain-key-of-team-a'));
    expect(config.backends.list[0]?.apiKey?.reveal()).toBe('from-file');
    expect(config.daemon).toMatchObject({ listen: { port: 99 }, logging: { accessLog: false } });
    expect(config.daemon.metrics.password?.reveal()).toBe('from-file');
    const withCredentials = scratch.load({
      env: { ...env, CREDENTIALS_DIRECTORY: join(scratch.directory, 'credentials') },
    });
    expect(withCredentials.config.backends.list[0]?.apiKey?.reveal()).toBe('from-systemd');
  });

  it('an optional one that is empty counts as not given', () => {
    minimal().write('backends.json', {
      backends: [{ type: 'local', base_url: 'http://127.0.0.1:1', api_key: '${NONE:-}' }],
    });
    expect(scratch.load().config.backends.list[0]?.apiKey).toBeUndefined();
  });
});

describe('apps', () => {
  it('keys in every form become hashes', () => {
    scratch.write('backends.json', { backends: [mirror()] }).write('apps.json', {
      apps: [
        app({
          api_keys: [
            'plain-key',
            `sha256:${'A'.repeat(64)}`,
            { key: 'other', name: 'n' },
            { hash: 'b'.repeat(64), expires_at: '2030-01-01' },
          ],
        }),
      ],
    });
    const { config, warnings } = scratch.load();
    expect(config.apps[0]?.keys).toEqual([
      { hash: hashOfKey('plain-key'), name: undefined, expiresAtMs: undefined },
      { hash: HASH, name: undefined, expiresAtMs: undefined },
      { hash: hashOfKey('other'), name: 'n', expiresAtMs: undefined },
      { hash: 'b'.repeat(64), name: undefined, expiresAtMs: Date.UTC(2030, 0, 1) },
    ]);
    expect(warnings).toMatchObject([
      { key: 'apps[0].api_keys[0]', message: expect.stringContaining('and 1 more') },
    ]);
  });

  it("inherit the daemon's cost limit, or have their own, or none", () => {
    minimal({
      cost_limit: { period: 'month', limit: 1.5, timezone: 'Europe/Vienna', status: 403 },
    });
    scratch.write('apps.json', {
      apps: [app(), { app_id: 'own', cost_limit: { limit: 2 } }, { app_id: 'none', cost_limit: null }],
    });
    expect(scratch.load().config.apps.map(({ costLimit }) => costLimit)).toEqual([
      { period: 'month', limit: 1_500_000, status: 403, timezone: 'Europe/Vienna', isShadow: false },
      { period: 'day', limit: 2_000_000, status: 429, timezone: 'UTC', isShadow: false },
      undefined,
    ]);
  });

  it('a limit below the smallest amount there is, is that amount; 0 is 0', () => {
    minimal({});
    const limits = [0.0000004, 0].map((limit, at) => ({ app_id: `a${at}`, cost_limit: { limit } }));
    scratch.write('apps.json', { apps: [app(), ...limits] });
    expect(
      scratch
        .load()
        .config.apps.slice(1)
        .map(({ costLimit }) => costLimit?.limit),
    ).toEqual([1, 0]);
  });

  it('compatible metric names are in effect, and nothing is said of them', () => {
    minimal({ metrics: { compat: ['selfhosted'] }, admin: { dashboard: true } });
    expect(scratch.load().warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining('there is no dashboard'),
    ]);
  });

  it('may bring a backend of their own', () => {
    minimal().write('apps.json', {
      apps: [app({ backend: { type: 'heaven', api_key: 'k' } }), { app_id: 'b', backend: 'mirror' }],
    });
    const { apps, backends } = scratch.load().config;
    expect(apps.map(({ backend }) => backend)).toEqual(['app:demo', 'mirror']);
    expect(backends.list.map(({ name, type, onlyForApp }) => [name, type, onlyForApp])).toEqual([
      ['mirror', 'mirror', undefined],
      ['app:demo', 'cloud', 'demo'],
    ]);
  });
});

describe('backends', () => {
  const backend = (more: object) => {
    minimal().write('backends.json', {
      backends: [{ type: 'local', base_url: 'http://127.0.0.1:1', ...more }],
    });
    return scratch.load().config.backends.list[0];
  };

  it('prices are per million, whatever the unit', () => {
    const models = { m: { prompt: 0.00015, completion: 0.6, cached_prompt: 0.1, image: 2, request: 3 } };
    const price = { perImage: 2, perRequest: 3 };
    expect(backend({ cost: { models } })?.cost?.models.get('m')).toEqual({
      ...price,
      promptPerMillion: 0.15,
      completionPerMillion: 600,
      cachedPromptPerMillion: 100,
    });
    expect(backend({ cost: { models, unit: '1m_tokens' } })?.cost?.models.get('m')).toEqual({
      ...price,
      promptPerMillion: 0.00015,
      completionPerMillion: 0.6,
      cachedPromptPerMillion: 0.1,
    });
  });

  it('supports takes a text or a list, and any means all', () => {
    const supports = backend({ supports: { chat: 'any', images: ['a', 'b-*'] } })?.supports;
    expect([...(supports ?? [])]).toEqual([
      ['chat', ['*']],
      ['images', ['a', 'b-*']],
    ]);
  });

  it('models may be names only', () => {
    expect([...(backend({ models: ['a'] })?.models.keys() ?? [])]).toEqual(['a']);
    expect(
      backend({ models: { a: { aliases: ['b'], concurrency: 2 }, c: null } })?.models.get('a'),
    ).toMatchObject({ aliases: ['b'], concurrency: 2 });
    expect(backend({ models: ['a'] })?.autoModels).toBe(false);
  });

  it('timeouts of its own', () => {
    expect(backend({ timeouts: { default_connect_s: 1, total_s: 2 } })?.timeouts).toEqual({
      connectMs: 1000,
      totalMs: 2000,
    });
    expect(backend({ request_timeout_s: 3 })?.timeouts).toEqual({ totalMs: 3000 });
  });

  it('aliases are followed to their end', () => {
    scratch
      .write('apps.json', { apps: [] })
      .write('backends.json', { aliases: { a: 'b', b: 'c', constructor: 'd' }, backends: [mirror()] });
    expect(Object.fromEntries(scratch.load().config.backends.aliases)).toEqual({
      a: 'c',
      b: 'c',
      constructor: 'd',
    });
  });
});
