import type { PicturePreset } from '../model/picture-preset.ts';
import type {
  AppConfig,
  BackendConfig,
  BackendsConfig,
  ModelConfig,
  ModelPrice,
  SequenceGroup,
} from './config.ts';
import type { KeyPath } from './key-path.ts';
import { inside, type Row } from './print-row.ts';

/** The rows of `backends`, under the keys the operator wrote, or could have written. */
export function describeBackends(backends: BackendsConfig, apps: readonly AppConfig[]): Row[] {
  return [
    ...[...backends.aliases].map(([alias, model]): Row => [['aliases', alias], model]),
    ...[...backends.fallbacks].map(([model, list]): Row => [['fallbacks', model], list]),
    ...[...backends.groups.values()].flatMap(describeGroup),
    ...backends.list.flatMap((backend, at) => describeBackend(backend, whereIs(backend, at, apps))),
  ];
}

/** An inline backend stands in its app. */
function whereIs(backend: BackendConfig, at: number, apps: readonly AppConfig[]): KeyPath {
  if (backend.onlyForApp === undefined) return ['backends', at];
  return ['apps', apps.findIndex(({ appId }) => appId === backend.onlyForApp), 'backend'];
}

function describeGroup(group: SequenceGroup): Row[] {
  return inside(
    ['sequence_groups', group.name],
    [
      ['description', group.description === '' ? undefined : group.description],
      ['mode', group.mode],
      ['capacity_vram_mib', group.capacityVramMib],
      ['affinity.max_batch', group.affinity?.batchMax],
      ['affinity.max_hold_s', inSeconds(group.affinity?.holdMaxMs)],
      ['unload_on_switch', group.unloadOnSwitch],
      ['max_queue', orUnlimited(group.queueMax)],
      ['max_queue_per_app', orUnlimited(group.queuePerAppMax)],
      ['max_queue_wait_s', group.queueWaitMaxMs / 1000],
      ['on_store_loss', group.onStoreLoss],
      ['keepalive', group.keepalive],
      ['header_hold_ms', group.headerHoldMs],
      ['max_hold_s', Number.isFinite(group.heldMaxMs) ? group.heldMaxMs / 1000 : 0],
      ['keepalive', group.keepalive],
      ['header_hold_ms', group.headerHoldMs],
    ],
  );
}

const orUnlimited = (places: number) => (Number.isFinite(places) ? places : 'unlimited');

function describeBackend(backend: BackendConfig, at: KeyPath): Row[] {
  const { timeouts, tls } = backend;
  return [
    ...inside(at, [
      ['type', backend.type],
      ['name', backend.onlyForApp === undefined ? backend.name : undefined],
      ['base_url', backend.baseUrl, 'metadata.server_url'],
      ['api_key', backend.apiKey?.toString()],
      ['sequence_group', backend.sequenceGroup],
      ['concurrency', backend.concurrency],
      ['auto_models', backend.autoModels],
      ['priority', backend.priority],
      ['weight', backend.weight],
      ['health.path', backend.health.path],
      ['health.interval_ms', backend.health.intervalMs],
      ['health.timeout_ms', backend.health.timeoutMs],
      ['health.model', backend.health.model],
      ['health.model_interval_ms', backend.health.modelIntervalMs],
      ['timeouts.connect_s', inSeconds(timeouts.connectMs)],
      ['timeouts.first_byte_s', inSeconds(timeouts.firstByteMs)],
      ['timeouts.idle_s', inSeconds(timeouts.idleMs)],
      ['timeouts.read_s', inSeconds(timeouts.totalMs), 'request_timeout_s'],
      ['tls.ca_file', tls.caFile],
      ['tls.insecure', tls.insecure],
    ]),
    ...describeMaps(backend, at),
    ...describePictures(backend.pictures, at),
    ...describeResidency(backend, at),
    ...describeShim(backend, at),
    ...describeCost(backend, at),
  ];
}

const inSeconds = (ms: number | undefined) => (ms === undefined ? undefined : ms / 1000);

function describeMaps({ headers, models, supports, quirks }: BackendConfig, at: KeyPath): Row[] {
  return [
    ...[...headers].map(([name, value]): Row => [[...at, 'headers', name], value.toString()]),
    ...[...models].flatMap(([name, model]) => describeModel(model, [...at, 'models', name])),
    ...[...(supports ?? [])].map(([operation, list]): Row => [[...at, 'supports', operation], list]),
    ...Object.entries(quirks).map(([name, value]): Row => [[...at, 'quirks', name], showQuirk(value)]),
  ];
}

