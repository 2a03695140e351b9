/**
 * What people record in the file of a DIO: events (domain 3.3), completions and their verification (3.1), courses that cannot be taken (3.4), the annual
 * verification (ERO 13004.2). Every one writes the authority intervals anew from the facts, in the same transaction: checks read nothing else [PK-03].
 */
import { z } from 'zod';
import { canonical } from '../canonical.ts';
import { command, type Envelope, many, one, put, type Put } from '../command.ts';
import { agencyStream, deriveId, PROGRAM_STREAM, sha256Hex } from '../ids.ts';
import { no, ok, type No } from '../result.ts';
import { FIELD_ROLES, type Role } from '../roles.ts';
import type { AgencyRow, AuthorityIntervalRow, CourseWaiverRow, Draft, OfficerEventRow, OfficerRow, TrainingRow } from '../rows.ts';
import { msOf, siteDay, utcInstant } from '../time.ts';
import { addMonths } from './calendar.ts';
import {
  cardAt, hasLeft, intervalsOf, isValidState, liveOfficerEvents, OFFICER_EVENT_KINDS, OFFICER_EVENTS, officerEventSpec, type OfficerEventKind, type OfficerFile, spellAt, spellsOf, stateAt, trainingFile, type RecordedOfficerKind,
} from './officer-events.ts';
import { COURSE_IDS, doesCount, fiscalYear, REQUIREMENTS, type RequirementId, standings } from './training.ts';

const id = z.string().trim().min(1).max(64);
const text = (max = 400) => z.string().trim().min(1).max(max);
const day = z.iso.date();
const instant = z.iso.datetime({ offset: true });
const course = z.enum(COURSE_IDS as [RequirementId, ...RequirementId[]]);
/** Laptops and HQ differ by a little. */
const FUTURE_TOLERANCE_MS = 120_000;
/** A written withdrawal may name its day ahead (WSO). */
const REVOKED_AHEAD_MS = 90 * 86_400_000;

type WithVersion = { readonly version: number; readonly changedBy: string };
const bare = <T extends WithVersion>({ version: _v, changedBy: _c, ...row }: T): Omit<T, keyof WithVersion> => row;
const isSame = (a: object, b: object): boolean => canonical(a) === canonical(b);

/** The rows that make the file of one DIO. `waivers`: of the agency; `programme`: of every agency. */
export type FileRows = {
  readonly officer: OfficerRow | null; readonly agency: AgencyRow | null; readonly events: readonly OfficerEventRow[]; readonly training: readonly TrainingRow[];
  readonly intervals: readonly AuthorityIntervalRow[]; readonly waivers: readonly CourseWaiverRow[]; readonly programme: readonly CourseWaiverRow[];
};
/** Second stage of reads: the file of an officer that the first stage found. */
const fileReads = (officer: OfficerRow | null) => ({
  agency: one('agencies', officer?.agencyId), events: many('officer_events', { officerId: officer?.id ?? '' }), training: many('training', { officerId: officer?.id ?? '' }),
  intervals: many('authority_intervals', { officerId: officer?.id ?? '' }), waivers: many('course_waivers', { agencyId: officer?.agencyId ?? '' }), programme: many('course_waivers', { agencyId: '*' }),
});

type RosterInterval = Pick<AuthorityIntervalRow, 'id' | 'model' | 'startAt' | 'endAt' | 'endReason' | 'recordedAt'>;
/** Intervals of HQ's roster as events of the file. The ids derive from what they say: the same roster again makes the same events. */
export function rosterEvents(officer: Pick<OfficerRow, 'id' | 'agencyId' | 'authorityState'>, intervals: readonly RosterInterval[], by = 'hq'): readonly Draft<'officer_events'>[] {
  const own = { stream: agencyStream(officer.agencyId), agencyId: officer.agencyId, officerId: officer.id, recordedBy: by, recordedRole: 'service' as const };
  const sorted = [...intervals].filter((i) => i.startAt !== i.endAt).sort((a, b) => (a.startAt < b.startAt ? -1 : 1));
  return sorted.flatMap((i, n): readonly Draft<'officer_events'>[] => [
    { id: sha256Hex(`${i.id}/open/${i.startAt}`).slice(0, 32), ...own, kind: 'roster.opened', at: i.startAt, details: { intervalId: i.id, model: i.model }, recordedAt: i.recordedAt },
    ...(i.endAt === null ? [] : [{ id: sha256Hex(`${i.id}/close/${i.endAt}`).slice(0, 32), ...own, kind: 'roster.closed', at: i.endAt, details: { state: closedAs(officer.authorityState, n === sorted.length - 1), why: i.endReason ?? 'ended' }, recordedAt: i.recordedAt }]),
  ]);
}
/** Events for authority that is on record without one: intervals that came before files were kept. They were known when the interval was. */
const earlierEvents = ({ officer, intervals, events }: Pick<FileRows, 'intervals' | 'events'> & { readonly officer: OfficerRow }): readonly Draft<'officer_events'>[] => (events.length > 0 ? [] : rosterEvents(officer, intervals));
const closedAs = (state: string, isLast: boolean): string => (isLast && !isValidState(state) ? state : 'LAPSED');

