/**
 * `npm run test:nodes [VERSION…] [PATH…]`: the journeys and the tests of databases (or those at PATH) under every Node
 * we claim to run on, each of them the test runner and the gateway at once, and the newest OpenAI SDK streaming through
 * that gateway. Nodes and SDK come from the npm registry into a folder outside the checkout. A warning on the gateway's
 * stderr is a failure: users read it there.
 */
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startGateway } from '../test/support/gateway.ts';

/** The oldest we promise, the two sides of the border where Node has SQLite built in, and what people should use. */
const VERSIONS = ['20.19', '22.12', '22', '24'];
const TESTS = ['test/journeys', 'test/stores', 'src/storage'];
const SDK = 'openai@7';
const SDK_NEEDS_NODE = 22;
/** A machine with two cores that does something else as well takes half of it. */
const RUN_TIMEOUT_MS = 45 * 60_000;

const repository = fileURLToPath(new URL('..', import.meta.url));
const cache = process.env.SLUICE_NODES_DIR ?? join(homedir(), '.cache', 'sluice-nodes');
const run = promisify(execFile);

interface Report {
  readonly node: string;
  readonly passed: number;
  readonly failed: readonly string[];
  readonly seconds: number;
  readonly sdk: string;
  readonly warnings: readonly string[];
}

const words = process.argv.slice(2);
const asked = words.filter((word) => !word.includes('/'));
const testsAsked = words.length > asked.length ? words.filter((word) => word.includes('/')) : TESTS;
const reports: Report[] = [];
await run('npm', ['run', '--silent', 'build'], { cwd: repository });
const sdkFolder = await installed(SDK, 'sdk');
for (const version of asked.length > 0 ? asked : VERSIONS) {
  const node = await installedNode(version);
  console.log(`\n== ${node}`);
  reports.push(await testOn(node));
}
print(reports);
process.exitCode = reports.every(isGood) ? 0 : 1;

async function testOn(node: string): Promise<Report> {
  const version = (await run(node, ['--version'])).stdout.trim();
  const start = Date.now();
  const { passed, failed } = await runTests(node);
  const seconds = Math.round((Date.now() - start) / 1000);
  return { node: version, passed, failed, seconds, ...(await streamThrough(node, version)) };
}

async function runTests(node: string): Promise<Pick<Report, 'passed' | 'failed'>> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-nodes-'));
  const file = join(folder, 'tests.json');
  const vitest = join(repository, 'node_modules', 'vitest', 'vitest.mjs');
  // Failures are shown when they happen: it is a long way to the end.
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  try {
    const code = await shown(node, [vitest, 'run', ...testsAsked, ...reporters]);
    if (!existsSync(file)) return { passed: 0, failed: [`vitest ended with ${code} and no report`] };
    return outcomesIn(readFileSync(file, 'utf8'), code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function outcomesIn(report: string, code: number | null): Pick<Report, 'passed' | 'failed'> {
  const { testResults } = JSON.parse(report) as {
    testResults: { name: string; status: string; assertionResults: { fullName: string; status: string }[] }[];
  };
  const tests = testResults.flatMap((file) => file.assertionResults);
  const failed = tests.filter((test) => test.status === 'failed').map((test) => test.fullName);
  const broken = testResults
    .filter((file) => file.status === 'failed' && !file.assertionResults.some((t) => t.status === 'failed'))
    .map((file) => `${file.name} as a whole`);
  const passed = tests.filter((test) => test.status === 'passed').length;
  const unexplained = code !== 0 && failed.length + broken.length === 0 ? [`vitest ended with ${code}`] : [];
  const nothing = passed === 0 ? ['no test passed'] : [];
  return { passed, failed: [...failed, ...broken, ...unexplained, ...nothing] };
}

/** What a user of this Node sees: the SDK's words, and what the gateway says on stderr that is no log line. */
async function streamThrough(node: string, version: string): Promise<Pick<Report, 'sdk' | 'warnings'>> {
  const gateway = await startGateway({ node, config: { backends: [{ type: 'echo', name: 'echo' }] } });
  try {
    const sdk = majorOf(version) < SDK_NEEDS_NODE ? 'not for this Node' : await stream(node, gateway);
    const warnings = gateway.stderrLines.filter((line) => !line.startsWith('{'));
    return { sdk, warnings };
  } finally {
    await gateway.stop();
  }
}

async function stream(node: string, gateway: { baseUrl: string; key: string }): Promise<string> {
  const script = join(sdkFolder, 'stream.mjs');
  writeFileSync(
    script,
    `import OpenAI from 'openai';
const client = new OpenAI({ maxRetries: 0 });
const messages = [{ role: 'user', content: 'Grüße, 世界 👋' }];
const stream = await client.chat.completions.create({ model: 'echo', messages, stream: true });
for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta?.content ?? '');
`,
  );
  const env = { ...process.env, OPENAI_BASE_URL: `${gateway.baseUrl}/v1`, OPENAI_API_KEY: gateway.key };
  const said = await run(node, [script], { env, timeout: 30_000 }).catch((error: Error) => error);
  if (said instanceof Error) return `failed: ${said.message}`;
  if (said.stderr !== '') return `failed: warned ${said.stderr}`;
  return said.stdout === 'Echo: Grüße, 世界 👋' ? 'ok' : `failed: said ${JSON.stringify(said.stdout)}`;
}

/** With the node under test first in PATH, so that whatever a test starts by name is that node, too. */
function shown(node: string, words: readonly string[]): Promise<number | null> {
  const PATH = `${dirname(node)}${delimiter}${process.env.PATH ?? ''}`;
  const child = spawn(node, words, {
    cwd: repository,
    env: { ...process.env, PATH },
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: RUN_TIMEOUT_MS,
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
}

async function installedNode(version: string): Promise<string> {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const folder = await installed(`${name}@${version}`, `node-${version}`);
  return join(folder, 'node_modules', name, 'bin', 'node');
}

/** Installs again each time: the cache makes that cheap, and "24" must mean today's 24. */
async function installed(what: string, into: string): Promise<string> {
  const folder = join(cache, into);
  mkdirSync(folder, { recursive: true });
  const quiet = ['--no-save', '--no-audit', '--no-fund', '--no-update-notifier'];
  // The npm of an older Node installs for a newer one here.
  await run('npm', ['install', ...quiet, '--engine-strict=false', '--prefix', folder, what], { cwd: folder });
  return folder;
}

function majorOf(version: string): number {
  return Number(/^v(\d+)/.exec(version)?.[1]);
}

function isGood({ failed, sdk, warnings }: Report): boolean {
  return failed.length === 0 && warnings.length === 0 && !sdk.startsWith('failed');
}

function print(reports: readonly Report[]): void {
  const rows = reports.map((report) => ({
    node: report.node,
    passed: report.passed,
    failed: report.failed.length,
    seconds: report.seconds,
    [SDK]: report.sdk,
    warnings: report.warnings.length,
  }));
  console.table(rows);
  for (const { node, failed, warnings } of reports) {
    for (const name of failed) console.error(`${node} failed: ${name}`);
    for (const line of warnings) console.error(`${node} warned: ${line}`);
  }
}
