/**
 * The training matrix: every DIO against every requirement. Counted once for a state of the rows and an hour (or a past day) into columns of numbers; a filter,
 * a sort and a page only walk these. The rules are `standingOf` and nothing else.
 */
import type { CellState, MatrixCell, MatrixInput, MatrixPage, MatrixRow } from '../../shared/training-views.ts';
import { endOfDay } from '../../shared/domain/calendar.ts';
import { cardStanding, hasLeft, type OfficerFile, stateAt, trainingFile } from '../../shared/domain/officer-events.ts';
import { LOOK_AHEAD, type LookAhead, lookAheadOf, REQUIREMENT_IDS, type RequirementStanding, STANDINGS, standingOf, type TrainingFile } from '../../shared/domain/training.ts';
import { no, ok, type Result } from '../../shared/result.ts';
import type { AuthorityState, TrainingRow } from '../../shared/rows.ts';
import { siteDay } from '../../shared/time.ts';
import { memoised, type Store } from '../open.ts';
import type { ReadContext } from '../read.ts';
import { type OfficerFileItem, officerFiles } from './officer-files.ts';

const COLUMNS = REQUIREMENT_IDS.length;
/** The last column. */
const CARD = REQUIREMENT_IDS.indexOf('card');
/** No day. Sorts after every day. */
const NEVER = 0x7fff_ffff;
const DAY_MS = 86_400_000;
const dayNumber = (day: string | null): number => (day === null ? NEVER : Date.parse(day) / DAY_MS);
const dayText = (n: number): string | null => (n === NEVER ? null : new Date(n * DAY_MS).toISOString().slice(0, 10));

/** One cell is `row * COLUMNS + column`. `part`: index in `LOOK_AHEAD`, its length where nothing is asked. `order`: what a sort goes by. */
type Matrix = {
  /** Which moment it was counted for: equal texts, equal answers. */ readonly moment: string;
  readonly items: readonly OfficerFileItem[]; readonly left: readonly OfficerFileItem[];
  readonly standing: Uint8Array; readonly part: Uint8Array; readonly due: Int32Array; readonly order: Int32Array; readonly unverified: Int32Array; readonly unavailable: Uint8Array;
  /** What a search looks in. */ readonly words: readonly string[];
  readonly momentOf: (zone: string) => Moment;
  /** Counted when a row is first shown. */ readonly authority: Map<number, AuthorityState | 'NONE'>;
};
const CELL_ARRAYS = ['standing', 'part', 'due', 'order', 'unverified', 'unavailable'] as const satisfies readonly (keyof Matrix)[];
type Moment = { readonly at: string; readonly knownAt: string | null };

/** The moment that is asked about, by zone of the site: now, or the end of a day, which for the day that has not ended yet is now. */
function momentsOf(asOf: MatrixInput['asOf'], now: string): (zone: string) => Moment {
  const known = new Map<string, Moment>();
  return (zone) => {
    if (asOf === null) return { at: now, knownAt: null };
    let moment = known.get(zone);
    if (!moment) {
      const at = new Date(Math.min(Date.parse(now), Date.parse(endOfDay(asOf.day, zone)) - 1)).toISOString();
      moment = { at, knownAt: asOf.known === 'then' ? at : null };
      known.set(zone, moment);
    }
    return moment;
  };
}

/** Every requirement of one DIO. Completions are handed over by requirement: most files have no substitute that would bring in another course. */
function cellsOf(file: OfficerFile, item: OfficerFileItem, { at, knownAt }: Moment): readonly RequirementStanding[] {
  const whole: TrainingFile = trainingFile(file, knownAt);
  const own = new Map<string, TrainingRow[]>();
  for (const c of file.completions) {
    const list = own.get(c.requirement);
    if (list) list.push(c);
    else own.set(c.requirement, [c]);
  }
  const substituted = new Set(file.waivers.filter((w) => w.substitute !== null).map((w) => w.requirement));
  return REQUIREMENT_IDS.map((id) => (id === 'card' ? cardStanding(file, item.officer, at, knownAt) : standingOf(id, substituted.has(id) ? whole : { ...whole, completions: own.get(id) ?? [] }, at, knownAt)));
}

