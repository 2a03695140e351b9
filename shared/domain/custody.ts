/**
 * Custody of one person, from screened to ICE custody or release (domain 7): the state machine as data, its fold, and the command that records a step.
 * Events are facts, never changed; a correction is a later event. What is in the person's favour is accepted in every state [PK-00, SYN-18];
 * what advances custody waits for open holds and blocks. Nothing here ever makes a limit longer.
 */
import { z } from 'zod';
import { canonical } from '../canonical.ts';
import { command, many, one, put } from '../command.ts';
import { agencyStream, deriveId } from '../ids.ts';
import { no, ok, type No } from '../result.ts';
import { FIELD_ROLES, type Role } from '../roles.ts';
import type { AgencyRow, AuthorityIntervalRow, CustodyEventRow, Draft, HoldRow, LookbackReviewRow, MoaIntervalRow, PacketRow, StatementRow } from '../rows.ts';
import { versionId } from '../rows.ts';
import { msOf, utcInstant } from '../time.ts';
import { canDo, intervalAt } from './authority.ts';
import { signatureOf, type CheckFacts } from './checks/answer.ts';
import { type ClockId, RELEASE_OR_NOTIFY } from './clock-table.ts';
import { type Clock, type CustodyTimes, headClocks, packetClocks } from './clocks.ts';
import { isOpen } from './holds.ts';
import { openContent, type PacketDocument } from './packet.ts';
import { type Act, blockersFor, evaluate } from './sufficiency.ts';
import { isUnderReview } from './under-review.ts';

/** In the order of the way; the last four are ends. The first four say where the packet is while custody has not begun to move. */
export const CUSTODY_STATES = [
  'SCREENED', 'PACKET_IN', 'RETURNED', 'SIGNED', 'DETAINER_ACTIVE', 'RELEASE_SCHEDULED', 'WARRANT_SERVED', 'IN_TRANSIT', 'ICE_CUSTODY', 'RELEASED_LIMIT', 'RELEASED_OTHER', 'CANCELLED',
] as const;
export type CustodyState = (typeof CUSTODY_STATES)[number];
export const CUSTODY_STATE_WORDS = {
  SCREENED: 'Screened', PACKET_IN: 'Packet in', RETURNED: 'Returned to the DIO', SIGNED: 'Signed', DETAINER_ACTIVE: 'Detainer served', RELEASE_SCHEDULED: 'Local release known', WARRANT_SERVED: 'Warrant served',
  IN_TRANSIT: 'In transit', ICE_CUSTODY: 'ICE custody', RELEASED_LIMIT: 'Released at the limit', RELEASED_OTHER: 'Released', CANCELLED: 'Detainer cancelled',
} as const satisfies Record<CustodyState, string>;

const RELEASED: readonly CustodyState[] = ['RELEASED_LIMIT', 'RELEASED_OTHER'];
/** The person is out of this custody: no limit runs any more. */
export const isReleased = (state: CustodyState): boolean => RELEASED.includes(state);

const ADVANCERS: readonly Role[] = [...FIELD_ROLES, 'sddo', 'fod'];
/** Who works on the case. */
const CASE_ROLES: readonly Role[] = [...ADVANCERS, 'unit_chief', 'national_pm', 'opla', 'juvenile_coordinator', 'restricted_officer'];

const id = z.string().trim().min(1).max(64);
const text = (max = 200) => z.string().trim().min(1).max(max);
const instant = z.iso.datetime({ offset: true });
const nothing = z.strictObject({});
const served = {
  manner: z.enum(['in_person', 'refused', 'read_aloud']), servedBy: text(), /** DIO who served it; null when an ICE officer did. */ dioId: id.nullable(),
  language: text(60), interpreter: z.string().trim().max(200).nullable(), /** Whether the person has a copy [DET-07]. */ subjectCopy: z.enum(['given', 'refused']),
};
/** What goes along to ICE. Never a word of why somebody is handled with restrictions: that travels on its own path [PK-10]. */
const carried = {
  i203: text(60), i216: text(60), propertyReceipt: text(60), medicalSummary: text(), medication: text(), languages: text(),
  accommodation: text().nullable(), dependants: text().nullable().describe('minors or dependants at home'), counsel: text().nullable(), fearClaim: text().nullable(), medicalNeeds: text().nullable().describe('pregnancy and other needs'),
};

