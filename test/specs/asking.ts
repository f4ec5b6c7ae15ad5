/** Asks the gateway, and tells what came back as the payloads a client would read. */
import { type Framing, wholeBody } from '../recordings/fronts/framing.ts';
import type { RunningGateway } from '../support/gateway.ts';
import { isJson } from './openapi-schemas.ts';
import type { Check } from './validators.ts';
import type { Json } from './vendor-specs.ts';

export interface Asking {
  readonly path: string;
  /** Without one it is a look-up. */
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answered {
  readonly status: number;
  /** One for a whole answer, one per event of a stream. */
  readonly payloads: readonly unknown[];
  /** What was wrong with the framing. */
  readonly faults: readonly string[];
  readonly warnings: string;
}

/** What an answer has to look like at one address. */
export interface Expected {
  readonly framing: Framing;
  readonly payload: Check;
  readonly error: Check;
}

export async function ask(
  { baseUrl, key }: RunningGateway,
  { path, body, headers }: Asking,
  framing: Framing = wholeBody,
): Promise<Answered> {
  const answer = await fetch(baseUrl + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(15_000),
  });
  return read(answer, framing);
}

async function read(answer: Response, framing: Framing): Promise<Answered> {
  const contentType = answer.headers.get('content-type') ?? '';
  const used = answer.ok ? framing : wholeBody;
  const { payloads, faults } = used(await answer.text(), contentType);
  return { status: answer.status, payloads, faults, warnings: answer.headers.get('x-sluice-warnings') ?? '' };
}

/** All that is wrong with an answer, by its vendor's document. */
export function complaintsAbout(answered: Answered, expected: Expected): readonly string[] {
  const complaints = answered.payloads.flatMap((payload, at) => {
    const check = isFailure(payload) || answered.status >= 400 ? expected.error : expected.payload;
    const where = answered.payloads.length > 1 ? `event ${at}` : `status ${answered.status}`;
    return check(payload).map((line) => `${where}: ${line}`);
  });
  const isEmpty = answered.payloads.length === 0;
  return [...new Set([...answered.faults, ...(isEmpty ? ['nothing came'] : []), ...complaints])];
}

/** Was it refused or broken off, however it was told? */
export function hasFailed(answered: Answered): boolean {
  return (
    answered.status >= 400 ||
    answered.payloads.some((payload) => isFailure(payload) || hasFailedInside(payload))
  );
}

function isFailure(payload: unknown): boolean {
  return isJson(payload) && isJson(payload['error']) && !('object' in payload);
}

/** Responses tell a failure in an event, or as the state of the whole. */
function hasFailedInside(payload: unknown): boolean {
  if (!isJson(payload)) return false;
  return (
    payload['type'] === 'error' || payload['type'] === 'response.failed' || payload['status'] === 'failed'
  );
}

/** Refused honestly: the caller learns which member it was, where his dialect has a place for its name. */
export function refusedMember({ status, payloads }: Answered): string | undefined {
  const [payload] = payloads;
  if (status !== 400 || !isJson(payload)) return undefined;
  const { error } = payload;
  if (!isJson(error)) return typeof error === 'string' ? 'told in words' : undefined;
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  return (
    (error['code'] === 'unsupported_parameter' ? text(error['param']) : undefined) ??
    text(googleDetails(error)['param']) ??
    // Anthropic's has the path at the head of the sentence.
    /^([\w.[\]]+): /.exec(String(error['message']))?.[1]
  );
}

function googleDetails({ details }: Json): Json {
  const info: unknown = Array.isArray(details) ? details[0] : undefined;
  return isJson(info) && info['reason'] === 'UNSUPPORTED_PARAMETER' && isJson(info['metadata'])
    ? info['metadata']
    : {};
}
