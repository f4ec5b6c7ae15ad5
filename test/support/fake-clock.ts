/** A wall clock that a test sets for a program: Debian's libfaketime. Time that only goes on (timers, durations) stays real. */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { needProgram } from './debian-package.ts';
import { tempFolder } from './temp-folder.ts';

export interface FakeClock {
  /** For whoever is to live by it. */
  readonly env: Readonly<Record<string, string>>;
  /** From now on it is this moment, and time goes on from there. */
  setTo(moment: string): void;
}

const folderOf: Readonly<Record<string, string>> = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };

export function fakeClock(moment: string): FakeClock {
  const machine = folderOf[process.arch] ?? process.arch;
  const library = needProgram(`/usr/lib/${machine}/faketime/libfaketime.so.1`, 'libfaketime');
  const file = join(tempFolder('sluice-clock-'), 'offset');
  const setTo = (wanted: string): void => {
    const offset = ((Date.parse(wanted) - Date.now()) / 1000).toFixed(3);
    // Whole or not at all: it is read at every look at the clock.
    writeFileSync(`${file}.new`, `${offset.startsWith('-') ? '' : '+'}${offset}\n`);
    renameSync(`${file}.new`, file);
  };
  setTo(moment);
  return {
    setTo,
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      DONT_FAKE_MONOTONIC: '1',
      NO_FAKE_STAT: '1',
    },
  };
}
