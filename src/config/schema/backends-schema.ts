import Type, { type Static } from 'typebox';
import { operations } from '../../model/operation.ts';
import { SECONDS_MAX } from '../seconds.ts';
import { costSchema } from './cost-schema.ts';
import { groupSchema } from './group-schema.ts';
import { baseModel, pictureKeys } from './picture-schema.ts';
import { quirksSchema } from './quirks-schema.ts';
import { commandsSchema, residencySchema } from './residency-schema.ts';
import { shimSchema } from './shim-schema.ts';
import {
  amount,
  anything,
  choice,
  count,
  flag,
  list,
  mapOf,
  orNull,
  responsesShim,
  schemaKey,
  seconds,
  section,
  text,
  textOrNull,
} from './words.ts';

/** `backends`: who answers, and which of them share a GPU (contract 4.3). */

const model = section('What is special about one model of this backend.', {
  concurrency: count('Requests for it at once.'),
  aliases: list('Other names for it, on this backend.', { default: [] }),
  vram_mib: count('GPU memory it needs, for a group of mode sets; without it, it is loaded alone.'),
  max_input_tokens: count(
    'Longest prompt, as estimated; longer ones go to another backend that takes them, or are refused.',
  ),
  max_output_tokens: count(
    'Longest answer; who asks for more gets this much, and where the dialect must name a number and a client does not, it is this.',
  ),
  load_options: Type.Optional(
    anything(
      'How it is loaded (num_ctx, context_length …): sent when it is loaded and, where a request could change it, with each.',
    ),
  ),
  load_options_policy: choice(
    ['pin', 'max', 'pass'],
    'What becomes of the options of clients that would load it otherwise. pin: they are left out. max: a smaller number stays. pass: they count more than ours.',
    { default: 'pin' },
  ),
  unload_after_s: amount('Unloaded when idle for so long; of a backend in a group.'),
  warm: Type.Optional(
    Type.Boolean({
      description:
        'Loaded when nothing else is to be done, so that the first to ask need not wait; in groups of mode swap or sets.',
      default: false,
    }),
  ),
  base_model: baseModel,
  ...pictureKeys,
});

const patterns = Type.Optional(
  Type.Union([Type.Array(Type.String({ minLength: 1 })), Type.String({ minLength: 1 })], {
    description: 'Models: exact names, globs, or * (also written any).',
  }),
);

const supports = Type.Object(
  Object.fromEntries(operations.map((operation) => [operation, patterns])) as Record<
    (typeof operations)[number],
    typeof patterns
  >,
  {
    description: 'Which models it serves for which operation. Without it, whatever its type can do.',
    additionalProperties: false,
  },
);

const timeouts = section(
  "How long is waited for this backend; what is absent comes from the daemon's `timeouts`.",
  {
    connect_s: seconds('For a connection.'),
    default_connect_s: seconds('Same as connect_s.', { 'x-same-as': 'connect_s' }),
    first_byte_s: seconds('For the first byte of an answer.'),
    idle_s: seconds('Between two pieces of an answer.'),
    read_s: seconds('For a whole answer.'),
    default_read_s: seconds('Same as read_s.', { 'x-same-as': 'read_s' }),
    total_s: seconds('Same as read_s.', { 'x-same-as': 'read_s' }),
  },
);