/** `favour`: in the person's favour. `fact`: says where the person is and starts clocks that protect them. `advance`: takes custody further. */
export type CustodyClass = 'favour' | 'fact' | 'advance';
type Spec = {
  readonly label: string; readonly class: CustodyClass; readonly actors: readonly Role[];
  /** States that it moves from, and to which; from other states a `favour` or `fact` is recorded and moves nothing, an `advance` is refused. */
  readonly from: readonly CustodyState[]; readonly to: CustodyState | null;
  readonly starts: readonly ClockId[]; readonly stops: readonly ClockId[];
  readonly details: z.ZodType<Readonly<Record<string, string | number | boolean | null>>>;
};
const BEFORE_TRANSFER = ['SCREENED', 'CANCELLED', 'DETAINER_ACTIVE', 'RELEASE_SCHEDULED'] as const satisfies readonly CustodyState[];
const HELD = ['SCREENED', 'DETAINER_ACTIVE', 'RELEASE_SCHEDULED', 'WARRANT_SERVED', 'IN_TRANSIT', 'ICE_CUSTODY', 'CANCELLED'] as const satisfies readonly CustodyState[];

/** Every kind of event: guards, actors, clocks and shape of its details. */
export const CUSTODY_EVENTS = {
  booked: { label: 'Booked on a local charge', class: 'fact', actors: CASE_ROLES, from: [], to: null, starts: [], stops: [], details: z.strictObject({ bookingNumber: text(60), offense: text() }) },
  screened: { label: 'Screened and interviewed', class: 'fact', actors: CASE_ROLES, from: [], to: null, starts: [], stops: [], details: z.strictObject({ language: text(60), interpreter: z.string().trim().max(200).nullable() }) },
  arrested: { label: 'Immigration arrest', class: 'fact', actors: CASE_ROLES, from: [], to: null, starts: ['K1'], stops: [], details: z.strictObject({ isWarrantless: z.boolean(), /** Whom at ICE the officer reached [ARR-03]. */ iceContact: text() }) },
  'release.scheduled': { label: 'Agency gave the local release time', class: 'fact', actors: CASE_ROLES, from: ['DETAINER_ACTIVE'], to: 'RELEASE_SCHEDULED', starts: ['K4'], stops: [], details: z.strictObject({ releaseAt: instant, toldBy: text() }) },
  'local.released': { label: 'Local custody ended', class: 'fact', actors: CASE_ROLES, from: ['DETAINER_ACTIVE'], to: 'RELEASE_SCHEDULED', starts: ['K2', 'K2B'], stops: [], details: z.strictObject({ toldBy: text() }) },
  'detainer.served': { label: 'Detainer served', class: 'advance', actors: ADVANCERS, from: ['SCREENED', 'CANCELLED'], to: 'DETAINER_ACTIVE', starts: [], stops: [], details: z.strictObject({ ...served, agencyCopy: text().describe('who at the agency has the copy') }) },
  'warrant.served': { label: 'Warrant served: custody to ICE', class: 'advance', actors: ADVANCERS, from: BEFORE_TRANSFER, to: 'WARRANT_SERVED', starts: ['K3'], stops: ['K4'], details: z.strictObject({ form: z.enum(['I-200', 'I-205']), place: text(), ...served }) },
  'pickup.arranged': { label: 'Pickup arranged', class: 'advance', actors: ADVANCERS, from: ['DETAINER_ACTIVE', 'RELEASE_SCHEDULED', 'WARRANT_SERVED'], to: null, starts: [], stops: [], details: z.strictObject({ by: text(), forAt: instant }) },
  'transit.started': { label: 'Left for ICE', class: 'advance', actors: ADVANCERS, from: ['WARRANT_SERVED'], to: 'IN_TRANSIT', starts: [], stops: [], details: z.strictObject({ by: z.enum(['ICE', 'DIO']), ...carried }) },
  'ice.arrived': { label: 'ICE took custody', class: 'advance', actors: ADVANCERS, from: ['WARRANT_SERVED', 'IN_TRANSIT'], to: 'ICE_CUSTODY', starts: [], stops: ['K2', 'K2B', 'K3', 'K29'], details: z.strictObject({ place: text(), confirmation: text(60) }) },
  'pickup.refused': { label: 'Pickup refused', class: 'favour', actors: CASE_ROLES, from: [], to: null, starts: [], stops: [], details: z.strictObject({ by: text(), why: text(400) }) },
  'call.made': { label: 'Call made', class: 'favour', actors: CASE_ROLES, from: [], to: null, starts: [], stops: [], details: z.strictObject({ to: text(), answer: text(400) }) },
  'ice.notified': { label: 'ICE told', class: 'favour', actors: CASE_ROLES, from: [], to: null, starts: [], stops: ['K5'], details: z.strictObject({ to: text(), about: z.enum(['arrest', 'detainer', 'service', 'release']) }) },
  'counsel.notified': { label: 'Counsel told', class: 'favour', actors: CASE_ROLES, from: [], to: null, starts: [], stops: ['K30'], details: z.strictObject({ to: text() }) },
  'detainer.cancelled': { label: 'Detainer cancelled', class: 'favour', actors: CASE_ROLES, from: ['SCREENED', 'DETAINER_ACTIVE', 'RELEASE_SCHEDULED'], to: 'CANCELLED', starts: [], stops: ['K2', 'K2B'], details: z.strictObject({ why: text(400), toldTo: text(), reissue: z.enum(['none', 'after_warrant']) }) },
  'detainer.fulfilled': { label: 'Detainer closed: fulfilled', class: 'favour', actors: CASE_ROLES, from: [], to: null, starts: [], stops: [], details: z.strictObject({ toldTo: text() }) },
  'release.ordered': { label: 'Release ordered', class: 'favour', actors: CASE_ROLES, from: [], to: null, starts: [], stops: [], details: z.strictObject({ by: text(), toldTo: text(), why: text(400) }) },
  released: { label: 'Released', class: 'favour', actors: CASE_ROLES, from: HELD, to: 'RELEASED_OTHER', starts: [], stops: ['K1', 'K2', 'K2B', 'K3', 'K4', 'K29'], details: z.strictObject({ reason: z.enum(['limit', 'citizenship', 'court', 'no_custody', 'other']), by: text() }) },
  'limit.passed': { label: 'No pickup by the limit: release', class: 'favour', actors: CASE_ROLES, from: [], to: null, starts: [], stops: [], details: z.strictObject({ note: text(1000) }) },
  corrected: { label: 'Correction', class: 'fact', actors: CASE_ROLES, from: [], to: null, starts: [], stops: [], details: z.strictObject({ eventId: id, why: z.string().trim().min(10).max(400) }) },
  /** Follows from a cancellation that says so; never recorded alone. */
  'reissue.planned': { label: 'To be issued again after the warrant', class: 'fact', actors: [], from: [], to: null, starts: [], stops: [], details: nothing },
} as const satisfies Record<string, Spec>;
export type CustodyKind = keyof typeof CUSTODY_EVENTS;
/** Kinds that a person records. */
export type RecordedKind = Exclude<CustodyKind, 'reissue.planned'>;
const isKind = (kind: string): kind is CustodyKind => Object.hasOwn(CUSTODY_EVENTS, kind);
const specOf = (kind: string): Spec | null => (isKind(kind) ? CUSTODY_EVENTS[kind] : null);
/** The words for an event's kind; the kind itself when a newer Fieldbook made it. */
export const custodyLabel = (kind: string): string => specOf(kind)?.label ?? kind;
/** Kinds that are accepted in every state, under every hold, block, lapse or old pack [PK-00]. */
export const FAVOUR_KINDS = (Object.keys(CUSTODY_EVENTS) as CustodyKind[]).filter((k) => CUSTODY_EVENTS[k].class === 'favour') as readonly RecordedKind[];

