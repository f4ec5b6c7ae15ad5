import { describe, expect, it } from 'vitest';
import type { AppConfig, BackendConfig, Config } from '../../config/config.ts';
import { normaliseResidency } from '../../config/normalise-residency.ts';
import { GatewayError } from '../../model/gateway-error.ts';
import type { Operation } from '../../model/operation.ts';
import { defineProvider } from '../../providers/provider.ts';
import { makeBackend } from '../../upstream/backend.ts';
import { chooseBackend } from './choose-backend.ts';
import { resolveModel } from './resolve-model.ts';
import { RouteTable } from './route-table.ts';

const provider = defineProvider({ name: 'made-up', title: 'Made up' });
const timeouts = { connectMs: 1, firstByteMs: 1, idleMs: 1, slowClientMs: 1, totalMs: 1 };

function backend(name: string, changes: Partial<BackendConfig> = {}) {
  const config: BackendConfig = {
    name,
    type: 'made-up',
    baseUrl: `http://127.0.0.1:1/${name}`,
    apiKey: undefined,
    headers: new Map(),
    sequenceGroup: undefined,
    concurrency: 1,
    models: new Map(),
    supports: undefined,
    autoModels: false,
    weight: 1,
    health: {
      path: undefined,
      intervalMs: undefined,
      timeoutMs: undefined,
      model: undefined,
      modelIntervalMs: undefined,
    },
    priority: 0,
    timeouts: {},
    tls: { caFile: undefined, insecure: false },
    cost: undefined,
    quirks: {},
    residency: normaliseResidency({ type: 'made-up' }),
    responsesShim: undefined,
    onlyForApp: undefined,
    ...changes,
  };
  return makeBackend(config, provider, timeouts);
}

const supporting = (...names: string[]) => ({ supports: new Map<Operation, string[]>([['chat', names]]) });
const app = { appId: 'a', defaultModel: undefined, backend: undefined } as unknown as AppConfig;

function table(
  backends: ReturnType<typeof backend>[],
  settings: { aliases?: [string, string][]; defaultBackend?: string; discovered?: [string, string[]][] } = {},
): RouteTable {
  const config = {
    backends: { aliases: new Map(settings.aliases) },
    daemon: { defaultBackend: settings.defaultBackend },
  } as unknown as Config;
  return new RouteTable(config, backends, new Map(settings.discovered));
}

/** Who would serve, under which name: `backend/model`, or the code of the refusal. */
function route(
  routes: RouteTable,
  asked: string | undefined,
  operation: Operation = 'chat',
  caller = app,
): string {
  try {
    const resolved = resolveModel(routes, operation, asked, caller);
    const choice = chooseBackend(routes, operation, resolved, caller, () => true);
    return `${choice.candidates.map((candidate) => candidate.name).join('+')}/${choice.model}`;
  } catch (thrown) {
    return thrown instanceof GatewayError ? thrown.code : String(thrown);
  }
}

