import type { Complaint } from '../config/config.ts';
import type { ComplaintLine } from './admin/admin-api.ts';

/** A complaint as the admin API tells it. */
export function complaintLine(complaint: Complaint): ComplaintLine {
  return { ...complaint, line: complaint.line ?? null, column: complaint.column ?? null };
}
