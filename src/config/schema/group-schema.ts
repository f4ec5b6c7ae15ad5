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
      'serial: one request at a time. swap: one loaded model at a time, with as many requests as its `concurrency`. sets: several loaded models while their `vram_mib` fit `capacity_vram_mib`.',
      { default: 'serial' },
    ),
    capacity_vram_mib: count(
      'GPU memory of the group, for mode sets; in the others it has no effect, and is warned of.',
    ),
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
    max_hold_s: Type.Optional(
      Type.Union([Type.Number({ minimum: 0, maximum: SECONDS_MAX }), Type.Null()], {
        description:
          'The watchdog: a request that has had its turn for so long, from being let in, is broken off with `upstream_timeout`; pictures and sound are only named in the log. 0 or null: no watchdog. How long others may be passed for the sake of a loaded model is `affinity.max_hold_s`, another thing.',
        default: 1800,
      }),
    ),
    affinity: Type.Optional(
      section(
        'Staying with a loaded model while others wait for another. In swap and sets it is in effect by itself, in serial only if it is given.',
        {
          max_batch: count('So many requests may pass one that waits for another model.', { default: 8 }),
          max_hold_s: amount(
            'And for so long. How long a request may keep its turn is `max_hold_s` of the group, another thing.',
            { default: 30 },
          ),
        },
      ),
    ),
    on_store_loss: choice(
      ['fail_closed', 'local'],
      'With `redis.url`, when that cannot be reached. fail_closed: nobody is let in, and what runs is broken off before another replica could begin. local: go on as if there were no other replica.',
      { default: 'fail_closed' },
    ),
    unload_on_switch: Type.Optional(
      Type.Boolean({
        description:
          'Have the old model unloaded before the next is loaded. Default: true in swap and sets, false in serial.',
      }),
    ),
    keepalive: choice(
      ['comment', 'delta', 'none'],
      'What streams are sent every 10 s while they wait for their turn, and then for their first word, where their app does not say it. With none they are sent no pings either.',
      { default: 'comment' },
    ),
    header_hold_ms: Type.Optional(
      Type.Integer({
        description:
          'So long a waiting stream is sent nothing at all, so that a quick refusal has a status of its own.',
        minimum: 0,
        maximum: SECONDS_MAX * 1000,
        default: 4000,
      }),
    ),
  },
);

export type GroupEntry = Static<typeof groupSchema>;
