/** Every door at once: v4, v6, a unix socket with its mode, TLS with renewal, and a socket somebody else opened. */
import { spawn } from 'node:child_process';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { selfSignedCertificate } from '../support/certificate.ts';
import { freePorts } from '../support/free-ports.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { gatewayFolder } from '../support/gateway-folder.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { waitFor } from '../support/wait-for.ts';

const backends = [{ type: 'echo', name: 'echo' }];
const hello = JSON.stringify({ model: 'echo', messages: [{ role: 'user', content: 'Hi' }] });

let gateway: RunningGateway | undefined;

afterEach(async () => {
  await gateway?.stop();
  gateway = undefined;
});

interface Place {
  readonly host?: string;
  readonly port?: number;
  readonly socketPath?: string;
  readonly ca?: string;
  /** What the client calls us, instead of the address. */
  readonly name?: string;
}

interface Told {
  readonly status: number;
  readonly text: string;
  readonly fingerprint: string | undefined;
  readonly onlyHttps: string | undefined;
}

function ask({ name, ...place }: Place, key: string): Promise<Told> {
  return new Promise((resolve, reject) => {
    const send = place.ca === undefined ? request : secureRequest;
    const options = {
      ...place,
      method: 'POST',
      path: '/v1/chat/completions',
      agent: false,
      headers: { authorization: `Bearer ${key}`, ...(name === undefined ? {} : { host: name }) },
    };
    const outgoing = send(options, (answer) => {
      const socket = answer.socket as { getPeerCertificate?: () => { fingerprint256: string } };
      const fingerprint = socket.getPeerCertificate?.().fingerprint256;
      let text = '';
      answer.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      const onlyHttps = answer.headers['strict-transport-security'];
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text, fingerprint, onlyHttps }));
    });
    outgoing.on('error', reject).end(hello);
  });
}

it('listens on v4, v6 and a unix socket together', async () => {
  const socketPath = join(tempFolder('sluice-socket-'), 's.sock');
  const listen = { host_v6: '::1', unix_socket: socketPath, unix_socket_mode: '0660' };
  gateway = await startGateway({ config: { daemon: { listen }, backends } });
  const port = Number(new URL(gateway.baseUrl).port);
  for (const place of [{ host: '127.0.0.1', port }, { host: '::1', port }, { socketPath }]) {
    expect(await ask(place, gateway.key)).toMatchObject({ status: 200 });
  }
  expect(statSync(socketPath).mode & 0o777).toBe(0o660);
  expect(gateway.ledgerRows().map((row) => row['client_ip'])).toEqual(['127.0.0.1', '::1', 'unix']);
});

it('speaks TLS, says so to browsers, and takes a renewed certificate up with a reload', async () => {
  const folder = tempFolder('sluice-tls-');
  const hosts = ['127.0.0.1', 'localhost', 'llm.example.org'];
  const [first, second] = [selfSignedCertificate({ hosts }), selfSignedCertificate({ hosts })];
  const write = ({ cert, key }: { cert: string; key: string }) => {
    writeFileSync(join(folder, 'cert.pem'), cert);
    writeFileSync(join(folder, 'key.pem'), key);
  };
  write(first);
  const tls = { cert_file: join(folder, 'cert.pem'), key_file: join(folder, 'key.pem') };
  const [port = 0] = await freePorts(1);
  // The plain port is for the test's own "is it up?"; TLS stands on all listeners, so ask for it through a second start.
  const config = { daemon: { listen: { tls, port } }, backends };
  const home = await gatewayFolder(config);
  const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
  const child = spawn(process.execPath, [main, 'start', '--config', home.configDir], {
    env: home.env,
    stdio: 'ignore',
  });
  try {
    const place = { host: '127.0.0.1', port, ca: `${first.cert}\n${second.cert}` };
    await waitFor('TLS to answer', async () => (await ask(place, home.key)).status === 200, {
      timeoutMs: 20_000,
    });
    const before = await ask(place, home.key);
    expect((await ask({ ...place, name: 'llm.example.org' }, home.key)).onlyHttps).toBe('max-age=31536000');
    expect((await ask({ ...place, name: 'localhost' }, home.key)).onlyHttps).toBeUndefined();
    write(second);
    child.kill('SIGHUP');
    await waitFor(
      'the new certificate',
      async () => (await ask(place, home.key)).fingerprint !== before.fingerprint,
    );
    expect(await ask(place, home.key)).toMatchObject({ status: 200 });
  } finally {
    child.kill('SIGKILL');
  }
});

it('takes over a socket that systemd opened', async () => {
  const folder = await gatewayFolder({ backends });
  const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
  const door = createServer();
  await new Promise<void>((resolve) => {
    door.listen(0, '127.0.0.1', resolve);
  });
  const { port } = door.address() as { port: number };
  mkdirSync(folder.configDir, { recursive: true });
  const command = `LISTEN_PID=$$ LISTEN_FDS=1 exec ${process.execPath} ${main} start --config ${folder.configDir}`;
  const { fd } = (door as unknown as { _handle: { fd: number } })._handle;
  const child = spawn('sh', ['-c', command], {
    env: { ...folder.env },
    stdio: ['ignore', 'ignore', 'ignore', fd],
  });
  // Ours is a copy; without it only the child accepts.
  door.close();
  try {
    await waitFor(
      'it to answer on the inherited socket',
      async () => (await ask({ host: '127.0.0.1', port }, folder.key)).status === 200,
      {
        timeoutMs: 20_000,
      },
    );
  } finally {
    child.kill('SIGKILL');
  }
});
