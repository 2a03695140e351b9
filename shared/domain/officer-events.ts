/**
 * The file of a DIO (domain 3.3): what may happen to authority, card and employment as data, and what follows from the events on record. Three dimensions that
 * stand apart in law. Events are facts; states and authority intervals are computed from them and from training, for any moment and any state of knowledge, so
 * that two devices with the same facts agree whatever came first. The stricter stands until HQ answers it [8.5].
 */
import { z } from 'zod';
import type { AuthorityIntervalRow, AuthorityState, CardState, Model, OfficerEventRow, OfficerRow } from '../rows.ts';
import type { Role } from '../roles.ts';
import { msOf, siteDay, utcInstant } from '../time.ts';
import { intervalAt } from './authority.ts';
import { isKnown, isVerified, dueAfter, firstLapse, REQUIREMENTS, type RequirementId, type RequirementStanding, standings, type TrainingFile } from './training.ts';

const text = (max = 400) => z.string().trim().min(1).max(max);
const day = z.iso.date();
const model = z.enum(['JEM', 'TFM', 'WSO']);
const PM: readonly Role[] = ['pm', 'acting_pm'];

type Dimension = 'authority' | 'card' | 'employment' | 'note';
type Spec = {
  readonly id: string; readonly label: string; readonly dimension: Dimension; readonly actors: readonly Role[];
  /** States from which it moves authority; others are refused when it is recorded, and move nothing when it arrives late. */
  readonly from: readonly (AuthorityState | 'NONE')[]; readonly to: AuthorityState | null;
  readonly details: z.ZodType<Readonly<Record<string, string | number | boolean | null>>>;
  readonly basis: string;
};
export const VALID_STATES = ['CERTIFIED', 'DUE_SOON', 'REINSTATED'] as const satisfies readonly AuthorityState[];
export const isValidState = (state: string): boolean => (VALID_STATES as readonly string[]).includes(state);
const OPEN_FILE = ['NOMINATED', 'VETTED', 'TRAINING', 'PASSED', 'CERTIFIED', 'DUE_SOON', 'REINSTATED', 'LAPSED', 'SUSPENDED'] as const satisfies readonly AuthorityState[];

