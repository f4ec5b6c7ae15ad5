import { jsonAnswer, type RouteDescription, ref, textAnswer } from './route-description.ts';

/** Probes and pages: the part of the main listener that asks for no key. */
const alive = (path: string, summary: string): RouteDescription => ({
  method: 'get',
  path,
  area: 'Probes',
  summary,
  responses: { '200': textAnswer('The process lives.') },
  security: 'none',
});

const ready = (path: string, summary: string): RouteDescription => ({
  method: 'get',
  path,
  area: 'Probes',
  summary,
  responses: {
    '200': jsonAnswer('Send traffic.', ref('Readiness')),
    '503': jsonAnswer('Send none; `checks` says why.', ref('Readiness')),
  },
  security: 'none',
});

const page = (path: string, summary: string, mediaType = 'text/html'): RouteDescription => ({
  method: 'get',
  path,
  area: 'Documentation',
  summary,
  responses: { '200': textAnswer(summary, mediaType) },
  security: 'none',
});

export const probeDescriptions: readonly RouteDescription[] = [
  alive('/livez', 'Liveness'),
  alive('/healthz', 'Liveness, by its other name'),
  alive('/health/live', 'Liveness, by its other name'),
  ready('/readyz', 'Readiness: config, ledger, drain, and at least one backend not known to be down'),
  ready('/health/ready', 'Readiness, by its other name'),
  {
    method: 'get',
    path: '/health',
    area: 'Probes',
    summary: 'Everything in one answer',
    responses: { '200': jsonAnswer('Well.', ref('Health')), '503': jsonAnswer('Down.', ref('Health')) },
    security: 'none',
  },
  {
    method: 'get',
    path: '/v1/images/files/{name}',
    area: 'Documentation',
    summary: 'A picture, to whoever has the link that an answer gave',
    responses: {
      '200': textAnswer('The picture.', 'image/png'),
      '404': textAnswer('No picture, or its hour is over.', 'application/json'),
    },
    security: 'none',
  },
  page('/docs', 'A page for people: what this is and how to point a program at it'),
  page('/openapi.json', 'This document', 'application/json'),
  page('/swagger/doc.json', 'This document, where another gateway kept it', 'application/json'),
  page('/reference', 'The interactive reference'),
  page('/reference/{file}', 'Its files'),
  page('/swagger', 'The interactive reference, by its other name'),
  page('/swagger/{file}', 'Its files'),
];
