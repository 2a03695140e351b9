/**
 * Training of a DIO (domain 3.1, 3.2, 3.4): requirements as data, when a completion falls due again, and how each requirement stands, for any past moment and
 * for what was known at another. Completions are facts; nothing here is stored. Without data a requirement is unknown: never current, and never a lapse.
 */
import type { CourseWaiverRow, Model, TrainingRow } from '../rows.ts';
import { siteDay } from '../time.ts';
import { addDays, addMonths, endOfDay, startOfDay } from './calendar.ts';
import { type ClockId, clockRow } from './clock-table.ts';

/**
 * `once`: before certification, never again. `rolling`: a length after the last completion. `fixed_window`: once in each federal fiscal year.
 * `anchored`: by each anniversary of the initial training. `keep_alive`: broken off when it is not used.
 */
export type RequirementType = 'once' | 'rolling' | 'fixed_window' | 'anchored' | 'keep_alive';
type Requirement = {
  readonly title: string; readonly type: RequirementType; readonly models: readonly Model[];
  /** The clock that gives its length; null: done once. */
  readonly clock: ClockId | null;
  /** Authority lapses when it is past due [AUT-8]; a dead card ends the access to systems, not authority. */
  readonly isAuthority: boolean;
  /** It is due soon from this many days before [AUT-6]. */
  readonly soonDays: number;
  readonly source: string;
};
const palms = (title: string): Requirement => ({ title, type: 'rolling', models: ['JEM', 'TFM'], clock: 'K18', isAuthority: true, soonDays: 60, source: 'OIG-18-77 p. 9, footnote 7' });

/** Every requirement, in the order of the matrix. Courses are asked of the models whose DIOs process in ICE systems [D]. */
export const REQUIREMENTS = {
  initial: { title: 'Initial training', type: 'once', models: ['JEM', 'TFM', 'WSO'], clock: null, isAuthority: false, soonDays: 0, source: 'JEM20 s.IV.C; TFM25 s.IV; WSO25 s.IV.C' },
  'palms-1': palms('Immigration and Nationality Act overview'), 'palms-2': palms('Immigration fundamentals'), 'palms-3': palms('Human trafficking awareness'), 'palms-4': palms('Information awareness'),
  'palms-5': palms('Basic records management'), 'palms-6': palms('Privacy awareness'), 'palms-7': palms('Operations security'), 'palms-8': palms('ICE language access'),
  refresher: { title: 'Refresher, one week, in person', type: 'rolling', models: ['JEM'], clock: 'K19', isAuthority: true, soonDays: 180, source: 'OIG-18-77 p. 8' },
  authorization: { title: 'Task force authorization', type: 'rolling', models: ['TFM'], clock: 'K20', isAuthority: true, soonDays: 180, source: 'TFM25 s.IX' },
  card: { title: 'Security card login', type: 'keep_alive', models: ['JEM', 'TFM'], clock: 'K17', isAuthority: false, soonDays: 7, source: 'OIG-18-77 p. 8' },
} as const satisfies Readonly<Record<string, Requirement>>;
export type RequirementId = keyof typeof REQUIREMENTS;
export const REQUIREMENT_IDS = Object.keys(REQUIREMENTS) as readonly RequirementId[];
export const isRequirement = (id: string): id is RequirementId => Object.hasOwn(REQUIREMENTS, id);
const specOf = (id: RequirementId): Requirement => REQUIREMENTS[id];
/** Requirements that a completion can meet; the card is met by logging in. */
export const COURSE_IDS = REQUIREMENT_IDS.filter((id) => id !== 'card');
/** Requirements asked of a DIO of this model. */
export const requirementsOf = (model: Model): readonly RequirementId[] => REQUIREMENT_IDS.filter((id) => specOf(id).models.includes(model));
/** The eight annual courses (3.2). */
export const ANNUAL_COURSES = REQUIREMENT_IDS.filter((id) => id.startsWith('palms-'));

/** How due days are counted where sources differ (3.1): the seed names no rule, so both are in use. */
export type TrainingPolicy = { readonly courses: 'rolling' | 'fixed_window' | 'anchored'; readonly refresher: 'rolling' | 'anchored' };
export const DEFAULT_POLICY: TrainingPolicy = { courses: 'rolling', refresher: 'rolling' };
const typeUnder = (id: RequirementId, policy: TrainingPolicy): RequirementType => (id.startsWith('palms-') ? policy.courses : id === 'refresher' ? policy.refresher : specOf(id).type);

/** The federal fiscal year of a day: October belongs to the next. */
export const fiscalYear = (day: string): number => Number(day.slice(0, 4)) + (day.slice(5, 7) >= '10' ? 1 : 0);