// ---- The fold ----

export type CustodyFact = Pick<CustodyEventRow, 'id' | 'kind' | 'at' | 'recordedAt' | 'details'>;

/** By time of the event, then of its record, what follows from an event after it, then by id: the same order on every device. */
export const inOrder = (a: CustodyFact, b: CustodyFact): number =>
  msOf(a.at) - msOf(b.at) || msOf(a.recordedAt) - msOf(b.recordedAt) || Number(a.kind === 'reissue.planned') - Number(b.kind === 'reissue.planned') || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** The events that count, in order: without those that a later event corrects. Corrections stay in the timeline and move nothing. */
export function liveEvents<E extends CustodyFact>(events: readonly E[]): readonly E[] {
  const corrected = new Set(events.filter((e) => e.kind === 'corrected').map((e) => e.details.eventId));
  return events.filter((e) => e.kind !== 'corrected' && !corrected.has(e.id)).sort(inOrder);
}

type Machine = { readonly state: CustodyState; readonly isReleaseKnown: boolean; /** Arrested without a warrant, and ICE was reached: the way of a task force. */ readonly isArrested: boolean };
const START: Machine = { state: 'SCREENED', isReleaseKnown: false, isArrested: false };
/** The way of a task force: warrantless arrest, ICE reached, transport the same day (TFM25 s.VI); no detainer and no served warrant comes before it. */
const FROM_ARREST: readonly string[] = ['transit.started', 'ice.arrived'];
const isTaskForceArrest = (e: CustodyFact): boolean => e.kind === 'arrested' && e.details.isWarrantless === true && typeof e.details.iceContact === 'string';
/** Whether somebody was arrested without a warrant and ICE was reached. Only an agency of the task force model goes on from there. */
export const isArrestedOutside = (events: readonly CustodyFact[]): boolean => liveEvents(events).some(isTaskForceArrest);
/** Whether an event belongs to where custody stands. */
const mayMove = (spec: Spec, kind: string, { state, isArrested }: Machine): boolean => spec.from.includes(state) || (isArrested && (state === 'SCREENED' || state === 'CANCELLED') && FROM_ARREST.includes(kind));
/** One step. An event that does not belong to the state leaves it. */
function step(before: Machine, event: CustodyFact): Machine {
  const { state, isReleaseKnown } = before;
  const spec = specOf(event.kind);
  const known = isReleaseKnown || event.kind === 'release.scheduled' || event.kind === 'local.released';
  let next = spec?.to && mayMove(spec, event.kind, before) ? spec.to : state;
  if (event.kind === 'released' && next !== state) next = event.details.reason === 'limit' ? 'RELEASED_LIMIT' : 'RELEASED_OTHER';
  // The agency may have named the release before the detainer was served.
  if (next === 'DETAINER_ACTIVE' && known) next = 'RELEASE_SCHEDULED';
  return { state: next, isReleaseKnown: known, isArrested: before.isArrested || isTaskForceArrest(event) };
}
const foldOf = (events: readonly CustodyFact[]): Machine => events.reduce(step, START);

