/**
 * `npm run test:clients [NAME…]`: clients and servers too large or too new to be dependencies, each through the gateway:
 * the newest SDKs, the Vercel AI SDK, LangChain and a coding agent before every kind of backend; the tests that the
 * makers of two SDKs generate from their own documents; and a mock server that somebody else wrote. What is installed
 * lies outside the checkout.
 */
import { startFakeUpstream } from '../test/fake-upstream/fake-upstream.ts';
import { everyBack } from '../test/support/every-back.ts';
import { tryClientBefore, tryMisbehaving } from './clients/aimock.ts';
import { type Outcome, print } from './clients/outcome.ts';
import { scriptedClients, tryClient } from './clients/scripted-clients.ts';
import { sdkSuites, trySuite } from './clients/sdk-suites.ts';

const AIMOCK = 'aimock';
const besideAimock = scriptedClients.map((client) => `${client}@${AIMOCK}`);
const known = [...scriptedClients, AIMOCK, ...besideAimock, ...sdkSuites];

const unknown = process.argv.slice(2).filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`no client ${unknown.join(', ')}; known: ${known.join(', ')}`);
  process.exit(2);
}
const asked = process.argv.length > 2 ? process.argv.slice(2) : known;
const outcomes: Outcome[] = [];
for (const name of asked) outcomes.push(...(await tryOut(name)));
print(outcomes);
process.exitCode = outcomes.some(({ failure }) => failure !== undefined) ? 1 : 0;

async function tryOut(name: string): Promise<readonly Outcome[]> {
  if (name === AIMOCK) return tryMisbehaving();
  if (besideAimock.includes(name)) return tryClientBefore(name.replace(`@${AIMOCK}`, ''));
  const upstream = await startFakeUpstream();
  try {
    return await (sdkSuites.includes(name) ? trySuite(name, upstream) : tryClient(name, everyBack(upstream)));
  } finally {
    await upstream.close();
  }
}
