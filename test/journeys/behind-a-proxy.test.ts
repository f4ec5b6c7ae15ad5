/** The samples of docs/how-to/run-behind-a-proxy.md, in the real servers they are for. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { type RequestOptions, request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blocksOf, pageOf } from '../docs/pages.ts';
import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import { selfSignedCertificate } from '../support/certificate.ts';
import { type ChildProgram, startProgram } from '../support/child-program.ts';
import { needProgram } from '../support/debian-package.ts';
import { freePorts } from '../support/free-ports.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { waitFor } from '../support/wait-for.ts';

const folder = tempFolder('sluice-proxy-');
const socketPath = join(folder, 'sluice.sock');
const certificate = selfSignedCertificate({ hosts: ['127.0.0.1'] });
const isRoot = process.getuid?.() === 0;
let upstream: FakeUpstream;
let gateway: RunningGateway;

beforeAll(async () => {
  // The proxy is another user than we are, and the samples leave it to the operator to let it in.
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, 'cert.pem'), certificate.cert);
  writeFileSync(join(folder, 'key.pem'), certificate.key);
  upstream = await startFakeUpstream();
  const backend = { type: 'openai-compatible', name: 'fake', base_url: `${upstream.url}/v1` };
  gateway = await startGateway({
    config: {
      daemon: {
        listen: { unix_socket: socketPath, unix_socket_mode: '0666', trusted_proxies: ['unix'] },
        admin: { on_main: true },
      },
      backends: [{ ...backend, models: ['org/m'], supports: { chat: ['m*', 'org/m'] } }],
    },
  });
});

afterAll(async () => {
  await gateway?.stop();
  await upstream?.close();
});

interface Ports {
  readonly plain: number;
  readonly secure: number;
}

interface Kind {
  readonly language: string;
  readonly adminStatus: number;
  /** What of the sample is another here than at its reader's. */
  readonly places: (ports: Ports) => Readonly<Record<string, string>>;
  readonly start: (sample: string, ports: Ports) => ChildProgram;
}

const nginx: Kind = {
  language: 'nginx',
  adminStatus: 404,
  places: ({ plain, secure }) => ({
    'listen 80;': `listen 127.0.0.1:${plain};`,
    'listen 443 ssl;': `listen 127.0.0.1:${secure} ssl;`,
    '# ssl_certificate …; ssl_certificate_key …;': `ssl_certificate ${folder}/cert.pem; ssl_certificate_key ${folder}/key.pem;`,
    '/run/sluice/sluice.sock': socketPath,
  }),
  start: (sample) => {
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
    const folders = temporary.map((name) => `${name}_temp_path ${folder}/nginx-${name};`).join(' ');
    const file = join(folder, 'nginx.conf');
    writeFileSync(
      file,
      `daemon off; worker_processes 1; error_log stderr; pid ${folder}/nginx.pid; ${isRoot ? 'user root;' : ''}
events {}
http { access_log off; ${folders}
${sample}
}`,
    );
    return startProgram(needProgram('/usr/sbin/nginx', 'nginx-light'), ['-c', file, '-p', folder]);
  },
};

const apacheLog = join(folder, 'apache.log');