/** Where custody stands after these events, whatever order they come in. `SCREENED`: nothing has moved it yet. */
export const custodyState = (events: readonly CustodyFact[]): CustodyState => foldOf(liveEvents(events)).state;

/** The state that a board shows: until custody moves, where the packet is. */
export function shownState(state: CustodyState, packet: PacketRow['state'] | null): CustodyState {
  if (state !== 'SCREENED' || packet === null || packet === 'closed') return state;
  return packet === 'returned' ? 'RETURNED' : packet === 'in_review' ? 'PACKET_IN' : 'SIGNED';
}

/** What a packet's document says of custody, as events: a packet can arrive when much has happened. They cannot be corrected here: a new version does that. */
export function documentEvents(document: PacketDocument): readonly CustodyFact[] {
  const made = (name: string, kind: CustodyKind, at: string | null | undefined, details: CustodyFact['details'] = {}): readonly CustodyFact[] =>
    (at ? [{ id: `document.${name}`, kind, at: utcInstant(msOf(at)), recordedAt: utcInstant(msOf(document.submittedAt)), details }] : []);
  const servedAt = (kinds: readonly string[]) => document.forms.find((f) => kinds.includes(f.kind) && f.served !== null)?.served?.at;
  const { events } = document;
  return [
    ...made('bookedAt', 'booked', events.bookedAt), ...made('interviewAt', 'screened', events.interviewAt),
    ...made('immigrationArrestAt', 'arrested', events.immigrationArrestAt, { isWarrantless: events.isArrestWarrantless === true, iceContact: document.arrest?.iceContact?.name ?? null }),
    ...made('detainer', 'detainer.served', servedAt(['I-247A'])), ...made('localReleaseAt', 'release.scheduled', events.localReleaseAt === null ? null : document.preparedAt),
    ...made('custodyTransferredAt', 'warrant.served', events.custodyTransferredAt), ...made('iceCustodyAt', 'ice.arrived', events.iceCustodyAt),
  ];
}

