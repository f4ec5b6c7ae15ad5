import type { GenerationCall } from '../model/call.ts';
import { timeoutSignal } from '../model/clock.ts';
import { Warnings } from '../model/warnings.ts';
import { addHeadersOnce } from './add-header.ts';
import type { Backend, BackendSurface } from './backend.ts';
import type { Connections } from './connections.ts';

/**
 * Has the backend write one token, for a server may answer every probe and still not work (predecessors 2.7: an outage of
 * five hours that nobody saw). Never rejects: undefined, or why it does not work. A model that is being loaded (503)
 * and a request too many (429) say nothing against it.
 */
export async function askOneToken(
  backend: Backend,
  model: string,
  connections: Connections,
  withinMs: number,
): Promise<string | undefined> {
  const surface = backend.surfaces.find(
    ({ dialect, isOptional }) =>
      dialect.kind === 'generation' && dialect.writeRequest !== undefined && !isOptional,
  );
  if (surface === undefined) return undefined;
  try {
    const { statusCode, body } = await connections.poolOf(backend).request({
      origin: backend.origin as string,
      path: surface.pathFor({ model, isStream: false, route: '', query: '' }),
      method: 'POST',
      headers: headersOf(surface),
      body: bodyFor(surface, backend, model),
      signal: timeoutSignal(withinMs),
    });
    await body.dump();
    const isWell = statusCode < 400 || statusCode === 429 || statusCode === 503;
    return isWell ? undefined : `asked for one token of "${model}", it answered with status ${statusCode}`;
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    return `asked for one token of "${model}", it gave none: ${why}`;
  }
}

function headersOf(surface: BackendSurface): string[] {
  const headers = ['content-type', 'application/json', 'accept', 'application/json', ...surface.fixedHeaders];
  addHeadersOnce(headers, surface.dialect.requiredHeaders ?? []);
  return headers;
}

function bodyFor({ dialect }: BackendSurface, { config, quirks }: Backend, model: string): string {
  const call: GenerationCall = {
    kind: 'generation',
    model,
    messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
    tools: [],
    outputTokensMax: 1,
    stop: [],
    choices: 1,
    extra: {},
  };
  const configured = config.models.get(model);
  const pinned = configured?.loadOptions;
  return JSON.stringify(
    dialect.writeRequest?.(call, {
      isStream: false,
      // Whatever it cannot do with a question as plain as this, it may leave out.
      warnings: new Warnings(true),
      quirks,
      outputTokensMax: configured?.outputTokensMax,
      loadPins: pinned && { options: pinned, policy: configured.loadOptionsPolicy },
    }),
  );
}
