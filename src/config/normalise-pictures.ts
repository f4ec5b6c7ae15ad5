import type { Lora, PicturePreset } from '../model/picture-preset.ts';
import type { ModelConfig } from './config.ts';
import type { ConfigSection } from './config-section.ts';
import type { KeyPath } from './key-path.ts';
import type { KnownType } from './known-types.ts';
import type { BackendEntry } from './schema/backends-schema.ts';

/** The keys about pictures, as a backend and a model have them. */
type PictureEntry = Pick<BackendEntry, 'styles' | 'performance' | 'refiner' | 'loras'> & {
  readonly base?: string | undefined;
  readonly sizes?: BackendEntry['size_map'];
  readonly smallSizes?: BackendEntry['small_sizes'];
};

/** How pictures are made; undefined where nothing was said about it. */
export function normalisePictures(entry: PictureEntry): PicturePreset | undefined {
  const { base, styles, performance, refiner, loras, sizes, smallSizes } = entry;
  const written = [base, styles, performance, refiner, loras, sizes, smallSizes];
  if (written.every((one) => one === undefined)) return undefined;
  return {
    base,
    ...refinerOf(refiner),
    loras: loras?.flatMap(loraOf),
    styles: styles && stylesOf(styles),
    performance: typeof performance === 'string' ? { default: performance } : performance,
    sizes:
      sizes && Object.fromEntries(Object.entries(sizes).map(([from, to]) => [from, to.replace(/[x×]/, '*')])),
    smallSizes,
  };
}

const backendKeys = [
  'styles',
  'performance',
  'refiner',
  'refiners',
  'loras',
  'size_map',
  'small_sizes',
] as const;
const modelKeys = ['base_model', 'styles', 'performance', 'refiner', 'loras'] as const;

/** Nothing is ignored silently: most types make pictures as the request says, and have no place for these keys. */
export function checkPictureKeys(
  entry: BackendEntry,
  section: ConfigSection,
  path: KeyPath,
  type: KnownType | undefined,
): void {
  if (type === undefined || type.jobs?.takesPresets === true) return;
  const warn = (...key: KeyPath) =>
    section.warn([...path, ...key], `has no effect: type ${type.name} makes pictures as the request says`);
  for (const key of backendKeys) if (entry[key] !== undefined) warn(key);
  if (Array.isArray(entry.models)) return;
  for (const [name, model] of Object.entries(entry.models ?? {})) {
    if (typeof model === 'string') warn('models', name);
    else for (const key of modelKeys) if (model?.[key] !== undefined) warn('models', name, key);
  }
}

/** `refiners`: a refiner for each model, where the model itself names none. */
export function withRefiners(
  models: ReadonlyMap<string, ModelConfig>,
  refiners: BackendEntry['refiners'],
): ReadonlyMap<string, ModelConfig> {
  if (refiners === undefined) return models;
  return new Map(
    [...models].map(([name, model]) => {
      const refiner = model.pictures?.refiner ?? refiners[name];
      return [name, { ...model, pictures: { ...model.pictures, refiner } }];
    }),
  );
}

function refinerOf(refiner: PictureEntry['refiner']): Pick<PicturePreset, 'refiner' | 'refinerSwitch'> {
  if (refiner === undefined || typeof refiner === 'string') return { refiner };
  return { refiner: refiner.model_name, refinerSwitch: refiner.switch };
}

function loraOf(lora: NonNullable<PictureEntry['loras']>[number]): Lora[] {
  if (typeof lora === 'string') return [{ model: lora, weight: 1 }];
  return lora.enabled === false ? [] : [{ model: lora.model_name, weight: lora.weight ?? 1 }];
}

function stylesOf(styles: NonNullable<PictureEntry['styles']>): PicturePreset['styles'] {
  if (Array.isArray(styles)) return { default: styles };
  return Object.fromEntries(
    Object.entries(styles).map(([name, list]) => [name, typeof list === 'string' ? [list] : list]),
  );
}