// ---- Clocks ----

/** Times that events give to the clocks; they stand before the document's. The earliest of several: a limit never gets later by a second record. */
export function custodyTimes(events: readonly CustodyFact[]): CustodyTimes {
  const live = liveEvents(events);
  const all = (kind: CustodyKind): readonly CustodyFact[] => live.filter((e) => e.kind === kind);
  const first = (kind: CustodyKind): string | undefined => all(kind)[0]?.at;
  const arrest = all('arrested')[0];
  const told = all('release.scheduled').at(-1)?.details.releaseAt;
  const localReleaseAt = first('local.released') ?? (typeof told === 'string' ? told : undefined);
  const cancelled = all('detainer.cancelled').at(-1);
  const servedAgain = cancelled && all('detainer.served').some((e) => inOrder(e, cancelled) > 0);
  const iceToldAt = all('ice.notified').find((e) => e.details.about === 'detainer')?.at;
  const [transfer, arrived, released, counsel] = [first('warrant.served'), first('ice.arrived'), first('released'), first('counsel.notified')];
  return {
    ...(localReleaseAt ? { localReleaseAt } : {}), ...(arrest ? { immigrationArrestAt: arrest.at, isArrestWarrantless: arrest.details.isWarrantless === true } : {}),
    ...(transfer ? { custodyTransferredAt: transfer } : {}), ...(arrived ? { iceCustodyAt: arrived } : {}), ...(released ? { releasedAt: released } : {}),
    ...(cancelled && !servedAgain ? { detainerEndedAt: cancelled.at } : {}), ...(iceToldAt ? { iceNotifiedAt: iceToldAt } : {}), ...(counsel ? { counselToldAt: counsel } : {}),
  };
}

/** One call as the breach keeps it: when, to whom, the answer. */
const callLine = (e: CustodyFact): string => `${e.at} ${e.details.to ?? e.details.by ?? ''}: ${e.details.answer ?? e.details.why ?? ''}`;

/** The custody limit that has passed at `at` while it ran: the earliest one; null when none has. */
export function passedLimit(clocks: readonly Clock[], at: string): Clock | null {
  const passed = clocks.filter((c) => c.isCustodyLimit && msOf(c.deadlineAt) <= msOf(at) && (c.stoppedAt === null || msOf(c.stoppedAt) > msOf(c.deadlineAt)));
  return passed.sort((a, b) => msOf(a.deadlineAt) - msOf(b.deadlineAt) || Number(a.id === 'K2') - Number(b.id === 'K2'))[0] ?? null;
}

/** The packet's head as custody leaves it: its clocks, and whether the person is held. Used by every command that writes heads. */
export function custodyHead(document: PacketDocument, agency: Pick<AgencyRow, 'model'>, events: readonly CustodyFact[], now: string): Pick<PacketRow, 'deadlineAt' | 'deadlineClock' | 'nextAt' | 'nextClock' | 'custodyLimitAt' | 'isDetained'> {
  const clocks = packetClocks(document, { model: agency.model, custody: custodyTimes(events) });
  return { ...headClocks(clocks, now), isDetained: document.isDetained && !isReleased(custodyState([...documentEvents(document), ...events])) };
}

/** What is to be done about a person's custody, the most urgent first; words in `CUSTODY_TASK_WORDS`. */
export type CustodyTask = 'release' | 'cancel_detainer' | 'reissue_detainer';
export const CUSTODY_TASK_WORDS = {
  release: RELEASE_OR_NOTIFY, cancel_detainer: 'Detainer without a warrant: cancel it, issue it again after the warrant', reissue_detainer: 'Detainer cancelled: issue it again after the warrant',
} as const satisfies Record<CustodyTask, string>;