const byAgencyAndName = (a: OfficerFileItem, b: OfficerFileItem): number =>
  a.agency.name < b.agency.name ? -1 : a.agency.name > b.agency.name ? 1 : a.officer.name < b.officer.name ? -1 : a.officer.name > b.officer.name ? 1 : a.officer.id < b.officer.id ? -1 : 1;

/** `before`: the same moment before some rows changed; what rests on the same file is taken over. */
function counted(store: Store, asOf: MatrixInput['asOf'], now: string, moment: string, before: Matrix | null): Matrix {
  const sorted = [...officerFiles(store, null)].sort(byAgencyAndName);
  const momentOf = momentsOf(asOf, now);
  const hadLeft = new Set(before?.left);
  const rowBefore = new Map(before?.items.map((item, row): [OfficerFileItem, number] => [item, row]));
  const hasGone = (i: OfficerFileItem): boolean => {
    if (rowBefore.has(i) || hadLeft.has(i)) return hadLeft.has(i);
    const { at, knownAt } = momentOf(i.agency.zone);
    return hasLeft(knownAt === null ? i.file : { events: i.file.events.filter((e) => e.recordedAt <= knownAt) }, at);
  };
  const [items, left]: [OfficerFileItem[], OfficerFileItem[]] = [[], []];
  for (const i of sorted) (hasGone(i) ? left : items).push(i);
  const size = items.length * COLUMNS;
  const m: Matrix = {
    moment, items, left, momentOf, standing: new Uint8Array(size), part: new Uint8Array(size), due: new Int32Array(size), order: new Int32Array(size), unverified: new Int32Array(size), unavailable: new Uint8Array(size),
    words: items.map(({ officer, agency }) => `${officer.name} ${officer.badge} ${agency.name}`.toLowerCase()), authority: new Map(),
  };
  for (const [row, item] of items.entries()) {
    const known = rowBefore.get(item);
    if (before && known !== undefined) copyRow(before, known, m, row);
    else countRow(m, row, item);
  }
  return m;
}

function copyRow(from: Matrix, at: number, to: Matrix, row: number): void {
  for (let column = 0; column < COLUMNS; column += 1) {
    const [a, b] = [at * COLUMNS + column, row * COLUMNS + column];
    for (const key of CELL_ARRAYS) to[key][b] = from[key][a] as number;
  }
  const authority = from.authority.get(at);
  if (authority !== undefined) to.authority.set(row, authority);
}
function countRow(m: Matrix, row: number, item: OfficerFileItem): void {
  const moment = m.momentOf(item.agency.zone);
  const today = siteDay(moment.at, item.agency.zone);
  for (const [column, s] of cellsOf(item.file, item, moment).entries()) {
    const at = row * COLUMNS + column;
    const part = lookAheadOf(s, today);
    m.standing[at] = STANDINGS.indexOf(s.standing);
    m.part[at] = part === null ? LOOK_AHEAD.length : LOOK_AHEAD.indexOf(part);
    m.due[at] = dayNumber(s.dueOn);
    // What a waiver held up until it was ended early is past due, though its day lies ahead.
    m.order[at] = s.standing === 'overdue' ? Math.min(m.due[at] as number, dayNumber(today) - 1) : (m.due[at] as number);
    m.unverified[at] = dayNumber(s.unverified?.completedOn ?? null);
    m.unavailable[at] = s.unavailable ? 1 : 0;
  }
}

const TABLES = ['officers', 'agencies', 'officer_events', 'training', 'course_waivers', 'authority_intervals'] as const;
/** An hour: due days end on the hour of a zone. A day that may not have ended somewhere is counted again too. */
function matrixOf(store: Store, asOf: MatrixInput['asOf'], now: string): Matrix {
  const isOver = asOf !== null && Date.parse(now) - Date.parse(asOf.day) > 3 * DAY_MS;
  const moment = `${asOf?.day ?? ''} ${asOf?.known ?? ''} ${isOver ? '' : now.slice(0, 13)}`;
  const before = store.memo.get('training.matrix')?.value as Matrix | undefined;
  return memoised(store, 'training.matrix', TABLES, moment, () => counted(store, asOf, now, moment, before?.moment === moment ? before : null));
}

function isInState(m: Matrix, at: number, state: CellState): boolean {
  if (state === 'unverified') return m.unverified[at] !== NEVER;
  if (state === 'unavailable') return m.unavailable[at] === 1;
  return m.standing[at] === STANDINGS.indexOf(state);
}