/** The file, with the roster's events where none were kept. */
export function fileOf(rows: FileRows & { readonly officer: OfficerRow; readonly agency: AgencyRow }): OfficerFile {
  const { officer, agency } = rows;
  return {
    agencyId: agency.id, officerId: officer.id, zone: agency.zone, model: agency.model, completions: rows.training, waivers: [...rows.waivers, ...rows.programme],
    events: [...earlierEvents(rows), ...rows.events],
  };
}

/** The rows that follow from a file: intervals that changed and the officer's row as of `env.at`. Intervals that no longer follow are closed where they began. */
export function projected(file: OfficerFile, officer: Draft<'officers'>, intervals: readonly AuthorityIntervalRow[], env: Envelope): readonly Put[] {
  const stream = agencyStream(file.agencyId);
  const puts: Put[] = [];
  const computed = intervalsOf(file);
  for (const i of computed) {
    const row: Draft<'authority_intervals'> = { ...i, stream, recordedAt: env.at };
    const before = intervals.find((b) => b.id === i.id);
    if (!before || !isSame({ ...bare(before), recordedAt: '' }, { ...row, recordedAt: '' })) puts.push(put('authority_intervals', row));
  }
  for (const before of intervals) {
    if (computed.some((i) => i.id === before.id) || before.endAt === before.startAt) continue;
    puts.push(put('authority_intervals', { ...bare(before), endAt: before.startAt, endReason: 'Corrected: there was no such authority', recordedAt: env.at }));
  }
  const state = stateAt(file, env.at);
  const card = cardAt(file.events, officer, file.zone, env.at);
  const row: Draft<'officers'> = { ...officer, authorityState: state === 'NONE' ? officer.authorityState : state, cardState: card.state, lastCardLoginAt: card.lastLoginAt, isSeparated: hasLeft(file, env.at) };
  if (!isSame(officer, row)) puts.push(put('officers', row));
  return puts;
}

// ---- events ----

const kinds = OFFICER_EVENT_KINDS.filter((k): k is RecordedOfficerKind => !k.startsWith('roster.'));
const eventInput = z.discriminatedUnion('kind', kinds.map((kind) => z.strictObject({ kind: z.literal(kind), at: instant, details: OFFICER_EVENTS[kind].details })) as never) as unknown as z.ZodType<{
  readonly kind: RecordedOfficerKind; readonly at: string; readonly details: OfficerEventRow['details'];
}>;
export const officerRecordInput = z.strictObject({ officerId: id, event: eventInput });

/** Months that a lapse may last before the DIO goes back to training (AUT-11 [D]). */
const LAPSED_MONTHS = 12;
const REFRESHER_MONTHS = 6;

