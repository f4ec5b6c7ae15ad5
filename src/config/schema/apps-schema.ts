import Type, { type Static } from 'typebox';
import { backendSchema } from './backends-schema.ts';
import {
  appCacheSchema,
  corsProperties,
  costLimitSchema,
  quotaSchema,
  rateLimitSchema,
} from './limit-schemas.ts';
import {
  anything,
  choice,
  count,
  flag,
  list,
  orNull,
  responsesShim,
  schemaKey,
  section,
  text,
  textOrNull,
} from './words.ts';

/** `apps`: who may call, with which key, policy and budget (contract 4.2). */

const apiKey = Type.Union([
  Type.String({ minLength: 1, description: 'sha256:<hex>, or the key itself.', 'x-secret': true }),
  section('A key with a name or an end.', {
    hash: text('sha256:<hex>, as `sluice token --hash` prints it.', {
      pattern: '^(sha256:)?[0-9a-fA-F]{64}$',
      'x-hint': 'sha256: and 64 hex digits, as `sluice token --hash` prints them',
    }),
    key: text('The key itself; better give its hash.', { minLength: 1, 'x-secret': true }),
    name: text('What the key is called in logs.'),
    expires_at: text('When it stops working, e.g. 2027-01-31 or 2027-01-31T12:00:00Z.', {
      pattern: '^\\d{4}-\\d{2}-\\d{2}([T ].+)?$',
      'x-hint': 'a date such as 2027-01-31 or 2027-01-31T12:00:00Z',
    }),
  }),
]);

const jwt = section(
  'Tokens signed by somebody else, instead of keys. One of public_key, public_key_file, secret_file.',
  {
    public_key: text('Public key, PEM.'),
    public_key_file: text('File with the public key, PEM.'),
    secret_file: text('File with the shared secret of HS256.'),
    issuer: text('What `iss` must be.'),
    audience: text('What `aud` must be.'),
  },
);

const trace = section('A line of JSON per request of this app, for debugging and archives.', {
  file: textOrNull('File the lines are added to.'),
  image_dir: textOrNull('Directory that gets every generated image.'),
  imagedir: textOrNull('Same as image_dir.', { 'x-same-as': 'image_dir' }),
  include_prompts: flag('Write prompts.', false),
  includeprompts: flag('Same as include_prompts.', false, { 'x-same-as': 'include_prompts' }),
  include_response: flag('Write answers.', false),
  includeresponse: flag('Same as include_response.', false, { 'x-same-as': 'include_response' }),
  include_keys: flag('Write keys, shortened.', false),
  includekeys: flag('Same as include_keys.', false, { 'x-same-as': 'include_keys' }),
});

export const appSchema = section('One program, user or team that may call.', {
  app_id: Type.String({
    description: 'Unique and for machines.',
    pattern: '^[A-Za-z0-9._-]{1,64}$',
    'x-hint': '1 to 64 letters, digits, dots, dashes or underscores',
  }),
  name: text('For people.'),
  description: text('For people.'),
  active: flag('Off: its keys are refused.', true),
  api_keys: Type.Optional(
    Type.Array(apiKey, { description: 'Its keys; a key belongs to one app only.', default: [] }),
  ),
  jwt: Type.Optional(orNull(jwt)),
  policy: Type.Optional(
    section(
      'Which models it may use. A match in deny refuses; else a match in allow is needed, unless allow is empty.',
      {
        allow: list('Names and globs.', { default: [] }),
        deny: list('Names and globs.', { default: [] }),
      },
    ),
  ),
  default_model: textOrNull('Used when a request names none.'),
  backend: Type.Optional(
    Type.Union(
      [
        Type.String({ description: 'Name of the only backend that serves this app.', minLength: 1 }),
        backendSchema,
        Type.Null(),
      ],
      { description: 'The only backend that serves this app: its name, or a backend of its own.' },
    ),
  ),
  system_prompt: textOrNull('Put before every conversation.'),
  tool_mode: choice(['pass-through', 'gateway'], 'Who runs tools.', {
    default: 'pass-through',
    'x-not-yet-values': ['gateway'],
    'x-not-yet': 'tools are passed through',
  }),
  tools: list('Tools that mode `gateway` adds.', { 'x-not-yet': 'no tools are added' }),
  fallback_models: list(
    'Tried in order when the model asked for fails and no other backend has it; before those of `fallbacks`.',
    { default: [] },
  ),
  priority: Type.Optional(
    Type.Integer({
      description: 'Higher goes first in a queue.',
      minimum: 0,
      maximum: 9,
      default: 5,
    }),
  ),
  weight: Type.Optional(
    Type.Number({
      description: 'Share of a busy queue.',
      exclusiveMinimum: 0,
      maximum: 1000,
      default: 1,
    }),
  ),
  keepalive: choice(
    ['comment', 'delta', 'none'],
    'What its streams are sent while they wait: a comment, a frame that says nothing, or nothing, no pings either. Without it: as the group has it.',
  ),
  rate_limit: Type.Optional(orNull(rateLimitSchema)),
  concurrency: count('Requests of this app under way at once; one more is refused, not queued.'),
  quota: Type.Optional(orNull(quotaSchema)),
  cost_limit: Type.Optional(orNull(costLimitSchema)),
  cache: Type.Optional(appCacheSchema),
  cors: Type.Optional(
    section("Web pages that may call with this app's key.", corsProperties, {
      'x-not-yet': "the daemon's `cors` holds for all apps",
    }),
  ),
  trace: Type.Optional(orNull(trace)),
  metadata: Type.Optional(anything('Free notes.', { 'x-ignored': 'Sluice makes no use of notes' })),
  responses_shim: responsesShim,
});

export const appsSchema = section('Who may call.', {
  $schema: schemaKey,
  apps: Type.Array(appSchema, {
    description: 'The apps. None at all: one anonymous app, on loopback and sockets only.',
  }),
});

export type AppsFile = Static<typeof appsSchema>;
export type AppEntry = Static<typeof appSchema>;
export type TraceEntry = Static<typeof trace>;
export type JwtEntry = Static<typeof jwt>;
export type ApiKeyEntry = Static<typeof apiKey>;
