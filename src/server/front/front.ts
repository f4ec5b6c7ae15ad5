import type { FastifyReply } from 'fastify';
import type { Dialect } from '../../dialects/dialect.ts';
import type { ModelsPage } from '../../dialects/models-page.ts';
import type { House } from '../../pipeline/house.ts';
import type { ClientAddresses } from './client-address.ts';
import type { SlowClients } from './slow-clients.ts';

/** What the surface for programs is made of. */
export interface Front {
  readonly house: House;
  readonly dialects: readonly Dialect[];
  readonly pages: readonly ModelsPage[];
  /** Whose envelope errors outside every dialect's routes take. */
  readonly errorDialect: Dialect;
  /** Replaced when a reload brings other trusted proxies. */
  addresses: ClientAddresses;
  readonly slowClients: SlowClients;
}

/** Names and values in turn. */
export function setHeaders(reply: FastifyReply, namesAndValues: readonly string[]): void {
  for (let at = 0; at + 1 < namesAndValues.length; at += 2) {
    reply.header(namesAndValues[at] as string, namesAndValues[at + 1]);
  }
}
