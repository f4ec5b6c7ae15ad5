import Type from 'typebox';
import { amount, choice, count, flag, list, orNull, section, text } from './words.ts';

/** What may be limited: the same shapes as defaults in `daemon` and for one app in `apps`. */

export const costLimitSchema = section('A ceiling on what an app may spend.', {
  period: choice(['minute', 'hour', 'day', 'week', 'month', 'total'], 'When spending starts again at 0.', {
    default: 'day',
  }),
  limit: Type.Number({
    description: "How much, in the currency of the backends' prices.",
    minimum: 0,
    maximum: 9_000_000_000,
  }),
  status: Type.Optional(
    Type.Integer({
      description: 'HTTP status of the refusal; 403 is what mini-apigw answered.',
      minimum: 400,
      maximum: 499,
      default: 429,
    }),
  ),
  mode: choice(
    ['enforce', 'shadow'],
    'enforce: what might pass the limit is refused. shadow: it is counted and told, and nothing is refused.',
    { default: 'enforce' },
  ),
  timezone: text('IANA name of the zone whose midnights begin a day, e.g. Europe/Vienna.', {
    default: 'UTC',
  }),
});

export const rateLimitSchema = section(
  'How many requests an app may send; all that is given holds together.',
  {
    per_minute: count('Requests per minute.'),
    per_hour: count('Requests per hour.'),
    per_day: count('Requests per day.'),
    burst: count('How many may come at once, with token_bucket; all of the shortest window unless given.'),
    algorithm: choice(
      ['token_bucket', 'sliding_window', 'calendar'],
      'How they are counted: refilled evenly, within any such stretch of time, or by the minutes, hours and days of UTC.',
      { default: 'token_bucket' },
    ),
  },
);

/** Null lifts what the daemon has set for all. */
const perDay = (description: string) => Type.Optional(orNull(Type.Number({ description, minimum: 0 })));
const ofOneRequest = (description: string) =>
  Type.Optional(orNull(Type.Integer({ description, minimum: 1 })));

export const quotaSchema = section(
  'How many tokens and requests an app may use. For each key by itself: an app without it has that of the daemon.',
  {
    input_tokens_per_day: perDay('Input tokens per day.'),
    output_tokens_per_day: perDay('Output tokens per day.'),
    requests_per_day: perDay('Requests per day.'),
    max_input_tokens: ofOneRequest('Input tokens of one request, as estimated; longer ones are refused.'),
    max_output_tokens: ofOneRequest('Output tokens of one answer; no backend is asked for more.'),
  },
);

const cacheWords =
  'Answers to repeated questions: vectors, and texts asked for as a whole with temperature 0 and without tools.';

/** For one app; what is absent is as the daemon has it. */
export const appCacheSchema = section(cacheWords, {
  enabled: Type.Optional(Type.Boolean({ description: 'Keep and reuse answers.' })),
  ttl_s: amount('How long an answer is good for, in seconds.'),
  share: choice(['app', 'all'], 'Whose answers it may be given: its own, or those of all apps that share.'),
});

export const cacheSchema = section(cacheWords, {
  enabled: flag('Keep and reuse answers.', false),
  max_items: count('Answers kept at most.', { default: 1000 }),
  max_bytes: count('Bytes kept at most.', { default: 64 * 1024 * 1024 }),
  ttl_s: amount('How long an answer is good for, in seconds.', { default: 300 }),
  share: choice(['app', 'all'], 'Who may be given an answer: the app that asked first, or all that share.', {
    default: 'app',
  }),
});

export const corsProperties = {
  origins: list('Web pages that may call /v1, e.g. https://chat.example.org; * for all.', { default: [] }),
  credentials: flag('May they send cookies? Never together with *.', false),
};
