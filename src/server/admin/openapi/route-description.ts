import type { JsonObject } from '../../../model/json.ts';

/** What the OpenAPI document says about one route. Written by hand, one file per area. */
export interface RouteDescription {
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  /** In OpenAPI's spelling: `/v1/models/{model}`. */
  readonly path: string;
  readonly area: Area;
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly JsonObject[];
  readonly requestBody?: JsonObject;
  readonly responses: JsonObject;
  /** Which credential opens it; `none` for the probes and pages. */
  readonly security: 'app-key' | 'admin-token' | 'address' | 'none';
}

export type Area = 'Inference' | 'Models' | 'Probes' | 'Documentation' | 'Admin' | 'Statistics';

export const areas: readonly { readonly name: Area; readonly description: string }[] = [
  {
    name: 'Inference',
    description: 'What programs call, in the dialects they already speak. Needs an app key.',
  },
  { name: 'Models', description: 'What the app behind the key may use.' },
  {
    name: 'Probes',
    description: 'For supervisors and load balancers. No key; liveness never asks a backend.',
  },
  { name: 'Documentation', description: 'This document and the pages made from it. No key.' },
  {
    name: 'Admin',
    description:
      'On the admin listener and the control socket (and on the main listener with admin.on_main). /admin/api takes the admin token as Bearer, or the session of a login; reload and shutdown are also open to loopback.',
  },
  {
    name: 'Statistics',
    description: 'On the admin listener. Open to loopback, to admin.stats_networks, and to the admin token.',
  },
];

export const ref = (schema: string): JsonObject => ({ $ref: `#/components/schemas/${schema}` });

export const jsonAnswer = (description: string, schema: JsonObject): JsonObject => ({
  description,
  content: { 'application/json': { schema } },
});

export const textAnswer = (description: string, mediaType = 'text/plain'): JsonObject => ({
  description,
  content: { [mediaType]: { schema: { type: 'string' } } },
});

export const queryParameter = (
  name: string,
  description: string,
  schema: JsonObject = { type: 'string' },
) => ({
  name,
  in: 'query',
  description,
  schema,
});

export const pathParameter = (name: string, description: string): JsonObject => ({
  name,
  in: 'path',
  required: true,
  description,
  schema: { type: 'string' },
});
