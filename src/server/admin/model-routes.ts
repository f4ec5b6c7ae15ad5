import type { FastifyInstance, FastifyRequest } from 'fastify';

import { GatewayError } from '../../model/gateway-error.ts';
import { type Operation, operations } from '../../model/operation.ts';
import type { ModelsReport } from './admin-api.ts';
import type { AdminHouse, ExplainQuestion } from './admin-house.ts';
import type { BackendTest } from './backends-api.ts';
import { oneText } from './query.ts';

/** Models: which there are, who would serve one of them for an app, and whether a backend works. */
export function modelRoutes(server: FastifyInstance, house: AdminHouse): void {
  server.get(
    '/admin/api/models',
    { config: { adminRole: 'admin' } },
    (): ModelsReport => ({ models: house.models() }),
  );
  server.post<{ Params: { backend: string } }>(
    '/admin/api/backends/:backend/test',
    { config: { adminRole: 'admin' } },
    async (request): Promise<BackendTest> => {
      const { backend } = request.params;
      const test = await house.testBackend(backend, oneText(request, 'model'));
      if (test !== undefined) return test;
      throw new GatewayError('not_found', `There is no backend "${backend}"; \`sluice status\` lists them.`);
    },
  );
  server.get('/admin/api/explain', { config: { adminRole: 'admin' } }, (request) =>
    house.explain(readQuestion(request)),
  );
}

function readQuestion(request: FastifyRequest): ExplainQuestion {
  const appId = oneText(request, 'app') ?? oneText(request, 'app_id');
  if (appId === undefined)
    throw new GatewayError('invalid_request', 'Name the app: ?app=ID', { param: 'app' });
  // An app may have a default model, so naming none is a question too.
  return { appId, model: oneText(request, 'model') ?? '', operation: readOperation(request) };
}

function readOperation(request: FastifyRequest): Operation {
  const asked = oneText(request, 'operation') ?? oneText(request, 'op') ?? 'chat';
  const operation = operations.find((known) => known === asked);
  if (operation !== undefined) return operation;
  const message = `There is no operation "${asked}"; known: ${operations.join(', ')}`;
  throw new GatewayError('invalid_request', message, { param: 'operation' });
}