/**
 * The task that stands open, or null. `signedForms`: ids of the forms with a statement. A detainer has effect only with a signed warrant (DET-03); the limit
 * is asked last, by `isOverLimit`, because it moves with the time.
 */
export function paperTask(document: PacketDocument, signedForms: ReadonlySet<string>, events: readonly CustodyFact[]): CustodyTask | null {
  const state = custodyState([...documentEvents(document), ...events]);
  if (isReleased(state) || state === 'ICE_CUSTODY') return null;
  const has = (kinds: readonly string[], done: (form: PacketDocument['forms'][number]) => boolean): boolean => document.forms.some((f) => kinds.includes(f.kind) && done(f));
  const isEnded = custodyTimes(events).detainerEndedAt !== undefined;
  if (isEnded) return liveEvents(events).some((e) => e.kind === 'reissue.planned') ? 'reissue_detainer' : null;
  const isOut = has(['I-247A'], (f) => f.issued !== null || f.served !== null);
  return isOut && !has(['I-200', 'I-205'], (f) => f.issued !== null || signedForms.has(f.id)) ? 'cancel_detainer' : null;
}

/** Kinds that lead on from a state at an agency of this model, the next step first. What is in the person's favour and plain facts are possible in every state. */
export function stepsFrom(state: CustodyState, model: AgencyRow['model'], isArrested: boolean): readonly RecordedKind[] {
  const machine: Machine = { state: (['PACKET_IN', 'RETURNED', 'SIGNED'] as readonly string[]).includes(state) ? 'SCREENED' : state, isReleaseKnown: false, isArrested: isArrested && model === 'TFM' };
  return (Object.keys(CUSTODY_EVENTS) as CustodyKind[]).filter((kind): kind is RecordedKind => {
    const spec: Spec = CUSTODY_EVENTS[kind];
    return kind !== 'reissue.planned' && (spec.class === 'advance' || spec.to !== null) && mayMove(spec, kind, machine) && !(model === 'TFM' && kind === 'detainer.served' && isArrested);
  });
}

// ---- The command ----

const E = CUSTODY_EVENTS;
const event = <K extends RecordedKind, D extends z.ZodType>(kind: K, details: D) => z.strictObject({ kind: z.literal(kind), at: instant, details });
export const custodyRecordInput = z.strictObject({
  packetId: z.string().min(1),
  event: z.discriminatedUnion('kind', [
    event('booked', E.booked.details), event('screened', E.screened.details), event('arrested', E.arrested.details),
    event('release.scheduled', E['release.scheduled'].details), event('local.released', E['local.released'].details), event('detainer.served', E['detainer.served'].details),
    event('warrant.served', E['warrant.served'].details), event('pickup.arranged', E['pickup.arranged'].details), event('transit.started', E['transit.started'].details),
    event('ice.arrived', E['ice.arrived'].details), event('pickup.refused', E['pickup.refused'].details), event('call.made', E['call.made'].details),
    event('ice.notified', E['ice.notified'].details), event('counsel.notified', E['counsel.notified'].details), event('detainer.cancelled', E['detainer.cancelled'].details),
    event('detainer.fulfilled', E['detainer.fulfilled'].details), event('release.ordered', E['release.ordered'].details), event('released', E.released.details),
    event('limit.passed', E['limit.passed'].details), event('corrected', E.corrected.details),
  ]),
});
export type CustodyRecordInput = z.infer<typeof custodyRecordInput>;

/** How far the clock of the computer that records may stand behind the site's, ms. An event further ahead has not happened. */
export const FUTURE_TOLERANCE_MS = 120_000;

/** Rows that recording looks at. */
export type CustodyRecordState = {
  readonly packet: PacketRow | null; readonly events: readonly CustodyEventRow[]; readonly version: { readonly content: string } | null; readonly agency: AgencyRow | null;
  readonly holds: readonly HoldRow[]; readonly statements: readonly StatementRow[]; readonly reviews: readonly LookbackReviewRow[]; readonly intervals: readonly AuthorityIntervalRow[]; readonly moa: readonly MoaIntervalRow[];
};

