import type { Warnings } from '../../model/warnings.ts';

/** What the vectors are for: Google's word, and the one of the house. */
const rows: readonly (readonly [wire: string, purpose: string])[] = [
  ['RETRIEVAL_DOCUMENT', 'search_document'],
  ['RETRIEVAL_QUERY', 'search_query'],
  ['CLASSIFICATION', 'classification'],
  ['CLUSTERING', 'clustering'],
];

export function readTaskType(
  wire: string | undefined,
  param: string,
  warnings: Warnings,
): string | undefined {
  if (wire === undefined || wire === 'TASK_TYPE_UNSPECIFIED') return undefined;
  const purpose = rows.find((row) => row[0] === wire.toUpperCase())?.[1];
  if (purpose === undefined) warnings.dropped(param);
  return purpose;
}

export function writeTaskType(purpose: string | undefined, warnings: Warnings): string | undefined {
  if (purpose === undefined) return undefined;
  const wire = rows.find((row) => row[1] === purpose)?.[0];
  if (wire === undefined) warnings.dropped('input_type');
  return wire;
}
