/** Runs every case from every front to every back, through the built gateway, and keeps what each client was told. */

import { type FakeUpstream, startFakeUpstream } from '../fake-upstream/fake-upstream.ts';
import type { JournalEntry } from '../fake-upstream/journal.ts';
import { parseObject } from '../fake-upstream/json.ts';
import { everyBack } from '../support/every-back.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import type { Case, Form } from './case.ts';
import { cases } from './cases.ts';
import type { Front, Question } from './fronts/front.ts';
import { readWarnings, Told } from './told.ts';

export interface Table {
  readonly case: Case;
  readonly cells: readonly Cell[];
}

export interface Cell {
  readonly front: Front;
  /** The dialect of the backend, as its column is called. */
  readonly back: string;
  readonly model: string;
  /** The name the client asked for: the model in its scenario. */
  readonly asked: string;
  readonly form: Form;
  /** Undefined: this front has no words for the question. */
  readonly told: Told | undefined;
  /** What the backend received for it. */
  readonly arrived: readonly JournalEntry[];
}

export const backs = everyBack({ url: '' }).map(({ dialect, model }) => ({ dialect, model }));

const AT_ONCE = 8;
const PATIENCE_MS = 20_000;

export async function runMatrix(): Promise<readonly Table[]> {
  const upstream = await startFakeUpstream({ keptBodyBytesMax: 64 * 1024 });
  const gateway = await startGateway({
    config: { backends: everyBack(upstream).map((back) => back.config) },
  });
  try {
    const plans = cases.flatMap(plansOf);
    const cells = await inTurns(plans, (plan, at) => runCell(plan, at, { upstream, gateway }));
    return cases.map((one) => ({
      case: one,
      cells: cells.filter((_, at) => plans[at]?.case === one),
    }));
  } finally {
    await gateway.stop();
    await upstream.close();
  }
}

interface Plan extends Pick<Cell, 'front' | 'back' | 'model' | 'form'> {
  readonly case: Case;
}

interface Place {
  readonly upstream: FakeUpstream;
  readonly gateway: RunningGateway;
}

function plansOf(one: Case): Plan[] {
  return one.fronts.flatMap((front) =>
    backs.flatMap(({ dialect, model }) =>
      one.forms.map((form) => ({ case: one, front, back: dialect, model, form })),
    ),
  );
}

/** The request id goes on to the backend: by it the journal's entries are found again. */
async function runCell(plan: Plan, at: number, place: Place): Promise<Cell> {
  const requestId = `matrix-${at}`;
  const { case: one, front, back, model, form } = plan;
  const name = nameOf(model, one.scenario, at);
  const question = front.ask(one.wish, { model: name, isStream: form === 'streamed' });
  const told = question && (await askedOf(front, form, question, requestId, place.gateway));
  const arrived = place.upstream.journal.entries.filter(
    ({ requestIds }) => requestIds['x-request-id'] === requestId,
  );
  return { front, back, model, asked: name, form, told, arrived };
}

/** A backend that asks to be left alone with a model is; so each such question is about a model of its own. */
function nameOf(model: string, scenario: string, at: number): string {
  if (scenario === '') return model;
  const own = scenario.includes('retry-after') ? `!times=${1_000_000 + at}` : '';
  return `${model}!${scenario}${own}`;
}

async function askedOf(
  front: Front,
  form: Form,
  { path, body }: Question,
  requestId: string,
  { baseUrl, key }: RunningGateway,
): Promise<Told> {
  const answer = await fetch(`${baseUrl}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'x-request-id': requestId,
      ...(front.family === 'anthropic' ? { 'anthropic-version': '2023-06-01' } : {}),
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const told = new Told();
  told.status = answer.status;
  told.retryAfter = answer.headers.get('retry-after') ?? undefined;
  told.warnings = readWarnings(answer.headers.get('x-sluice-warnings'));
  const text = await answer.text();
  if (answer.status !== 200) told.error = front.hearError(parseObject(text));
  else if (form === 'streamed') front.hearStream?.(text, told);
  else front.hearWhole(parseObject(text), told);
  return told;
}

/** So many at once, and the results in the order of the plans. */
async function inTurns<In, Out>(
  all: readonly In[],
  work: (one: In, at: number) => Promise<Out>,
): Promise<Out[]> {
  const results: Out[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < all.length; at = next++) results[at] = await work(all[at] as In, at);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
