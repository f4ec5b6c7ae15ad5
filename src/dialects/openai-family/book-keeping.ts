/**
 * Members that are book-keeping between a client and OpenAI, and that nobody else can act on: letter D of
 * protocols 11. They are left out of calls without a word; what passes through keeps them.
 */
export const bookKeeping: readonly string[] = [
  'metadata',
  'store',
  'prompt_cache_key',
  'prompt_cache_retention',
  'prompt_cache_options',
  'service_tier',
];
