import type { AppConfig } from '../config/config.ts';
import type { Identity } from '../decisions/policy/identity.ts';
import { judge } from '../decisions/policy/judge.ts';
import { chooseBackend } from '../decisions/routing/choose-backend.ts';
import { type ResolvedModel, resolveModel } from '../decisions/routing/resolve-model.ts';
import { asGatewayError, GatewayError } from '../model/gateway-error.ts';
import { kinOf } from '../model/operation.ts';
import type { Snapshot } from '../pipeline/snapshot.ts';
import { suggestable } from '../pipeline/suggestable.ts';
import { type Backend, operationsOf } from '../upstream/backend.ts';
import type { ExplainedBackend, Explanation } from './admin/admin-api.ts';
import type { ExplainQuestion } from './admin/admin-house.ts';

/** Who would serve this, in what order, and why not the others: the journey's own steps, without the journey. */
export function explainRoute(snapshot: Snapshot, question: ExplainQuestion): Explanation {
  const app = snapshot.apps.byId(question.appId);
  if (app === undefined) throw new GatewayError('not_found', `There is no app "${question.appId}".`);
  const identity: Identity = { app, narrowedTo: undefined };
  const asked = question.model === '' ? undefined : question.model;
  const base = { app_id: app.appId, operation: question.operation, asked_model: question.model };
  try {
    const model = resolveModel(snapshot.routes, question.operation, asked, app);
    return { ...base, ...verdictOn(snapshot, question, identity, model) };
  } catch (thrown) {
    const verdict = refusalOf(thrown);
    return { ...base, resolved_model: null, verdict, candidates: [], excluded: [] };
  }
}

function verdictOn(snapshot: Snapshot, question: ExplainQuestion, identity: Identity, model: ResolvedModel) {
  let candidates: readonly Backend[] = [];
  let verdict = {
    is_allowed: true,
    code: null as string | null,
    reason: 'The policy allows it and a backend serves it.',
  };
  try {
    judge({ identity, model });
    candidates = chooseBackend(
      snapshot.routes,
      question.operation,
      model,
      identity.app,
      suggestable(identity),
    ).candidates;
  } catch (thrown) {
    verdict = refusalOf(thrown);
  }
  const others = [...snapshot.backends.values()].filter((backend) => !candidates.includes(backend));
  return {
    resolved_model: model.resolved,
    verdict,
    candidates: candidates.map((backend, at) =>
      explained(backend, model, at === 0 ? 'first choice' : 'next in order'),
    ),
    excluded: others.map((backend) =>
      explained(backend, model, whyNot(backend, question, model, identity.app, snapshot)),
    ),
  };
}

function whyNot(
  backend: Backend,
  question: ExplainQuestion,
  model: ResolvedModel,
  app: AppConfig,
  snapshot: Snapshot,
): string {
  const { onlyForApp } = backend.config;
  if (app.backend !== undefined && app.backend !== backend.name)
    return `the app is bound to backend "${app.backend}"`;
  if (app.backend === undefined && onlyForApp !== undefined) return `it belongs to the app "${onlyForApp}"`;
  if (!kinOf(question.operation).some((kin) => operationsOf(backend).includes(kin)))
    return `its type has no ${question.operation}`;
  if (model.onlyBackends !== undefined && !model.onlyBackends.includes(backend))
    return 'the name asks for another backend';
  const operations = snapshot.routes.operationsAt(backend, model.resolved);
  if (operations.length === 0) return `it does not list the model "${model.resolved}"`;
  return operations.includes(question.operation)
    ? 'the policy refuses'
    : `it serves the model for ${operations.join(', ')} only`;
}

function explained(backend: Backend, model: ResolvedModel, why: string): ExplainedBackend {
  return { backend: backend.name, model: model.resolved, why };
}

function refusalOf(thrown: unknown) {
  const error = asGatewayError(thrown);
  return { is_allowed: false, code: error.code as string | null, reason: error.message };
}
