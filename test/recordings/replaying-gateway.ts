import { type RunningGateway, startGateway } from '../support/gateway.ts';
import type { Recording } from './recording.ts';
import { recordings } from './recordings.ts';
import { type ReplayServer, startReplayServer } from './replay-server.ts';

export interface ReplayingGateway {
  readonly gateway: RunningGateway;
  readonly replay: ReplayServer;
  stop(): Promise<void>;
}

/**
 * The built gateway before a backend that plays recordings: one backend for each wire format and type of provider, and
 * others for what is broken, so that a breaker that opens for those hides nothing from the rest.
 */
export async function startReplayingGateway(): Promise<ReplayingGateway> {
  const replay = await startReplayServer();
  const backends = new Map(recordings.map((recording) => [backendOf(recording), recording]));
  const main = process.env['SLUICE_TEST_MAIN'];
  const gateway = await startGateway({
    ...(main !== undefined && { main }),
    config: {
      apps: [{ app_id: 'recordings' }],
      backends: [...backends].map(([name, recording]) => ({
        name,
        type: recording.type,
        base_url: replay.url,
        api_key: 'sk-of-the-recordings',
        supports: Object.fromEntries(operationsOf(recording).map((operation) => [operation, modelsOf(name)])),
        quirks: { dialects: [recording.dialect] },
      })),
    },
  });
  return {
    gateway,
    replay,
    stop: async () => {
      await gateway.stop();
      await replay.close();
    },
  };
}

function backendOf({ dialect, type, isBroken }: Recording): string {
  return `${dialect}-of-${type}${isBroken ? '-broken' : ''}`;
}

function modelsOf(backend: string): string[] {
  const own = recordings.filter((recording) => backendOf(recording) === backend);
  return own.map(({ id }) => `rec-${id}*`);
}

function operationsOf({ dialect }: Recording): string[] {
  const isVector = dialect === 'openai-embeddings' || dialect === 'cohere-embed';
  return isVector ? ['embeddings'] : ['chat', 'completions', 'responses'];
}
