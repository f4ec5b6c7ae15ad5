/** The variables of a process, or of a test. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What the environment says that is no configuration: about the terminal, systemd's sockets, and proxies. */
export interface ProcessEnvironment {
  /** https://no-color.org: set to anything but the empty string. */
  readonly isColorless: boolean;
  /** How many sockets systemd passed to this very process, from file descriptor 3 on; 0 = none. */
  readonly inheritedSockets: number;
  /** Their names (`LISTEN_FDNAMES`), in order; may be fewer. */
  readonly inheritedSocketNames: readonly string[];
  /** For upstreams: `https_proxy`, `http_proxy` and `no_proxy`, in either case. */
  readonly httpsProxy: string | undefined;
  readonly httpProxy: string | undefined;
  readonly noProxy: readonly string[];
  /** Where systemd wants a readiness message (`sd_notify`), if it does. */
  readonly notifySocket: string | undefined;
}

/** Reads the variables the daemon and the CLI need besides the configuration. */
export function readEnvironment(
  env: Environment = process.env,
  pid: number = process.pid,
): ProcessEnvironment {
  return {
    isColorless: given(env.NO_COLOR) !== undefined,
    inheritedSockets: inheritedSockets(env, pid),
    inheritedSocketNames: commaList(env.LISTEN_FDNAMES, ':'),
    httpsProxy: given(env.https_proxy) ?? given(env.HTTPS_PROXY),
    // Upper-case HTTP_PROXY could be set by a header in CGI; this is no CGI program.
    httpProxy: given(env.http_proxy) ?? given(env.HTTP_PROXY),
    noProxy: commaList(given(env.no_proxy) ?? env.NO_PROXY),
    notifySocket: given(env.NOTIFY_SOCKET),
  };
}

/** The environment of this process. The one place, besides the default above, that touches it. */
export const processEnvironment = (): Environment => process.env;

/** `LISTEN_PID` keeps a child from taking sockets that were meant for its parent. */
function inheritedSockets(env: Environment, pid: number): number {
  const sockets = Number(env.LISTEN_FDS ?? 0);
  return Number(env.LISTEN_PID) === pid && Number.isSafeInteger(sockets) && sockets > 0 ? sockets : 0;
}

/** An empty variable is how shells and compose files say "not set". */
export const given = (value: string | undefined): string | undefined => (value === '' ? undefined : value);

export function commaList(value: string | undefined, separator = ','): string[] {
  const parts = (value ?? '').split(separator).map((part) => part.trim());
  return parts.filter((part) => part !== '');
}