type Guarded = { readonly file: OfficerFile; readonly at: string; readonly details: OfficerEventRow['details']; readonly others: readonly AuthorityIntervalRow[]; readonly env: Envelope };
/** Guards that a table of states cannot hold. */
const GUARDS: Partial<Record<OfficerEventKind, (g: Guarded) => No | null>> = {
  // No initial class in the first fiscal quarter [S 8].
  'training.started': ({ details }) => (details.course === 'initial' && String(details.startsOn).slice(5, 7) >= '10' ? no('officer/no-class-then', { field: 'startsOn', startsOn: details.startsOn }) : null),
  certified: ({ file, at, details }) => {
    const passed = liveOfficerEvents(file.events).findLast((e) => e.kind === 'passed' && e.at <= at);
    return passed && String(details.letterOn) < String(passed.details.completedOn) ? no('officer/letter-before-training', { field: 'letterOn', completedOn: passed.details.completedOn }) : null;
  },
  revoked: ({ file, at, details, others }) => {
    if (file.model === 'TFM' && (details.noticeAt === null || msOf(String(details.noticeAt)) > msOf(at))) return no('officer/notice-first', { field: 'noticeAt', clock: 'K22' });
    const isLast = !others.some((i) => i.officerId !== file.officerId && i.startAt <= at && (i.endAt === null || i.endAt > at));
    return isLast && details.moaNotice === null ? no('officer/last-officer', { field: 'moaNotice', agencyId: file.agencyId }) : null;
  },
  reinstated: ({ file, at }) => {
    const spell = spellAt(file, at);
    if (!spell) return no('officer/not-in-state', { state: 'NONE', what: OFFICER_EVENTS.reinstated.label });
    const signed = liveOfficerEvents(file.events).some((e) => e.kind === 'reinstatement.signed' && e.at >= spell.from && e.at <= at);
    if (!signed) return no('officer/pm-must-sign', { since: spell.from });
    // A suspension can follow a lapse: what counts is since when there has been no authority.
    const all = spellsOf(file);
    const lastValid = all.findLast((s) => isValidState(s.state) && s.from <= at);
    const since = siteDay(lastValid?.to ?? spell.from, file.zone);
    const today = siteDay(at, file.zone);
    if (today > addMonths(since, LAPSED_MONTHS)) return no('officer/lapsed-too-long', { since, months: LAPSED_MONTHS });
    const missing = standings(trainingFile(file), at).filter((s) => !doesCount(s.standing));
    const refresher = missing.find((s) => s.requirement === 'refresher' && s.dueOn !== null);
    if (refresher?.dueOn && today > addMonths(refresher.dueOn, REFRESHER_MONTHS)) return no('officer/refresher-too-old', { dueOn: refresher.dueOn, months: REFRESHER_MONTHS });
    return missing.length > 0 ? no('officer/not-verified', { requirements: missing.map((s) => s.requirement), titles: missing.map((s) => REQUIREMENTS[s.requirement].title) }) : null;
  },
};

/** Which event a correction may take back: one that exists, still counts, and that this role could have recorded. */
function whyNotCorrect(eventId: string, events: readonly OfficerEventRow[], role: Role): No | null {
  const target = events.find((e) => e.id === eventId);
  if (!target) return no('officer/unknown-event', { eventId });
  if (target.kind === 'corrected' || !liveOfficerEvents(events).some((e) => e.id === eventId)) return no('officer/already-corrected', { eventId });
  const spec = officerEventSpec(target.kind);
  return spec && !spec.actors.includes(role) && role !== 'fod' ? no('officer/not-your-role', { what: spec.label, role }) : null;
}

/** `officer.record`: one step in the file of a DIO. Refused when the state, the actor or a guard of domain 3.3 says so. */
export const officerRecord = command({
  name: 'officer.record', conflict: 'merge', roles: [...FIELD_ROLES, 'fod', 'sddo', 'national_pm', 'training_officer', 'ice_security'], input: officerRecordInput,
  reads: [
    (i) => ({ officer: one('officers', i.officerId) }),
    (_i, _env, { officer }) => ({ ...fileReads(officer), others: many('authority_intervals', { agencyId: officer?.agencyId ?? '' }) }),
  ],
  stream: ({ officer }) => (officer ? agencyStream(officer.agencyId) : null),
  decide: (s, i, env) => {
    const { officer, agency } = s;
    if (!officer || !agency) return no('officer/unknown', { officerId: i.officerId });
    const { kind } = i.event;
    const spec = OFFICER_EVENTS[kind];
    if (!(spec.actors as readonly Role[]).includes(env.role)) return no('officer/not-your-role', { what: spec.label, role: env.role, allowed: spec.actors });
    const at = utcInstant(msOf(i.event.at));
    if (msOf(at) > msOf(env.at) + (kind === 'revoked' ? REVOKED_AHEAD_MS : FUTURE_TOLERANCE_MS)) return no('officer/future', { field: 'at', at, now: env.at });
    const before = fileOf({ ...s, officer, agency });
    const base = earlierEvents({ ...s, officer });
    const stream = agencyStream(agency.id);
    let { details } = i.event;
    // The same step in the same words by the same person: one event.
    const isAgain = s.events.some((e) => e.kind === kind && e.recordedBy === env.actor && msOf(e.at) === msOf(at) && isSame({ ...e.details, answers: '' }, { ...details, answers: '' }));
    if (isAgain && liveOfficerEvents(s.events).some((e) => e.kind === kind && msOf(e.at) === msOf(at))) return ok([]);
    if (kind === 'corrected') {
      const wrong = whyNotCorrect(String(details.eventId), s.events, env.role);
      if (wrong) return wrong;
    } else {
      const state = spellAt(before, at)?.state ?? 'NONE';
      if (spec.from.length > 0 && !(spec.from as readonly string[]).includes(state)) return no('officer/not-in-state', { state, what: spec.label, at });
      const wrong = GUARDS[kind]?.({ file: before, at, details, others: s.others, env });
      if (wrong) return wrong;
    }
    if (kind === 'reinstated') details = { ...details, answers: liveOfficerEvents(before.events).filter((e) => e.kind === 'suspended' && e.at <= at).map((e) => e.id).join(' ') };
    const row: Draft<'officer_events'> = { id: deriveId(env.id, 0), stream, agencyId: agency.id, officerId: officer.id, kind, at, details, recordedBy: env.actor, recordedRole: env.role, recordedAt: env.at };
    const after: OfficerFile = { ...before, events: [...before.events, row] };
    return ok([...base.map((e) => put('officer_events', e)), put('officer_events', row), ...projected(after, bare(officer), s.intervals, env)]);
  },
});

