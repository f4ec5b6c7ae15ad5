import { commaList, type Environment, given } from './environment.ts';
import { hashOfKey, isHashedKey } from './key-hash.ts';
import { dotted } from './key-path.ts';
import type { SectionName } from './read-schema.ts';
import type { SourceDocument } from './source-document.ts';

/**
 * Starting without any file, as the self-hosted predecessor did (rows 004-2 to 004-12): one backend, and one app
 * for each key. The daemon's own variables are the same with and without files; see `environment-overrides.ts`.
 */
export function startsFromEnvironment(env: Environment): boolean {
  return given(env.BACKEND_KIND) !== undefined || given(env.BACKEND_BASE_URL) !== undefined;
}

export function environmentDocuments(env: Environment): Record<SectionName, SourceDocument> {
  return {
    daemon: environmentDocument({}, {}),
    apps: environmentDocument(
      { apps: commaList(env.API_KEYS).map((key) => appOf(key, env)) },
      { apps: 'API_KEYS' },
    ),
    backends: environmentDocument({ backends: [backendOf(env)] }, backendNames),
  };
}

/** The id comes from the key, not from its position: taking a key away must not rename the apps after it. */
function appOf(key: string, env: Environment) {
  const hash = isHashedKey(key) ? key.slice('sha256:'.length).toLowerCase() : hashOfKey(key);
  const app = { app_id: `key-${hash.slice(0, 8)}`, name: 'API_KEYS', api_keys: [`sha256:${hash}`] };
  const model = given(env.MODEL_NAME);
  return model === undefined ? app : { ...app, default_model: model };
}

function backendOf(env: Environment) {
  const type = given(env.BACKEND_KIND) ?? 'openai-compatible';
  const model = given(env.MODEL_NAME);
  return {
    type,
    name: type,
    ...(given(env.BACKEND_BASE_URL) === undefined ? {} : { base_url: env.BACKEND_BASE_URL }),
    ...(given(env.BACKEND_API_KEY) === undefined ? {} : { api_key: env.BACKEND_API_KEY }),
    ...(model === undefined ? {} : { models: [model] }),
    auto_models: true,
  };
}

/** Which variable each key came from, as `dotted` writes the keys. */
const backendNames: Readonly<Record<string, string>> = {
  backends: 'BACKEND_KIND',
  'backends[0].type': 'BACKEND_KIND',
  'backends[0].name': 'BACKEND_KIND',
  'backends[0].base_url': 'BACKEND_BASE_URL',
  'backends[0].api_key': 'BACKEND_API_KEY',
  'backends[0].models': 'MODEL_NAME',
};

function environmentDocument(value: object, names: Readonly<Record<string, string>>): SourceDocument {
  return {
    file: 'environment',
    value,
    faults: [],
    placeOf: () => undefined,
    nameOf: (path) => {
      const known = path
        .map((_, at) => dotted(path.slice(0, path.length - at)))
        .find((key) => names[key] !== undefined);
      return known === undefined ? undefined : names[known];
    },
  };
}