function describeModel(model: ModelConfig, at: KeyPath): Row[] {
  const { loadOptions, pictures } = model;
  return [
    ...inside(at, [
      ['concurrency', model.concurrency],
      ['vram_mib', model.vramMib],
      ['max_input_tokens', model.inputTokensMax],
      ['max_output_tokens', model.outputTokensMax],
      ['unload_after_s', inSeconds(model.unloadAfterMs)],
      ['warm', model.isWarm || undefined],
      ['aliases', model.aliases],
      ['load_options', loadOptions],
      ['load_options_policy', loadOptions === undefined ? undefined : model.loadOptionsPolicy],
    ]),
    ...describePictures(pictures, at),
  ];
}

function describePictures(pictures: PicturePreset | undefined, at: KeyPath): Row[] {
  if (pictures === undefined) return [];
  const { base, refiner, refinerSwitch, loras, styles, performance, sizes, smallSizes } = pictures;
  return inside(at, [
    ['base_model', base],
    ['refiner', refinerSwitch === undefined ? refiner : { model_name: refiner, switch: refinerSwitch }],
    ['loras', loras?.map(({ model, weight }) => ({ model_name: model, weight }))],
    ['styles', styles],
    ['performance', performance],
    ['size_map', sizes],
    ['small_sizes', smallSizes],
  ]);
}

/** Outside a group nothing is managed; commands may hold what nobody should read over a shoulder. */
function describeResidency({ residency, sequenceGroup }: BackendConfig, at: KeyPath): Row[] {
  if (sequenceGroup === undefined) return [];
  const { commands } = residency;
  const shown = (command: string | undefined) => (command === undefined ? undefined : '***');
  return inside(at, [
    ['residency.foreign', residency.foreign],
    ['residency.settle_ms', residency.settleMs],
    ['residency.load_timeout_s', residency.loadMaxMs / 1000],
    ['residency.sleep_level', residency.sleepLevel],
    ['commands.loaded', shown(commands.loaded)],
    ['commands.load', shown(commands.load)],
    ['commands.unload', shown(commands.unload)],
    ['commands.busy', shown(commands.busy)],
    ['commands.timeout_s', commands.withinMs / 1000],
  ]);
}

/** What a quirk means only its provider knows; text might be a secret there. */
const showQuirk = (value: unknown) =>
  typeof value === 'boolean' || typeof value === 'number' ? value : '***';

function describeShim({ responsesShim: shim }: BackendConfig, at: KeyPath): Row[] {
  if (shim === undefined) return [];
  return inside(
    [...at, 'responses_shim'],
    [
      ['enabled', shim.isEnabled],
      ['operation', shim.operation],
      ['unsupported_tools_policy', shim.refusesHostedTools ? 'reject' : 'silent_strip'],
      ['reorder_system_messages_to_front', shim.systemMessagesFirst],
      ['coalesce_system_messages', shim.joinsSystemMessages],
      ['accepted_modalities', shim.modalities && [...shim.modalities]],
      ['max_attachment_bytes', shim.attachmentBytesMax],
    ],
  );
}

/** Prices are shown per million tokens, whatever the unit they were written in. */
function describeCost({ cost }: BackendConfig, at: KeyPath): Row[] {
  if (cost === undefined) return [];
  return [
    [[...at, 'cost', 'currency'], cost.currency],
    [[...at, 'cost', 'default'], cost.default === undefined ? undefined : describePrice(cost.default)],
    ...[...cost.models].map(([name, price]): Row => [[...at, 'cost', 'models', name], describePrice(price)]),
  ];
}

const describePrice = (price: ModelPrice) => ({
  unit: '1m_tokens',
  prompt: price.promptPerMillion,
  completion: price.completionPerMillion,
  ...(price.cachedPromptPerMillion === undefined ? {} : { cached_prompt: price.cachedPromptPerMillion }),
  image: price.perImage,
  request: price.perRequest,
  ...(price.perAudioMinute === undefined ? {} : { audio_minute: price.perAudioMinute }),
});