// ---- completions ----

/** Whole agencies are written at once: an import of one agency is one command. */
const agencyReads = (agencyId: string) => ({
  agency: one('agencies', agencyId), officers: many('officers', { agencyId }), events: many('officer_events', { agencyId }), training: many('training', { agencyId }), intervals: many('authority_intervals', { agencyId }),
  waivers: many('course_waivers', { agencyId }), programme: many('course_waivers', { agencyId: '*' }),
});
type AgencyRows = {
  readonly agency: AgencyRow | null; readonly officers: readonly OfficerRow[]; readonly events: readonly OfficerEventRow[]; readonly training: readonly TrainingRow[]; readonly intervals: readonly AuthorityIntervalRow[];
  readonly waivers: readonly CourseWaiverRow[]; readonly programme: readonly CourseWaiverRow[];
};
function grouped<T extends { readonly officerId: string }>(rows: readonly T[]): ReadonlyMap<string, readonly T[]> {
  const map = new Map<string, T[]>();
  for (const row of rows) {
    const own = map.get(row.officerId);
    if (own) own.push(row);
    else map.set(row.officerId, [row]);
  }
  return map;
}
/** What follows for the named DIOs (all: every one of the agency) when training or waivers are as given. */
function projectedAll(s: AgencyRows & { readonly agency: AgencyRow }, officerIds: ReadonlySet<string> | 'all', env: Envelope): readonly Put[] {
  const [events, training, intervals] = [grouped(s.events), grouped(s.training), grouped(s.intervals)];
  return s.officers.filter((o) => officerIds === 'all' || officerIds.has(o.id)).flatMap((officer) => {
    const own = { ...s, officer, events: events.get(officer.id) ?? [], training: training.get(officer.id) ?? [], intervals: intervals.get(officer.id) ?? [] };
    const base = earlierEvents(own);
    const puts = projected(fileOf(own), bare(officer), own.intervals, env);
    return puts.length === 0 ? [] : [...base.map((e) => put('officer_events', e)), ...puts];
  });
}
const drafted = <T extends 'training' | 'course_waivers'>(row: Draft<T>): Draft<T> & WithVersion => ({ ...row, version: 0, changedBy: '' });

/**
 * The id of a completion: the same DIO, requirement and day is the same fact, from whatever file it came. It begins alike for all of one DIO, so that a roster's
 * rows lie side by side in the stores' indexes: ids at random cost a page of every index per row.
 */
export const completionId = (officerId: string, requirement: string, completedOn: string): string => `${sha256Hex(officerId).slice(0, 8)}${sha256Hex(`completion/${officerId}/${requirement}/${completedOn}`).slice(0, 24)}`;
export const completionInput = z.strictObject({ officerId: id, requirement: course, completedOn: day, evidence: text(), provider: text(100), isVerified: z.boolean() });
export type CompletionInput = z.infer<typeof completionInput>;
/** The most completions of one command: a roster is cut into such pieces. */
export const MOST_COMPLETIONS = 2000;

/**
 * `training.record`: completions of one agency's DIOs, by hand or from a roster (`source`). What is on record already is left as it is, so that the same roster
 * twice changes nothing; what was withdrawn counts again, as of the import that brought it back. `isVerified`: whoever records it has seen the evidence.
 */
