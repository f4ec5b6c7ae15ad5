import Type, { type Static } from 'typebox';
import { SECONDS_MAX } from '../seconds.ts';
import { amount, choice, count, section, text } from './words.ts';

/** `sequence_groups.<name>`: backends that take turns. */

const places = (description: string, byDefault: number) =>
  Type.Optional(
    Type.Union([Type.Integer({ minimum: 1 }), Type.String({ enum: ['unlimited'] }), Type.Null()], {
      description,
      default: byDefault,
    }),
  );

export const groupSchema = section(
  'Backends that share something only one of them may use at a time, such as a GPU.',
  {
    description: text('For people.'),
    mode: choice(
      ['serial', 'swap', 'sets'],
      'serial: one request at a time. swap: one resident model. sets: models that fit together.',
      {
        default: 'serial',
        'x-not-yet-values': ['swap', 'sets'],
        'x-not-yet': 'the group runs as serial',
      },
    ),
    capacity_vram_mib: count('GPU memory of the group.', { 'x-not-yet': 'groups know nothing of memory' }),
    max_queue: places('Requests that may wait; "unlimited" for no end.', 64),
    max_queue_per_app: places('The same for one app.', 16),
    max_queue_wait_s: Type.Optional(
      Type.Union(
        [
          Type.Number({ exclusiveMinimum: 0, maximum: SECONDS_MAX }),
          Type.String({ enum: ['unlimited'] }),
          Type.Null(),
        ],
        {
          description: 'How long a request may wait.',
          default: 120,
        },
      ),
    ),
    affinity: Type.Optional(
      section(
        'Staying with a model while it has work.',
        {
          max_batch: count('Requests in a row.'),
          max_hold_s: amount('Seconds in a row.'),
        },
        { 'x-not-yet': 'requests run in their order' },
      ),
    ),
    unload_on_switch: Type.Optional(
      Type.Boolean({
        description: 'Unload the old model first.',
        'x-not-yet': 'the backend unloads models as it likes',
        'x-inert': [false],
      }),
    ),
    keepalive: Type.Optional(
      Type.Unknown({
        description: 'What waiting streams are sent.',
        'x-not-yet': 'a waiting stream is sent nothing',
        'x-inert': ['none', false],
      }),
    ),
  },
);

export type GroupEntry = Static<typeof groupSchema>;
