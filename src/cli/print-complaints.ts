import { formatComplaint } from '../config/format-complaint.ts';
import type { ComplaintLine } from '../server/admin/admin-api.ts';

/** A complaint as it came over the wire, in the loader's own form: `file:line:column key: message`. */
export function complaintText(complaint: ComplaintLine): string {
  return formatComplaint({
    ...complaint,
    line: complaint.line ?? undefined,
    column: complaint.column ?? undefined,
  });
}