export const trainingRecord = command({
  name: 'training.record', conflict: 'merge', roles: [...FIELD_ROLES, 'training_officer', 'national_pm'],
  input: z.strictObject({
    agencyId: id, completions: z.array(completionInput).min(1).max(MOST_COMPLETIONS),
    source: z.strictObject({ importId: id, fileName: text(200), fileHash: z.string().regex(/^[0-9a-f]{64}$/), kind: z.enum(['PALMS', 'FLETC']) }).nullable(),
  }),
  reads: [(i) => agencyReads(i.agencyId)],
  stream: (_first, i) => agencyStream(i.agencyId),
  decide: (s, i, env) => {
    const { agency } = s;
    if (!agency) return no('intake/unknown-agency', { agencyId: i.agencyId });
    const known = new Set(s.officers.map((o) => o.id));
    const today = siteDay(env.at, agency.zone);
    const stream = agencyStream(agency.id);
    const rows = new Map<string, Draft<'training'>>();
    const stored = new Map(s.training.map((t) => [t.id, t]));
    for (const [n, c] of i.completions.entries()) {
      if (!known.has(c.officerId)) return no('training/unknown-officer', { field: `completions.${n}.officerId`, officerId: c.officerId, agencyId: agency.id });
      if (c.completedOn > today) return no('training/future', { field: `completions.${n}.completedOn`, completedOn: c.completedOn });
      const key = completionId(c.officerId, c.requirement, c.completedOn);
      const before = stored.get(key);
      const verified = c.isVerified ? { verifiedBy: env.actor, verifiedAt: env.at } : { verifiedBy: null, verifiedAt: null };
      if (before && before.withdrawnAt === null && (before.verifiedBy !== null || !c.isVerified)) continue;
      if (before) rows.set(key, { ...bare(before), ...(before.verifiedBy === null ? verified : {}), importId: before.withdrawnAt === null ? before.importId : (i.source?.importId ?? before.importId), withdrawnBy: null, withdrawnAt: null, withdrawnReason: null });
      else {
        rows.set(key, {
          id: key, stream, agencyId: agency.id, officerId: c.officerId, requirement: c.requirement, title: REQUIREMENTS[c.requirement].title, completedOn: c.completedOn, ...verified,
          evidence: c.evidence, provider: c.provider, importId: i.source?.importId ?? null, recordedBy: env.actor, recordedAt: env.at, withdrawnBy: null, withdrawnAt: null, withdrawnReason: null,
        });
      }
    }
    if (rows.size === 0) return ok([]);
    const made = [...rows.values()];
    const after = { ...s, agency, training: [...s.training.filter((t) => !rows.has(t.id)), ...made.map(drafted<'training'>)] };
    const imported: readonly Put[] = i.source === null ? [] : [put('training_imports', {
      id: `${i.source.importId}.${agency.id}.${deriveId(env.id, 'import').slice(0, 8)}`, stream, agencyId: agency.id, importId: i.source.importId, fileName: i.source.fileName, fileHash: i.source.fileHash, source: i.source.kind,
      rows: made.length, importedBy: env.actor, importedAt: env.at, undoneBy: null, undoneAt: null,
    })];
    return ok([...made.map((r) => put('training', r)), ...imported, ...projectedAll(after, new Set(made.map((r) => r.officerId)), env)]);
  },
});

/** `training.verify`: somebody saw the evidence of these completions; from then on they count [D]. */
export const trainingVerify = command({
  name: 'training.verify', conflict: 'merge', roles: [...FIELD_ROLES, 'training_officer', 'national_pm'],
  input: z.strictObject({ agencyId: id, completionIds: z.array(id).min(1).max(MOST_COMPLETIONS) }),
  reads: [(i) => agencyReads(i.agencyId)],
  stream: (_first, i) => agencyStream(i.agencyId),
  decide: (s, i, env) => {
    if (!s.agency) return no('intake/unknown-agency', { agencyId: i.agencyId });
    const stored = new Map(s.training.map((t) => [t.id, t]));
    const unknown = i.completionIds.find((c) => !stored.has(c) || stored.get(c)?.withdrawnAt !== null);
    if (unknown !== undefined) return no('training/unknown-completion', { completionId: unknown });
    const made = i.completionIds.map((c) => stored.get(c) as TrainingRow).filter((t) => t.verifiedBy === null).map((t): Draft<'training'> => ({ ...bare(t), verifiedBy: env.actor, verifiedAt: env.at }));
    return ok(changedTraining({ ...s, agency: s.agency }, made, env));
  },
});

