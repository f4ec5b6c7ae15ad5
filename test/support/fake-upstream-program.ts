/** The fake upstream in a process of its own, for tests that kill, flood or measure. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type JournalEntry, readJournal } from '../fake-upstream/journal.ts';
import { type ChildProgram, type Ended, startProgram } from './child-program.ts';
import { tempFolder } from './temp-folder.ts';
import { waitFor } from './wait-for.ts';

const MAIN = fileURLToPath(new URL('../fake-upstream/main.ts', import.meta.url));

export interface FakeUpstreamProgram {
  readonly url: string;
  readonly port: number;
  readonly program: ChildProgram;
  readonly journalFile: string;
  /** The entries of the file, each in its latest state. */
  journal(): JournalEntry[];
  setScenario(text: string): Promise<void>;
  queueScenarios(...texts: readonly string[]): Promise<void>;
  stop(): Promise<Ended>;
}

export async function startFakeUpstreamProgram(args: readonly string[] = []): Promise<FakeUpstreamProgram> {
  const journalFile = join(tempFolder('fake-journal-'), 'journal.jsonl');
  const tsx = createRequire(import.meta.url).resolve('tsx');
  const program = startProgram(process.execPath, ['--import', tsx, MAIN, '--journal', journalFile, ...args]);
  const line = await waitFor('the fake upstream to listen', () => program.stdoutLines[0], {
    timeoutMs: 10_000,
  });
  const { url, port } = JSON.parse(line) as { url: string; port: number };
  return {
    url,
    port,
    program,
    journalFile,
    journal: () => readJournal(journalFile),
    setScenario: (text) => tell(url, { default: text }),
    queueScenarios: (...texts) => tell(url, { next: texts }),
    stop: () => program.stop(),
  };
}

async function tell(url: string, wish: object): Promise<void> {
  const answer = await fetch(`${url}/__fake/scenario`, { method: 'PUT', body: JSON.stringify(wish) });
  if (!answer.ok) throw new Error(await answer.text());
}
