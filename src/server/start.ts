import Fastify, { type FastifyInstance } from 'fastify';
import type { Config } from '../config/config.ts';
import type { LoadedConfig } from '../config/load.ts';
import { watchConfig } from '../config/watch.ts';
import { allDialects, allPages } from '../dialects/all-dialects.ts';
import { type Clock, systemClock } from '../model/clock.ts';
import type { AdminListener } from './admin/admin-access.ts';
import type { ReloadResult } from './admin/admin-api.ts';
import { adminRoutes } from './admin/admin-routes.ts';
import { docsRoutes } from './admin/docs-routes.ts';
import type { RegisteredRoute } from './admin/openapi/open-api-document.ts';
import { probeRoutes } from './admin/probe-routes.ts';
import { listRoutes } from './admin/route-list.ts';
import { AdminDesk } from './admin-desk.ts';
import { BuiltHouse } from './built-house.ts';
import { ClientAddresses } from './front/client-address.ts';
import type { Front } from './front/front.ts';
import { addFrontRoutes } from './front/front-routes.ts';
import { SlowClients } from './front/slow-clients.ts';
import { addGuardHeaders } from './guard-headers.ts';
import { Listener, type Place } from './listeners.ts';
import { adminPlaces, controlPlace, mainPlaces } from './places.ts';
import { Reloading } from './reloading.ts';
import type { StartOptions } from './start-options.ts';
import { stopHouse } from './stop.ts';

/** A daemon that serves, and all that may be asked of it from outside. */
export interface RunningHouse {
  readonly addresses: readonly string[];
  readonly adminAddresses: readonly string[];
  reload(): Promise<ReloadResult>;
  reopenLogs(): void;
  dumpLiveState(): void;
  /** Refuses newcomers, finishes what runs (at most `shutdown.drain_s`), closes. A second call ends it now. */
  drainAndStop(): Promise<void>;
  stopNow(): Promise<void>;
  /** Settles when the house has stopped, whoever asked for it. */
  readonly finished: Promise<void>;
}

/**
 * Builds the house from its configuration and opens its doors. Throws an Error with a sentence for the operator
 * when a place cannot be listened on or the database cannot be opened; nothing is left behind then.
 */
export async function startHouse(options: StartOptions): Promise<RunningHouse> {
  const house = new BuiltHouse(options, systemClock);
  const doors = new Doors(options, house);
  try {
    await doors.open();
  } catch (thrown) {
    await doors.slam();
    await house.close();
    throw thrown;
  }
  house.begin();
  return doors;
}

/** The listeners of a house, and its life from here on. */
class Doors implements RunningHouse {
  readonly finished: Promise<void>;
  readonly #options: StartOptions;
  readonly #house: BuiltHouse;
  readonly #clock: Clock = systemClock;
  readonly #front: Front;
  readonly #reloading: Reloading;
  readonly #desk: AdminDesk;
  readonly #main: Listener[] = [];
  readonly #admin: Listener[] = [];
  /** Everything that is registered on the main and admin listeners, for the OpenAPI document. */
  readonly #routes: RegisteredRoute[] = [];
  #control: Listener | undefined;
  #stopWatching: (() => void) | undefined;
  #stopping: Promise<void> | undefined;
  #finish!: () => void;

