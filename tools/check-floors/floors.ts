/**
 * The one ordered list of floors. Imports go down only, and rooms on one floor do not see each other.
 * A room is a folder of `src`; a file that stands in no room is refused, so that nothing grows beside the house.
 */
export interface Room {
  /** Path of the folder below `src`, e.g. `decisions/policy`. */
  readonly name: string;
  readonly floor: number;
  /** What to do instead, said to whoever reached this room from below or from beside. */
  readonly instead: string;
}

const room = (floor: number, name: string, instead: string): Room => ({ floor, name, instead });

export const rooms: readonly Room[] = [
  room(0, 'model', 'move the word into src/model if everybody needs it'),
  room(1, 'config', 'take the few values you need as parameters; whoever builds you reads the Config'),
  room(1, 'dialects', 'work on a Call or on CallEvents from src/model; the pipeline does the translating'),
  room(1, 'storage', 'take a narrow interface as a parameter; the owner of the table implements it'),
  room(1, 'telemetry', 'return what happened, or take a callback; the caller logs and counts it'),
  room(2, 'providers', 'ask for a quirk or a value and let the caller read it from the catalogue'),
  room(3, 'upstream', 'describe what to send as a value from src/model; the pipeline sends it'),
  room(4, 'decisions/policy', 'let the pipeline ask policy and hand you its verdict'),
  room(4, 'decisions/kept-apps', 'let the server hand you the apps'),
  room(4, 'decisions/routing', 'let the pipeline ask routing and hand you its candidates'),
  room(4, 'decisions/arbitration', 'let the pipeline hold the lease'),
  room(4, 'decisions/cache', 'let the pipeline ask the cache and hand you the answer'),
  room(4, 'decisions/allowances', 'let the pipeline set aside what you need'),
  room(4, 'decisions/accounting', 'let the pipeline keep the ledger entry and hand you its figures'),
  room(5, 'pipeline', 'return a value or yield an event; nothing calls back up'),
  room(6, 'server', 'return a value or take a callback; only the server knows HTTP'),
  room(7, 'cli', 'nothing imports the command line; move what is shared down'),
];

/** The room a file stands in; `path` is relative to `src`, with `/`. */
export function roomOf(path: string): Room | undefined {
  return rooms.find((candidate) => path.startsWith(`${candidate.name}/`));
}

/** `telemetry (floor 1)`, as violations print it. */
export function floorName(found: Room): string {
  return `${found.name} (floor ${found.floor})`;
}
