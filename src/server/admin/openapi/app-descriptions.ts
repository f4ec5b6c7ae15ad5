import type { JsonObject } from '../../../model/json.ts';
import {
  jsonAnswer,
  pathParameter,
  queryParameter,
  type RouteDescription,
  ref,
} from './route-description.ts';

/** Apps and their keys. */
const text: JsonObject = { type: 'string' };
const object: JsonObject = { type: 'object' };
const appId = pathParameter('app_id', 'The app.');

const body = (schema: JsonObject): JsonObject => ({
  required: true,
  content: { 'application/json': { schema } },
});

const refusals: JsonObject = {
  '401': jsonAnswer('Not with this credential.', ref('AdminError')),
  '403': jsonAnswer('Not from here.', ref('AdminError')),
  '404': jsonAnswer('There is no such app, or no such key.', ref('AdminError')),
  '409': jsonAnswer(
    'It stands in the configuration files, its name or a key is taken, or somebody else has changed it.',
    ref('AdminError'),
  ),
  '422': jsonAnswer('It would be no valid app; `complaints` says why.', ref('AdminError')),
  '503': jsonAnswer('The database cannot be written now; nothing has changed.', ref('AdminError')),
};

const about = (
  method: RouteDescription['method'],
  path: string,
  summary: string,
  description: string,
  more: Partial<RouteDescription> = {},
): RouteDescription => ({
  ...{ method, path, area: 'Admin', summary, description, security: 'admin-token' },
  responses: { '200': jsonAnswer(summary, object), ...refusals },
  ...more,
});

const entry: JsonObject = {
  type: 'object',
  description: 'What would stand in apps.json; see schemas/apps.json.',
  additionalProperties: true,
};

const keyWish: JsonObject = {
  type: 'object',
  properties: {
    name: text,
    prefix: { type: 'string', default: 'sk-' },
    expires_at: { type: 'string', description: '2027-01-31 or 2027-01-31T12:00:00Z.' },
    end_others_after_s: { type: 'integer', minimum: 0, description: 'All its other keys end after so long.' },
  },
};

const made = (summary: string): Partial<RouteDescription> => ({
  responses: { '201': jsonAnswer(summary, object), ...refusals },
});

export const appDescriptions: readonly RouteDescription[] = [
  about('get', '/admin/api/apps', 'Every app, with its keys', 'Keys by their ids; secrets as ***.'),
  about(
    'post',
    '/admin/api/apps',
    'Make an app',
    'Its key is in the answer, this once. `key: null` makes none; nor does bringing `api_keys` or `jwt`.',
    {
      ...made('The app, and its key.'),
      requestBody: body({
        ...entry,
        required: ['app_id'],
        properties: { app_id: text, key: { oneOf: [keyWish, { type: 'null' }] } },
      }),
    },
  ),
  about('get', '/admin/api/apps/{app_id}', 'One app', 'In force or not.', { parameters: [appId] }),
  about(
    'patch',
    '/admin/api/apps/{app_id}',
    'Change an app',
    'A JSON Merge Patch (RFC 7396) of its entry; with `revision` only if nobody has changed it since.',
    {
      parameters: [appId],
      requestBody: body({ ...entry, properties: { revision: { type: 'integer' } } }),
    },
  ),
  about('delete', '/admin/api/apps/{app_id}', 'Delete an app', 'Its keys open nothing from then on.', {
    parameters: [appId, queryParameter('revision', 'Only if it is still this one.')],
  }),
  about(
    'post',
    '/admin/api/apps/{app_id}/keys',
    'Make a key',
    'It is in the answer, this once; the others stay unless `end_others_after_s` says otherwise.',
    { ...made('The key.'), parameters: [appId], requestBody: body(keyWish) },
  ),
  about('delete', '/admin/api/apps/{app_id}/keys/{key_id}', 'Revoke a key', 'At once.', {
    parameters: [appId, pathParameter('key_id', 'As in `keys` of the app.')],
  }),
];
