import { type Configured, defineProvider, type Surface } from '../provider.ts';

/** The last dated version that is no preview; `quirks.api_version` names another, or `v1` for the surface without dates. */
const API_VERSION = '2024-10-21';

/**
 * OpenAI's models at Azure. The model's name is the name of a deployment, and stands in the address of the dated
 * surface; a base URL that ends in `/openai/v1` asks for the surface without dates (protocols 6). Responses are
 * younger than the last version that is no preview, so they are found there unless a version is named.
 */
export default defineProvider({
  name: 'azure-openai',
  aliases: ['azure', 'azure_openai', 'azureopenai'],
  title: 'Azure OpenAI',
  basePath: (configured) => configured.replace(/\/openai(\/v1)?$/, ''),
  needsKey: true,
  keyHeaders: (key) => ({ 'api-key': key }),
  surfaces: [
    deployed('openai-chat', '/chat/completions'),
    deployed('openai-completions', '/completions'),
    deployed('openai-embeddings', '/embeddings'),
    deployed('openai-images', '/images/generations'),
    deployed('openai-image-edits', '/images/edits'),
    deployed('openai-speech', '/audio/speech'),
    deployed('openai-transcriptions', '/audio/transcriptions'),
    deployed('openai-translations', '/audio/translations'),
    {
      dialect: 'openai-responses',
      path: (place) =>
        namedVersion(place) === undefined
          ? '/openai/v1/responses'
          : dated('/openai/responses', namedVersion(place)),
    },
  ],
  modelsPath: '/openai/v1/models',
  probe: { path: '/openai/v1/models', from: 'base' },
  quirks: (configured) => ({
    tokensField: 'max_completion_tokens',
    fileParts: false,
    ...(isOld(versionOf(configured)) && { reasoningSwitch: 'none' }),
  }),
});

function deployed(dialect: string, path: string): Surface {
  return {
    dialect,
    path: (place) => {
      const version = versionOf(place);
      if (version === undefined) return `/openai/v1${path}`;
      return dated(`/openai/deployments/${encodeURIComponent(place.model)}${path}`, version);
    },
  };
}

/** Undefined: the surface without dates. */
function versionOf(configured: Configured): string | undefined {
  return isUndated(configured) ? undefined : (namedVersion(configured) ?? API_VERSION);
}

function namedVersion({ quirks }: Configured): string | undefined {
  const version = quirks['api_version'];
  return typeof version === 'string' && version !== 'v1' ? version : undefined;
}

function isUndated({ quirks, baseUrl = '' }: Configured): boolean {
  const version = quirks['api_version'];
  if (version !== undefined) return version === 'v1';
  return baseUrl.endsWith('/openai/v1') || baseUrl.endsWith('/openai/v1/');
}

/** Thinking is turned up and down since the last version of 2024; `system` all of them take. */
function isOld(version: string | undefined): boolean {
  return version !== undefined && version < '2024-12';
}

function dated(path: string, version: string | undefined): string {
  return `${path}?api-version=${encodeURIComponent(version ?? API_VERSION)}`;
}
