import type { Complaint } from '../../config/config.ts';
import { ConfigError } from '../../config/config-error.ts';
import { formatComplaint } from '../../config/format-complaint.ts';
import { type LoadedConfig, loadConfig } from '../../config/load.ts';
import { describeEndingKey, type EndingKey, endingKeys } from '../../decisions/policy/ending-keys.ts';
import { systemClock } from '../../model/clock.ts';
import type { GlobalOptions } from '../command-file.ts';
import { exitCodes } from '../exit-code.ts';
import { makeLoadRequest } from '../load-request.ts';
import { locate } from '../locations.ts';
import { isReadableByOthers } from '../start-warnings.ts';
import type { Terminal } from '../terminal.ts';

/** `sluice check`: the complaints of a start, without the start. Warnings alone are no failure. */
export async function run(options: GlobalOptions, terminal: Terminal): Promise<number> {
  const { request } = await makeLoadRequest(options);
  const complaints = complaintsOf(() => warningsOf(loadConfig(request)));
  const isGood = complaints.every(({ severity }) => severity === 'warning');
  if (options.json === true) {
    terminal.printJson({ status: isGood ? 'ok' : 'refused', complaints: complaints.map(toWire) });
  } else {
    for (const complaint of complaints) terminal.print(formatComplaint(complaint));
    terminal.remark(summary(isGood, complaints.length, locate(options).configDir));
  }
  return isGood ? exitCodes.done : exitCodes.failed;
}

function warningsOf({ warnings, files, config, directory }: LoadedConfig): readonly Complaint[] {
  const ending = endingKeys(config.apps, systemClock.nowMs());
  return [
    ...warnings,
    ...files.filter(isReadableByOthers).map(openToAll),
    ...ending.map((key) => endingKey(key, directory)),
  ];
}

/** Of the whole configuration: where an app stands in it is forgotten by now. */
function endingKey(key: EndingKey, directory: string): Complaint {
  const message = describeEndingKey(key);
  return { severity: 'warning', file: directory, line: undefined, column: undefined, key: 'apps', message };
}

function openToAll(file: string): Complaint {
  const message = 'everybody on this machine can read it; `chmod 600` keeps the keys in it to yourself';
  return { severity: 'warning', file, line: undefined, column: undefined, key: '', message };
}

function complaintsOf(load: () => readonly Complaint[]): readonly Complaint[] {
  try {
    return load();
  } catch (error) {
    if (error instanceof ConfigError) return error.complaints;
    throw error;
  }
}

function summary(isGood: boolean, count: number, configDir: string): string {
  const found = `${count} ${count === 1 ? 'complaint' : 'complaints'}`;
  if (!isGood) return `${configDir}: refused, ${found}.`;
  return `${configDir}: good${count === 0 ? '' : `, ${found}`}.`;
}

/** JSON has no undefined: places that are not known are null. */
function toWire(complaint: Complaint): unknown {
  return { ...complaint, line: complaint.line ?? null, column: complaint.column ?? null };
}
