import type { JsonObject } from '../../../model/json.ts';
import { jsonAnswer, type RouteDescription, ref } from './route-description.ts';

/** Logging in and out. */
const refusal = (description: string): JsonObject => jsonAnswer(description, ref('AdminError'));
const noToken = refusal('No admin token is configured, or another site’s page asks.');
const report = jsonAnswer('Who is logged in here, until when, and the CSRF token.', ref('Session'));
const withCsrfToken: JsonObject = {
  ...report,
  headers: {
    'x-csrf-token': { description: 'To be sent with every change.', schema: { type: 'string' } },
  },
};

export const sessionDescriptions: readonly RouteDescription[] = [
  {
    method: 'post',
    path: '/admin/api/login',
    area: 'Admin',
    summary: 'Log in',
    description:
      'The answer sets a cookie, for a day, that scripts cannot read, and tells the x-csrf-token that changes need beside it.',
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: {
            type: 'object',
            properties: { token: { type: 'string', description: 'The admin token.' } },
            required: ['token'],
          },
        },
      },
    },
    responses: {
      '200': withCsrfToken,
      '401': refusal('Not the admin token.'),
      '403': noToken,
      '429': refusal('Too many wrong tokens from this address; `retry-after` says for how long.'),
    },
    security: 'none',
  },
  {
    method: 'get',
    path: '/admin/api/session',
    area: 'Admin',
    summary: 'Whether one is logged in',
    description: 'Until when, and the x-csrf-token again, for a page that was reloaded.',
    responses: { '200': withCsrfToken, '403': noToken },
    security: 'none',
  },
  {
    method: 'post',
    path: '/admin/api/logout',
    area: 'Admin',
    summary: 'Log out',
    description: 'The cookie opens nothing from then on, whoever has a copy of it.',
    responses: {
      '200': report,
      '401': refusal('Nobody is logged in.'),
      '403': refusal('Without x-csrf-token.'),
    },
    security: 'admin-token',
  },
];
