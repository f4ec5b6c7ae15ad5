/** A coding agent, as its users run it: it asks, is told to use a tool, runs that, and is answered. One process each. */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BACKS, CASES, GATEWAY_KEY, GATEWAY_URL, run } from './cases.mjs';

const program = join(import.meta.dirname, 'node_modules/@mariozechner/pi-coding-agent/dist/cli.js');
const work = join(process.env.HOME, 'work');
mkdirSync(work, { recursive: true });

/** The fake calls the first tool it is offered with `Köln` for every text. */
const NOTE = 'it is sunny';
writeFileSync(join(work, 'Köln'), NOTE);

const fronts = {
  'openai-completions': '/v1',
  'openai-responses': '/v1',
  'anthropic-messages': '',
  'google-generative-ai': '/v1beta',
};

function configure(models) {
  const providers = Object.entries(fronts).map(([api, path]) => [
    `gw-${api}`,
    { baseUrl: GATEWAY_URL + path, api, apiKey: GATEWAY_KEY, models: models.map((id) => ({ id })) },
  ]);
  const folder = join(process.env.HOME, '.pi', 'agent');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'models.json'), JSON.stringify({ providers: Object.fromEntries(providers) }));
}

const settings = ['--no-session', '--mode', 'json', '--tools', 'read'];

/** The events it prints, one line of JSON each. */
function events(provider, model, prompt) {
  const words = [program, '--provider', provider, '--model', model, ...settings, '-p', prompt];
  const child = spawn(process.execPath, words, {
    cwd: work,
    env: { ...process.env, PI_OFFLINE: '1', PI_SKIP_VERSION_CHECK: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  });
  let said = '';
  let complaints = '';
  child.stdout.on('data', (bytes) => {
    said += bytes;
  });
  child.stderr.on('data', (bytes) => {
    complaints += bytes;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code !== 0) return reject(new Error(`ended with ${code}: ${complaints.slice(-300)}`));
      const lines = said.split('\n').filter((line) => line.startsWith('{'));
      resolve(lines.map((line) => JSON.parse(line)));
    });
  });
}

async function ask(provider, { model, text }) {
  const seen = await events(provider, model, text);
  const answers = seen
    .filter(({ type, message }) => type === 'message_end' && message.role === 'assistant')
    .map(({ message }) => message);
  const failed = answers.find(({ errorMessage }) => errorMessage);
  if (failed) throw new Error(failed.errorMessage);
  const last = answers.at(-1);
  return {
    text: last.content.map((part) => (part.type === 'text' ? part.text : '')).join(''),
    tools: seen
      .filter(({ type }) => type === 'tool_execution_start')
      .map(({ toolName, args }) => ({ name: toolName, args })),
    input: last.usage?.input,
    output: last.usage?.output,
  };
}

const models = JSON.parse(BACKS).map(({ model }) => model);
configure([...models, ...models.map((model) => model + CASES.thinkingLoop.knobs)]);
await run(
  Object.keys(fronts).map((api) => ({
    name: `pi ${api}`,
    stream: (question) => ask(`gw-${api}`, question),
    loop: (question) => ask(`gw-${api}`, question),
  })),
);