/** Every kind of event: guards that a state machine can hold, actors, shape of the details. AUT-6 to AUT-8 are the clock's: nobody records them. */
export const OFFICER_EVENTS = {
  nominated: { id: 'AUT-1', label: 'Nominated', dimension: 'authority', actors: PM, from: ['NONE', 'REVOKED', 'SEPARATED'], to: 'NOMINATED', basis: 'MOA', details: z.strictObject({ nominatedBy: text(200), /** The agency attests US citizenship. */ isCitizenshipAttested: z.literal(true) }) },
  vetted: { id: 'AUT-2', label: 'Vetted', dimension: 'authority', actors: ['ice_security'], from: ['NOMINATED'], to: 'VETTED', basis: 'MOA', details: z.strictObject({ background: z.literal('eligible'), systems: z.literal('eligible') }) },
  rejected: { id: 'AUT-2X', label: 'Not approved', dimension: 'authority', actors: ['ice_security'], from: ['NOMINATED'], to: 'REJECTED', basis: 'MOA', details: z.strictObject({ why: text() }) },
  'training.started': { id: 'AUT-3', label: 'Training started', dimension: 'authority', actors: [...PM, 'national_pm', 'training_officer'], from: ['VETTED', 'LAPSED', 'SUSPENDED'], to: 'TRAINING', basis: 'OIG-18-77 p. 8', details: z.strictObject({ course: z.enum(['initial', 'refresher']), startsOn: day, seat: text(60) }) },
  passed: { id: 'AUT-4', label: 'Training passed', dimension: 'authority', actors: ['national_pm', 'training_officer'], from: ['TRAINING'], to: 'PASSED', basis: 'JEM20 s.IV.C', details: z.strictObject({ completedOn: day, lowestScore: z.int().min(70).max(100), remedials: z.int().min(0).max(1) }) },
  disqualified: { id: 'AUT-4X', label: 'Disqualified', dimension: 'authority', actors: ['national_pm', 'training_officer'], from: ['TRAINING'], to: 'DISQUALIFIED', basis: 'JEM20 s.IV.C', details: z.strictObject({ failures: z.int().min(2).max(9) }) },
  certified: { id: 'AUT-5', label: 'Certified and authorized', dimension: 'authority', actors: ['fod'], from: ['PASSED'], to: 'CERTIFIED', basis: 'JEM20 s.IV.D', details: z.strictObject({ certificate: text(60), letterOn: day, form70006On: day, credential: text(60) }) },
  suspended: { id: 'AUT-9', label: 'Suspended', dimension: 'authority', actors: [...PM, 'fod', 'sddo', 'national_pm'], from: ['CERTIFIED', 'DUE_SOON', 'REINSTATED', 'LAPSED'], to: 'SUSPENDED', basis: 'MOA', details: z.strictObject({ ground: z.enum(['complaint', 'discipline', 'investigation', 'moa', 'safety']), why: text(), orderedBy: text(200) }) },
  'revocation.asked': { id: 'AUT-10', label: 'Revocation asked of the FOD', dimension: 'note', actors: PM, from: [...OPEN_FILE], to: null, basis: 'OIG-18-77 p. 9', details: z.strictObject({ why: text() }) },
  revoked: { id: 'AUT-10', label: 'Revoked', dimension: 'authority', actors: ['fod'], from: ['CERTIFIED', 'DUE_SOON', 'REINSTATED', 'LAPSED', 'SUSPENDED'], to: 'REVOKED', basis: 'JEM20 s.IV.D; WSO25 s.IV; TFM25 s.IX', details: z.strictObject({
    letter: text(60), letterOn: day, why: text(), /** Credentials collected, or who will. */ credentials: text(200), agencyTold: text(200), noticeAt: z.iso.datetime({ offset: true }).nullable(),
    /** When no DIO is left: which MOA notice of suspension or termination was started, with the Unit Chief. */ moaNotice: text(200).nullable(),
  }) },
  'reinstatement.signed': { id: 'AUT-11', label: 'Reinstatement signed by the PM', dimension: 'note', actors: PM, from: ['LAPSED', 'SUSPENDED'], to: null, basis: '[D]', details: z.strictObject({ why: text() }) },
  reinstated: { id: 'AUT-11', label: 'Reinstated', dimension: 'authority', actors: ['fod'], from: ['LAPSED', 'SUSPENDED'], to: 'REINSTATED', basis: '[D]', details: z.strictObject({ letter: text(60), /** Ids of the suspensions that this answers, with spaces between; filled in by the kernel. */ answers: z.string().max(4000).default('') }) },
  separated: { id: 'AUT-13', label: 'Left the agency', dimension: 'employment', actors: [...PM, 'fod', 'national_pm'], from: [...OPEN_FILE, 'REVOKED', 'REJECTED', 'DISQUALIFIED'], to: 'SEPARATED', basis: 'MOA', details: z.strictObject({ credentials: text(200), toldBy: text(200) }) },
  'card.login': { id: 'K17', label: 'Card login seen', dimension: 'card', actors: [...PM, 'ice_security'], from: [], to: null, basis: 'OIG-18-77 p. 8', details: z.strictObject({ source: text(200) }) },
  'card.asked': { id: 'K17', label: 'Reactivation asked', dimension: 'card', actors: PM, from: [], to: null, basis: 'OIG-18-77 p. 8', details: z.strictObject({ ticket: text(60), batch: text(60).nullable() }) },
  'card.reactivated': { id: 'K17', label: 'Card reactivated', dimension: 'card', actors: [...PM, 'ice_security'], from: [], to: null, basis: 'OIG-18-77 p. 8', details: z.strictObject({ ticket: text(60) }) },
  /** What HQ's own roster says: an interval that began, one that ended, a state without either. */
  'roster.opened': { id: 'AUT-5', label: 'On HQ\'s roster: authority began', dimension: 'authority', actors: ['service'], from: ['NONE', 'NOMINATED', 'VETTED', 'TRAINING', 'PASSED', 'LAPSED', 'SUSPENDED', 'REVOKED', 'SEPARATED'], to: 'CERTIFIED', basis: 'HQ\'s roster', details: z.strictObject({ intervalId: text(64), model }) },
  'roster.closed': { id: 'AUT-9', label: 'On HQ\'s roster: authority ended', dimension: 'authority', actors: ['service'], from: ['CERTIFIED', 'DUE_SOON', 'REINSTATED', 'LAPSED'], to: null, basis: 'HQ\'s roster', details: z.strictObject({ state: text(20), why: text() }) },
  'roster.stated': { id: 'AUT-1', label: 'On HQ\'s roster', dimension: 'authority', actors: ['service'], from: ['NONE', 'NOMINATED', 'VETTED', 'REJECTED', 'TRAINING', 'PASSED', 'DISQUALIFIED', 'LAPSED', 'SUSPENDED'], to: null, basis: 'HQ\'s roster', details: z.strictObject({ state: text(20) }) },
  corrected: { id: '', label: 'Correction', dimension: 'note', actors: [...PM, 'fod', 'national_pm', 'training_officer', 'ice_security', 'sddo', 'service'], from: [], to: null, basis: '[D]', details: z.strictObject({ eventId: text(64), why: z.string().trim().min(10).max(400) }) },
} as const satisfies Readonly<Record<string, Spec>>;
export type OfficerEventKind = keyof typeof OFFICER_EVENTS;
/** Kinds that a person records; the roster's come with intake. */
export type RecordedOfficerKind = Exclude<OfficerEventKind, `roster.${string}`>;
export const OFFICER_EVENT_KINDS = Object.keys(OFFICER_EVENTS) as readonly OfficerEventKind[];
export const officerEventSpec = (kind: string): Spec | null => (Object.hasOwn(OFFICER_EVENTS, kind) ? OFFICER_EVENTS[kind as OfficerEventKind] : null);

