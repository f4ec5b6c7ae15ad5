import type { FastifyInstance, FastifyRequest } from 'fastify';

import { isJsonObject, type JsonObject } from '../../model/json.ts';
import type { AdminHouse } from './admin-house.ts';
import type { AppDeleted, AppsReport } from './apps-api.ts';
import { oneText } from './query.ts';
import { noJson, takeJson } from './take-json.ts';

/** An app with everything it may say is a few kilobytes; a system prompt may be long. */
const BODY_BYTES_MAX = 1024 * 1024;

interface OfApp {
  readonly Params: { readonly app_id: string };
}

interface OfKey {
  readonly Params: { readonly app_id: string; readonly key_id: string };
}

const forAdmin = { config: { adminRole: 'admin' as const } };

/** Apps and their keys (rows 001-60, 001-64, 001-65): all of them are shown, those of the database can be changed. */
export async function appRoutes(server: FastifyInstance, { apps }: AdminHouse): Promise<void> {
  takeJson(server, BODY_BYTES_MAX);
  server.get('/admin/api/apps', forAdmin, (): AppsReport => ({ apps: apps.list() }));
  server.post('/admin/api/apps', forAdmin, async (request, reply) =>
    reply.code(201).send(await apps.create(objectOf(request))),
  );
  server.get<OfApp>('/admin/api/apps/:app_id', forAdmin, ({ params }) => apps.get(params.app_id));
  server.patch<OfApp>('/admin/api/apps/:app_id', forAdmin, (request) =>
    apps.change(request.params.app_id, objectOf(request)),
  );
  server.delete<OfApp>('/admin/api/apps/:app_id', forAdmin, async (request): Promise<AppDeleted> => {
    const { app_id } = request.params;
    const revision = oneText(request, 'revision');
    await apps.remove(app_id, revision === undefined ? undefined : Number(revision));
    return { status: 'deleted', app_id };
  });
  server.post<OfApp>('/admin/api/apps/:app_id/keys', forAdmin, async (request, reply) =>
    reply.code(201).send(await apps.addKey(request.params.app_id, request.body ?? {})),
  );
  server.delete<OfKey>('/admin/api/apps/:app_id/keys/:key_id', forAdmin, ({ params }) =>
    apps.removeKey(params.app_id, params.key_id),
  );
}

function objectOf({ body }: FastifyRequest): JsonObject {
  if (isJsonObject(body)) return body;
  throw noJson(400);
}