  constructor(options: StartOptions, house: BuiltHouse) {
    this.#options = options;
    this.#house = house;
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
    this.#front = frontOf(house, this.#clock);
    this.#reloading = new Reloading(options, house, this.#clock, (loaded) => this.#takeOver(loaded));
    this.#desk = new AdminDesk(house, this.#reloading, {
      version: options.version,
      startedAtMs: this.#clock.nowMs(),
      addresses: () => this.addresses,
      adminAddresses: () => this.adminAddresses,
      shutdown: () => void this.drainAndStop(),
    });
  }

  get addresses(): string[] {
    return this.#main.map((listener) => listener.address);
  }

  /** With `admin.on_main` the main addresses are among them. */
  get adminAddresses(): string[] {
    const onMain = this.#options.loaded.config.daemon.admin.onMain ? this.#main : [];
    return [...this.#admin, ...onMain].map((listener) => listener.address);
  }

  async open(): Promise<void> {
    const { config } = this.#options.loaded;
    // The control socket first: it is what keeps a second daemon out of this configuration.
    const control = await this.#adminApp({ kind: 'control' });
    this.#control = await this.#listen(control, controlPlace(this.#options.adminSocketPath), undefined);
    this.#house.lockCards(config);
    await this.#house.shareCounts(config);
    await this.#house.shareCards(config);
    // Apps first: what others have spent is asked for those there are.
    await this.#house.apps.open();
    await this.#house.keeping.open();
    const main = await this.#mainApp(config);
    for (const place of mainPlaces(config, this.#options.inheritedSockets)) {
      this.#main.push(await this.#listen(main, place, config.daemon.listen.tls));
    }
    for (const bind of config.daemon.admin.bind) {
      const admin = await this.#adminApp({ kind: 'admin', boundHosts: [bind] });
      for (const place of adminPlaces(bind)) await this.#openAdmin(admin, place);
    }
    this.#watch(this.#options.loaded);
  }

  /** A taken port that nobody chose keeps nobody from starting: the control socket can do all that it does. */
  async #openAdmin(admin: FastifyInstance, place: Place): Promise<void> {
    try {
      this.#admin.push(await this.#listen(admin, place, undefined));
    } catch (thrown) {
      const { loaded, log } = this.#options;
      if (loaded.origins.has('admin.bind')) throw thrown;
      const why = thrown instanceof Error ? thrown.message : String(thrown);
      log.warn(`${why} There is no admin listener; give admin.bind another port, or [] for none.`);
    }
  }

  reload(): Promise<ReloadResult> {
    return this.#reloading.reload();
  }

  reopenLogs(): void {
    this.#options.log.reopen();
    this.#house.traces.reopen();
  }

  dumpLiveState(): void {
    this.#options.log.info('live state', { status: this.#desk.status(), live: this.#desk.live() });
  }

  drainAndStop(): Promise<void> {
    if (this.#stopping !== undefined) return this.stopNow();
    const drainMs = this.#house.snapshot().config.daemon.shutdown.drainMs;
    this.#stopping = this.#stop(drainMs);
    return this.#stopping;
  }

  async stopNow(): Promise<void> {
    this.#house.endAllCalls();
    this.#stopping ??= this.#stop(0);
    await this.#stopping;
  }

  /** Closes whatever was opened, without ceremony. */
  async slam(): Promise<void> {
    const open = [...this.#main, ...this.#admin, ...(this.#control === undefined ? [] : [this.#control])];
    for (const listener of open) listener.destroy();
    await Promise.all(open.map((listener) => listener.stopAccepting()));
  }

  async #stop(drainMs: number): Promise<void> {
    this.#stopWatching?.();
    await stopHouse(
      this.#house,
      { doors: this.#main, backDoors: [...this.#admin, this.#control], drainMs },
      this.#clock,
    );
    this.#finish();
  }

  #listen(app: FastifyInstance, place: Place, tls: Config['daemon']['listen']['tls']): Promise<Listener> {
    const handler = app.routing.bind(app);
    const { connectionsMax } = this.#options.loaded.config.daemon.limits;
    return Listener.open(place, { handler, tls, connectionsMax, clock: this.#clock });
  }

  async #mainApp(config: Config): Promise<FastifyInstance> {
    const app = Fastify({ logger: false, exposeHeadRoutes: true, routerOptions: { maxParamLength: 500 } });
    listRoutes(app, this.#routes);
    addGuardHeaders(app);
    addFrontRoutes(app, this.#front);
    await app.register(probeRoutes(this.#desk));
    await app.register(docsRoutes({ version: this.#options.version, routes: this.#routes }));
    if (config.daemon.admin.onMain) {
      await app.register(
        adminRoutes({ house: this.#desk, listener: { kind: 'main', boundHosts: hostsOf(config) } }),
      );
    }
    await app.ready();
    return app;
  }

  async #adminApp(listener: AdminListener): Promise<FastifyInstance> {
    const app = Fastify({ logger: false });
    if (listener.kind === 'admin') listRoutes(app, this.#routes);
    addGuardHeaders(app);
    await app.register(adminRoutes({ house: this.#desk, listener }));
    await app.ready();
    return app;
  }

  /** What of a new configuration the doors themselves can take up without being opened anew. */
  #takeOver(loaded: LoadedConfig): void {
    const { listen, admin } = loaded.config.daemon;
    this.#desk.logins.keepOnly(admin.tokenHash);
    for (const listener of this.#main) listener.renewTls(listen.tls);
    this.#front.addresses = new ClientAddresses(listen.trustedProxies);
    this.#watch(loaded);
  }

  #watch(loaded: LoadedConfig): void {
    this.#stopWatching?.();
    this.#stopWatching = undefined;
    if (!loaded.config.daemon.reload.watch) return;
    this.#stopWatching = watchConfig({
      files: loaded.files,
      directory: loaded.directory,
      onChange: () => void this.reload(),
    });
  }
}

/** The names the main listener may be called by, for pages that must not reach the admin routes there. */
function hostsOf({ daemon: { listen } }: Config): string[] {
  return [listen.hostV4, listen.hostV6].filter((host) => host !== undefined);
}

function frontOf(house: BuiltHouse, clock: Clock): Front {
  const slowClients = new SlowClients(clock, () => house.snapshot().config.daemon.timeouts.slowClientMs);
  house.everySecond(() => slowClients.sweep());
  const [errorDialect] = allDialects;
  if (errorDialect === undefined) throw new TypeError('there is no dialect');
  const addresses = new ClientAddresses(house.snapshot().config.daemon.listen.trustedProxies);
  return { house, dialects: allDialects, pages: allPages, errorDialect, addresses, slowClients };
}