// ---- the fold ----

export type OfficerFact = Pick<OfficerEventRow, 'id' | 'kind' | 'at' | 'recordedAt' | 'details'>;
/** All that is on record of one DIO. `model`: of the agency, for events that do not name one. */
export type OfficerFile = Omit<TrainingFile, 'anchorOn' | 'anchorRecordedAt'> & { readonly events: readonly OfficerFact[] };

/** What ends authority or the file: at the same instant the stricter comes last, so that it stands. */
const ENDS: readonly string[] = ['suspended', 'revoked', 'separated', 'roster.closed', 'rejected', 'disqualified'];
const inOrder = (a: OfficerFact, b: OfficerFact): number =>
  msOf(a.at) - msOf(b.at) || Number(ENDS.includes(a.kind)) - Number(ENDS.includes(b.kind)) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** Events that count by what was known at `knownAt` (null: everything), in the order of their effect: without what a later event corrects. */
export function liveOfficerEvents<E extends OfficerFact>(events: readonly E[], knownAt: string | null = null): readonly E[] {
  const known = knownAt === null ? events : events.filter((e) => e.recordedAt <= knownAt);
  const corrected = new Set(known.filter((e) => e.kind === 'corrected').map((e) => e.details.eventId));
  return known.filter((e) => e.kind !== 'corrected' && !corrected.has(e.id)).sort(inOrder);
}

/** The file as training sees it, with the day from which the first due days count: of the initial training, passed or on record as completed. */
export function trainingFile(file: OfficerFile, knownAt: string | null = null): TrainingFile {
  const passed = liveOfficerEvents(file.events, knownAt).filter((e) => e.kind === 'passed').map((e) => ({ on: String(e.details.completedOn), at: e.recordedAt as string | null }));
  const done = file.completions.filter((c) => c.requirement === 'initial' && isKnown(c, knownAt) && isVerified(c, knownAt))
    .map((c) => ({ on: c.completedOn as string, at: c.recordedAt }));
  const anchor = [...passed, ...done].sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0)).at(-1);
  return { ...file, anchorOn: anchor?.on ?? null, anchorRecordedAt: anchor?.at ?? null };
}

/** A stretch of one state. `because`: the event's id, or the requirement that was past due. `intervalId`, `model`: of stretches with authority. */
export type Spell = {
  readonly state: AuthorityState | 'NONE'; readonly from: string; readonly to: string | null; readonly because: string; readonly rule: string; readonly words: string;
  readonly intervalId: string | null; readonly model: Model;
};

