/**
 * The cookie of a sitting as it travels. It names no path: a browser then sends it below the folder of the page that set
 * it, `…/admin/api`, which is as narrow as can be and also right where a proxy has put us behind a path that we never
 * see. Pure.
 */

/** Of what else a browser may send under our name, for another path, so much is looked at. */
const CANDIDATES_MAX = 4;

/** Cookies do not know ports: two daemons on one machine would throw out each other's operators under one name. */
export function cookieNameAt(host: string | undefined): string {
  const port = /:(\d{1,5})$/.exec(host ?? '')?.[1];
  return port === undefined ? 'sluice_admin' : `sluice_admin_${port}`;
}

/** Every value that came under this name. */
export function cookiesNamed(name: string, header: string | undefined): readonly string[] {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim());
  const ours = pairs.filter((pair) => pair.startsWith(`${name}=`));
  return ours.slice(0, CANDIDATES_MAX).map((pair) => pair.slice(name.length + 1));
}

/** For `Set-Cookie`. An empty value with no time to live takes the cookie back. */
export function writeCookie(name: string, value: string, livesMs: number, isSecure: boolean): string {
  const attributes = [`Max-Age=${Math.floor(livesMs / 1000)}`, 'HttpOnly', 'SameSite=Strict'];
  return [`${name}=${value}`, ...attributes, ...(isSecure ? ['Secure'] : [])].join('; ');
}