const apache: Kind = {
  language: 'apache',
  adminStatus: 403,
  places: ({ plain, secure }) => ({
    '*:80>': `127.0.0.1:${plain}>`,
    '*:443>': `127.0.0.1:${secure}>`,
    '# SSLCertificateFile …': `SSLCertificateFile ${folder}/cert.pem`,
    '# SSLCertificateKeyFile …': `SSLCertificateKeyFile ${folder}/key.pem`,
    '/run/sluice/sluice.sock': socketPath,
  }),
  start: (sample, { plain, secure }) => {
    const program = needProgram('/usr/sbin/apache2', 'apache2-bin');
    // What Debian has switched on, and what the sample says has to be.
    const asked = /^# a2enmod (.*)$/m.exec(sample)?.[1]?.split(' ') ?? [];
    const modules = [
      'mpm_event',
      'authz_core',
      'authz_host',
      'alias',
      'reqtimeout',
      'socache_shmcb',
      ...asked,
    ];
    const runtime = join(folder, 'apache');
    mkdirSync(runtime);
    const file = join(folder, 'apache.conf');
    writeFileSync(
      file,
      [
        `ServerRoot ${runtime}`,
        `DefaultRuntimeDir ${runtime}`,
        `PidFile ${runtime}/pid`,
        `ErrorLog ${apacheLog}`,
        'ServerName localhost',
        ...modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`),
        ...(isRoot ? ['User www-data', 'Group www-data'] : []),
        `Listen 127.0.0.1:${plain}`,
        `Listen 127.0.0.1:${secure}`,
        sample,
      ].join('\n'),
    );
    return startProgram(program, ['-f', file, '-D', 'FOREGROUND']);
  },
};

function sampleFor({ language, places }: Kind, ports: Ports): string {
  const [sample = ''] = blocksOf(pageOf('docs/how-to/run-behind-a-proxy.md'), language);
  return Object.entries(places(ports)).reduce((changed, [from, to]) => {
    expect(changed).toContain(from);
    return changed.replaceAll(from, to);
  }, sample);
}

interface Told {
  readonly status: number;
  readonly body: string;
  readonly backend: string | undefined;
  readonly firstAtMs: number;
  readonly endAtMs: number;
}

function ask(port: number, path: string, body?: object, more: RequestOptions['headers'] = {}): Promise<Told> {
  const startedAt = performance.now();
  const since = () => performance.now() - startedAt;
  const headers = { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json', ...more };
  const method = body === undefined ? 'GET' : 'POST';
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, method, headers, ca: certificate.cert, agent: false };
    const outgoing = request(options, async (answer) => {
      let firstAtMs = 0;
      answer.once('data', () => {
        firstAtMs = since();
      });
      const said = await text(answer);
      const backend = answer.headers['x-sluice-backend'] as string | undefined;
      resolve({ status: answer.statusCode ?? 0, body: said, backend, firstAtMs, endAtMs: since() });
    });
    outgoing.setTimeout(30_000, () => outgoing.destroy(new Error('waited in vain for the proxy')));
    outgoing.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const question = (model: string, content = 'Hi') => ({ model, messages: [{ role: 'user', content }] });

describe.each([nginx, apache])('behind $language, as the page has it,', (kind) => {
  let proxy: ChildProgram;
  let ports: Ports;

  beforeAll(async () => {
    const [plain = 0, secure = 0] = await freePorts(2);
    ports = { plain, secure };
    proxy = kind.start(sampleFor(kind, ports), ports);
    const isUp = async () => (await ask(secure, '/livez')).status === 200;
    await waitFor('the proxy', isUp, { timeoutMs: 20_000 }).catch((error: unknown) => {
      const logged = existsSync(apacheLog) ? readFileSync(apacheLog, 'utf8') : '';
      throw new Error(`${proxy.stderrLines.join('\n')}\n${logged}`, { cause: error });
    });
  });

  afterAll(() => proxy?.stop());

  it('a question is answered, and the ledger knows who asked', async () => {
    const forged = { 'x-forwarded-for': '198.51.100.1' };
    const told = await ask(ports.secure, '/v1/chat/completions', question('m'), forged);
    expect(told).toMatchObject({ status: 200, backend: 'fake' });
    expect(gateway.ledgerRows().at(-1)).toMatchObject({ client_ip: '127.0.0.1' });
  });

  it('a stream arrives as it is written', async () => {
    const asked = { ...question('m!slow=300!words=5'), stream: true };
    const told = await ask(ports.secure, '/v1/chat/completions', asked);
    expect(told.body).toContain('[DONE]');
    expect(told.endAtMs - told.firstAtMs).toBeGreaterThan(900);
  });

  it('a question of some megabytes passes, one beyond the limit does not', async () => {
    const size = async (bytes: number) =>
      (await ask(ports.secure, '/v1/chat/completions', question('m!words=1', 'x'.repeat(bytes)))).status;
    expect(await size(3 << 20)).toBe(200);
    expect(await size(33 << 20).catch(() => 413)).toBe(413);
  });

  it('a model with a slash in its name is found by its address', async () => {
    expect(await ask(ports.secure, '/v1/models/org%2Fm')).toMatchObject({ status: 200 });
  });

  it('pages of operators stay in the house, and nothing is served without TLS', async () => {
    for (const path of ['/admin/api/status', '/stats/live', '/metrics'])
      expect((await ask(ports.secure, path)).status, path).toBe(kind.adminStatus);
    const plain = await fetch(`http://127.0.0.1:${ports.plain}/v1/models`, { redirect: 'manual' });
    expect([plain.status, plain.headers.get('location')]).toEqual([403, null]);
  });
});

it('a tunnel for a demonstration does not let strangers in where no app has a key', async () => {
  const keyless = await startGateway({
    config: { apps: { apps: [] }, backends: [{ type: 'echo', name: 'echo' }] },
  });
  try {
    const { port } = new URL(keyless.baseUrl);
    const asTold = (host: string) =>
      new Promise<number>((resolve, reject) => {
        const to = {
          host: '127.0.0.1',
          port,
          path: '/v1/chat/completions',
          method: 'POST',
          headers: { host },
        };
        const outgoing = plainRequest(to, (answer) => resolve(answer.resume().statusCode ?? 0));
        outgoing.on('error', reject).end(JSON.stringify(question('echo')));
      });
    expect(await asTold(new URL(keyless.baseUrl).host)).toBe(200);
    expect(await asTold('quick-brown-fox.trycloudflare.com')).toBe(403);
  } finally {
    await keyless.stop();
  }
});
