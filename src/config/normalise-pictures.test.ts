import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BackendConfig } from './config.ts';
import { describeConfig } from './print.ts';
import { ScratchConfig, scratchTypes } from './scratch-config.ts';

let scratch: ScratchConfig;
beforeEach(() => {
  scratch = new ScratchConfig();
  scratch.write('apps.json', { apps: [{ app_id: 'a' }] });
});
afterEach(() => scratch.remove());

const knownTypes = [
  ...scratchTypes,
  { name: 'painter', aliases: [], needsKey: false, surfaces: [], jobs: { takesPresets: true }, atOnceMax: 1 },
];

function load(backend: object) {
  scratch.write('backends.json', {
    sequence_groups: { gpu: {} },
    backends: [{ type: 'painter', base_url: 'http://127.0.0.1:1', ...backend }],
  });
  return scratch.load({ knownTypes });
}

const loaded = (backend: object): BackendConfig => load(backend).config.backends.list[0] as BackendConfig;

describe('how pictures are made', () => {
  it('is nobody’s business until somebody says something', () => {
    expect(loaded({}).pictures).toBeUndefined();
    expect(loaded({ models: ['m'] }).models.get('m')?.pictures).toBeUndefined();
  });

  it('is read in its short forms', () => {
    const { pictures } = loaded({
      styles: ['A', 'B'],
      performance: 'Speed',
      refiner: 'r',
      loras: ['l'],
      size_map: { '1024x1024': '1152x896' },
      small_sizes: 'refuse',
    });
    expect(pictures).toMatchObject({
      styles: { default: ['A', 'B'] },
      performance: { default: 'Speed' },
      refiner: 'r',
      loras: [{ model: 'l', weight: 1 }],
      sizes: { '1024x1024': '1152*896' },
      smallSizes: 'refuse',
    });
  });

  it('is read in its long forms', () => {
    const { pictures } = loaded({
      styles: { vivid: 'A', natural: ['B', 'C'] },
      performance: { hd: 'Quality' },
      refiner: { model_name: 'r', switch: 0.6 },
      loras: [
        { model_name: 'l', weight: -0.5 },
        { model_name: 'off', enabled: false },
      ],
    });
    expect(pictures).toMatchObject({
      styles: { vivid: ['A'], natural: ['B', 'C'] },
      performance: { hd: 'Quality' },
      refiner: 'r',
      refinerSwitch: 0.6,
      loras: [{ model: 'l', weight: -0.5 }],
    });
  });

  it('may differ for each model, whose file may be all that is said of it', () => {
    const { models } = loaded({
      models: { a: 'a.safetensors', b: { base_model: 'b.safetensors', styles: ['S'], refiner: 'own' } },
      refiners: { a: 'ra', b: 'rb' },
    });
    expect(models.get('a')?.pictures).toMatchObject({ base: 'a.safetensors', refiner: 'ra' });
    expect(models.get('b')?.pictures).toMatchObject({
      base: 'b.safetensors',
      refiner: 'own',
      styles: { default: ['S'] },
    });
  });

  it('is shown as it came to be', () => {
    const rows = describeConfig(
      load({
        models: { a: 'a.safetensors' },
        refiner: { model_name: 'r', switch: 0.6 },
      }),
    );
    const lines = rows.map(({ key, value }) => `${key} ${JSON.stringify(value)}`);
    expect(lines).toContain('backends[0].models.a.base_model "a.safetensors"');
    expect(lines).toContain('backends[0].refiner {"model_name":"r","switch":0.6}');
  });

  it.each([
    [{ loras: [{ model_name: 'l', weight: 3 }] }, 'backends[0].loras[0].weight'],
    [{ refiner: { model_name: 'r', switch: 2 } }, 'backends[0].refiner.switch'],
    [{ size_map: { '1024x1024': 'large' } }, 'backends[0].size_map.1024x1024'],
    [{ small_sizes: 'stretch' }, 'backends[0].small_sizes'],
    [{ styles: 7 }, 'backends[0].styles'],
    [{ concurrency: 2 }, 'backends[0].concurrency'],
  ])('%j is a complaint', (backend, key) => {
    scratch.write('backends.json', {
      backends: [{ type: 'painter', base_url: 'http://127.0.0.1:1', ...backend }],
    });
    expect(scratch.complaints({ knownTypes }).map((complaint) => complaint.key)).toEqual([key]);
  });

  it('says what has no effect, where a type makes them as the request says', () => {
    const { warnings } = load({
      type: 'local',
      styles: ['A'],
      refiners: { m: 'r' },
      models: { m: 'file', n: { base_model: 'f', loras: [] } },
    });
    const keys = warnings.filter(({ message }) => message.includes('makes pictures')).map(({ key }) => key);
    expect(keys).toEqual([
      'backends[0].styles',
      'backends[0].refiners',
      'backends[0].models.m',
      'backends[0].models.n.base_model',
      'backends[0].models.n.loras',
    ]);
  });

  it('one at a time, where a type can take no more back', () => {
    expect(loaded({}).concurrency).toBe(1);
    expect(loaded({ type: 'local' }).concurrency).toBe(64);
  });
});
