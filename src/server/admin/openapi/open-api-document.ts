import type { JsonObject, JsonValue } from '../../../model/json.ts';
import { adminDescriptions } from './admin-descriptions.ts';
import { appDescriptions } from './app-descriptions.ts';
import { components } from './components.ts';
import { inferenceDescriptions } from './inference-descriptions.ts';
import { probeDescriptions } from './probe-descriptions.ts';
import { areas, type RouteDescription } from './route-description.ts';
import { sessionDescriptions } from './session-descriptions.ts';

/**
 * The OpenAPI 3.1 document of exactly the routes this process has registered: it cannot promise a route that is
 * not there, and a route nobody described is listed all the same (a test refuses that).
 */
export interface RegisteredRoute {
  /** Upper case. */
  readonly method: string;
  /** In Fastify's spelling: `/v1/models/:model`, `/reference/*`. */
  readonly url: string;
}

export function openApiDocument(version: string, routes: readonly RegisteredRoute[]): JsonObject {
  const paths: Record<string, Record<string, JsonValue>> = {};
  for (const route of routes) {
    const method = route.method.toLowerCase();
    if (method === 'head' || method === 'options') continue; // every GET has its HEAD
    const described = describeRoute(route);
    const path = openApiPath(route.url, described);
    paths[path] = { ...paths[path], [method]: operationOf(method, path, described) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sluice',
      version,
      description: 'An AI gateway: keys, policy, budgets, and one job at a time per GPU. See /docs.',
    },
    servers: [{ url: '/' }],
    tags: areas.map((area) => ({ ...area })),
    paths,
    components,
  };
}

const all: ReadonlyMap<string, RouteDescription> = new Map(
  [
    ...inferenceDescriptions,
    ...probeDescriptions,
    ...adminDescriptions,
    ...appDescriptions,
    ...sessionDescriptions,
  ].map((route) => [`${route.method} ${shapeOf(route.path)}`, route]),
);

/** The description, and the path it is another name for, if it is one. */
export interface Described {
  readonly route: RouteDescription;
  readonly aliasOf: string | undefined;
}

export function describeRoute({ method, url }: RegisteredRoute): Described | undefined {
  const shape = shapeOf(url);
  for (const candidate of [shape, ...otherNames(shape)]) {
    const route = all.get(`${method.toLowerCase()} ${candidate}`);
    if (route !== undefined) return { route, aliasOf: candidate === shape ? undefined : route.path };
  }
  return undefined;
}

/** Without the `/v1`, and under a deployment as Azure's clients write it (contract 5). */
function otherNames(shape: string): string[] {
  const deployed = /^\/openai\/deployments\/\{\}(\/.+)$/.exec(shape)?.[1];
  const openai = /^\/openai(\/v1)?(\/.+)$/.exec(shape)?.[2];
  return [`/v1${shape}`, deployed, deployed && `/v1${deployed}`, openai && `/v1${openai}`].filter(
    (name) => name !== undefined,
  );
}

/** Parameters lose their names: `/v1/models/:id`, `/v1/models/*` and `/v1/models/{model}` are one shape. */
function shapeOf(path: string): string {
  const shape = path.replace(/(?<=\/):[A-Za-z_]\w*(\([^)]*\))?|\{[^}]*\}|\*/g, '{}');
  return shape.length > 1 ? shape.replace(/\/$/, '') : shape;
}

function openApiPath(url: string, described: Described | undefined): string {
  if (described !== undefined && described.aliasOf === undefined) return described.route.path;
  return url.replace(/(?<=\/):([A-Za-z_]\w*)(\([^)]*\))?/g, '{$1}').replace('*', '{rest}');
}

function operationOf(method: string, path: string, described: Described | undefined): JsonObject {
  const { route, aliasOf } = described ?? { route: undefined, aliasOf: undefined };
  const own = [...path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1] ?? '');
  const known = route?.parameters ?? [];
  const missing = own.filter((name) => !known.some((parameter) => parameter['name'] === name));
  return {
    operationId: `${method}${path.replace(/[^A-Za-z0-9]+/g, '_')}`.replace(/_$/, ''),
    tags: [route?.area ?? 'Documentation'],
    summary: aliasOf === undefined ? (route?.summary ?? 'Not described') : `The same as ${aliasOf}`,
    ...(route?.description === undefined ? {} : { description: route.description }),
    parameters: [
      ...known.filter((parameter) => parameter['in'] !== 'path' || own.includes(String(parameter['name']))),
      ...missing.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
    ],
    ...(route?.requestBody === undefined ? {} : { requestBody: route.requestBody }),
    responses: route?.responses ?? { default: { description: 'Not described' } },
    security: securityOf(route, path),
  };
}

function securityOf(route: RouteDescription | undefined, path: string): JsonValue {
  if (route?.security === 'app-key') return [{ appKey: [] }, { appKeyHeader: [] }];
  if (route?.security === 'admin-token') return [{ adminToken: [] }, { session: [] }];
  if (route?.security !== 'address') return [];
  return [{}, { adminToken: [] }, ...(path === '/metrics' ? [{ metricsLogin: [] }] : [])];
}