const MOST_KEPT = 50_000;
/** Answers by what the days have in common, then by day: the same few days are asked for by every DIO. */
function keeping<K>(make: (day: string, common: K) => string): (day: string, common: K) => string {
  const all = new Map<K, Map<string, string>>();
  return (day, common) => {
    let own = all.get(common);
    if (!own) {
      own = new Map();
      all.set(common, own);
    }
    const found = own.get(day);
    if (found !== undefined) return found;
    const made = make(day, common);
    if (own.size > MOST_KEPT) own.clear();
    own.set(day, made);
    return made;
  };
}
const monthsAfter = keeping<number>(addMonths);
const startAt = keeping<string>(startOfDay);
const endAt = keeping<string>(endOfDay);
const edgeOf = (day: string, edge: 'start' | 'end', zone: string): string => (edge === 'end' ? endAt(day, zone) : startAt(day, zone));

/** Where the file of a DIO stands: what counting needs. */
export type TrainingFile = {
  readonly agencyId: string; readonly officerId: string; readonly zone: string; readonly model: Model;
  readonly completions: readonly TrainingRow[]; readonly waivers: readonly CourseWaiverRow[]; readonly policy?: TrainingPolicy;
  /** The day of the initial training; null when it is not on record. */
  readonly anchorOn: string | null;
  /** When that was recorded: what fell due before then nobody here watched, and it is unknown. */
  readonly anchorRecordedAt: string | null;
};
/** `dueOn`: the last day on which it still counts. `endsAt`: the instant at which it no longer does. */
export type Due = { readonly dueOn: string; readonly endsAt: string };

/** When a completion on this day of the site no longer counts; null when it never falls due again. `isAnchor`: the day is that of the initial training itself. */
export function dueAfter(id: RequirementId, completedOn: string, { zone, policy = DEFAULT_POLICY, anchorOn }: Pick<TrainingFile, 'zone' | 'policy' | 'anchorOn'>, isAnchor = false): Due | null {
  const { clock } = specOf(id);
  if (clock === null) return null;
  const { length } = clockRow(clock);
  const type = typeUnder(id, policy);
  if (type === 'fixed_window') {
    const dueOn = `${fiscalYear(completedOn) + 1}-09-30`;
    return { dueOn, endsAt: edgeOf(dueOn, 'end', zone) };
  }
  if (length.unit === 'days') {
    const dueOn = addDays(completedOn, length.n, false);
    return { dueOn, endsAt: edgeOf(dueOn, length.edge, zone) };
  }
  if (length.unit !== 'months') throw new Error(`clock ${clock} has no length in days or months`);
  let dueOn = monthsAfter(completedOn, length.n);
  if (type === 'anchored' && anchorOn !== null && !isAnchor) {
    let periods = 1;
    while (monthsAfter(anchorOn, length.n * periods) <= completedOn) periods += 1;
    dueOn = monthsAfter(anchorOn, length.n * (periods + 1));
  }
  // A length that ends as its day begins (an authorization) has the day before as its last.
  return length.edge === 'end' ? { dueOn, endsAt: edgeOf(dueOn, 'end', zone) } : { dueOn: addDays(dueOn, -1, false), endsAt: edgeOf(dueOn, 'start', zone) };
}

/** The day to plan a refresher for: no class is planned from October to December, so what falls due then is planned for 30 September (AUT-6; caution, the source names initial classes). */
export const planBy = (id: RequirementId, dueOn: string): string => (id === 'refresher' && dueOn.slice(5, 7) >= '10' ? `${dueOn.slice(0, 4)}-09-30` : dueOn);

// ---- what counts, from when to when ----

/** Known at `knownAt`: recorded by then and not withdrawn by then. Null: everything on record. */
export const isKnown = (c: TrainingRow, knownAt: string | null): boolean => {
  if (c.completedOn === null) return false;
  if (knownAt === null) return c.withdrawnAt === null;
  const since = c.recordedAt ?? c.verifiedAt;
  return (since === null || since <= knownAt) && (c.withdrawnAt === null || c.withdrawnAt > knownAt);
};
/** Verified, as far as was known at `knownAt`. */
export const isVerified = (c: TrainingRow, knownAt: string | null): boolean => c.verifiedBy !== null && (knownAt === null || c.verifiedAt === null || c.verifiedAt <= knownAt);
const isAbout = (w: CourseWaiverRow, file: Pick<TrainingFile, 'agencyId' | 'officerId'>, id: string): boolean =>
  w.requirement === id && (w.agencyId === file.agencyId || w.agencyId === '*') && (w.officerId === null || w.officerId === file.officerId);
