/**
 * The tests that the makers of two SDKs generate from their own API documents: every operation with every optional
 * parameter once. They are weak on answers, and strong on what a gateway has to accept. They come with the source alone,
 * so a checkout of it is named in the environment, or the suite is skipped.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FakeUpstream } from '../../test/fake-upstream/fake-upstream.ts';
import { type Back, everyBack } from '../../test/support/every-back.ts';
import { startGateway } from '../../test/support/gateway.ts';
import { tempFolder } from '../../test/support/temp-folder.ts';
import { installedIn, installedNode, run } from './cache.ts';
import { anthropicFailures, type ExpectedFailure, openAiFailures } from './expected-failures.ts';
import type { Outcome } from './outcome.ts';

interface Suite {
  /** Names the checkout. */
  readonly variable: string;
  readonly repository: string;
  /** The key its tests send. */
  readonly key: string;
  /** What it takes for the base URL, behind the gateway's. */
  readonly path: string;
  /** A backend of its own dialects, which gets what it sends byte for byte. */
  own(url: string): Record<string, unknown>;
  /** Below `tests/api-resources`: those of the operations we have at all. */
  readonly tests: readonly string[];
  readonly expected: readonly ExpectedFailure[];
}

const all = ['*'];
const everything = { chat: all, completions: all, embeddings: all, images: all, responses: all };

const SUITES: Readonly<Record<string, Suite>> = {
  'openai-node': {
    variable: 'SLUICE_OPENAI_NODE',
    repository: 'openai/openai-node',
    key: 'My API Key',
    path: '/v1',
    own: (url) => ({ type: 'openai-compatible', base_url: `${url}/v1`, supports: everything }),
    tests: ['chat', 'completions', 'embeddings', 'models', 'moderations', 'images', 'audio', 'responses'],
    expected: openAiFailures,
  },
  'anthropic-sdk-typescript': {
    variable: 'SLUICE_ANTHROPIC_SDK_TYPESCRIPT',
    repository: 'anthropics/anthropic-sdk-typescript',
    key: 'my-anthropic-api-key',
    path: '',
    own: (url) => ({
      type: 'anthropic',
      base_url: `${url}/v1`,
      api_key: 'sk-upstream',
      supports: { chat: all },
    }),
    tests: ['messages', 'models', 'completions', 'beta/messages', 'beta/models'],
    expected: anthropicFailures,
  },
};

export const sdkSuites = Object.keys(SUITES);

const SUITE_TIMEOUT_MS = 5 * 60_000;

/** The whole suite before every kind of backend; nothing, and a line that says why, where its source is not at hand. */
export async function trySuite(name: string, upstream: FakeUpstream): Promise<readonly Outcome[]> {
  const suite = SUITES[name];
  const checkout = suite && process.env[suite.variable];
  if (suite === undefined || !checkout) {
    console.log(`${name} is skipped: set ${suite?.variable} to a checkout of ${suite?.repository}`);
    return [];
  }
  if (!existsSync(join(checkout, 'node_modules'))) await installedIn(checkout);
  const outcomes: Outcome[] = [];
  for (const [back, config] of backsFor(suite, upstream)) {
    const tests = await testsBefore(config, suite, checkout);
    outcomes.push(...tests.map((test) => ({ client: name, back, ...outcomeOf(test, suite, back) })));
  }
  return outcomes;
}

/** By what they are called in the table: the vendor's own, which must take all of it, the house's, and all the others. */
function backsFor(suite: Suite, upstream: FakeUpstream): readonly [string, Record<string, unknown>][] {
  return [
    ['its own', { name: 'back-own', ...suite.own(upstream.url) }],
    ['echo', takingAll({ name: 'back-echo', type: 'echo', supports: { chat: all } })],
    ...everyBack(upstream).map(({ dialect, config }): [string, Record<string, unknown>] => [
      dialect,
      takingAll(config),
    ]),
  ];
}

async function testsBefore(
  back: Record<string, unknown>,
  suite: Suite,
  checkout: string,
): Promise<readonly Test[]> {
  const gateway = await startGateway({ config: { apps: [appOf(suite)], backends: [back, understudy] } });
  try {
    return await testsOf(suite, checkout, gateway.baseUrl);
  } finally {
    await gateway.stop();
  }
}

/** Some questions name no model. */
function appOf({ key }: Suite): Record<string, unknown> {
  const hash = createHash('sha256').update(key).digest('hex');
  return { app_id: 'suite', api_keys: [`sha256:${hash}`], default_model: 'any' };
}

/** Any model, and leniently: the values are nonsense, and some parameters would rightly be refused elsewhere. */
function takingAll(config: Back['config']): Record<string, unknown> {
  const operations = Object.keys(config['supports'] as object);
  return {
    ...config,
    supports: Object.fromEntries(operations.map((operation) => [operation, all])),
    quirks: { ...(config['quirks'] as object | undefined), lenient: true },
  };
}

/** Answers what the other back has no operation for. */
const understudy = {
  type: 'echo',
  name: 'understudy',
  supports: { embeddings: all, images: all },
};

interface Test {
  readonly name: string;
  readonly failure: string | undefined;
}

function outcomeOf(
  { name, failure }: Test,
  { expected }: Suite,
  back: string,
): Pick<Outcome, 'case' | 'failure' | 'refusal'> {
  const known = expected.find((one) => one.test.test(name) && one.notBefore !== back);
  if (failure === undefined)
    return known === undefined ? { case: name } : { case: name, failure: 'it passes now, so expect that' };
  return known?.failure.test(failure) ? { case: name, refusal: known.reason } : { case: name, failure };
}

/** What Jest reports of a run, as far as it is needed here. */
interface JestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly title: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

async function testsOf(suite: Suite, checkout: string, gatewayUrl: string): Promise<readonly Test[]> {
  const report = join(tempFolder('sluice-suite-'), 'report.json');
  const node = await installedNode();
  const words = ['node_modules/jest/bin/jest.js', '--config', 'jest.config.ts', '--json', '--silent'];
  const tests = suite.tests.map((test) => `tests/api-resources/${test}`);
  // Tests that fail end it with 1; what they said is in the report.
  await run(node, [...words, `--outputFile=${report}`, ...tests], {
    cwd: checkout,
    env: {
      PATH: `${dirname(node)}:${process.env.PATH ?? ''}`,
      HOME: dirname(report),
      TEST_API_BASE_URL: gatewayUrl + suite.path,
    },
    timeout: SUITE_TIMEOUT_MS,
    maxBuffer: 64 * 1024 * 1024,
  }).catch((error: unknown) => {
    if (!existsSync(report)) throw error;
  });
  return testsIn(JSON.parse(readFileSync(report, 'utf8')) as JestReport);
}

/** A file that could not be run at all is a failure of its own. */
function testsIn({ testResults }: JestReport): readonly Test[] {
  return testResults.flatMap(({ name, message, assertionResults }) => {
    const file = name.split('/api-resources/').at(-1)?.replace('.test.ts', '') ?? name;
    if (assertionResults.length === 0) return [{ name: file, failure: firstLine(message) }];
    return assertionResults
      .filter(({ status }) => status === 'passed' || status === 'failed')
      .map(({ title, status, failureMessages }) => ({
        name: `${file} › ${title}`,
        failure: status === 'failed' ? firstLine(failureMessages[0] ?? 'it failed') : undefined,
      }));
  });
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.slice(0, 400) ?? '';
}
