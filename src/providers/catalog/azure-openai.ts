import { defineProvider, type Surface, type SurfacePlace } from '../provider.ts';

/**
 * OpenAI's models at Azure. The model's name is the name of a deployment. Without `quirks.api_version` the v1
 * surface is used, with it the dated one, which has the deployment in the address (protocols 6).
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
    {
      dialect: 'openai-responses',
      path: (place) => dated(place, '/openai/responses') ?? '/openai/v1/responses',
    },
  ],
  modelsPath: '/openai/v1/models',
  probe: { path: '/openai/v1/models', from: 'base' },
  quirks: ({ api_version }) => ({
    tokensField: 'max_completion_tokens',
    fileParts: false,
    ...(isOld(api_version) && { reasoningSwitch: 'none' }),
  }),
});

/** Thinking is turned up and down since the last version of 2024; `system` all of them take. */
function isOld(version: unknown): boolean {
  return typeof version === 'string' && version < '2024-12';
}

function deployed(dialect: string, path: string): Surface {
  return {
    dialect,
    path: (place) =>
      dated(place, `/openai/deployments/${encodeURIComponent(place.model)}${path}`) ?? `/openai/v1${path}`,
  };
}

function dated({ quirks }: SurfacePlace, path: string): string | undefined {
  const version = quirks['api_version'];
  return typeof version === 'string' ? `${path}?api-version=${encodeURIComponent(version)}` : undefined;
}