const GROUND_WORDS: Readonly<Record<string, string>> = { complaint: 'complaint', discipline: 'discipline', investigation: 'investigation', moa: 'MOA suspended', safety: 'safety' };
function wordsOf(event: OfficerFact): string {
  const { details } = event;
  if (event.kind === 'suspended') return `Suspended: ${GROUND_WORDS[String(details.ground)] ?? details.ground}`;
  if (event.kind === 'roster.closed') return String(details.why);
  return officerEventSpec(event.kind)?.label ?? event.kind;
}
/** The state that an event leads to. The roster names its own. */
const stateAfter = (event: OfficerFact, to: AuthorityState | null): AuthorityState | null => (event.kind === 'roster.closed' || event.kind === 'roster.stated' ? (event.details.state as AuthorityState) : to);

/**
 * Every stretch of state, oldest first, by what was known at `knownAt` (null: everything). A stretch of authority also ends where training lapses, in the
 * future too: an interval says now until when it will last. An opening counts only against the endings that it answers.
 */
export function spellsOf(file: OfficerFile, knownAt: string | null = null): readonly Spell[] {
  const training = trainingFile(file, knownAt);
  const spells: Spell[] = [];
  let open: Spell | null = null;
  /** Ids of suspensions that no reinstatement has answered. */
  const unanswered = new Set<string>();
  const begin = (spell: Omit<Spell, 'to'>): void => {
    if (open) spells.push({ ...open, to: spell.from });
    open = { ...spell, to: null };
  };
  /** Closes what training closes before `until`. */
  const lapse = (until: string | null): void => {
    if (!open || !isValidState(open.state)) return;
    const lapsed = firstLapse(training, open.from, knownAt);
    if (lapsed === null || (until !== null && lapsed.at > until)) return;
    const { model } = open;
    begin({ state: 'LAPSED', from: lapsed.at, because: lapsed.requirement, rule: 'AUT-8', words: lapseWords(lapsed.requirement), intervalId: null, model });
  };
  for (const event of liveOfficerEvents(file.events, knownAt)) {
    const spec = officerEventSpec(event.kind);
    if (!spec || (spec.to === null && !event.kind.startsWith('roster.'))) continue;
    const at = utcInstant(msOf(event.at));
    lapse(at);
    const state: AuthorityState | 'NONE' = (open as Spell | null)?.state ?? 'NONE';
    if (event.kind === 'suspended') unanswered.add(event.id);
    if (!spec.from.includes(state)) continue;
    if (event.kind === 'reinstated') for (const id of String(event.details.answers ?? '').split(' ')) unanswered.delete(id);
    if ((event.kind === 'reinstated' || event.kind === 'roster.opened') && unanswered.size > 0) continue;
    const to = stateAfter(event, spec.to);
    if (to === null) continue;
    const isOpening = isValidState(to);
    const own = event.details.model;
    begin({
      state: to, from: at, because: event.id, rule: spec.id, words: wordsOf(event),
      intervalId: isOpening ? (typeof event.details.intervalId === 'string' ? event.details.intervalId : event.id) : null, model: own === 'JEM' || own === 'TFM' || own === 'WSO' ? own : file.model,
    });
    if (to === 'CERTIFIED') unanswered.clear();
  }
  lapse(null);
  if (open) spells.push(open);
  return spells;
}
const lapseWords = (requirement: RequirementId): string => `Training past due: ${REQUIREMENTS[requirement].title}`;

/** The stretches with authority as intervals: what checks read. `endReason` in words, with the rule. */
export type ComputedInterval = Pick<AuthorityIntervalRow, 'id' | 'officerId' | 'agencyId' | 'model' | 'startAt' | 'endAt' | 'endReason'>;
export function intervalsOf(file: OfficerFile, knownAt: string | null = null): readonly ComputedInterval[] {
  const spells = spellsOf(file, knownAt);
  return spells.flatMap((s, n): readonly ComputedInterval[] => {
    if (s.intervalId === null || s.from === s.to) return [];
    const next = spells[n + 1];
    return [{ id: s.intervalId, officerId: file.officerId, agencyId: file.agencyId, model: s.model, startAt: s.from, endAt: s.to, endReason: next && s.to !== null ? next.words : null }];
  });
}

/** The state at a moment. A valid DIO with something due soon is `DUE_SOON` [AUT-6]. */
export function stateAt(file: OfficerFile, at: string, knownAt: string | null = null): AuthorityState | 'NONE' {
  const spell = spellsOf(file, knownAt).findLast((s) => s.from <= at);
  if (!spell) return 'NONE';
  if (!isValidState(spell.state)) return spell.state;
  return standings(trainingFile(file, knownAt), at, knownAt).some((s) => s.standing === 'due_soon') ? 'DUE_SOON' : spell.state;
}
/** When a stretch of the present state began, and why; null before the first event. */
export const spellAt = (file: OfficerFile, at: string): Spell | null => spellsOf(file).findLast((s) => s.from <= at) ?? null;

