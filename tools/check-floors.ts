import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkTree } from './check-floors/check-tree.ts';
import { exceptions } from './check-floors/exceptions.ts';
import { printViolation } from './check-floors/violation.ts';

/**
 * `npm run floors [DIR]`: refuses imports that go up or sideways, globals and packages in the wrong hands,
 * names in the middle, and import loops. The rules are the tables in `check-floors/`.
 */
const given = process.argv[2];
const root = given ?? fileURLToPath(new URL('..', import.meta.url));
// The exceptions are those of this house; another tree has none.
const { violations, idleExceptions, filesCount } = checkTree(
  resolve(root),
  given === undefined ? exceptions : [],
);

for (const violation of violations) console.error(printViolation(violation));
for (const { where, rule, subject } of idleExceptions)
  console.error(
    `tools/check-floors/exceptions.ts: nothing needs [${rule}] ${subject} in ${where} any more; delete the line`,
  );

if (violations.length + idleExceptions.length > 0) {
  console.error(`${violations.length} broken rules in ${filesCount} files`);
  process.exitCode = 1;
} else {
  console.log(`floors: ${filesCount} files, no complaint`);
}
