import type { Complaint } from './config.ts';

/** `file:line:column key: message`, one line, as compilers write it, so that editors can jump there. */
export function formatComplaint(complaint: Complaint): string {
  const { file, line, column, key, message, severity } = complaint;
  const place = line === undefined ? file : `${file}:${line}:${column ?? 1}`;
  const subject = key === '' ? '' : ` ${key}:`;
  const mark = severity === 'warning' ? ' warning:' : '';
  return oneLine(`${place}${mark}${subject} ${message}`);
}

/** Keys are chosen by whoever writes the file; a line end in one must not forge a line of the log. */
const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');
