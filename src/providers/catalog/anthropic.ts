import { defineProvider, type SurfacePlace, withVersion } from '../provider.ts';

/** Anthropic's own API. Clients ask `?beta=true` for what is not settled yet, and it is passed on. */
export default defineProvider({
  name: 'anthropic',
  aliases: ['claude'],
  title: 'Anthropic',
  baseUrl: 'https://api.anthropic.com/v1',
  basePath: withVersion('/v1'),
  needsKey: true,
  keyHeaders: (key) => ({ 'x-api-key': key }),
  // It lists twenty at a time unless asked for more, and a thousand at most.
  modelsPath: '/models?limit=1000',
  surfaces: [
    { dialect: 'anthropic-messages', path: (place) => `/messages${beta(place)}` },
    { dialect: 'anthropic-count-tokens', path: (place) => `/messages/count_tokens${beta(place)}` },
  ],
});

function beta({ query }: SurfacePlace): string {
  return query.split('&').includes('beta=true') ? '?beta=true' : '';
}
