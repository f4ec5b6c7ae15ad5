import { createHash } from 'node:crypto';

import type { Config } from '../../src/config/config.ts';
import { HandMovedClock } from '../../src/model/clock.ts';
import { Secret } from '../../src/model/secret.ts';
import type { BackendLine, LaneLine, ReloadResult, StatusReport } from '../../src/server/admin/admin-api.ts';
import type {
  AdminHouse,
  ExplainQuestion,
  HouseChecks,
  UsageQuery,
} from '../../src/server/admin/admin-house.ts';
import { AdminRefusal } from '../../src/server/admin/admin-refusal.ts';
import type { AppsHouse } from '../../src/server/admin/apps-house.ts';
import { LoginDesk } from '../../src/server/admin/login/login-desk.ts';

/** A house with nothing in it, for the tests of this folder and of the command line. */
export const testToken = 'test-admin-token';
const hashOfTestToken = createHash('sha256').update(testToken).digest('hex');

export interface TestHouse extends AdminHouse {
  readonly asked: { usage: UsageQuery[]; explain: ExplainQuestion[]; shutdowns: number };
  checksNow: HouseChecks;
  reloadNow: ReloadResult;
  readonly clock: HandMovedClock;
  /** What went into the log, one line of JSON each. */
  readonly logged: string[];
  /** As a reload with another hash would. */
  changeToken(tokenHash: string | undefined): void;
}

const fine = { healthy: true, message: 'ok' };
const noSums = {
  requests: 0,
  prompt_tokens: 0,
  completion_tokens: 0,
  total_tokens: 0,
  cost: 0,
  latency_ms: 0,
};

const noApp = () => {
  throw new AdminRefusal(404, 'not_found', 'There is no app here.');
};

const noApps: AppsHouse = {
  list: () => [],
  get: noApp,
  create: noApp,
  change: noApp,
  remove: noApp,
  addKey: noApp,
  removeKey: noApp,
};

export function openTestHouse(): TestHouse {
  const asked: TestHouse['asked'] = { usage: [], explain: [], shutdowns: 0 };
  let config = testConfig(hashOfTestToken);
  const clock = new HandMovedClock();
  const logged: string[] = [];
  const write = (message: string, fields = {}) => void logged.push(JSON.stringify({ message, ...fields }));
  const log = { info: write, warn: write };
  const tokenHash = () => config.daemon.admin.tokenHash;
  const logins = new LoginDesk({ clock, log, tokenHash });
  const house: TestHouse = {
    asked,
    clock,
    log,
    logged,
    logins,
    changeToken(hash) {
      config = testConfig(hash);
      logins.keepOnly(hash);
    },
    version: '0.0.0-test',
    checksNow: { config: fine, database: fine, backends: fine, shutdown: fine },
    reloadNow: {
      status: 'reloaded',
      at: '2026-11-20T12:00:00Z',
      generation: 2,
      complaints: [],
      needs_restart: [],
    },
    config: () => config,
    apps: noApps,
    testBackend: async () => undefined,
    describeConfig: () => ({ daemon: { listen: { port: 8080 } } }),
    checks: () => house.checksNow,
    status: () => testStatus(),
    live: () => ({ at: '2026-11-20T12:00:00Z', per_backend: {}, per_group: {}, per_app: {}, lanes: [] }),
    running: () => ({ lanes: [testLane], requests: [] }),
    models: () => [{ id: 'echo', backends: ['echo'], operations: ['chat'], aliases: [] }],
    explain(question) {
      asked.explain.push(question);
      const { appId, model, operation } = question;
      const verdict = { is_allowed: true, code: null, reason: 'the policy allows every model' };
      const candidates = [{ backend: 'echo', model, why: 'serves it' }];
      return {
        app_id: appId,
        operation,
        asked_model: model,
        resolved_model: model,
        verdict,
        candidates,
        excluded: [],
      };
    },
    usage(query) {
      asked.usage.push(query);
      const totals = { ...noSums, errors: 0, currency: 'USD', unpriced_requests: 0, cache_hits: 0 };
      return {
        app_id: query.appId ?? null,
        since: null,
        until: null,
        replicas: 'own',
        group_by: query.groupBy,
        totals,
        rows: [],
      };
    },
    usagePerModel: (metric) => [{ metric: `echo-${metric}`, value: 1 }],
    metricsText: () => ({ contentType: 'text/plain; version=0.0.4', body: 'sluice_build_info 1\n' }),
    reload: async () => house.reloadNow,
    shutdown: () => void asked.shutdowns++,
    cancel: (requestId) => requestId === 'known',
    unload: (model) => (model === 'org/known:8b' ? 1 : 0),
    drainGroup: (group) => group === 'gpu',
    resumeGroup: (group) => group === 'gpu',
  };
  return house;
}

const testLane: LaneLine = {
  name: 'gpu',
  kind: 'group',
  mode: 'serial',
  description: 'one at a time',
  running: 1,
  slots: 1,
  queued: 2,
  queue_max: 100,
  oldest_wait_ms: 1500,
  draining: false,
  loaded: [],
  strangers: [],
};

const testBackend: BackendLine = {
  name: 'echo',
  type: 'echo',
  group: null,
  base_url: null,
  state: 'up',
  running: 0,
  concurrency: 64,
  last_error: null,
  checked_at: null,
};

function testStatus(): StatusReport {
  return {
    status: 'running',
    version: '0.0.0-test',
    node: process.version,
    pid: process.pid,
    started_at: '2026-11-20T10:00:00Z',
    uptime_s: 7200,
    addresses: ['http://127.0.0.1:8080'],
    admin_addresses: [],
    config: {
      path: '/etc/sluice',
      generation: 2,
      loaded_at: '2026-11-20T11:00:00Z',
      age_s: 3600,
      last_reload: {
        status: 'refused',
        at: '2026-11-20T11:30:00Z',
        generation: 2,
        complaints: [
          {
            severity: 'error',
            file: 'apps.json',
            line: 3,
            column: 7,
            key: 'apps[0].app_id',
            message: 'is missing',
          },
        ],
        needs_restart: [],
      },
    },
    apps: 1,
    running: 1,
    queued: 2,
    database: { postgres: null, waiting: 0 },
    backends: [testBackend],
    lanes: [testLane],
    redis: { state: 'down', last_error: 'connect ECONNREFUSED' },
  };
}

/** The part of a configuration that the access rules read. */
function testConfig(tokenHash: string | undefined): Config {
  const daemon = {
    listen: { trustedProxies: ['10.9.9.9'], hostV4: '127.0.0.1', hostV6: undefined },
    admin: { tokenHash, statsNetworks: ['10.1.0.0/16'] },
    metrics: { username: 'prometheus', password: new Secret('scrape') },
  };
  return { daemon, apps: [], backends: {} } as unknown as Config;
}