/** The state of a stored row at a moment, told by its intervals alone: authority that has run out since is lapsed, whatever the row says. */
export const shownAuthority = (officer: Pick<OfficerRow, 'id' | 'authorityState'>, intervals: readonly AuthorityIntervalRow[], now: string): AuthorityState =>
  isValidState(officer.authorityState) && intervals.some((i) => i.officerId === officer.id) && intervalAt(intervals, officer.id, now) === null ? 'LAPSED' : officer.authorityState;

/** True when the DIO has left, at this moment. */
export const hasLeft = (file: Pick<OfficerFile, 'events'>, at: string): boolean => {
  const last = liveOfficerEvents(file.events).findLast((e) => e.at <= at && (e.kind === 'separated' || e.kind === 'nominated' || e.kind.startsWith('roster.')));
  return last?.kind === 'separated' || (last?.kind.startsWith('roster.') === true && last.details.state === 'SEPARATED');
};

// ---- the card ----

/** A card is due from this many milliseconds after the last login, and dead when K17 has run (3.3). */
const CARD_DUE_MS = 23 * 86_400_000;
export type CardStanding = { readonly state: CardState; readonly lastLoginAt: string | null; /** When it dies or died; null when no login is known. */ readonly diesAt: string | null };
/** The card at a moment: by the newest login or reactivation that is known. Without one the roster's word stands. */
export function cardAt(events: readonly OfficerFact[], roster: { readonly cardState: CardState; readonly lastCardLoginAt: string | null }, zone: string, at: string): CardStanding {
  const live = liveOfficerEvents(events).filter((e) => e.at <= at);
  const logins = [...live.filter((e) => e.kind === 'card.login' || e.kind === 'card.reactivated').map((e) => msOf(e.at)), ...(roster.lastCardLoginAt !== null && roster.lastCardLoginAt <= at ? [msOf(roster.lastCardLoginAt)] : [])];
  if (logins.length === 0) return { state: roster.cardState, lastLoginAt: null, diesAt: null };
  const last = Math.max(...logins);
  const diesAt = dueAfter('card', siteDay(utcInstant(last), zone), { zone, anchorOn: null })?.endsAt ?? utcInstant(last);
  const isDead = msOf(at) >= msOf(diesAt);
  const isAsked = live.some((e) => e.kind === 'card.asked' && msOf(e.at) > last);
  return { state: isDead ? (isAsked ? 'REACTIVATION_REQUESTED' : 'CARD_DEACTIVATED') : msOf(at) - last < CARD_DUE_MS ? 'CARD_ACTIVE' : 'CARD_DUE', lastLoginAt: utcInstant(last), diesAt };
}
/**
 * The card as a requirement of the matrix, at a moment and by what was known at `knownAt`. Without a login on record it is unknown, whatever the roster says; the
 * roster's own login has no day of recording and counts only where everything on record does.
 */
export function cardStanding(file: OfficerFile, roster: { readonly cardState: CardState; readonly lastCardLoginAt: string | null }, at: string, knownAt: string | null = null): RequirementStanding {
  const none = { requirement: 'card', dueOn: null, planBy: null, completion: null, waiver: null, unverified: null, unavailable: null } as const;
  if (!(REQUIREMENTS.card.models as readonly string[]).includes(file.model)) return { ...none, standing: 'not_required' };
  const known = knownAt === null ? file.events : file.events.filter((e) => e.recordedAt <= knownAt);
  const card = cardAt(known, knownAt === null ? roster : { ...roster, lastCardLoginAt: null }, file.zone, at);
  if (card.lastLoginAt === null) return { ...none, standing: 'unknown' };
  const dueOn = dueAfter('card', siteDay(card.lastLoginAt, file.zone), { zone: file.zone, anchorOn: null })?.dueOn ?? null;
  return { ...none, dueOn, planBy: dueOn, standing: card.state === 'CARD_ACTIVE' ? 'current' : card.state === 'CARD_DUE' ? 'due_soon' : 'overdue' };
}
