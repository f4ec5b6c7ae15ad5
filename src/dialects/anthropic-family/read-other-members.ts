import { arrayMember, isJsonObject, type JsonObject, objectMember, stringMember } from '../../model/json.ts';
import type { Warnings } from '../../model/warnings.ts';

/** Members that are read elsewhere, or are the front's business. */
const placed: readonly string[] = [
  'model',
  'messages',
  'system',
  'tools',
  'tool_choice',
  'max_tokens',
  'temperature',
  'top_p',
  'top_k',
  'stop_sequences',
  'thinking',
  'output_config',
  'output_format',
  'cache_control',
  'stream',
];

/** Book-keeping that nobody can miss (letter D). */
const unmissed: readonly string[] = [
  'metadata',
  'service_tier',
  'speed',
  'diagnostics',
  'betas',
  'anthropic_beta',
  'anthropic_version',
];

/** Anthropic's own machinery; an answer without it is still an answer (letter W). */
const machinery: readonly string[] = ['container', 'mcp_servers', 'context_management'];

const silent: ReadonlySet<string> = new Set([...placed, ...unmissed, ...machinery, 'inference_geo']);

/** What is left of the request for writers to look at; tells what no other backend can do (protocols 11). */
export function readOtherMembers(body: JsonObject, warnings: Warnings): JsonObject {
  for (const name of machinery) if (isAsked(body, name)) warnings.dropped(name);
  refuseCompaction(body, warnings);
  if (isAsked(body, 'inference_geo')) {
    warnings.refuse(
      'inference_geo',
      'The backend of this model cannot promise where it computes; leave out "inference_geo".',
    );
  }
  return Object.fromEntries(
    Object.entries(body).filter(([name, value]) => value !== null && !silent.has(name)),
  );
}

function isAsked(body: JsonObject, name: string): boolean {
  const value = body[name] ?? undefined;
  return value !== undefined && !(Array.isArray(value) && value.length === 0);
}

/** Clearing old thoughts saves tokens; a compacted talk is another talk. */
function refuseCompaction(body: JsonObject, warnings: Warnings): void {
  const management = objectMember(body, 'context_management');
  const edits = management === undefined ? undefined : arrayMember(management, 'edits');
  const compacts = edits?.some(
    (edit) => isJsonObject(edit) && stringMember(edit, 'type')?.startsWith('compact'),
  );
  if (!compacts) return;
  warnings.refuse(
    'context_management',
    'The backend of this model cannot compact a talk; shorten it before you send it.',
  );
}
