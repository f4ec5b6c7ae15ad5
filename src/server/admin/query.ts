import type { FastifyRequest } from 'fastify';

import { GatewayError } from '../../model/gateway-error.ts';
import { isJsonObject } from '../../model/json.ts';
import { readMoment } from './moment.ts';

/** Query parameters as one reader each; a parameter given twice is a question with two meanings. */

export function oneText(request: FastifyRequest, name: string): string | undefined {
  const value = isJsonObject(request.query) ? request.query[name] : undefined;
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw new GatewayError('invalid_request', `Give ${name} once.`, { param: name });
}

export function momentMs(request: FastifyRequest, name: string, nowMs: number): number | undefined {
  const text = oneText(request, name);
  if (text === undefined) return undefined;
  const moment = readMoment(text, nowMs);
  if (moment !== undefined) return moment;
  const message = `${name} "${text}" is no moment; write 2026-11-20, 2026-11-20T14:00:00Z, epoch seconds, or 24h, 7d for "that long ago".`;
  throw new GatewayError('invalid_request', message, { param: name });
}

/** `a,b` or none; each must be one of the known words. */
export function words<Word extends string>(
  request: FastifyRequest,
  name: string,
  known: readonly Word[],
): readonly Word[] {
  const asked = (oneText(request, name) ?? '').split(',').map((word) => word.trim());
  return asked.filter((word) => word !== '').map((word) => knownWord(word, name, known));
}

function knownWord<Word extends string>(word: string, name: string, known: readonly Word[]): Word {
  const found = known.find((candidate) => candidate === word);
  if (found !== undefined) return found;
  throw new GatewayError('invalid_request', `${name} "${word}" is unknown; known: ${known.join(', ')}`, {
    param: name,
  });
}
