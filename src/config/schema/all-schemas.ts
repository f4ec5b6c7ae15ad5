import { schemaAddress } from '../schema-address.ts';
import { appsSchema } from './apps-schema.ts';
import { backendsSchema } from './backends-schema.ts';
import { daemonSchema } from './daemon-schema.ts';

/** The published schemas by file name: one for each file, and `sluice` for a single file with all three. */

const definition = (at: string) => ({ $ref: `#/definitions/${at}` });

/**
 * Three files in one. A section that is one list may be written as that list. (Composed by hand, by reference:
 * it is for editors only, at run time each section is checked with its own schema.)
 */
const single = {
  type: 'object',
  properties: {
    $schema: { type: 'string' },
    daemon: definition('daemon'),
    apps: { anyOf: [definition('apps/properties/apps'), definition('apps')] },
    backends: { anyOf: [definition('backends'), definition('backends/properties/backends')] },
  },
  required: ['apps', 'backends'],
  additionalProperties: false,
  definitions: { daemon: daemonSchema, apps: appsSchema, backends: backendsSchema },
};

/** The text of each `schemas/<name>.json`. */
export function schemaFiles(): Map<string, string> {
  const schemas = { daemon: daemonSchema, apps: appsSchema, backends: backendsSchema, sluice: single };
  return new Map(Object.entries(schemas).map(([name, schema]) => [name, fileText(name, schema)]));
}

function fileText(name: string, schema: object): string {
  const head = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: schemaAddress(name),
    title: `Sluice: ${name}`,
    // Visual Studio Code then leaves comments and trailing commas alone.
    allowComments: true,
    allowTrailingCommas: true,
  };
  return `${JSON.stringify({ ...head, ...schema }, null, 1)}\n`;
}
