import type { AppConfig } from '../config/config.ts';
import type { Identity } from '../decisions/policy/identity.ts';
import { judge } from '../decisions/policy/judge.ts';
import { chooseBackend } from '../decisions/routing/choose-backend.ts';
import { type ResolvedModel, resolveModel } from '../decisions/routing/resolve-model.ts';
import { asGatewayError, GatewayError } from '../model/gateway-error.ts';
import { kinOf } from '../model/operation.ts';
import type { House } from '../pipeline/house.ts';
import { fallbackNames } from '../pipeline/legs.ts';
import { rankPlaces } from '../pipeline/rank-places.ts';
import type { Snapshot } from '../pipeline/snapshot.ts';
import { suggestable } from '../pipeline/suggestable.ts';
import { type Backend, operationsOf } from '../upstream/backend.ts';
import type { ExplainedBackend, Explanation } from './admin/admin-api.ts';
import type { ExplainQuestion } from './admin/admin-house.ts';

/** Who would serve this, in what order, and why not the others: the journey's own steps, without the journey. */
export function explainRoute(house: House, question: ExplainQuestion): Explanation {
  const snapshot = house.snapshot();
  const app = snapshot.apps.byId(question.appId);
  if (app === undefined) throw new GatewayError('not_found', `There is no app "${question.appId}".`);
  const identity: Identity = { app, narrowedTo: undefined };
  const asked = question.model === '' ? undefined : question.model;
  const base = { app_id: app.appId, operation: question.operation, asked_model: question.model };
  try {
    const model = resolveModel(snapshot.routes, question.operation, asked, app);
    return { ...base, ...verdictOn(house, snapshot, question, identity, model) };
  } catch (thrown) {
    const verdict = refusalOf(thrown);
    return { ...base, resolved_model: null, verdict, candidates: [], excluded: [] };
  }
}

function verdictOn(
  house: House,
  snapshot: Snapshot,
  question: ExplainQuestion,
  identity: Identity,
  model: ResolvedModel,
) {
  let open: readonly Backend[] = [];
  let verdict = {
    is_allowed: true,
    code: null as string | null,
    reason: 'The policy allows it and a backend serves it.',
  };
  try {
    judge({ identity, model });
    open = choiceOf(snapshot, question, identity, model).candidates;
  } catch (thrown) {
    verdict = refusalOf(thrown);
  }
  const { inOrder, passedOver } = rankPlaces(house, snapshot, open, model.resolved, undefined, undefined);
  const others = [...snapshot.backends.values()].filter((backend) => !open.includes(backend));
  const excluded = others.map((backend) =>
    explained(backend, model.resolved, whyNot(backend, question, model, identity.app, snapshot)),
  );
  return {
    resolved_model: model.resolved,
    verdict,
    candidates: [
      ...inOrder.map(({ place, why }, at) => explained(place.backend, model.resolved, reason(at, why))),
      ...(verdict.is_allowed ? fallbacksOf(house, snapshot, question, identity, model) : []),
    ],
    excluded: [
      ...passedOver.map(({ place, why }) => explained(place.backend, model.resolved, why)),
      ...excluded,
    ],
  };
}

const choiceOf = (
  { routes }: Snapshot,
  { operation }: ExplainQuestion,
  identity: Identity,
  model: ResolvedModel,
) => chooseBackend(routes, operation, model, identity.app, suggestable(identity));

const reason = (at: number, why: string) =>
  `${at === 0 ? 'first choice' : 'next in order'}${why === '' ? '' : `: ${why}`}`;

/** Who is asked for another model, once nobody could do it with the one that was asked for. */
function fallbacksOf(
  house: House,
  snapshot: Snapshot,
  question: ExplainQuestion,
  identity: Identity,
  asked: ResolvedModel,
): ExplainedBackend[] {
  const names = fallbackNames(snapshot, identity.app, question.model, asked.resolved);
  return names.flatMap((name) => {
    try {
      const model = resolveModel(snapshot.routes, question.operation, name, identity.app);
      judge({ identity, model });
      const { candidates } = choiceOf(snapshot, question, identity, model);
      const { inOrder } = rankPlaces(house, snapshot, candidates, model.resolved, undefined, undefined);
      return inOrder.map(({ place }) => explained(place.backend, model.resolved, 'falling back'));
    } catch {
      return [];
    }
  });
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

function explained(backend: Backend, model: string, why: string): ExplainedBackend {
  return { backend: backend.name, model, why };
}

function refusalOf(thrown: unknown) {
  const error = asGatewayError(thrown);
  return { is_allowed: false, code: error.code as string | null, reason: error.message };
}