const isGranted = (w: CourseWaiverRow, knownAt: string | null): boolean => w.grantedAt !== null && w.validFrom !== null && w.expiresOn !== null && (knownAt === null || w.grantedAt <= knownAt);
/** When a granted waiver ends: after its last day, or when it was taken back. */
function waiverEnd(w: CourseWaiverRow, zone: string, knownAt: string | null): string {
  const end = edgeOf(w.expiresOn as string, 'end', zone);
  return w.endedAt !== null && w.endedAt < end && (knownAt === null || w.endedAt <= knownAt) ? w.endedAt : end;
}

/** Completions of a requirement that are known, its granted substitutes among them, oldest first. */
function completionsOf(id: RequirementId, file: TrainingFile, knownAt: string | null): readonly TrainingRow[] {
  const substitutes = file.waivers.filter((w) => w.substitute !== null && isAbout(w, file, id) && isGranted(w, knownAt));
  const counts = (c: TrainingRow): boolean => c.requirement === id
    || substitutes.some((w) => w.substitute === c.requirement && c.completedOn !== null && c.completedOn >= siteDay(w.validFrom as string, file.zone) && c.completedOn <= (w.expiresOn as string));
  return file.completions.filter((c) => counts(c) && isKnown(c, knownAt)).sort((a, b) => ((a.completedOn as string) < (b.completedOn as string) ? -1 : (a.completedOn as string) > (b.completedOn as string) ? 1 : 0));
}

/** A stretch of time in which a requirement counts: from the start of the day of a verified completion until it falls due; or a waiver. `to` null: for good. */
export type Stretch = { readonly from: string; readonly to: string | null; readonly dueOn: string | null; readonly completion: TrainingRow | null; readonly waiver: CourseWaiverRow | null };
/** Stretches of one requirement, by their start. Empty: nothing is known of it. */
export function stretches(id: RequirementId, file: TrainingFile, knownAt: string | null = null): readonly Stretch[] {
  const found: Stretch[] = [];
  if (file.anchorOn !== null && id !== 'card') {
    const due = dueAfter(id, file.anchorOn, file, true);
    if (due && (file.anchorRecordedAt === null || due.endsAt >= file.anchorRecordedAt)) found.push({ from: edgeOf(file.anchorOn, 'start', file.zone), to: due.endsAt, dueOn: due.dueOn, completion: null, waiver: null });
  }
  for (const completion of completionsOf(id, file, knownAt)) {
    if (!isVerified(completion, knownAt)) continue;
    const due = dueAfter(id, completion.completedOn as string, file);
    found.push({ from: edgeOf(completion.completedOn as string, 'start', file.zone), to: due?.endsAt ?? null, dueOn: due?.dueOn ?? null, completion, waiver: null });
  }
  for (const waiver of file.waivers) {
    if (waiver.substitute !== null || !isAbout(waiver, file, id) || !isGranted(waiver, knownAt)) continue;
    found.push({ from: waiver.validFrom as string, to: waiverEnd(waiver, file.zone, knownAt), dueOn: waiver.expiresOn, completion: null, waiver });
  }
  return found.sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
}

/** The first instant at or after `from` at which a requirement that is known does not count; null: never, as far as is known. Before the first stretch nothing is known, which is no lapse. */
function firstGap(all: readonly Stretch[], from: string): string | null {
  const first = all[0];
  if (!first) return null;
  let at = from < first.from ? first.from : from;
  for (const s of all) {
    if (s.from > at) return at;
    if (s.to === null) return null;
    if (s.to > at) at = s.to;
  }
  return at;
}

export type Lapse = { readonly at: string; readonly requirement: RequirementId };
/** The first moment at or after `from` at which authority lapses for training [AUT-8]: a requirement is past due and no waiver is in force. Null: none that is known. */
export function firstLapse(file: TrainingFile, from: string, knownAt: string | null = null): Lapse | null {
  let first: Lapse | null = null;
  for (const requirement of requirementsOf(file.model)) {
    if (!specOf(requirement).isAuthority) continue;
    const at = firstGap(stretches(requirement, file, knownAt), from);
    if (at !== null && (first === null || at < first.at)) first = { at, requirement };
  }
  return first;
}

// ---- how it stands ----

