import Type, { type Static } from 'typebox';
import { amount, choice, mapOf, orNull, section, text } from './words.ts';

/** `cost` of a backend: what its models cost. */

const price = section('What a model costs, per unit.', {
  prompt: amount('Input tokens.'),
  completion: amount('Output tokens.'),
  cached_prompt: amount('Input tokens read from a prompt cache.'),
  image: amount('One image, whatever the unit.'),
  request: amount('One request, whatever the unit.'),
  audio_minute: amount(
    'One minute of sound that was turned into text, where the backend tells how long it was.',
  ),
});

export const costSchema = section(
  'What this backend costs. Prices that are missing come from the bundled list.',
  {
    currency: text('Currency of all these prices.', { default: 'usd', minLength: 1, maxLength: 16 }),
    unit: choice(['1k_tokens', '1m_tokens'], 'How many tokens a price is for.', { default: '1k_tokens' }),
    default: Type.Optional(orNull(price, { description: 'For models not named below.' })),
    models: Type.Optional(mapOf(price, 'By model.', { default: {} })),
  },
);

export type CostEntry = Static<typeof costSchema>;
export type PriceEntry = Static<typeof price>;
