/** The service files in examples/services: checked by the programs that will read them, and run where that can be had. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { startProgram } from '../support/child-program.ts';
import { needProgram } from '../support/debian-package.ts';
import { type GatewayFolder, gatewayFolder } from '../support/gateway-folder.ts';
import { runToEnd } from '../support/run-to-end.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { waitFor } from '../support/wait-for.ts';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const services = fileURLToPath(new URL('../../examples/services/', import.meta.url));
const sample = (name: string) => readFileSync(join(services, name), 'utf8');

let cleanUp: () => Promise<unknown> = async () => undefined;

afterEach(async () => {
  await cleanUp();
  cleanUp = async () => undefined;
});

/** Puts this machine's places into a sample; one that is not in it any more is a mistake of the test. */
function withPlaces(text: string, places: Readonly<Record<string, string>>): string {
  return Object.entries(places).reduce((changed, [from, to]) => {
    expect(changed).toContain(from);
    return changed.replaceAll(from, to);
  }, text);
}

function program(folder: string, name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  chmodSync(file, 0o755);
  return file;
}

const isAlive = ({ port }: GatewayFolder) =>
  fetch(`http://127.0.0.1:${port}/livez`).then(
    ({ ok }) => ok,
    () => false,
  );

it('the units of systemd are valid, and leave a service little to break', async () => {
  const analyze = needProgram('/usr/bin/systemd-analyze', 'systemd');
  const folder = tempFolder('sluice-units-');
  const unit = withPlaces(sample('systemd/sluice.service'), { '/usr/bin/node': process.execPath });
  const file = program(folder, 'sluice.service', unit);
  const socket = program(folder, 'sluice.socket', sample('systemd/sluice.socket'));
  for (const place of [file, socket]) chmodSync(place, 0o644);
  expect(await runToEnd(analyze, ['verify', file, socket])).toMatchObject({ code: 0, stderr: '' });
  // Of 100, which a service without any of it comes near.
  const judged = await runToEnd(analyze, ['security', '--offline=yes', '--threshold=25', '--no-pager', file]);
  expect(judged.code, judged.stdout.split('\n').slice(-3).join('\n')).toBe(0);
});

/** As much of FreeBSD's /etc/rc.subr as a script of ours uses, after its manual page. */
const rcSubr = `
load_rc_config() { . "$RC_CONF"; }
err() { shift; echo "$*" >&2; exit 1; }
run_rc_command() { eval "rc_do=\\$\${1}_cmd"; eval "$rc_do"; }
`;

it('the rc script of FreeBSD starts, reloads, stops, and tells four outcomes apart', async () => {
  const folder = tempFolder('sluice-rc-');
  const home = await gatewayFolder({ backends: [{ type: 'echo', name: 'echo' }] });
  const sluice = program(folder, 'sluice-command', `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`);
  const subr = program(folder, 'rc.subr', rcSubr);
  const script = program(
    folder,
    'sluice',
    withPlaces(sample('freebsd/sluice'), { '. /etc/rc.subr': `. ${subr}` }),
  );
  const { stdout: user } = await runToEnd('id', ['-un']);
  const settings = { command: sluice, config_dir: home.configDir, user: user.trim(), timeout: '20' };
  const lines = Object.entries(settings).map(([name, value]) => `sluice_${name}="${value}"`);
  writeFileSync(join(folder, 'rc.conf'), lines.join('\n'));
  const env = { ...home.env, RC_CONF: join(folder, 'rc.conf') };
  const rc = (verb: string) => runToEnd('sh', [script, verb], { env });
  cleanUp = () => rc('stop');
  const pidFile = join(home.configDir, 'sluice.pid');

  expect(await rc('status')).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('there is no PID file'),
  });
  writeFileSync(pidFile, '');
  expect(await rc('status')).toMatchObject({ code: 1, stdout: expect.stringContaining('PID file is empty') });
  writeFileSync(pidFile, '999999999\n');
  expect(await rc('status')).toMatchObject({ code: 1, stdout: expect.stringContaining('PID file is stale') });
  expect(await rc('start')).toMatchObject({ code: 0 });
  expect(await rc('status')).toMatchObject({ code: 0, stdout: expect.stringContaining('echo') });
  expect(await isAlive(home)).toBe(true);
  expect(await rc('reload')).toMatchObject({ code: 0 });
  expect(await rc('stop')).toMatchObject({ code: 0 });
  expect(await isAlive(home)).toBe(false);
});

it('the rc script of FreeBSD does not start without a configuration', async () => {
  const folder = tempFolder('sluice-rc-');
  const subr = program(folder, 'rc.subr', rcSubr);
  const text = withPlaces(sample('freebsd/sluice'), { '. /etc/rc.subr': `. ${subr}` });
  writeFileSync(join(folder, 'rc.conf'), `sluice_config_dir="${folder}"\n`);
  const env = { PATH: process.env.PATH ?? '', RC_CONF: join(folder, 'rc.conf') };
  const started = await runToEnd('sh', [program(folder, 'sluice', text), 'start'], { env });
  expect(started).toMatchObject({ code: 1, stderr: expect.stringContaining('sluice init') });
});

it('the run script of daemontools runs the gateway in the foreground, and hands signals on', async () => {
  const folder = tempFolder('sluice-svc-');
  const home = await gatewayFolder({ backends: [{ type: 'echo', name: 'echo' }] });
  mkdirSync(join(folder, 'bin'));
  // The real one needs root; what it does to the words is this.
  program(join(folder, 'bin'), 'setuidgid', '#!/bin/sh\nshift\nexec "$@"\n');
  const text = withPlaces(sample('daemontools/run'), {
    '/var/lib/sluice': home.root,
    '/etc/sluice': home.configDir,
    'node /opt/sluice/dist/cli/main.js': `${process.execPath} ${main}`,
  });
  const env = { ...home.env, PATH: `${join(folder, 'bin')}:${home.env['PATH']}` };
  const supervised = startProgram(program(folder, 'run', text), [], { env });
  cleanUp = () => supervised.stop();
  await waitFor('the gateway', () => isAlive(home), { timeoutMs: 20_000 });
  supervised.signal('SIGHUP');
  const said = () => [...supervised.stdoutLines, ...supervised.stderrLines].join('\n');
  await waitFor('the reload', () => said().includes('reload'));
  expect(await supervised.stop()).toMatchObject({ code: 0 });
});
