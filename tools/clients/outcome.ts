/** One thing one client did before one back. */
export interface Outcome {
  readonly client: string;
  readonly back: string;
  readonly case: string;
  readonly failure?: string;
  /** In place of a failure: it cannot be done there, which was said as it should be. */
  readonly refusal?: string;
}

/** A table of clients and backs, every failure on a line of its own, and how many there were. */
export function print(all: readonly Outcome[]): void {
  const clients = [...new Set(all.map(({ client }) => client))];
  const backs = [...new Set(all.map(({ back }) => back).filter(Boolean))];
  const rows = clients.map((client) => [
    client,
    Object.fromEntries(backs.map((back) => [back, cell(all, client, back)])),
  ]);
  console.table(Object.fromEntries(rows));
  const failed = all.filter(({ failure }) => failure !== undefined);
  for (const { client, back, case: what, failure } of failed)
    console.error(`${client} before ${back}, ${what}: ${failure}`);
  const refused = all.filter(({ refusal }) => refusal !== undefined).length;
  console.log(
    `${all.length - failed.length - refused} of ${all.length} passed, ${refused} were refused as expected`,
  );
}

function cell(all: readonly Outcome[], client: string, back: string): string {
  const here = all.filter((outcome) => outcome.client === client && outcome.back === back);
  const failed = here.filter(({ failure }) => failure !== undefined);
  const refusals = here.filter(({ refusal }) => refusal !== undefined).length;
  if (here.length === 0) return '–';
  if (failed.length > 3) return `failed: ${failed.length} of ${here.length}`;
  if (failed.length > 0) return `failed: ${failed.map((one) => one.case).join(', ')}`;
  return refusals > 0 ? `✓ ${here.length - refusals}, ${refusals} refused` : `✓ ${here.length}`;
}