/** One page, with how many officers have something in each part of the look-ahead. `training/as-of-future` for a day that has not come. */
export function trainingMatrix(store: Store, input: MatrixInput, { now }: ReadContext): Result<MatrixPage> {
  const { agencyId, requirement, state, part, asOf } = input;
  if (asOf !== null && asOf.day > now.slice(0, 10)) return no('training/as-of-future', { field: 'asOf', day: asOf.day });
  const m = matrixOf(store, asOf, now);
  // A card never lasts longer than 30 days and would stand before everything else: it counts where it is asked for.
  const [first, last]: readonly [number, number] = requirement === null ? [0, CARD] : [REQUIREMENT_IDS.indexOf(requirement), REQUIREMENT_IDS.indexOf(requirement) + 1];
  const wanted = part === null ? -1 : LOOK_AHEAD.indexOf(part);
  const search = input.search.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const counts = new Uint32Array(LOOK_AHEAD.length);
  // One number for each officer who is listed: the day first, then agency and name.
  const keys = new Float64Array(m.items.length);
  let total = 0;
  let officers = 0;
  for (let row = 0; row < m.items.length; row += 1) {
    if (agencyId !== null && m.items[row]?.agency.id !== agencyId) continue;
    officers += 1;
    if (search.length > 0 && !search.every((w) => (m.words[row] as string).includes(w))) continue;
    let seen = 0;
    let day = NEVER;
    // Without a cell to look for, every officer is listed, those of whom nothing is asked too.
    let isFound = requirement === null && state === null && part === null;
    for (let column = first; column < last; column += 1) {
      const at = row * COLUMNS + column;
      const own = m.part[at] as number;
      if (own === LOOK_AHEAD.length || (state !== null && !isInState(m, at, state))) continue;
      seen |= 1 << own;
      if (wanted >= 0 && own !== wanted) continue;
      isFound = true;
      if ((m.order[at] as number) < day) day = m.order[at] as number;
    }
    for (let p = 0; p < counts.length; p += 1) if (seen & (1 << p)) counts[p] = (counts[p] as number) + 1;
    if (isFound) keys[total++] = (input.sort === 'due' ? day : 0) * m.items.length + row;
  }
  const sorted = keys.subarray(0, total).sort();
  const rows = Array.from(sorted.subarray(input.offset, input.offset + input.limit), (key) => rowOf(m, key - Math.floor(key / m.items.length) * m.items.length, [first, last], asOf === null));
  const left = m.left.filter((i) => agencyId === null || i.agency.id === agencyId).length;
  return ok({ rows, total, officers, left, counts: Object.fromEntries(LOOK_AHEAD.map((p, n): [LookAhead, number] => [p, counts[n] as number])) as Record<LookAhead, number>, now });
}

function rowOf(m: Matrix, row: number, [first, last]: readonly [number, number], isNow: boolean): MatrixRow {
  const { officer, agency, file } = m.items[row] as OfficerFileItem;
  let authority = m.authority.get(row);
  if (authority === undefined) {
    const { at, knownAt } = m.momentOf(agency.zone);
    const state = stateAt(file, at, knownAt);
    // Before the first event the roster's word stands, but only for today.
    authority = state === 'NONE' && isNow ? officer.authorityState : state;
    m.authority.set(row, authority);
  }
  const cells = REQUIREMENT_IDS.map((_id, column): MatrixCell => {
    const at = row * COLUMNS + column;
    return { standing: STANDINGS[m.standing[at] as number] ?? 'unknown', dueOn: dayText(m.due[at] as number), unverifiedOn: dayText(m.unverified[at] as number), isUnavailable: m.unavailable[at] === 1 };
  });
  let next = -1;
  for (let column = first; column < last; column += 1) {
    const at = row * COLUMNS + column;
    if (m.part[at] !== LOOK_AHEAD.length && m.order[at] !== NEVER && (next < 0 || (m.order[at] as number) < (m.order[row * COLUMNS + next] as number))) next = column;
  }
  return { officerId: officer.id, name: officer.name, badge: officer.badge, agencyId: agency.id, agencyName: agency.name, zone: agency.zone, model: agency.model, authority, cells, first: next < 0 ? null : (REQUIREMENT_IDS[next] ?? null) };
}
