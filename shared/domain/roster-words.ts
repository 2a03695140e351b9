/** Why a row of a roster is rejected, as a sentence that whoever mends the file can act on; and the file of rejected rows. */
import type { Cell } from './roster-columns.ts';
import type { Reject, RejectCode } from './roster-plan.ts';

const WORDS: Readonly<Record<RejectCode, string>> = {
  'person-missing': 'The row names nobody.',
  'person-unknown': 'No officer on this laptop has this badge or name.',
  'person-two': 'Two officers match. Give the badge.',
  'person-other-name': 'The badge belongs to an officer with another name.',
  'agency-unknown': 'No agency on this laptop is called so.',
  'agency-two': 'Two agencies match. Give the agency id.',
  'course-missing': 'The row names no course.',
  'course-unknown': 'The course is matched to no requirement.',
  'not-completed': 'The status does not say completed.',
  'day-missing': 'The row has no day of completion.',
  'day-unreadable': 'The day of completion cannot be read. Write it as 2026-03-31.',
  'day-impossible': 'There is no such day. US order is month/day/year.',
  'day-ambiguous': 'The day can be read in two ways. Write it as 2026-03-31.',
  'day-too-early': 'The day is before 287(g) became law.',
  'day-future': 'The day is still to come.',
};
/** The reason as a sentence. */
export const rejectReason = (code: RejectCode): string => WORDS[code];

/** Excel and its like run a cell that begins so, whatever the file's type says. */
const FORMULA = /^[\s]*[=+\-@\t\r\n|%]/;
/** One cell of a CSV file, quoted; what a spreadsheet would run gets an apostrophe before it and stays text. */
export function csvCell(cell: Cell): string {
  const text = cell === null ? '' : String(cell);
  const safe = typeof cell === 'string' && FORMULA.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
/** The rejected rows as CSV with the row number and the reason before the file's own columns. Begins with a byte order mark, so that Excel reads it as UTF-8. */
export function rejectFile(headers: readonly string[], rejects: readonly Reject[]): string {
  const line = (cells: readonly Cell[]): string => cells.map(csvCell).join(',');
  return `\ufeff${[line(['Row', 'Reason', 'Value', ...headers]), ...rejects.map((r) => line([r.n, rejectReason(r.code), r.value, ...headers.map((_, c) => r.cells[c] ?? null)]))].join('\r\n')}\r\n`;
}