/** `training.withdraw`: completions that are wrong, or a whole import, are taken back. They stay on record with the reason, and no longer count. What an import verified is unverified again. */
export const trainingWithdraw = command({
  name: 'training.withdraw', conflict: 'merge', roles: [...FIELD_ROLES, 'training_officer', 'national_pm'],
  input: z.strictObject({ agencyId: id, which: z.union([z.strictObject({ completionIds: z.array(id).min(1).max(MOST_COMPLETIONS) }), z.strictObject({ importId: id })]), reason: z.string().trim().min(10).max(400) }),
  reads: [(i) => ({ ...agencyReads(i.agencyId), imports: many('training_imports', { agencyId: i.agencyId }) })],
  stream: (_first, i) => agencyStream(i.agencyId),
  decide: (s, i, env) => {
    if (!s.agency) return no('intake/unknown-agency', { agencyId: i.agencyId });
    const { which } = i;
    const chosen = 'importId' in which ? s.training.filter((t) => t.importId === which.importId) : s.training.filter((t) => which.completionIds.includes(t.id));
    const imports = 'importId' in which ? s.imports.filter((x) => x.importId === which.importId) : [];
    // What an import verified and others had recorded: it was written at the moment of the import, by the same person.
    const verifiedBy = (t: TrainingRow): boolean => t.withdrawnAt === null && imports.some((x) => x.undoneAt === null && x.importId !== t.importId && t.verifiedBy === x.importedBy && t.verifiedAt === x.importedAt);
    const unverified = s.training.filter(verifiedBy).map((t): Draft<'training'> => ({ ...bare(t), verifiedBy: null, verifiedAt: null }));
    if (chosen.length === 0 && imports.length === 0) return 'importId' in which ? no('training/unknown-import', { importId: which.importId }) : no('training/unknown-completion', { completionId: which.completionIds[0] ?? '' });
    const made = chosen.filter((t) => t.withdrawnAt === null).map((t): Draft<'training'> => ({ ...bare(t), withdrawnBy: env.actor, withdrawnAt: env.at, withdrawnReason: i.reason }));
    const undone = imports.filter((x) => x.undoneAt === null).map((x) => put('training_imports', { ...bare(x), undoneBy: env.actor, undoneAt: env.at }));
    return ok([...undone, ...changedTraining({ ...s, agency: s.agency }, [...made, ...unverified], env)]);
  },
});
function changedTraining(s: AgencyRows & { readonly agency: AgencyRow }, made: readonly Draft<'training'>[], env: Envelope): readonly Put[] {
  const ids = new Set(made.map((m) => m.id));
  const after = { ...s, training: [...s.training.filter((t) => !ids.has(t.id)), ...made.map(drafted<'training'>)] };
  return [...made.map((r) => put('training', r)), ...projectedAll(after, new Set(made.map((r) => r.officerId)), env)];
}

// ---- courses that cannot be taken ----

/** `course.unavailable`: a PM or the training officer files, with dated evidence, that a course cannot be taken (3.4 step 1). It extends nothing: only a National PM grants. */
export const courseUnavailable = command({
  name: 'course.unavailable', conflict: 'merge', roles: [...FIELD_ROLES, 'training_officer'],
  input: z.strictObject({ agencyId: id, officerId: id.nullable(), requirement: course, evidence: text(), reason: z.string().trim().min(10).max(400) }),
  reads: [(i) => ({ agency: one('agencies', i.agencyId), officer: one('officers', i.officerId), waivers: many('course_waivers', { agencyId: i.agencyId }) })],
  stream: (_first, i) => agencyStream(i.agencyId),
  decide: ({ agency, officer, waivers }, i, env) => {
    if (!agency) return no('intake/unknown-agency', { agencyId: i.agencyId });
    if (i.officerId !== null && officer?.agencyId !== agency.id) return no('officer/unknown', { officerId: i.officerId });
    if (waivers.some((w) => w.requirement === i.requirement && w.officerId === i.officerId && w.endedAt === null && w.grantedAt === null)) return no('course/already-filed', { requirement: i.requirement });
    return ok([put('course_waivers', {
      id: deriveId(env.id, 0), stream: agencyStream(agency.id), agencyId: agency.id, officerId: i.officerId, requirement: i.requirement, reason: i.reason, evidence: i.evidence, filedBy: env.actor, filedAt: env.at,
      substitute: null, grantedBy: null, grantedAt: null, validFrom: null, expiresOn: null, endedBy: null, endedAt: null,
    })]);
  },
});

const WAIVER_MONTHS = 12;
const grant = { substitute: course.nullable(), reason: z.string().trim().min(10).max(400), validFrom: instant, expiresOn: day };
type Grant = { readonly requirement: string; readonly substitute: string | null; readonly validFrom: string; readonly expiresOn: string };
function whyNotGrant(g: Grant, zone: string, earliest: string): No | null {
  if (msOf(g.validFrom) < msOf(earliest) - FUTURE_TOLERANCE_MS) return no('course/too-early', { field: 'validFrom', earliest });
  const from = siteDay(g.validFrom, zone);
  if (g.substitute === g.requirement) return no('course/same-substitute', { field: 'substitute', requirement: g.requirement });
  if (g.expiresOn < from) return no('course/ends-before-start', { field: 'expiresOn', expiresOn: g.expiresOn });
  return g.expiresOn > addMonths(from, WAIVER_MONTHS) ? no('course/too-long', { field: 'expiresOn', expiresOn: g.expiresOn, months: WAIVER_MONTHS }) : null;
}

