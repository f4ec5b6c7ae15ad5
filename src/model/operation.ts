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
