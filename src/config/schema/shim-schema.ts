import Type, { type Static } from 'typebox';
import { choice, flag, orNull, section } from './words.ts';

const modalities = ['text', 'image', 'audio', 'file'] as const;

/**
 * `responses_shim` of a backend, in mini-apigw's words (predecessors 000-66). Without it every backend is asked what
 * the Responses API asks; with it the operator says how.
 */
export const shimSchema = section(
  'How questions of the Responses API are put to a backend without that API.',
  {
    enabled: flag(
      'They are translated. When off, only a backend that has the API itself answers them.',
      true,
    ),
    operation: choice(
      ['chat', 'completions', 'responses'],
      'What they are translated into; responses: they are not, the backend must have the API.',
      { default: 'chat' },
    ),
    unsupported_tools_policy: choice(
      ['silent_strip', 'reject'],
      'Hosted tools, which the backend cannot have: left out with a warning, or refused.',
      { default: 'silent_strip' },
    ),
    reorder_system_messages_to_front: flag('System messages go before all others.', false),
    coalesce_system_messages: flag('Leading system messages are joined into one.', false),
    accepted_modalities: Type.Optional(
      Type.Array(Type.Unsafe<'text' | 'image' | 'audio' | 'file'>({ type: 'string', enum: modalities }), {
        description: 'What messages may hold. Without it, all that the backend can read.',
        default: [],
      }),
    ),
    max_attachment_bytes: Type.Optional(
      orNull(Type.Integer({ minimum: 1 }), {
        description: 'The largest picture, document or recording that a message may carry.',
      }),
    ),
  },
);

export type ShimEntry = Static<typeof shimSchema>;