/**
 * `course.waive`: a National PM answers what was filed, or grants for one agency or one DIO of it, a waiver or a substitute course until a day at most 12 months
 * ahead (3.4 step 2). The PM and the DIO never grant. Authority that had lapsed in the meantime counts again only through reinstatement, except where the waiver covers the day itself.
 */
export const courseWaive = command({
  name: 'course.waive', conflict: 'merge', roles: ['national_pm'],
  input: z.strictObject({ agencyId: id, officerId: id.nullable(), requirement: course, waiverId: id.nullable(), ...grant }),
  reads: [(i) => agencyReads(i.agencyId)],
  stream: (_first, i) => agencyStream(i.agencyId),
  decide: (s, i, env) => {
    if (!s.agency) return no('intake/unknown-agency', { agencyId: i.agencyId });
    if (i.officerId !== null && !s.officers.some((o) => o.id === i.officerId)) return no('officer/unknown', { officerId: i.officerId });
    const filed = i.waiverId === null ? null : s.waivers.find((w) => w.id === i.waiverId);
    if (filed === undefined || (filed && (filed.requirement !== i.requirement || filed.officerId !== i.officerId))) return no('course/unknown-request', { waiverId: i.waiverId });
    if (filed?.grantedAt || filed?.endedAt) return no('course/already-answered', { waiverId: i.waiverId });
    const wrong = whyNotGrant(i, s.agency.zone, filed?.filedAt ?? env.at);
    if (wrong) return wrong;
    const granted = { substitute: i.substitute, grantedBy: env.actor, grantedAt: env.at, validFrom: utcInstant(msOf(i.validFrom)), expiresOn: i.expiresOn };
    const row: Draft<'course_waivers'> = filed ? { ...bare(filed), ...granted, reason: `${filed.reason} Granted: ${i.reason}` } : {
      id: deriveId(env.id, 0), stream: agencyStream(s.agency.id), agencyId: s.agency.id, officerId: i.officerId, requirement: i.requirement, reason: i.reason, evidence: '', filedBy: env.actor, filedAt: env.at,
      ...granted, endedBy: null, endedAt: null,
    };
    return ok([put('course_waivers', row), ...withWaiver({ ...s, agency: s.agency }, row, env)]);
  },
});
function withWaiver(s: AgencyRows & { readonly agency: AgencyRow }, row: Draft<'course_waivers'>, env: Envelope): readonly Put[] {
  const after = { ...s, waivers: [...s.waivers.filter((w) => w.id !== row.id), drafted<'course_waivers'>(row)] };
  return projectedAll(after, row.officerId === null ? 'all' : new Set([row.officerId]), env);
}

/** `course.waive_all`: the same for every agency. Intervals follow agency by agency (`officer.reproject`), for a command writes one stream. */
export const courseWaiveAll = command({
  name: 'course.waive_all', conflict: 'merge', roles: ['national_pm'],
  input: z.strictObject({ requirement: course, ...grant }),
  reads: [() => ({ programme: many('course_waivers', { agencyId: '*' }) })],
  stream: () => PROGRAM_STREAM,
  decide: (_s, i, env) => whyNotGrant(i, 'UTC', env.at) ?? ok([put('course_waivers', {
    id: deriveId(env.id, 0), stream: PROGRAM_STREAM, agencyId: '*', officerId: null, requirement: i.requirement, reason: i.reason, evidence: '', filedBy: env.actor, filedAt: env.at,
    substitute: i.substitute, grantedBy: env.actor, grantedAt: env.at, validFrom: utcInstant(msOf(i.validFrom)), expiresOn: i.expiresOn, endedBy: null, endedAt: null,
  })]),
});

/** `course.end_waiver`: a National PM ends a waiver of one agency before its day, or a PM takes back what was filed and not answered. */
export const courseEndWaiver = command({
  name: 'course.end_waiver', conflict: 'merge', roles: [...FIELD_ROLES, 'national_pm'],
  input: z.strictObject({ agencyId: id, waiverId: id }),
  reads: [(i) => agencyReads(i.agencyId)],
  stream: (_first, i) => agencyStream(i.agencyId),
  decide: (s, i, env) => {
    const found = s.waivers.find((w) => w.id === i.waiverId);
    if (!s.agency || !found) return no('course/unknown-request', { waiverId: i.waiverId });
    if (found.endedAt !== null) return no('course/already-answered', { waiverId: i.waiverId });
    if (found.grantedAt !== null && env.role !== 'national_pm') return no('officer/not-your-role', { what: 'Waiver ended', role: env.role });
    const row = { ...bare(found), endedBy: env.actor, endedAt: env.at };
    return ok([put('course_waivers', row), ...withWaiver({ ...s, agency: s.agency }, row, env)]);
  },
});

