import type { Call } from '../model/call.ts';
import type { CallEvent } from '../model/call-event.ts';
import type { Operation } from '../model/operation.ts';

/**
 * A provider: a kind of place to send calls. It is described here, never run: no sockets, no configuration,
 * no state. One file in `catalog/` per provider; the folder is the registry, so adding one touches no other
 * file. Nothing above this floor may know a provider by name.
 */
export interface Provider {
  /** The `type` of a backend in the configuration. */
  readonly name: string;
  /** Other spellings of `type` that predecessors used. */
  readonly aliases: readonly string[];
  /** For the catalogue page and the first run: the product's own name. */
  readonly title: string;
  /** Where it lives when the configuration names no `base_url`; undefined = the configuration must. */
  readonly baseUrl?: string | undefined;
  /** Does a request need a key of ours? A missing one is a complaint at load time, not a 401 at night. */
  readonly needsKey: boolean;
  /** The headers that carry the key. */
  readonly keyHeaders: (key: string) => Readonly<Record<string, string>>;
  /** Which dialect it speaks for which operation, and where, relative to the base URL. */
  readonly surfaces: Readonly<Partial<Record<Operation, Surface>>>;
  /** Where it lists its models, relative to the base URL; undefined = it cannot. */
  readonly modelsPath?: string | undefined;
  /** The cheapest question that proves it lives, from the root of its host (`/health`), or relative to the base URL. */
  readonly probe?: { readonly path: string; readonly from: 'host' | 'base' } | undefined;
  /** Where this runtime listens when someone simply starts it; the first run looks there on loopback. */
  readonly localPort?: number | undefined;
  readonly quirks: Quirks;
  /** Answers calls inside this process instead of a backend's. */
  readonly inHouse?: InHouse | undefined;
}

export interface Surface {
  /** The dialect spoken there, as its folder is called. */
  readonly dialect: string;
  readonly path: string;
}

/** Small differences within a dialect; data, so that the pipeline asks for a quirk and never for a name. */
export interface Quirks {
  /** May `stream_options.include_usage` be sent? `never` for servers that refuse unknown members. */
  readonly streamUsage: 'include_usage' | 'never';
  /** Is the base URL given without the version segment often enough that we add it? (`http://host:1234` → `…/v1`) */
  readonly addsVersionPath: boolean;
}

/** A provider that lives in this house. Its answers are plain data: what to say, and how long to wait before. */
export interface InHouse {
  /** Model names it answers to when the configuration lists none. */
  readonly models: readonly string[];
  answer(call: Call, options: InHouseOptions): Iterable<TimedEvent>;
}

export interface InHouseOptions {
  readonly isStream: boolean;
  /** The backend's `quirks` from the configuration. */
  readonly quirks: Readonly<Record<string, unknown>>;
  /** Seconds since the epoch, for answers that carry a date. */
  readonly createdS: number;
}

export interface TimedEvent {
  readonly event: CallEvent;
  /** How long to wait before it, in milliseconds; 0 = at once. */
  readonly waitMs: number;
}

/** What a catalogue file must say; the rest has the defaults of an ordinary OpenAI-like server. */
export type ProviderDescription = Pick<Provider, 'name' | 'title'> & Partial<Provider>;

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

/** The surfaces of a server that speaks OpenAI's dialects, at the paths OpenAI gave them. */
export const openAiSurfaces = {
  chat: { dialect: 'openai-chat', path: '/chat/completions' },
  completions: { dialect: 'openai-completions', path: '/completions' },
  embeddings: { dialect: 'openai-embeddings', path: '/embeddings' },
  images: { dialect: 'openai-images', path: '/images/generations' },
  responses: { dialect: 'openai-responses', path: '/responses' },
} as const satisfies Provider['surfaces'];

/** Fills in the defaults; the one way to make a provider. */
export function defineProvider(description: ProviderDescription): Provider {
  return {
    aliases: [],
    needsKey: false,
    keyHeaders: bearer,
    surfaces: openAiSurfaces,
    modelsPath: '/models',
    probe: { path: '/models', from: 'base' },
    quirks: { streamUsage: 'include_usage', addsVersionPath: false },
    ...description,
  };
}