/** Why an event that advances custody must not be recorded; null when nothing stands against it. */
function whyNotAdvance({ event: asked }: CustodyRecordInput, at: string, s: CustodyRecordState, document: PacketDocument, agency: AgencyRow): No | null {
  const open = s.holds.filter(isOpen);
  // [SYN-17] What rested on facts that had changed is not carried further before somebody looked.
  if (isUnderReview(s.statements, s.reviews)) return no('custody/under-review', {});
  if (open.length > 0) return no('custody/held', { rules: [...new Set(open.map((h) => h.rule))] });
  const facts: CheckFacts = { agency, moa: s.moa, intervals: s.intervals, holds: s.holds.filter((h) => h.packetId === document.packetId), statements: s.statements, now: at };
  if (asked.kind !== 'detainer.served' && asked.kind !== 'warrant.served') return null;
  const kind = asked.kind === 'detainer.served' ? 'I-247A' : asked.details.form;
  const form = document.forms.find((f) => f.kind === kind);
  if (!form) return no('custody/no-form', { form: kind });
  const signature = signatureOf(document, form, facts);
  if (!signature || msOf(signature.at) > msOf(at)) return no('custody/not-signed', { form: kind });
  const acts: readonly Act[] = kind === 'I-247A' ? ['issue:I-247A', 'effective:I-247A'] : [`serve:${kind}`];
  const results = evaluate(document, facts);
  // [DET-07] is what this event itself records.
  const rules = [...new Set(acts.flatMap((act) => blockersFor(results, act)).map((r) => r.rule))].filter((rule) => rule !== 'DET-07');
  if (rules.length > 0) return no('custody/blocked', { form: kind, rules });
  if (document.interpreter.answer === 'needed' && !asked.details.interpreter) return no('custody/interpreter-missing', { form: kind });
  const { dioId } = asked.details;
  if (kind !== 'I-247A' && dioId !== null) {
    const interval = intervalAt(s.intervals, dioId, at);
    if (!interval || !canDo(interval.model, 'serve_warrant')) return no('custody/server-not-allowed', { officerId: dioId, at });
  }
  return null;
}

/** Why the event does not fit the order of the others; null when it does. */
function whyNotInOrder(made: CustodyFact, others: readonly CustodyFact[], model: AgencyRow['model']): No | null {
  const spec = specOf(made.kind);
  const before = liveEvents(others);
  const earlier = before.filter((e) => inOrder(e, made) < 0);
  // Only a task force brings a person to ICE from the street; elsewhere a warrant is served in the jail first.
  const own = (m: Machine): Machine => ({ ...m, isArrested: m.isArrested && model === 'TFM' });
  const { state } = foldOf(earlier);
  const now = own(foldOf(before));
  if (!spec || mayMove(spec, made.kind, own(foldOf(earlier)))) return null;
  const last = before.findLast((e) => specOf(e.kind)?.to);
  return mayMove(spec, made.kind, now) && last ? no('custody/time-order', { at: made.at, after: last.at }) : no('custody/not-from-here', { state: CUSTODY_STATE_WORDS[state], what: custodyLabel(made.kind) });
}

/** Why a correction does not name an event that can be corrected; null when it does. */
function whyNotCorrect(eventId: string, events: readonly CustodyEventRow[]): No | null {
  const target = events.find((e) => e.id === eventId);
  if (!target) return no('custody/unknown-event', { eventId });
  if (target.kind === 'corrected') return no('custody/not-correctable', { eventId });
  return events.some((e) => e.kind === 'corrected' && e.details.eventId === eventId) ? no('custody/already-corrected', { eventId }) : null;
}