describe('choosing a backend', () => {
  it('takes whoever supports the model for the operation, in file order', () => {
    const routes = table([
      backend('one', supporting('a*')),
      backend('two', supporting('abc')),
      backend('three', supporting('*')),
    ]);
    expect(route(routes, 'abc')).toBe('one+two+three/abc');
    expect(route(routes, 'zzz')).toBe('three/zzz');
  });

  it('puts who has not told its models yet behind all who have this one, and keeps it for what nobody has', () => {
    const silent = backend('silent', { autoModels: true, priority: 9 });
    const backends = [silent, backend('two', supporting('abc'))];
    expect(route(table(backends), 'abc')).toBe('two+silent/abc');
    expect(route(table(backends), 'zzz')).toBe('silent/zzz');
    const heard = table(backends, { discovered: [['silent', ['abc']]] });
    expect(route(heard, 'abc')).toBe('silent+two/abc');
    expect(route(heard, 'zzz')).toBe('model_not_found');
  });

  it('puts a higher priority first', () => {
    const routes = table([
      backend('one', supporting('m')),
      backend('two', { ...supporting('m'), priority: 2 }),
    ]);
    expect(route(routes, 'm')).toBe('two+one/m');
  });

  it('says the operation is not supported when the model is known for another', () => {
    expect(route(table([backend('one', supporting('m'))]), 'm', 'embeddings')).toBe(
      'operation_not_supported',
    );
  });

  it('does not find what nobody has, and suggests what is near', () => {
    const routes = table([backend('one', supporting('llama3', 'qwen'))]);
    const resolved = resolveModel(routes, 'chat', 'lama3', app);
    expect(() => chooseBackend(routes, 'chat', resolved, app, () => true)).toThrow(/Did you mean "llama3"/);
    expect(() => chooseBackend(routes, 'chat', resolved, app, () => false)).not.toThrow(/llama3"\?/);
  });

  it('says which alias leads nowhere, and suggests none that does', () => {
    const routes = table([backend('one', supporting('qwen'))], { aliases: [['assistant', 'llama3.1:8b']] });
    const ask = (name: string) => () =>
      chooseBackend(routes, 'chat', resolveModel(routes, 'chat', name, app), app, () => true);
    expect(ask('assistant')).toThrow(/alias of "llama3.1:8b", which no backend serves/);
    expect(ask('assistent')).not.toThrow(/Did you mean/);
  });

  it('gives a lone backend that lists nothing every model', () => {
    expect(route(table([backend('one')]), 'anything')).toBe('one/anything');
  });

  it('serves the models a backend reported', () => {
    const routes = table([backend('one', { autoModels: true })], { discovered: [['one', ['found']]] });
    expect(route(routes, 'found')).toBe('one/found');
    expect(route(routes, 'other')).toBe('model_not_found');
  });
});

describe('the name a client wrote', () => {
  const routes = table(
    [backend('office', supporting('llama3:8b', 'qwen')), backend('cloud', supporting('gpt-*'))],
    {
      aliases: [
        ['small', 'qwen'],
        ['blogembed', 'office:qwen'],
      ],
    },
  );

  it('may be an alias', () => expect(route(routes, 'small')).toBe('office/qwen'));
  it('may be an alias that names a backend', () => expect(route(routes, 'blogembed')).toBe('office/qwen'));
  it('keeps its own colons', () => expect(route(routes, 'llama3:8b')).toBe('office/llama3:8b'));
  it('may begin with a backend, which is stripped', () =>
    expect(route(routes, 'cloud:gpt-5')).toBe('cloud/gpt-5'));
  it('may begin with a type', () => expect(route(routes, 'made-up:qwen')).toBe('office/qwen'));
  it('may begin with a backend and go on with an alias', () =>
    expect(route(routes, 'office:small')).toBe('office/qwen'));
  it('does not reach another backend through the wrong prefix', () =>
    expect(route(routes, 'cloud:qwen')).toBe('model_not_found'));
  it('may be the name of a backend, for its first model', () =>
    expect(route(routes, 'office')).toBe('office/llama3:8b'));
  it('must be there', () => expect(route(routes, undefined)).toBe('invalid_request'));
  it('may come from the app', () =>
    expect(route(routes, undefined, 'chat', { ...app, defaultModel: 'small' })).toBe('office/qwen'));

  it('goes to the default backend when nobody knows it, or none is named', () => {
    const withDefault = table(
      [backend('office', supporting('qwen')), backend('cloud', supporting('gpt-5'))],
      {
        defaultBackend: 'cloud',
      },
    );
    expect(route(withDefault, 'no-such-model')).toBe('cloud/gpt-5');
    expect(route(withDefault, undefined)).toBe('cloud/gpt-5');
    expect(route(withDefault, 'qwen', 'embeddings')).toBe('operation_not_supported');
  });
});

describe("an app's own backend", () => {
  const routes = table([
    backend('shared', supporting('m')),
    backend('app:a', { ...supporting('m'), onlyForApp: 'a' }),
  ]);

  it('is for that app alone', () => expect(route(routes, 'm')).toBe('shared/m'));
  it('serves it alone', () =>
    expect(route(routes, 'm', 'chat', { ...app, backend: 'app:a' })).toBe('app:a/m'));
});

it('takes a name with and without the tag that is meant where none is given', () => {
  const routes = table([backend('gpu', supporting('llama3.2:latest', 'qwen', 'phi:4b'))]);
  expect(route(routes, 'llama3.2')).toBe('gpu/llama3.2:latest');
  expect(route(routes, 'qwen:latest')).toBe('gpu/qwen');
  expect(route(routes, 'phi')).toBe('model_not_found');
  expect(route(routes, 'phi:latest')).toBe('model_not_found');
});
