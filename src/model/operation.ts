/**
 * The kinds of work a backend can be asked to do. The words are those of `supports` in the configuration
 * (contract 4.3), so an operator, a log line and the code all say the same.
 */
export const operations = [
  'chat',
  'completions',
  'embeddings',
  'images',
  'responses',
  'audio',
  'rerank',
  'moderations',
] as const;

export type Operation = (typeof operations)[number];

/** What a line of the ledger may be about: counting tokens is work, but nothing that a backend is chosen or paid for. */
export type LedgerOperation = Operation | 'count_tokens';

const generating: readonly Operation[] = ['chat', 'completions', 'responses'];

/** Does a model write an answer for it? */
export function isGenerating(operation: LedgerOperation): boolean {
  return (generating as readonly LedgerOperation[]).includes(operation);
}

/**
 * The kinds of work by which this one can be done, itself first: what a backend lacks of chat, completions and
 * responses is translated into one it has.
 */
export function kinOf(operation: Operation): readonly Operation[] {
  return kin[operation];
}

const kin = Object.fromEntries(
  operations.map((operation) => [
    operation,
    generating.includes(operation)
      ? [operation, ...generating.filter((other) => other !== operation)]
      : [operation],
  ]),
) as unknown as Readonly<Record<Operation, readonly Operation[]>>;
