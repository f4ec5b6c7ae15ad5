import { bearerKey, defineProvider, openAi, type SurfacePlace } from '../provider.ts';

/**
 * Google's Gemini API in its own protocol (row 001-1); mini-apigw called the type `google` (row 000-45). Pictures
 * go by its OpenAI-compatible surface, which takes the key as OpenAI does.
 */
export default defineProvider({
  name: 'gemini',
  aliases: ['google'],
  title: 'Google Gemini',
  baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
  // Old configurations name the OpenAI-compatible surface that earlier versions used.
  basePath: (configured) => configured.replace(/\/openai$/, '') || '/v1beta',
  needsKey: true,
  keyHeaders: (key) => ({ 'x-goog-api-key': key }),
  // It lists fifty at a time unless asked for more, and a thousand at most.
  modelsPath: '/models?pageSize=1000',
  surfaces: [
    { dialect: 'gemini-generate', path: (place) => at(place, generate(place)) },
    { dialect: 'gemini-count-tokens', path: (place) => at(place, 'countTokens') },
    { dialect: 'gemini-embed', path: (place) => at(place, embed(place)) },
    { ...openAi.images, path: `/openai${openAi.images.path}`, keyHeaders: bearerKey },
  ],
});

function at({ model }: SurfacePlace, action: string): string {
  const name = model
    .replace(/^models\//, '')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
  return name.startsWith('tunedModels/') ? `/${name}:${action}` : `/models/${name}:${action}`;
}

/** Always by server-sent events: what a client wants otherwise is made of them. */
function generate({ isStream }: SurfacePlace): string {
  return isStream ? 'streamGenerateContent?alt=sse' : 'generateContent';
}

function embed({ route }: SurfacePlace): string {
  return route.endsWith(':embedContent') ? 'embedContent' : 'batchEmbedContents';
}
