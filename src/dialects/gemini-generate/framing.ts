import type { GatewayError } from '../../model/gateway-error.ts';
import type { Address, Reframer } from '../dialect.ts';
import { writeGeminiError } from '../gemini-family/error-envelope.ts';

/** Server-sent events are asked for by `?alt=sse`; without it Google streams one JSON array (protocols 4). */
function wantsEvents({ query }: Address): boolean {
  return /(?:^|&)(?:\$|%24)?alt=sse(?:&|$)/i.test(query);
}

export function streamType(address: Address): string {
  return wantsEvents(address) ? 'text/event-stream' : 'application/json; charset=utf-8';
}

/** Passing frames are server-sent events already. */
export function reframer(address: Address): Reframer | undefined {
  return wantsEvents(address) ? undefined : new ArrayFraming();
}

/** The framing a client of this address wants. */
export function framingFor(address: Address): Reframer {
  return wantsEvents(address) ? eventFraming : new ArrayFraming();
}

/** Data lines alone: Google's SDK loses what has an `event:` line and stumbles over a `[DONE]` (protocols 12). */
export const eventFraming: Reframer = {
  frame: (data) => `data: ${data}\n\n`,
  end: () => '',
  fail: (error) => `data: ${JSON.stringify(writeGeminiError(error))}\n\n`,
};

/** One array whose elements come one by one. */
class ArrayFraming implements Reframer {
  #isOpen = false;

  frame(data: string): string {
    const before = this.#isOpen ? ',\n' : '[';
    this.#isOpen = true;
    return before + data;
  }

  end(): string {
    return this.#isOpen ? ']' : '[]';
  }

  fail(error: GatewayError): string {
    return `${this.frame(JSON.stringify(writeGeminiError(error)))}]`;
  }
}
