import type { ResponsesShim } from './config.ts';
import type { ShimEntry } from './schema/shim-schema.ts';

/** Whoever writes the section wants it; mini-apigw also wanted `enabled: true` beside it. */
export function normaliseShim(entry: ShimEntry | null | undefined): ResponsesShim | undefined {
  if (entry === null || entry === undefined) return undefined;
  const modalities = entry.accepted_modalities ?? [];
  return {
    isEnabled: entry.enabled ?? true,
    operation: entry.operation ?? 'chat',
    refusesHostedTools: entry.unsupported_tools_policy === 'reject',
    systemMessagesFirst: entry.reorder_system_messages_to_front ?? false,
    joinsSystemMessages: entry.coalesce_system_messages ?? false,
    modalities: modalities.length === 0 ? undefined : new Set(modalities),
    attachmentBytesMax: entry.max_attachment_bytes ?? undefined,
  };
}
