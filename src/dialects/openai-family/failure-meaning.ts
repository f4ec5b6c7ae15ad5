import type { FailureMeaning } from '../../model/call-event.ts';

/** What codes and types of this family's servers mean; a code is believed before a type. */
const words: ReadonlyMap<string, FailureMeaning> = new Map<string, FailureMeaning>([
  ['context_length_exceeded', 'context-too-long'],
  ['exceed_context_size_error', 'context-too-long'],
  ['content_filter', 'blocked'],
  ['content_policy_violation', 'blocked'],
  ['moderation_blocked', 'blocked'],
  ['invalid_prompt', 'blocked'],
  ['rate_limit_exceeded', 'rate-limited'],
  ['rate_limit_error', 'rate-limited'],
  ['too_many_requests', 'rate-limited'],
  ['insufficient_quota', 'rate-limited'],
  ['429', 'rate-limited'],
  ['overloaded', 'overloaded'],
  ['overloaded_error', 'overloaded'],
  ['engine_overloaded_error', 'overloaded'],
  ['server_overloaded', 'overloaded'],
  ['slow_down', 'overloaded'],
  ['invalid_api_key', 'bad-key'],
  ['authentication_error', 'bad-key'],
  ['invalid_authentication_error', 'bad-key'],
  ['account_deactivated', 'bad-key'],
  ['401', 'bad-key'],
]);

/**
 * How servers without a code say that the question is too long: OpenAI and vLLM, llama.cpp, Ollama, LM Studio,
 * SGLang, TGI in turn. No words a prompt could smuggle in matter: they only choose between ways to fail.
 */
const tooLong: readonly RegExp[] = [
  /maximum context length/i,
  /exceeds? (?:the )?(?:available )?context (?:size|length|window)/i,
  /input (?:length|prompt) .{0,40}(?:exceeds?|too long|longer than)/i,
  /trying to keep the first \d+ tokens/i,
  /longer than the model's (?:maximum )?context length/i,
  /inputs? tokens? \+ max_new_tokens.? must be/i,
  /prompt is too long/i,
];

/** What a failure means, told by the backend's code, its type, or its words (protocols 10.9). */
export function meaningOf(
  message: string,
  code: string | undefined,
  type: string | undefined,
): FailureMeaning | undefined {
  const told = words.get(code?.toLowerCase() ?? '') ?? words.get(type?.toLowerCase() ?? '');
  if (told !== undefined) return told;
  const start = message.slice(0, 500);
  return tooLong.some((wording) => wording.test(start)) ? 'context-too-long' : undefined;
}
