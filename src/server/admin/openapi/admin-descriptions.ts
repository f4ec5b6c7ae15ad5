import type { JsonObject } from '../../../model/json.ts';
import {
  jsonAnswer,
  pathParameter,
  queryParameter,
  type RouteDescription,
  ref,
  textAnswer,
} from './route-description.ts';

/** The admin listener. */
const refused = jsonAnswer('Not from here, or not with this credential.', ref('AdminError'));

const read = (
  path: string,
  summary: string,
  schema: JsonObject,
  parameters: readonly JsonObject[] = [],
): RouteDescription => ({
  method: 'get',
  path,
  area: path.startsWith('/admin') ? 'Admin' : 'Statistics',
  summary,
  parameters,
  responses: { '200': jsonAnswer(summary, schema), '401': refused, '403': refused },
  security: path.startsWith('/admin') ? 'admin-token' : 'address',
});

const order = (
  path: string,
  summary: string,
  description: string,
  responses: JsonObject,
): RouteDescription => ({
  method: 'post',
  path,
  area: 'Admin',
  summary,
  description,
  responses: { ...responses, '403': refused },
  security: 'address',
});

/** An order about one thing that its path names; it takes the token. */
const about = (name: string, description: string, route: RouteDescription): RouteDescription => ({
  ...route,
  parameters: [pathParameter(name, description)],
  security: 'admin-token',
});

const object: JsonObject = { type: 'object' };
const period = [
  queryParameter('since', 'Inclusive: 2026-11-20, 2026-11-20T14:00:00Z, epoch seconds, or 24h, 7d ago.'),
  queryParameter('until', 'Exclusive, in the same spellings.'),
];
const usageQuery = [
  queryParameter('app_id', 'Only this app.'),
  ...period,
  queryParameter(
    'group_by',
    'Any of app (unless said otherwise), model, backend, day, hour, with commas between them.',
  ),
];
const perModel = (path: string, of: string) => read(path, `${of} per model`, ref('MetricValues'));

export const adminDescriptions: readonly RouteDescription[] = [
  order('/admin/reload', 'Read the configuration again', 'Anything wrong: the old one stays in force.', {
    '200': jsonAnswer('Reloaded.', ref('ReloadResult')),
    '422': jsonAnswer('Refused; `complaints` says why.', ref('ReloadResult')),
  }),
  order('/admin/shutdown', 'Drain and stop', 'Running requests finish, for shutdown.drain_s at most.', {
    '200': jsonAnswer('The drain has begun.', object),
  }),
  read(
    '/admin/api/status',
    'The daemon: addresses, config age, last reload, backends, lanes, what replicas share',
    object,
  ),
  read('/admin/api/config', 'The configuration in force, secrets masked', object),
  read('/admin/api/models', 'Every model, with who serves it', object),
  read('/admin/api/running', 'Requests waiting and running', object),
  read('/admin/api/usage', 'Usage out of the ledger', ref('UsageReport'), usageQuery),
  read('/admin/api/explain', 'Who would serve this, in what order, and why not the others', object, [
    { ...queryParameter('app', 'The app_id.'), required: true },
    queryParameter('model', 'As a client would name it; empty = the app’s default.'),
    queryParameter('operation', 'chat unless said otherwise.'),
  ]),
  about(
    'id',
    'The request id, as in `x-request-id`.',
    order(
      '/admin/api/cancel/{id}',
      'End a waiting or running request',
      'Its client is told, in its dialect.',
      {
        '200': jsonAnswer('Ended.', object),
        '404': jsonAnswer('No such request.', ref('AdminError')),
      },
    ),
  ),
  about('backend', 'Its name.', {
    ...order(
      '/admin/api/backends/{backend}/test',
      'Try a backend',
      'Is it there, does it take the key, which models has it, does it write one token? It waits for nobody who is served there.',
      {
        '200': jsonAnswer('What came of it, step by step.', object),
        '404': jsonAnswer('No such backend.', ref('AdminError')),
      },
    ),
  }),
  about(
    'model',
    'As its backend calls it, or an alias.',
    order('/admin/api/models/{model}/unload', 'Unload a model', 'As soon as nobody uses it.', {
      '200': jsonAnswer('It is on its way out.', object),
      '404': jsonAnswer('No group has it loaded.', ref('AdminError')),
    }),
  ),
  about(
    'group',
    'Its name in sequence_groups.',
    order(
      '/admin/api/groups/{group}/drain',
      'Let nobody into a group',
      'Who runs ends; who waits goes on waiting.',
      {
        '200': jsonAnswer('Nobody new is let in.', object),
        '404': jsonAnswer('No such group.', ref('AdminError')),
      },
    ),
  ),
  about(
    'group',
    'Its name in sequence_groups.',
    order('/admin/api/groups/{group}/resume', 'Let them in again', 'Those who waited keep their places.', {
      '200': jsonAnswer('It goes on.', object),
      '404': jsonAnswer('No such group.', ref('AdminError')),
    }),
  ),
  read('/stats/live', 'This moment, per backend, group and app', object),
  read('/stats/usage', 'Usage out of the ledger', ref('UsageReport'), usageQuery),
  perModel('/stats/usagepermodel/requests', 'Requests'),
  perModel('/stats/usagepermodel/tokens', 'Tokens'),
  perModel('/stats/usagepermodel/time', 'Seconds'),
  perModel('/stat/usagepermodel/requests', 'Requests (old path)'),
  perModel('/stat/usagepermodel/tokens', 'Tokens (old path)'),
  perModel('/stat/usagepermodel/time', 'Seconds (old path)'),
  {
    method: 'get',
    path: '/metrics',
    area: 'Statistics',
    summary: 'Prometheus metrics',
    description:
      'From outside loopback also with the Basic credentials of metrics.username and metrics.password.',
    responses: { '200': textAnswer('The text exposition format.'), '401': refused, '403': refused },
    security: 'address',
  },
];
