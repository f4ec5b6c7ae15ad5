import { ALL_TALKING, ASKING, type Talking } from '../../test/fake-upstream/asking.ts';
import { heardStream } from '../../test/fake-upstream/heard.ts';
import type { Back } from '../../test/support/every-back.ts';
import { type RunningGateway, startGateway } from '../../test/support/gateway.ts';
import type { Outcome } from './outcome.ts';

/** One way to misbehave, and what whoever asked must be told. */
interface ChaosMode {
  readonly name: string;
  readonly flags: readonly string[];
  readonly text: string;
  readonly forms: readonly ('whole' | 'streamed')[];
  /** What is wrong with the answer, if anything. */
  complaint(answer: Response, body: string, talking: Talking): string | undefined;
}

const anyForm = ['whole', 'streamed'] as const;

const always = (name: string, flag: string, complaint: ChaosMode['complaint']): ChaosMode => ({
  name,
  flags: [flag, '1'],
  text: 'Hello',
  forms: anyForm,
  complaint,
});

export const chaosModes: readonly ChaosMode[] = [
  always('429', '--chaos-ratelimit', (answer, body) =>
    answer.headers.has('retry-after') ? refusalOf(429, answer, body) : 'no retry-after',
  ),
  always('malformed', '--chaos-malformed', (answer, body) => refusalOf(502, answer, body)),
  always('disconnect', '--chaos-disconnect', (answer, body) => refusalOf(502, answer, body)),
  always('drop', '--chaos-drop', (answer, body) => refusalOf(502, answer, body)),
  { name: 'cut off', flags: [], text: 'cut it off', forms: ['streamed'], complaint: endOf },
];

/** Every surface before every back, while the backs misbehave. */
export async function tryChaos(mode: ChaosMode, backs: readonly Back[]): Promise<readonly Outcome[]> {
  const gateway = await startGateway({ config: { backends: backs.map(({ config }) => config) } });
  const outcomes: Outcome[] = [];
  try {
    for (const back of backs) {
      for (const talking of ALL_TALKING) {
        for (const form of mode.forms) {
          const failure = await failureOf(gateway, mode, back, talking, form === 'streamed');
          const what = { client: `${talking}, aimock`, back: back.dialect, case: `${mode.name}, ${form}` };
          outcomes.push(failure === undefined ? what : { ...what, failure });
        }
      }
    }
    return outcomes;
  } finally {
    await gateway.stop();
  }
}

async function failureOf(
  gateway: RunningGateway,
  mode: ChaosMode,
  { model }: Back,
  talking: Talking,
  isStream: boolean,
): Promise<string | undefined> {
  const { path, body } = ASKING[talking]({ model, text: mode.text, stream: isStream });
  try {
    const answer = await fetch(gateway.baseUrl + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    });
    return mode.complaint(answer, await answer.text(), talking);
  } catch (error) {
    return gateway.hasEnded ? 'the gateway has ended' : `${error}`;
  }
}

/** An error of its dialect: each of them has a member `error`. */
function refusalOf(status: number, answer: Response, body: string): string | undefined {
  const isTold = answer.status === status && 'error' in JSON.parse(body);
  return isTold ? undefined : `status ${answer.status}: ${body.slice(0, 200)}`;
}

/** A begun stream that breaks off says so, and does not end as if it were complete. */
function endOf(answer: Response, body: string, talking: Talking): string | undefined {
  const heard = heardStream(talking, body);
  const last = body.trimEnd().split('\n').at(-1) ?? '';
  const isHonest = answer.status === 200 && heard.text !== '' && heard.finish === null && /error/.test(last);
  return isHonest ? undefined : `status ${answer.status}: … ${body.slice(-300)}`;
}
