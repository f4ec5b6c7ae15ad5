import type { IncomingHttpHeaders } from 'node:http';
import type { Dialect } from '../../dialects/dialect.ts';
import type { ModelsPage } from '../../dialects/models-page.ts';

/** Who words an error. */
export type Voice = Pick<Dialect, 'writeError' | 'errorStatus'>;

/**
 * In whose envelope an error is told where no call was taken: that of the surface which was probably meant. A
 * header that only one dialect's clients send decides; else the longest beginning that one dialect has for itself.
 */
export class ErrorVoices {
  readonly #byHeader = new Map<string, Voice>();
  readonly #lookers: [string, Voice][] = [];
  readonly #callers: [string, Voice][] = [];
  readonly #otherwise: Voice;

  constructor(dialects: readonly Dialect[], pages: readonly ModelsPage[], otherwise: Voice) {
    this.#otherwise = otherwise;
    for (const page of pages) if (page.header !== undefined) this.#byHeader.set(page.header, page);
    for (const page of pages) if (page.header === undefined) learn(this.#lookers, page.route, page);
    for (const dialect of dialects) for (const route of dialect.routes) learn(this.#callers, route, dialect);
  }

  /** Who asks what there is (`GET`) is another than who calls: the two dialects may share a beginning. */
  at(method: string, path: string, headers: IncomingHttpHeaders): Voice {
    for (const [header, voice] of this.#byHeader) if (headers[header] !== undefined) return voice;
    const [first, second] =
      method === 'POST' ? [this.#callers, this.#lookers] : [this.#lookers, this.#callers];
    return longest(first, path) ?? longest(second, path) ?? this.#otherwise;
  }
}

function longest(learned: readonly [string, Voice][], path: string): Voice | undefined {
  let best: [string, Voice] | undefined;
  for (const one of learned) {
    if (path.startsWith(one[0]) && one[0].length > (best?.[0].length ?? 0)) best = one;
  }
  return best?.[1];
}

/** `/v1beta/models/{model}:…` speaks for all of `/v1beta/`, `/v1/messages` only for itself: `/v1/` is everybody's. */
function learn(learned: [string, Voice][], route: string, voice: Voice): void {
  const fixed = route.split('{', 1)[0] ?? route;
  if (fixed === '/') return;
  const first = `${fixed.split('/', 2).join('/')}/`;
  learned.push([fixed, voice]);
  if (first !== shared && fixed.startsWith(first)) learned.push([first, voice]);
}

const shared = '/v1/';
