import { checkDialects, dialectPackage } from './dialect-rules.ts';
import { floorName, type Room, roomOf } from './floors.ts';
import type { Import, SourceFile } from './read-source.ts';
import { type Violation, violationAt } from './violation.ts';

/** Further walls between rooms that the floors alone would let pass. */
interface Wall {
  readonly from: string;
  readonly to: string;
  readonly instead: string;
}

const walls: readonly Wall[] = [
  {
    from: 'decisions/',
    to: 'upstream/send.ts',
    instead: 'decide, and let the pipeline send',
  },
  {
    from: 'server/admin/',
    to: 'upstream/send.ts',
    instead: 'the admin API shows state, it does not take part',
  },
  {
    from: 'server/admin/',
    to: 'dialects/',
    instead: 'the admin API shows state, it does not take part',
  },
];

/** The one file of the command line that may build the house, and the files of types it shares with the server. */
const houseBuilder = 'cli/start.ts';
const sharedTypes = /^server\/admin\/\w+-api\.ts$/;

/** Checks every import of one file against the floors. */
export function checkImports(source: SourceFile): Violation[] {
  const room = roomOf(source.path);
  if (room === undefined) return [noRoom(source.path)];
  return source.imports.flatMap((found) => {
    const violation = checkImport(source.path, room, found);
    return violation === undefined ? [] : [violation];
  });
}

function checkImport(path: string, room: Room, found: Import): Violation | undefined {
  const { target, specifier } = found;
  if (specifier === undefined)
    return violationAt(
      path,
      found,
      'unreadable-import',
      'import()',
      'an import whose path is computed cannot be checked',
      'write the path out',
    );
  if (target === undefined)
    return room.name === 'dialects' ? dialectPackage(path, found, specifier) : undefined;
  if (target.endsWith('.json')) return undefined;
  if (/\.test\.ts$/.test(target))
    return violationAt(
      path,
      found,
      'test-import',
      target,
      `${target} is a test`,
      'move what is shared into a file that is no test',
    );
  const to = roomOf(target);
  if (to === undefined)
    return violationAt(
      path,
      found,
      'room',
      target,
      `${target} is in no room of src`,
      'import only from the rooms of src',
    );
  return (
    checkFloors(path, room, found, target, to) ??
    checkWalls(path, found, target) ??
    checkDialects(path, found, target)
  );
}

function checkFloors(
  path: string,
  from: Room,
  found: Import,
  target: string,
  to: Room,
): Violation | undefined {
  if (from === to || from.floor > to.floor) return undefined;
  const why = from.floor === to.floor ? 'rooms on one floor do not see each other' : 'imports go down only';
  const message = `${floorName(from)} imports ${target} of ${floorName(to)}: ${why}${found.isTypeOnly ? ' (types count)' : ''}`;
  return violationAt(path, found, 'floor', target, message, to.instead);
}

function checkWalls(path: string, found: Import, target: string): Violation | undefined {
  const wall = walls.find(({ from, to }) => path.startsWith(from) && target.startsWith(to));
  if (wall !== undefined)
    return violationAt(path, found, 'wall', target, `${wall.from} never imports ${wall.to}`, wall.instead);
  return checkCli(path, found, target);
}

function checkCli(path: string, found: Import, target: string): Violation | undefined {
  if (!path.startsWith('cli/') || path === houseBuilder || !target.startsWith('server/')) return undefined;
  if (sharedTypes.test(target) && found.isTypeOnly) return undefined;
  return violationAt(
    path,
    found,
    'wall',
    target,
    `cli (floor 7) imports ${target} of server (floor 6): only ${houseBuilder} builds the house`,
    'speak to the daemon over its admin socket; types may come from server/admin/…-api.ts',
  );
}

function noRoom(path: string): Violation {
  const message = `${path} stands in no room: it has no floor`;
  const instead = 'move it into one of the folders of tools/check-floors/floors.ts';
  return { file: `src/${path}`, line: 1, rule: 'room', subject: path, message, instead };
}
