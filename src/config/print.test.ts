import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeConfig } from './print.ts';
import { ScratchConfig } from './scratch-config.ts';

let scratch: ScratchConfig;
beforeEach(() => {
  scratch = new ScratchConfig();
});
afterEach(() => scratch.remove());

it('every key has its value and where it comes from', () => {
  scratch
    .write(
      'daemon.json',
      '{\n"listen": {\n"ipv4": "127.0.0.9"},\n"metrics": {"password": "secret-of-metrics"}}',
    )
    .write(
      'apps.yaml',
      'apps:\n  - app_id: a\n    backend:\n      type: local\n      base_url: http://127.0.0.1:1\n',
    )
    .write(
      'backends.json',
      '{"aliases": {"gpt-4.1": "m"}, "sequence_groups": {"g": {"max_hold_s": 0, "keepalive": "none"}},\n"backends": [\n{"type": "mirror", "request_timeout_s": 7,\n"models": {"a.b": {"aliases": ["c"]}}}]}',
    );
  const rows = describeConfig(
    scratch.load({ env: { API_PORT: '99', HOME: '/h' }, flags: { logLevel: 'error' } }),
  );
  const row = (key: string) => {
    const found = rows.find((each) => each.key === key);
    return [found?.value, found?.origin];
  };
  expect(row('listen.host_v4')).toEqual(['127.0.0.9', 'daemon.json:3']);
  expect(row('listen.port')).toEqual([99, 'environment API_PORT']);
  expect(row('logging.level')).toEqual(['ERROR', 'flag --log-level']);
  expect(row('metrics.password')).toEqual(['***', 'daemon.json:4']);
  expect(row('database.path')).toEqual(['/h/.local/state/sluice/sluice.db', 'default']);
  expect(row('apps[0].backend.base_url')).toEqual(['http://127.0.0.1:1', 'apps.yaml:5']);
  expect(row('sequence_groups.g.max_hold_s')).toEqual([0, 'backends.json:1']);
  expect(row('sequence_groups.g.keepalive')).toEqual(['none', 'backends.json:1']);
  expect(row('sequence_groups.g.header_hold_ms')).toEqual([4000, 'default']);
  expect(row('aliases["gpt-4.1"]')).toEqual(['m', 'backends.json:1']);
  expect(row('backends[0].timeouts.read_s')).toEqual([7, 'backends.json:3']);
  expect(row('backends[0].models["a.b"].aliases')).toEqual([['c'], 'backends.json:4']);
});

it('no key is printed twice', () => {
  scratch
    .write('apps.json', { apps: [{ app_id: 'a', cost_limit: { limit: 1 } }] })
    .write('backends.json', { backends: [{ type: 'mirror' }] });
  const keys = describeConfig(scratch.load()).map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
});

it('a PostgreSQL server is told key by key, without its password, also where the file has a URL', () => {
  scratch.write('apps.json', { apps: [] }).write('backends.json', { backends: [] });
  scratch.write(
    'daemon.json',
    '{"database": {\n"url": "postgres://u:hunter22@db.lan:5433/usage?sslmode=verify-full",\n"pool_size": 2}}',
  );
  const rows = describeConfig(scratch.load()).filter(({ key }) => key.startsWith('database.'));
  const shown = Object.fromEntries(rows.map(({ key, value }) => [key.slice('database.'.length), value]));
  expect(shown).toMatchObject({
    ...{ host: 'db.lan', port: 5433, database: 'usage', username: 'u', password: '***' },
    ...{ ssl_mode: 'verify-full', pool_size: 2, max_queries: 50_000, max_inactive_time: 300 },
    ...{ connect_timeout: 10, command_timeout: 60 },
  });
  expect(rows.find(({ key }) => key === 'database.host')?.origin).toBe('daemon.json:2');
  expect(JSON.stringify(rows)).not.toContain('hunter22');
});
