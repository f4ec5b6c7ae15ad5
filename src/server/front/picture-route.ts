import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GatewayError } from '../../model/gateway-error.ts';
import { PICTURES_PATH } from '../../pipeline/hosted-pictures.ts';
import type { Front } from './front.ts';
import { queryValue, urlParts } from './url-parts.ts';

/** Shows pictures to whoever has their link; a browser has no key to send along. */
export function addPictureRoute(
  app: FastifyInstance,
  front: Front,
  methodsByPath: Map<string, string>,
): void {
  methodsByPath.set(`${PICTURES_PATH}*`, 'GET, HEAD');
  const config = { documentedAs: [`${PICTURES_PATH}{name}`] };
  app.get(`${PICTURES_PATH}*`, { config }, (request, reply) => show(front, request, reply));
}

function show(front: Front, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { path, query } = urlParts(request.raw.url);
  const { clock, pictures } = front.house;
  const picture = pictures.find(
    path.slice(PICTURES_PATH.length),
    queryValue(query, 'expires') ?? '',
    queryValue(query, 'signature') ?? '',
  );
  if (picture === undefined)
    throw new GatewayError('not_found', 'There is no picture at this link, or its hour is over.');
  const ageMaxS = Math.max(0, Math.floor((picture.expiresAtMs - clock.nowMs()) / 1000));
  return reply
    .type(picture.mediaType)
    .header('cache-control', `private, max-age=${ageMaxS}`)
    .header('content-security-policy', "default-src 'none'; sandbox")
    .send(picture.bytes);
}