export const backendSchema = section('One place calls can be sent to.', {
  type: Type.String({ description: 'What it is; `sluice check` lists the known types.', minLength: 1 }),
  name: text('Unique name; without one, its type.', {
    pattern: '^[^\\s\\p{C}](?:[^\\p{C}]{0,126}[^\\s\\p{C}])?$',
    'x-hint': 'at most 128 printable characters',
  }),
  base_url: textOrNull('Where it is, usually ending in /v1. Without one: where its type usually lives.'),
  api_key: textOrNull('Its key; better a reference to the environment or to a file.', { 'x-secret': true }),
  headers: Type.Optional(mapOf(Type.String(), 'Sent with every request.', { default: {}, 'x-secret': true })),
  extra_headers: Type.Optional(
    mapOf(Type.String(), 'Same as headers.', { 'x-same-as': 'headers', 'x-secret': true }),
  ),
  sequence_group: textOrNull('One request at a time among all backends of this group.'),
  concurrency: count(
    'Requests at once: 1 in a group, else 64. In a group of mode swap or sets, of each of its models that has no number of its own.',
  ),
  models: Type.Optional(
    Type.Union(
      [
        mapOf(Type.Union([model, Type.Null(), Type.String({ minLength: 1 })]), 'By name.'),
        Type.Array(Type.String({ minLength: 1 })),
      ],
      {
        description:
          'Its models: names, or an object with what is special about each; a text is its `base_model`.',
      },
    ),
  ),
  supports: Type.Optional(orNull(supports)),
  auto_models: Type.Optional(
    Type.Boolean({
      description:
        'Ask it for its models and serve them all. Default: true unless models or supports are given.',
    }),
  ),
  weight: amount(
    'Its share among backends of one priority that could begin equally soon, drawn by lot. Without weights they are asked in the order of the file.',
  ),
  priority: Type.Optional(
    Type.Integer({ description: 'Higher is tried first.', minimum: -1000, maximum: 1000, default: 0 }),
  ),
  health: Type.Optional(
    section("Probing of this backend; what is absent comes from the daemon's `health`.", {
      path: text(
        'What is asked by GET, from the root of its host. Without it, what its type is known to answer.',
        {
          pattern: '^/',
          'x-hint': 'a path such as /health',
        },
      ),
      interval_ms: count('Between two probes.'),
      timeout_ms: count('For one probe.'),
      model: text(
        'A model that is asked for one token now and then, when a slot is free and it need not be loaded: a server may answer probes and still not work.',
      ),
      model_interval_ms: count('How often. Default: 60000.'),
    }),
  ),
  timeouts: Type.Optional(timeouts),
  request_timeout_s: Type.Optional(
    orNull(Type.Number({ exclusiveMinimum: 0, maximum: SECONDS_MAX }), {
      description: "mini-apigw's word for timeouts.read_s.",
    }),
  ),
  tls: Type.Optional(
    section('For https.', {
      ca_file: textOrNull("Certificate authorities to trust besides the system's, PEM."),
      insecure: flag('Trust any certificate. Never do this outside a test.', false),
    }),
  ),
  cost: Type.Optional(orNull(costSchema)),
  quirks: Type.Optional(quirksSchema),
  residency: Type.Optional(residencySchema),
  commands: Type.Optional(commandsSchema),
  metadata: Type.Optional(
    Type.Object(
      {
        anthropic_version: text('Sent as the header anthropic-version.'),
        server_url: text("mini-apigw's word for base_url, for some types."),
      },
      {
        description: "mini-apigw's place for what is special about a type.",
        additionalProperties: Type.Unknown({
          'x-ignored': 'only anthropic_version and server_url mean something here',
        }),
      },
    ),
  ),
  ...pictureKeys,
  refiners: Type.Optional(
    mapOf(
      Type.String({ minLength: 1 }),
      'For pictures that are made as a job: the file of the refiner for each model.',
    ),
  ),
  size_map: Type.Optional(
    mapOf(
      Type.String({ pattern: '^\\d{2,4}[*x×]\\d{2,4}$', 'x-hint': 'width*height in pixels' }),
      'For pictures that are made as a job: its sizes by those of requests.',
    ),
  ),
  small_sizes: choice(
    ['resize', 'enlarge', 'refuse'],
    'For pictures that are made as a job, of 256x256 and 512x512 where size_map does not name them. resize: they are drawn at 1024x1024 and made smaller here. enlarge: they stay so large, with a warning. refuse: 400. Default: resize.',
  ),
  responses_shim: Type.Optional(orNull(shimSchema)),
});

export const backendsSchema = section('Who answers.', {
  $schema: schemaKey,
  aliases: Type.Optional(
    mapOf(Type.String({ minLength: 1 }), 'Other names for models; they may lead to further aliases.', {
      default: {},
    }),
  ),
  fallbacks: Type.Optional(
    mapOf(
      Type.Array(Type.String({ minLength: 1 })),
      'Models to try instead, in order, when a model fails at every backend that has it.',
      { default: {} },
    ),
  ),
  sequence_groups: Type.Optional(mapOf(orNull(groupSchema), 'By name.', { default: {} })),
  backends: Type.Array(backendSchema, { description: 'The backends, best first.' }),
  responses_shim: responsesShim,
});

export type BackendsFile = Static<typeof backendsSchema>;
export type BackendEntry = Static<typeof backendSchema>;