/** `custody.record`: one step as a fact, with the packet's clocks computed again. Favour always; `advance` only without open holds and blocks, in order. */
export const custodyRecord = command({
  name: 'custody.record', conflict: 'merge', roles: CASE_ROLES, input: custodyRecordInput,
  reads: [
    (i) => ({ packet: one('packets', i.packetId), events: many('custody_events', { packetId: i.packetId }), statements: many('statements', { packetId: i.packetId }), reviews: many('lookback_reviews', { packetId: i.packetId }) }),
    (_i, _env, { packet }) => ({
      version: one('packet_versions', packet && versionId(packet.id, packet.currentVersion)), agency: one('agencies', packet?.agencyId),
      // Holds protect the person, not one packet.
      holds: many('holds', { subjectId: packet?.subjectId ?? '' }), intervals: many('authority_intervals', { agencyId: packet?.agencyId ?? '' }), moa: many('moa_intervals', { agencyId: packet?.agencyId ?? '' }),
    }),
  ],
  stream: (first) => (first.packet ? agencyStream(first.packet.agencyId) : null),
  decide: (s, i, env) => {
    const { packet, version, agency, events } = s;
    if (!packet || !version || !agency) return no('packet/unknown', { packetId: i.packetId });
    const document = openContent(version.content);
    const at = utcInstant(msOf(i.event.at));
    if (msOf(at) > msOf(env.at) + FUTURE_TOLERANCE_MS) return no('custody/future', { at, now: env.at });
    const stream = agencyStream(packet.agencyId);
    const row = (n: number, kind: CustodyKind, details: CustodyEventRow['details']): Draft<'custody_events'> => ({
      id: deriveId(env.id, n), stream, agencyId: packet.agencyId, packetId: packet.id, subjectId: packet.subjectId, kind, at, zone: document.zone, details, recordedBy: env.actor, recordedAt: env.at,
    });
    const spec: Spec = CUSTODY_EVENTS[i.event.kind];
    let details: CustodyEventRow['details'] = i.event.details;
    const target = i.event.kind === 'corrected' ? events.find((e) => e.id === details.eventId) : undefined;
    if (i.event.kind === 'corrected') {
      const wrong = whyNotCorrect(i.event.details.eventId, events);
      if (wrong) return wrong;
      // To take back a release or a cancellation holds the person again.
      if (specOf(target?.kind ?? '')?.class === 'favour' && s.holds.some(isOpen)) return no('custody/held', { rules: [...new Set(s.holds.filter(isOpen).map((h) => h.rule))] });
    }
    if (i.event.kind === 'release.scheduled') details = { ...i.event.details, releaseAt: utcInstant(msOf(i.event.details.releaseAt)) };
    if (i.event.kind === 'pickup.arranged') details = { ...i.event.details, forAt: utcInstant(msOf(i.event.details.forAt)) };
    if (i.event.kind === 'limit.passed') {
      const limit = passedLimit(packetClocks(document, { model: agency.model, custody: custodyTimes(events) }), at);
      const calls = liveEvents(events).filter((e) => (e.kind === 'call.made' || e.kind === 'pickup.refused') && (limit === null || msOf(e.at) >= msOf(limit.startsAt)));
      details = {
        note: i.event.details.note, limit: limit?.id ?? null, limitAt: limit?.deadlineAt ?? null, source: limit?.source ?? null, calls: calls.length, callList: calls.map(callLine).join('\n'),
        words: RELEASE_OR_NOTIFY,
      };
    }
    // Recorded twice by the same person in the same words (a second click, a resumed seeding): one event.
    const isSame = (e: CustodyEventRow): boolean => e.kind === i.event.kind && msOf(e.at) === msOf(at) && e.recordedBy === env.actor && canonical(e.details) === canonical(details);
    if (liveEvents(events).some(isSame)) return ok([]);
    if (spec.class === 'advance') {
      if (!spec.actors.includes(env.role)) return no('custody/not-your-role', { what: spec.label, role: env.role });
      const wrong = whyNotInOrder(row(0, i.event.kind, details), [...documentEvents(document), ...events], agency.model) ?? whyNotAdvance(i, at, s, document, agency);
      if (wrong) return wrong;
    }
    const made = [row(0, i.event.kind, details), ...(i.event.kind === 'detainer.cancelled' && i.event.details.reissue === 'after_warrant' ? [row(1, 'reissue.planned', {})] : [])];
    const { version: _v, changedBy: _c, ...head } = packet;
    return ok([...made.map((r) => put('custody_events', r)), put('packets', { ...head, ...custodyHead(document, agency, [...events, ...made], env.at) })]);
  },
});
