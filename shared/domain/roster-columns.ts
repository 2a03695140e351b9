/**
 * What stands where in a roster of PALMS or FLETC: its header row, which column holds what, which requirement a course title means. Guesses are offers: a
 * person confirms them before anything is planned, and what was confirmed is remembered on the laptop per set of headers.
 */
import { z } from 'zod';
import { fold } from './search-words.ts';
import { COURSE_IDS, REQUIREMENTS, type RequirementId } from './training.ts';

export const ROSTER_KINDS = ['PALMS', 'FLETC'] as const;
export type RosterKind = (typeof ROSTER_KINDS)[number];
/** One cell as a file has it: text, a number (Excel's days are numbers), or nothing. Cells that a workbook formats as days arrive as `yyyy-mm-dd`. */
export type Cell = string | number | null;
/** `n`: the row's number as the person's own program shows it. */
export type RosterRow = { readonly n: number; readonly cells: readonly Cell[] };
export type RosterTable = { readonly headers: readonly string[]; readonly rows: readonly RosterRow[] };

/** What a column can hold. A row names its person by badge, officer id or name, and its agency where there is a column for it. */
export const ROSTER_FIELDS = {
  badge: { label: 'Badge or officer id', words: ['badge', 'badge number', 'badge no', 'badge id', 'officer id', 'dio id', 'employee id', 'student id', 'user id', 'credential number'] },
  name: { label: 'Name', words: ['name', 'full name', 'student', 'student name', 'officer', 'officer name', 'learner', 'learner name', 'participant', 'user', 'dio'] },
  lastName: { label: 'Family name', words: ['last name', 'family name', 'surname', 'lastname', 'last'] },
  firstName: { label: 'Given name', words: ['first name', 'given name', 'firstname', 'first'] },
  agency: { label: 'Agency', words: ['agency', 'agency name', 'organization', 'organisation', 'lea', 'law enforcement agency', 'department', 'site', 'location'] },
  course: { label: 'Course', words: ['course', 'course title', 'course name', 'item title', 'training', 'title', 'class', 'program', 'learning item'] },
  completedOn: { label: 'Day of completion', words: ['completion date', 'completed', 'completed on', 'date completed', 'date', 'completion', 'end date', 'graduation date', 'complete date'] },
  status: { label: 'Status', words: ['status', 'completion status', 'result', 'outcome', 'grade'] },
} as const;
export type RosterField = keyof typeof ROSTER_FIELDS;
export const ROSTER_FIELD_IDS = Object.keys(ROSTER_FIELDS) as readonly RosterField[];
/** The column of each field, counted from 0; a field that is left out has none. */
export const mappingSchema = z.strictObject(Object.fromEntries(ROSTER_FIELD_IDS.map((f) => [f, z.int().min(0).max(500).optional()])) as Record<RosterField, z.ZodOptional<z.ZodInt>>);
export type RosterMapping = z.infer<typeof mappingSchema>;
/** Requirement by `courseKey`. */
export const coursesSchema = z.record(z.string().max(400), z.enum(COURSE_IDS as [RequirementId, ...RequirementId[]]));
export type RosterCourses = z.infer<typeof coursesSchema>;

/** A cell as text, without the spaces around it and with single ones inside. */
export const cellText = (cell: Cell | undefined): string => (cell === null || cell === undefined ? '' : String(cell).replace(/[\s\u00a0]+/g, ' ').trim());
const key = (text: string): string => fold(text).replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
/** Titles that differ in case, accents or punctuation are the same course. */
export const courseKey = (title: string): string => key(title);
/** One text for a set of headers, in their order: under it the mapping is remembered. */
export const headersKey = (headers: readonly string[]): string => headers.map(key).join('|');

const fieldOf = (header: string): RosterField | null => ROSTER_FIELD_IDS.find((f) => (ROSTER_FIELDS[f].words as readonly string[]).includes(key(header))) ?? null;
/** Titles and notes may stand above the headers. */
const HEADER_WITHIN = 20;
/** Where the header row is among a file's rows: the one that names most fields, else the first with anything in it. -1: every row is empty. */
export function headerAt(rows: readonly (readonly Cell[])[]): number {
  let [best, most] = [-1, 0];
  for (const [n, row] of rows.slice(0, HEADER_WITHIN).entries()) {
    const found = new Set(row.flatMap((c) => fieldOf(cellText(c)) ?? [])).size;
    if (found > most) [best, most] = [n, found];
  }
  return best >= 0 ? best : rows.findIndex((r) => r.some((c) => cellText(c) !== ''));
}
/** What the headers themselves say. The first of two columns for one field counts. */
export function guessMapping(headers: readonly string[]): RosterMapping {
  const found: Partial<Record<RosterField, number>> = {};
  for (const [n, header] of headers.entries()) {
    const field = fieldOf(header);
    if (field !== null && found[field] === undefined) found[field] = n;
  }
  return found as RosterMapping;
}
/** The requirement whose title the course has, alone or within a longer one; null: nobody can say but a person. */
export function guessCourse(title: string): RequirementId | null {
  const asked = ` ${key(title)} `;
  const within = COURSE_IDS.filter((id) => asked.includes(` ${key(REQUIREMENTS[id].title)} `));
  return within.length === 1 ? (within[0] ?? null) : null;
}

export type MappingGap = 'person' | 'course' | 'completedOn' | 'column-twice' | 'no-such-column';
/** What a mapping lacks before anything can be planned; null: nothing. */
export function mappingGap(mapping: RosterMapping, columns: number): MappingGap | null {
  const used = Object.values(mapping).filter((c) => c !== undefined);
  if (used.some((c) => c >= columns)) return 'no-such-column';
  if (new Set(used).size < used.length) return 'column-twice';
  if (mapping.badge === undefined && mapping.name === undefined && mapping.lastName === undefined) return 'person';
  if (mapping.course === undefined) return 'course';
  return mapping.completedOn === undefined ? 'completedOn' : null;
}
/** Every course title of a table with how often it stands there, most first. */
export function courseTitles(table: RosterTable, column: number): readonly { readonly title: string; readonly key: string; readonly rows: number }[] {
  const found = new Map<string, { title: string; key: string; rows: number }>();
  for (const { cells } of table.rows) {
    const title = cellText(cells[column]);
    if (title === '') continue;
    const own = found.get(courseKey(title));
    if (own) own.rows += 1;
    else found.set(courseKey(title), { title, key: courseKey(title), rows: 1 });
  }
  return [...found.values()].sort((a, b) => b.rows - a.rows || (a.key < b.key ? -1 : 1));
}
