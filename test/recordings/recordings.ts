/**
 * All recordings, ready to be played: those in the folder `vercel-ai` and those made by hand. This file knows where an
 * answer ends in each format, because some files hold several answers of one talk; it knows nothing of what they mean.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { madeRecordings } from './made-recordings.ts';
import { type RecordedFiles, recordedFiles } from './recorded-files.ts';
import type { Recording } from './recording.ts';

export const recordedFolder = fileURLToPath(new URL('vercel-ai/', import.meta.url));

/** More steps of one talk teach nothing new. */
const ANSWERS_OF_A_FILE_MAX = 3;

/** Faults somebody met in the wild, and kept. */
const brokenFiles: ReadonlySet<string> = new Set([
  'openai-error.1',
  'parallel-tool-call-wrapper.1',
  'spliced-message-start',
]);

/** Shortened by who recorded them. */
const abridgedFiles: ReadonlySet<string> = new Set(['openai-phase.1', 'openai-shell-container.1']);

export const recordings: readonly Recording[] = [
  ...recordedFiles.flatMap(recordingsOfFolder),
  ...madeRecordings,
];

export function recordingOf(id: string): Recording | undefined {
  return recordings.find((one) => one.id === id);
}

/** The files a group names, below `vercel-ai/`. */
export function filesOf(group: RecordedFiles): string[] {
  const wholes = [...(group.wholes ?? []), ...Object.keys(group.refusals ?? {})];
  return [
    ...(group.streams ?? []).map((name) => `${group.folder}/${name}.chunks.txt`),
    ...wholes.map((name) => `${group.folder}/${name}.json`),
  ];
}

function recordingsOfFolder(group: RecordedFiles): Recording[] {
  const streams = (group.streams ?? []).flatMap((name) => streamsOf(group, name));
  const wholes = (group.wholes ?? []).map((name) => wholeOf(group, name, 200));
  const refusals = Object.entries(group.refusals ?? {}).map(([name, status]) => wholeOf(group, name, status));
  return [...streams, ...wholes, ...refusals];
}

function streamsOf(group: RecordedFiles, name: string): Recording[] {
  const lines = textOf(`${group.folder}/${name}.chunks.txt`)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const answers = answersOf(lines).slice(0, ANSWERS_OF_A_FILE_MAX);
  return answers.map((payloads, at) => {
    const step = answers.length > 1 ? `-step-${at + 1}` : '';
    return {
      ...commonOf(group, `${name}-stream${step}`),
      form: 'stream',
      payloads,
      isBroken: brokenFiles.has(name),
      isAbridged: abridgedFiles.has(name),
    };
  });
}

function wholeOf(group: RecordedFiles, name: string, status: number): Recording {
  const payload = textOf(`${group.folder}/${name}.json`);
  const common = commonOf(group, `${name}-whole`);
  return { ...common, form: 'whole', status, payloads: [payload], isBroken: status !== 200 };
}

function commonOf(group: RecordedFiles, name: string) {
  const folder = group.folder.split('/')[0] ?? '';
  const unique = name.startsWith(folder) ? name : `${folder}-${name}`;
  const id = `${group.dialect}--${unique.replace(/[^\w-]/g, '-')}`;
  return { id, dialect: group.dialect, type: group.type, status: 200, isMade: false };
}

function textOf(path: string): string {
  return readFileSync(recordedFolder + path, 'utf8');
}

/** A new answer begins where the one before has ended; a second beginning without an end is a fault to be kept. */
function answersOf(lines: readonly string[]): string[][] {
  const answers: string[][] = [];
  let hasEnded = true;
  for (const line of lines) {
    if (hasEnded) answers.push([]);
    answers.at(-1)?.push(line);
    hasEnded = /"type":"(message_stop|response\.completed)"/.test(line);
  }
  return answers;
}
