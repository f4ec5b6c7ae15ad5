/** A form, read by the platform's own parser: no line of it is shared with the gateway. */
import { createHash } from 'node:crypto';
import type { Json, JsonObject } from './json.ts';

/** Texts by name, several of one name as a list; of a file its name, type, size, digest and first bytes. `{}` if it is no form. */
export async function readForm(bytes: Buffer, contentType: string): Promise<JsonObject> {
  try {
    const form = await new Response(bytes, { headers: { 'content-type': contentType } }).formData();
    const fields: Record<string, Json> = {};
    for (const name of new Set(form.keys())) {
      const values = await Promise.all(form.getAll(name).map(told));
      fields[name] = values.length === 1 ? (values[0] ?? null) : values;
    }
    return fields;
  } catch {
    return {};
  }
}

async function told(value: string | File): Promise<Json> {
  if (typeof value === 'string') return value;
  const bytes = Buffer.from(await value.arrayBuffer());
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const begins = bytes.subarray(0, 4).toString('hex');
  return { name: value.name, type: value.type, size: value.size, sha256, begins };
}