/** `officer.reproject`: writes the intervals of one agency anew where something outside its stream changed what follows. Nothing to do is an empty answer. */
export const officerReproject = command({
  name: 'officer.reproject', conflict: 'merge', roles: ['service'],
  input: z.strictObject({ agencyId: id }),
  reads: [(i) => agencyReads(i.agencyId)],
  stream: (_first, i) => agencyStream(i.agencyId),
  decide: (s, i, env) => (s.agency ? ok(projectedAll({ ...s, agency: s.agency }, 'all', env)) : no('intake/unknown-agency', { agencyId: i.agencyId })),
});

// ---- the annual verification ----

/** The period of a verification: the federal fiscal year of a day. */
export const attestationPeriod = (at: string, zone: string): string => `FY${fiscalYear(siteDay(at, zone))}`;
/** `officer.attest`: the PM verifies one DIO's recertification for the fiscal year (ERO 13004.2). Refused while anything asked of the DIO does not count. */
export const officerAttest = command({
  name: 'officer.attest', conflict: 'merge', roles: FIELD_ROLES,
  input: z.strictObject({ officerId: id, note: z.string().trim().max(1000) }),
  reads: [
    (i) => ({ officer: one('officers', i.officerId), made: many('attestations', { officerId: i.officerId }) }),
    (_i, _env, { officer }) => ({ ...fileReads(officer), owners: many('requirement_owners', { agencyId: officer?.agencyId ?? '' }) }),
  ],
  stream: ({ officer }) => (officer ? agencyStream(officer.agencyId) : null),
  decide: (s, i, env) => {
    const { officer, agency } = s;
    if (!officer || !agency) return no('officer/unknown', { officerId: i.officerId });
    const file = fileOf({ ...s, officer, agency });
    const state = stateAt(file, env.at);
    if (!isValidState(state)) return no('officer/not-in-state', { state, what: 'Annual verification', at: env.at });
    const basis = standings(trainingFile(file), env.at);
    const missing = basis.filter((b) => !doesCount(b.standing));
    if (missing.length > 0) return no('officer/not-verified', { requirements: missing.map((m) => m.requirement), titles: missing.map((m) => REQUIREMENTS[m.requirement].title) });
    const unowned = basis.filter((b) => !s.owners.some((o) => o.requirement === b.requirement));
    if (unowned.length > 0) return no('officer/nobody-accountable', { requirements: unowned.map((u) => u.requirement), titles: unowned.map((u) => REQUIREMENTS[u.requirement].title) });
    const period = attestationPeriod(env.at, agency.zone);
    if (s.made.some((a) => a.period === period)) return no('officer/already-attested', { period });
    return ok([put('attestations', {
      id: `${officer.id}.${period}`, stream: agencyStream(agency.id), agencyId: agency.id, officerId: officer.id, period, attestedBy: env.actor, attestedAt: env.at, note: i.note,
      basis: basis.map(({ requirement, standing, dueOn }) => ({ requirement, standing, dueOn })),
    })]);
  },
});

/** `requirement.own`: names the training officer who answers for requirements at one agency. The newest counts; the others stay on record. */
export const requirementOwn = command({
  name: 'requirement.own', conflict: 'merge', roles: [...FIELD_ROLES, 'training_officer', 'national_pm'],
  input: z.strictObject({ agencyId: id, requirements: z.array(course).min(1).max(COURSE_IDS.length), name: text(200), title: text(200), contact: text(200) }),
  reads: [(i) => ({ agency: one('agencies', i.agencyId) })],
  stream: (_first, i) => agencyStream(i.agencyId),
  decide: ({ agency }, i, env) => {
    if (!agency) return no('intake/unknown-agency', { agencyId: i.agencyId });
    return ok([...new Set(i.requirements)].map((requirement) => put('requirement_owners', {
      id: deriveId(env.id, requirement), stream: agencyStream(agency.id), agencyId: agency.id, requirement, name: i.name, title: i.title, contact: i.contact, namedBy: env.actor, namedAt: env.at,
    })));
  },
});

/** What the laptop may do in the files of its agencies' DIOs. */
export const OFFICER_COMMANDS = {
  'officer.record': officerRecord, 'training.record': trainingRecord, 'training.verify': trainingVerify, 'training.withdraw': trainingWithdraw, 'course.unavailable': courseUnavailable,
  'course.end_waiver': courseEndWaiver, 'officer.attest': officerAttest, 'requirement.own': requirementOwn,
} as const;
/** What HQ's roles may do beside. */
export const OFFICER_HQ_COMMANDS = { 'course.waive': courseWaive, 'course.waive_all': courseWaiveAll, 'officer.reproject': officerReproject } as const;
