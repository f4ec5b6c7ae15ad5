import type { Complaint } from './config.ts';
import { formatComplaint } from './format-complaint.ts';

/** A configuration that is refused, with everything that is wrong with it. Its message is one line per complaint. */
export class ConfigError extends Error {
  readonly complaints: Complaint[];

  constructor(complaints: Complaint[]) {
    super(complaints.map(formatComplaint).join('\n'));
    this.name = 'ConfigError';
    this.complaints = complaints;
  }
}