export const STANDINGS = ['overdue', 'unknown', 'due_soon', 'waived', 'current', 'not_required'] as const;
export type Standing = (typeof STANDINGS)[number];
export type RequirementStanding = {
  readonly requirement: RequirementId; readonly standing: Standing;
  /** The last day on which it counts; of what is overdue the day that passed; null when unknown or never due again. */
  readonly dueOn: string | null;
  /** The day to plan for. */
  readonly planBy: string | null;
  /** The completion or waiver that it rests on. */
  readonly completion: TrainingRow | null; readonly waiver: CourseWaiverRow | null;
  /** A newer completion waits to be verified; until then it does not count. */
  readonly unverified: TrainingRow | null;
  /** A PM filed that the course cannot be taken, and HQ has not answered: it gives no extension. */
  readonly unavailable: CourseWaiverRow | null;
};

/** How one requirement stood at `at`, by what was known at `knownAt` (null: by everything on record). */
export function standingOf(id: RequirementId, file: TrainingFile, at: string, knownAt: string | null = null): RequirementStanding {
  const none = { requirement: id, dueOn: null, planBy: null, completion: null, waiver: null, unverified: null, unavailable: null };
  if (!specOf(id).models.includes(file.model)) return { ...none, standing: 'not_required' };
  const all = stretches(id, file, knownAt).filter((s) => s.from <= at);
  const day = siteDay(at, file.zone);
  const newest = all.findLast((s) => s.completion !== null)?.completion?.completedOn ?? '';
  const unverified = completionsOf(id, file, knownAt).findLast((c) => !isVerified(c, knownAt) && (c.completedOn as string) <= day && (c.completedOn as string) > newest) ?? null;
  const unavailable = file.waivers.find((w) => isAbout(w, file, id) && w.grantedAt === null && w.endedAt === null && w.filedAt <= (knownAt ?? at)) ?? null;
  // The stretch that reaches furthest: what a waiver covers counts, but what was done is named first.
  const inForce = all.filter((s) => s.to === null || s.to > at);
  const best = furthest(inForce.filter((s) => s.waiver === null)) ?? furthest(inForce);
  const last = best ?? furthest(all);
  if (!last) return { ...none, unverified, unavailable, standing: id === 'initial' && file.anchorOn !== null ? 'current' : 'unknown' };
  const more = { ...none, dueOn: last.dueOn, planBy: last.dueOn === null ? null : planBy(id, last.dueOn), completion: last.completion, waiver: last.waiver, unverified, unavailable };
  if (!best) return { ...more, standing: 'overdue' };
  if (best.waiver) return { ...more, standing: 'waived' };
  const soon = best.dueOn !== null && daysBetween(day, planBy(id, best.dueOn)) <= specOf(id).soonDays;
  return { ...more, standing: soon ? 'due_soon' : 'current' };
}
const furthest = (all: readonly Stretch[]): Stretch | null => all.reduce<Stretch | null>((a, b) => (a === null || (a.to !== null && (b.to === null || b.to > a.to)) ? b : a), null);

/** Whole days from one day to another; negative when the other lies before. */
export const daysBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
/** How every requirement of a DIO's model stood. */
export const standings = (file: TrainingFile, at: string, knownAt: string | null = null): readonly RequirementStanding[] => requirementsOf(file.model).filter((id) => id !== 'card').map((id) => standingOf(id, file, at, knownAt));
/** True when it counts. */
export const doesCount = (standing: Standing): boolean => standing === 'current' || standing === 'due_soon' || standing === 'waived' || standing === 'not_required';

/** The look-ahead of the matrix, the nearest first (product matrix, PCIT): months are counted by days. */
export const LOOK_AHEAD = ['overdue', 'days', 'months_3', 'months_6', 'months_12', 'later', 'unknown'] as const;
export type LookAhead = (typeof LOOK_AHEAD)[number];
export const LOOK_AHEAD_WORDS = { overdue: 'Past due', days: '30 days or less', months_3: '3 to 1 months', months_6: '6 to 3 months', months_12: '12 to 6 months', later: 'Later', unknown: 'Unknown' } as const satisfies Record<LookAhead, string>;
/** In which part of the look-ahead a due day lies, seen from a day of the site. */
export function lookAhead(dueOn: string | null, day: string): LookAhead {
  if (dueOn === null) return 'unknown';
  if (dueOn < day) return 'overdue';
  const left = daysBetween(day, dueOn);
  return left <= 30 ? 'days' : left <= 91 ? 'months_3' : left <= 183 ? 'months_6' : left <= 365 ? 'months_12' : 'later';
}
/** The same for a requirement as it stands. Null: it is not asked. What counts no more is past due, whatever day its waiver had named; what never falls due again is later. */
export function lookAheadOf({ standing, dueOn }: Pick<RequirementStanding, 'standing' | 'dueOn'>, day: string): LookAhead | null {
  if (standing === 'not_required') return null;
  if (standing === 'unknown' || standing === 'overdue') return standing;
  return dueOn === null ? 'later' : lookAhead(dueOn, day);
}
