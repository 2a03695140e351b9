/**
 * What a roster would change, row by row, before anything is written: the dry run and the import are the same plan. Pure: the same table over the same
 * records gives the same plan, and a plan that was carried out leaves nothing new to plan.
 */
import { type CompletionInput, completionId, MOST_COMPLETIONS } from './officer-commands.ts';
import { type Cell, cellText, courseKey, guessCourse, type RosterCourses, type RosterKind, type RosterMapping, type RosterTable } from './roster-columns.ts';
import { type DayFault, hasDayFirst, readDay } from './roster-dates.ts';
import { peopleOf, type PersonFault, type RosterAgency, type RosterOfficer, rowName } from './roster-people.ts';

/** Completions on record by id: what of them counts. */
export type OnRecord = ReadonlyMap<string, { readonly isVerified: boolean; readonly isWithdrawn: boolean }>;
export type RejectCode = PersonFault | DayFault | 'course-missing' | 'course-unknown' | 'not-completed';
/** A row that is not imported. `value`: what of it was wrong. */
export type Reject = { readonly n: number; readonly code: RejectCode; readonly value: string; readonly cells: readonly Cell[] };
/** How many rows would be new, stand there already, count again after a withdrawal, count from now on, repeat another row of the file, are rejected. */
export const PLAN_COUNTS = ['new', 'same', 'again', 'verified', 'twice', 'rejected'] as const;
export type PlanCounts = Readonly<Record<(typeof PLAN_COUNTS)[number], number>>;
export type AgencyPlan = { readonly agencyId: string; readonly name: string; readonly counts: PlanCounts; /** Only what changes something. */ readonly completions: readonly CompletionInput[] };
export type RosterPlan = { readonly rows: number; readonly counts: PlanCounts; readonly agencies: readonly AgencyPlan[]; readonly rejects: readonly Reject[]; readonly unknownCourses: readonly string[] };
export type PlanInput = {
  readonly table: RosterTable; readonly mapping: RosterMapping; readonly courses: RosterCourses; readonly kind: RosterKind; /** Whoever imports it has seen that it came from PALMS or FLETC itself. */ readonly isVerified: boolean;
  readonly officers: readonly RosterOfficer[]; readonly agencies: readonly RosterAgency[]; readonly onRecord: OnRecord;
};

/** Words of a status that mean "done". A row that says anything else did not end in a completion. */
const DONE = new Set(['complete', 'completed', 'passed', 'pass', 'done', 'satisfied', 'successful', 'p', 'yes', 'graduated', 'certified']);
const SCORE = /^(\d{1,3})(?:\.\d+)?\s*%?$/;
/** The pass mark of every exam (JEM20 s.IV.C). */
const PASS_MARK = 70;
const isDone = (status: string): boolean => {
  const score = SCORE.exec(status);
  return status === '' || (score ? Number(score[1]) >= PASS_MARK : DONE.has(courseKey(status)));
};
const zero = (): Record<keyof PlanCounts, number> => ({ new: 0, same: 0, again: 0, verified: 0, twice: 0, rejected: 0 });

/** Plans a whole table. `told` hears after every thousandth row how many are done. */
export function planRoster(x: PlanInput, told: (done: number) => void = () => undefined): RosterPlan {
  const { mapping: m } = x;
  const people = peopleOf(x.officers, x.agencies);
  const agencyOf = new Map(x.agencies.map((a) => [a.id, a]));
  const isDayFirst = m.completedOn !== undefined && hasDayFirst(x.table.rows.map((r) => r.cells[m.completedOn as number]));
  const counts = zero();
  const perAgency = new Map<string, { counts: Record<keyof PlanCounts, number>; completions: CompletionInput[] }>();
  const rejects: Reject[] = [];
  const unknownCourses = new Map<string, string>();
  const seen = new Set<string>();
  const requirementOf = new Map<string, ReturnType<typeof guessCourse>>();
  for (const [done, { n, cells }] of x.table.rows.entries()) {
    if (done % 1000 === 0) told(done);
    const at = (column: number | undefined): string => (column === undefined ? '' : cellText(cells[column]));
    const reject = (code: RejectCode, value: string): void => {
      counts.rejected += 1;
      rejects.push({ n, code, value, cells });
    };
    const status = at(m.status);
    if (!isDone(status)) {
      reject('not-completed', status);
      continue;
    }
    const found = people.find({ agency: at(m.agency), badge: at(m.badge), name: rowName(at(m.name), at(m.lastName), at(m.firstName)) });
    if ('fault' in found) {
      reject(found.fault, found.value);
      continue;
    }
    const { officer } = found;
    const title = at(m.course);
    if (!requirementOf.has(title)) requirementOf.set(title, (Object.hasOwn(x.courses, courseKey(title)) ? x.courses[courseKey(title)] : null) ?? guessCourse(title));
    const requirement = requirementOf.get(title) ?? null;
    if (requirement === null) {
      if (title !== '') unknownCourses.set(courseKey(title), title);
      reject(title === '' ? 'course-missing' : 'course-unknown', title);
      continue;
    }
    const agency = agencyOf.get(officer.agencyId);
    const cell = m.completedOn === undefined ? null : cells[m.completedOn];
    const read = readDay(cell, agency?.today ?? '', isDayFirst);
    if ('fault' in read) {
      reject(read.fault, cellText(cell));
      continue;
    }
    const id = completionId(officer.id, requirement, read.day);
    let own = perAgency.get(officer.agencyId);
    if (!own) {
      own = { counts: zero(), completions: [] };
      perAgency.set(officer.agencyId, own);
    }
    const record = x.onRecord.get(id);
    const what = seen.has(id) ? 'twice' : !record ? 'new' : record.isWithdrawn ? 'again' : x.isVerified && !record.isVerified ? 'verified' : 'same';
    seen.add(id);
    counts[what] += 1;
    own.counts[what] += 1;
    if (what === 'new' || what === 'again' || what === 'verified') {
      own.completions.push({ officerId: officer.id, requirement, completedOn: read.day, evidence: `${x.kind} roster, row ${n}`, provider: x.kind, isVerified: x.isVerified });
    }
  }
  told(x.table.rows.length);
  const agencies = [...perAgency].map(([agencyId, p]) => ({ agencyId, name: agencyOf.get(agencyId)?.name ?? agencyId, counts: p.counts, completions: p.completions }));
  return { rows: x.table.rows.length, counts, rejects, unknownCourses: [...unknownCourses.values()].sort(), agencies: agencies.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)) };
}

/** How many rows a plan changes. */
export const changesOf = (counts: PlanCounts): number => counts.new + counts.again + counts.verified;
/** Commands of one plan have at most so many completions: few, because each reads its whole agency, and small enough that one push carries them. */
export const PIECE = MOST_COMPLETIONS;
/** The plan cut into pieces, each of one agency: one command each. */
export const piecesOf = (plan: readonly Pick<AgencyPlan, 'agencyId' | 'completions'>[]): readonly { readonly agencyId: string; readonly completions: readonly CompletionInput[] }[] =>
  plan.flatMap(({ agencyId, completions }) => Array.from({ length: Math.ceil(completions.length / PIECE) }, (_, n) => ({ agencyId, completions: completions.slice(n * PIECE, (n + 1) * PIECE) })));
