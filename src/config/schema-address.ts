/** Where a published schema can be fetched by editors: the npm package, by major version. */
export const schemaAddress = (name: string): string =>
  `https://unpkg.com/sluice-gateway@0/schemas/${name}.json`;
