import type { WireQuirks } from '../dialects/wire-quirks.ts';
import type { Call } from '../model/call.ts';
import type { CallEvent } from '../model/call-event.ts';
import type { Warnings } from '../model/warnings.ts';
import type { Driver } from './driver.ts';
import type { Jobs } from './job.ts';

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
  /**
   * The path of a configured base URL as the surfaces want it, for people write it with and without a version:
   * `''` → `/v1`. Gets and returns a path without a slash at its end.
   */
  readonly basePath: (configured: string) => string;
  /** Does a request need a key of ours? A missing one is a complaint at load time, not a 401 at night. */
  readonly needsKey: boolean;
  /** The headers that carry the key. */
  readonly keyHeaders: (key: string) => Readonly<Record<string, string>>;
  /** Headers every request carries, in lower case; the configuration's `headers` of the same name count more. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The dialects it speaks and where, best first: what speaks none of them is translated into the first that can be written. */
  readonly surfaces: readonly Surface[];
  /** Where it lists all its models, relative to the base URL and with a query if it must be; undefined = it cannot. */
  readonly modelsPath?: string | undefined;
  /** The cheapest question that proves it lives, from the root of its host (`/health`), or relative to the base URL. */
  readonly probe?: { readonly path: string; readonly from: 'host' | 'base' } | undefined;
  /** Where this runtime listens when someone simply starts it; the first run looks there on loopback. */
  readonly localPort?: number | undefined;
  /** How it differs from the book within its dialects; a function where that hangs on what is configured (a version). */
  readonly quirks: Partial<WireQuirks> | ((configured: Configured) => Partial<WireQuirks>);
  /** How its memory is looked into and changed; absent = it is nobody's business, or nobody knows how. */
  readonly driver?: Driver | undefined;
  /** How calls are answered that take several requests, or that it has no dialect of ours for. */
  readonly jobs?: Jobs | undefined;
  /** Nothing of it runs until somebody asks, so a failure may only have been too early; whoever asked is told so. */
  readonly startsCold?: boolean | undefined;
  /** It can be given so many requests at once and never more, whatever the configuration says; absent = any number. */
  readonly atOnceMax?: number | undefined;
  /** Answers calls inside this process instead of a backend's. */
  readonly inHouse?: InHouse | undefined;
}

/** One dialect a provider speaks. */
export interface Surface {
  /** As its folder is called. */
  readonly dialect: string;
  /** A function where the address says part of the question. */
  readonly path: string | ((place: SurfacePlace) => string);
  /** What the path is relative to; absent = the base URL. */
  readonly from?: 'host' | undefined;
  /** Where this surface alone wants its key elsewhere. */
  readonly keyHeaders?: Provider['keyHeaders'] | undefined;
  /**
   * Only newer versions have it. The watch looks for it where that costs nothing; else it is asked for when somebody
   * speaks this dialect, and translated round when the backend turns out not to know the path; `quirks.dialects` in the configuration decides it for good.
   */
  readonly isOptional?: boolean | undefined;
}

/** What the configuration says of one backend, as far as a provider's description may hang on it. */
export interface Configured {
  readonly baseUrl: string | undefined;
  /** The backend's `quirks`. */
  readonly quirks: Readonly<Record<string, unknown>>;
}

export interface SurfacePlace extends Configured {
  /** As the backend knows it. */
  readonly model: string;
  readonly isStream: boolean;
  /** The route and the query by which the client asked, where client and backend speak the same dialect; else ''. */
  readonly route: string;
  readonly query: string;
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
  /** Where to tell what of the call is not done. */
  readonly warnings: Warnings;
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
export const openAi = {
  chat: { dialect: 'openai-chat', path: '/chat/completions' },
  completions: { dialect: 'openai-completions', path: '/completions' },
  embeddings: { dialect: 'openai-embeddings', path: '/embeddings' },
  images: { dialect: 'openai-images', path: '/images/generations' },
  responses: { dialect: 'openai-responses', path: '/responses' },
} as const satisfies Record<string, Surface>;

/** The surfaces that fewer servers have: media, and what is neither talk nor vectors. Each passes as it is, or is not there. */
export const others = {
  imageEdits: { dialect: 'openai-image-edits', path: '/images/edits' },
  imageVariations: { dialect: 'openai-image-variations', path: '/images/variations' },
  speech: { dialect: 'openai-speech', path: '/audio/speech' },
  transcriptions: { dialect: 'openai-transcriptions', path: '/audio/transcriptions' },
  translations: { dialect: 'openai-translations', path: '/audio/translations' },
  moderations: { dialect: 'openai-moderations', path: '/moderations' },
  rerank: { dialect: 'jina-rerank', path: '/rerank' },
} as const satisfies Record<string, Surface>;

/** The same dialect at the same path, where only newer versions have it. */
export function optional(surface: Surface): Surface {
  return { ...surface, isOptional: true };
}

/** For surfaces that take their key as OpenAI does, beside others that do not. */
export const bearerKey = bearer;

/** A base URL of nothing but a host gets the version segment that the paths stand behind. */
export function withVersion(version: string): Provider['basePath'] {
  return (configured) => (configured === '' ? version : configured);
}

/** Fills in the defaults; the one way to make a provider. */
export function defineProvider(description: ProviderDescription): Provider {
  return {
    aliases: [],
    basePath: (configured) => configured,
    needsKey: false,
    keyHeaders: bearer,
    surfaces: Object.values(openAi),
    modelsPath: '/models',
    probe: { path: '/models', from: 'base' },
    quirks: {},
    ...description,
  };
}
