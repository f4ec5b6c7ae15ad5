import type { AppConfig, AppKey, Config } from '../../config/config.ts';
import { keyIdOf } from '../../decisions/kept-apps/change-entry.ts';
import type { KeptApp } from '../../decisions/kept-apps/kept-app.ts';
import { maskEntry } from '../../decisions/kept-apps/sealed-entry.ts';
import type { AppKeyLine, AppLine } from '../admin/apps-api.ts';
import { complaintLine } from '../complaint-line.ts';
import { iso, isoOrNull } from '../iso-moment.ts';
import type { AppKeeping } from './app-keeping.ts';

export interface AppLineSources {
  readonly keeping: AppKeeping;
  readonly config: () => Config;
  readonly files: () => Config;
  readonly lastSeenMs: (appId: string) => number | undefined;
}

/** All apps: those of the files, then those of the database, also when they are not in force. */
export function appLines(sources: AppLineSources): AppLine[] {
  const { keeping, config, files, lastSeenMs } = sources;
  const inForce = new Map(config().apps.map((app) => [app.appId, app]));
  const ofFiles = files().apps.map((app) => fileLine(app, lastSeenMs));
  const ofDatabase = keeping.apps.map((kept) => keptLine(kept, inForce.get(kept.appId), sources));
  return [...ofFiles, ...ofDatabase];
}

/** One of them; where both have one of this name, it is that of the files. */
export function appLine(sources: AppLineSources, appId: string): AppLine | undefined {
  const { keeping, config, files, lastSeenMs } = sources;
  const isMeant = (app: { readonly appId: string }) => app.appId === appId;
  const ofFiles = files().apps.find(isMeant);
  if (ofFiles !== undefined) return fileLine(ofFiles, lastSeenMs);
  const kept = keeping.apps.find(isMeant);
  return kept && keptLine(kept, config().apps.find(isMeant), sources);
}

const fileLine = (app: AppConfig, lastSeenMs: AppLineSources['lastSeenMs']): AppLine => ({
  ...describe(app),
  ...noRecord,
  ...seen(lastSeenMs(app.appId)),
});

function keptLine(
  kept: KeptApp,
  app: AppConfig | undefined,
  { keeping, lastSeenMs }: AppLineSources,
): AppLine {
  const complaints = keeping.complaintsOf(kept.appId).map(complaintLine);
  return {
    ...(app === undefined ? { ...unknown, app_id: kept.appId, name: kept.appId } : describe(app)),
    origin: 'database',
    in_force: complaints.every(({ severity }) => severity !== 'error'),
    complaints,
    ...seen(lastSeenMs(kept.appId)),
    entry: maskEntry(kept.entry),
    revision: kept.revision,
    created_at: iso(kept.createdAtMs),
    updated_at: iso(kept.updatedAtMs),
  };
}

type Description = Omit<AppLine, keyof typeof noRecord | 'last_seen_at'>;

function describe(app: AppConfig): Description {
  return {
    app_id: app.appId,
    name: app.name,
    description: app.description,
    active: app.active,
    keys: app.keys.map(keyLine),
    takes_tokens: app.jwt !== undefined,
    backend: app.backend ?? null,
    allow: app.policy.allow,
    deny: app.policy.deny,
  };
}

const keyLine = ({ hash, name, expiresAtMs }: AppKey): AppKeyLine => ({
  key_id: keyIdOf({ hash }),
  name: name ?? null,
  expires_at: isoOrNull(expiresAtMs),
});

/** Of an app whose name is another's by now. */
const unknown = {
  description: '',
  active: false,
  keys: [],
  takes_tokens: false,
  backend: null,
  allow: [],
  deny: [],
};

const noRecord = {
  origin: 'files',
  in_force: true,
  complaints: [],
  entry: null,
  revision: null,
  created_at: null,
  updated_at: null,
} as const;

const seen = (atMs: number | undefined) => ({ last_seen_at: isoOrNull(atMs) });
