/**
 * Clocks as they run: the rows of clock-table.ts applied to events (domain 2). A clock starts at an event, never at a form's date,
 * and never pauses because a laptop is offline or a packet is held, returned or signed. Pure: `now` and zones are arguments.
 */
import type { Model } from '../rows.ts';
import { msOf, siteDay, utcInstant } from '../time.ts';
import { addBusinessDays, addDays, addHours, addMonths, endOfDay, h48Business, startOfDay } from './calendar.ts';
import { ageAtEncounter, encounteredAt } from './checks/answer.ts';
import { type ClockId, type ClockKind, clockRow, type Length } from './clock-table.ts';
import type { Form, FormOf, PacketDocument } from './packet.ts';

export type Clock = {
  readonly id: ClockId; readonly label: string; readonly kind: ClockKind;
  /** Instants are UTC with milliseconds; a start that is a day counts from 00:00 of it at the site. */
  readonly startsAt: string;
  /** The earlier computation: the one that alarms (0.4 item 8). */
  readonly deadlineAt: string;
  /** The longer computation of the same limit, where law gives two. */
  readonly outerAt: string | null;
  readonly zone: string; readonly source: string; readonly owner: string;
  /** What is said at its end. */
  readonly atEnd: string;
  /** When the awaited event happened; null while the clock runs. */
  readonly stoppedAt: string | null;
  /** Passed means over-detention: release or notify required. */
  readonly isCustodyLimit: boolean;
  /** Ranks the packet in the queue and sounds. */
  readonly isHead: boolean;
  /** The detainer's limit that the field office has locked as the legal one; alarms do not follow it. */
  readonly isLocked: boolean;
};

const isDay = (start: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(start);

/** When a length from `start` (instant, or `YYYY-MM-DD` of the site) ends, UTC; null when the source gives no length. */
export function endOf(length: Length, start: string, zone: string): string | null {
  const at = isDay(start) ? startOfDay(start, zone) : utcInstant(msOf(start));
  const day = isDay(start) ? start : siteDay(start, zone);
  const edge = (on: string, which: 'end' | 'start'): string => (which === 'end' ? endOfDay(on, zone) : startOfDay(on, zone));
  switch (length.unit) {
    case 'hours': return addHours(at, length.n, length.count, zone);
    case 'business_days': return addBusinessDays(at, length.n, zone);
    case 'days': return edge(addDays(day, length.n, length.count === 'rolled'), length.edge);
    case 'months': return edge(addMonths(day, length.n), length.edge);
    case 'same_day': return endOfDay(day, zone);
    case 'moment': return at;
    case 'set_by_ice': return null;
  }
}

/** What starts one clock: an instant or a day of the site; `variant` names another length or start of the row. */
export type ClockStart = { readonly start: string; readonly zone: string; readonly stoppedAt?: string | null | undefined; readonly variant?: string };

/**
 * One clock from its start: for every noun (officer cards, courses, MOA, complaints, packets). Null when the source leaves the length to ICE.
 * Throws on a variant that the row does not have.
 */
export function clockFrom(id: ClockId, { start, zone, stoppedAt = null, variant }: ClockStart): Clock | null {
  const row = clockRow(id);
  const other = variant === undefined ? undefined : row.variants?.[variant];
  if (variant !== undefined && !other) throw new Error(`clock ${id} has no variant ${variant}`);
  const deadlineAt = endOf(other?.length ?? row.length, start, zone);
  if (deadlineAt === null) return null;
  const kind = other?.kind ?? row.kind;
  return {
    id, label: other?.label ?? row.label, kind, startsAt: isDay(start) ? startOfDay(start, zone) : utcInstant(msOf(start)), deadlineAt, outerAt: null, zone, source: row.source, owner: row.owner,
    atEnd: other?.atEnd ?? row.atEnd, stoppedAt: stoppedAt === null ? null : utcInstant(msOf(stoppedAt)), isCustodyLimit: kind === 'limit' && row.noun === 'packet', isHead: row.isHead, isLocked: false,
  };
}

const formsOf = <K extends Form['kind']>(document: PacketDocument, kind: K): readonly Extract<Form, { kind: K }>[] => document.forms.filter((f): f is Extract<Form, { kind: K }> => f.kind === kind);
const plainForms = (document: PacketDocument, kind: 'I-851' | 'I-851A'): readonly Form[] => document.forms.filter((f) => f.kind === kind);
const earliest = (instants: readonly (string | null | undefined)[]): string | null => {
  const known = instants.filter((at): at is string => at !== null && at !== undefined).map(msOf);
  return known.length === 0 ? null : utcInstant(Math.min(...known));
};

/** The latest of the issue times when every one of these forms that the packet holds is issued; else null. */
function allIssuedAt(document: PacketDocument, kinds: readonly Form['kind'][]): string | null {
  const issued = document.forms.filter((f) => kinds.includes(f.kind)).map((f) => f.issued?.at ?? null);
  if (issued.length === 0 || issued.some((at) => at === null)) return null;
  return utcInstant(Math.max(...issued.map((at) => msOf(at ?? ''))));
}

/** Facts outside the document that decide which clocks run. */
export type ClockContext = {
  /** The agency's model: K29 runs for TFM only. */
  readonly model?: Model;
  /** Which of the detainer's two computations the field office names as the legal limit (`DETAINER_LOCKS`). */
  readonly lock?: 'K2' | 'K2B' | undefined;
  /** What custody events say; they stand before the document's own. */
  readonly custody?: CustodyTimes;
};
/** Times that recorded custody events give to the clocks (`custodyTimes` in custody.ts). */
export type CustodyTimes = {
  readonly localReleaseAt?: string; readonly immigrationArrestAt?: string; readonly isArrestWarrantless?: boolean; readonly custodyTransferredAt?: string; readonly iceCustodyAt?: string;
  /** The person was let go: ends every custody clock. */
  readonly releasedAt?: string;
  /** The detainer was cancelled and none was served since: its limit ends. */
  readonly detainerEndedAt?: string;
  readonly iceNotifiedAt?: string; readonly counselToldAt?: string;
};

/** Every clock that this document's events have started, running or stopped, in the order of the ids. */
export function packetClocks(document: PacketDocument, { model, lock, custody = {} }: ClockContext = {}): readonly Clock[] {
  const { subject, zone } = document;
  const events = { ...document.events, ...custody };
  const outAt = earliest([events.iceCustodyAt, custody.releasedAt]);
  const clocks: Clock[] = [];
  const add = (id: ClockId, start: string | null | undefined, stoppedAt?: string | null, variant?: string): Clock | null => {
    if (start === null || start === undefined) return null;
    const clock = clockFrom(id, { start, zone, stoppedAt, ...(variant === undefined ? {} : { variant }) });
    if (clock) clocks.push(clock);
    return clock;
  };
  const arrest = events.immigrationArrestAt;
  const notices = formsOf(document, 'I-862');
  const detainers: readonly FormOf<'I-247A'>[] = formsOf(document, 'I-247A');

  add('K1', arrest, earliest([allIssuedAt(document, ['I-862', 'I-200', 'I-286']), custody.releasedAt]));
  // On an arrest with a warrant K1 does not run in law; it is shown as a target (domain 2.2).
  if (events.isArrestWarrantless === false) for (const [n, c] of clocks.entries()) clocks[n] = { ...c, kind: 'target', label: `${c.label} (target)` };
  if (detainers.length > 0) {
    const endsAt = earliest([outAt, custody.detainerEndedAt]);
    add('K2', events.localReleaseAt, endsAt);
    const form = add('K2B', events.localReleaseAt, endsAt);
    if (form) clocks[clocks.length - 1] = { ...form, outerAt: h48Business(form.startsAt, zone) };
  }
  add('K3', events.custodyTransferredAt, outAt);
  add('K4', events.localReleaseAt, events.custodyTransferredAt ?? outAt);
  for (const detainer of detainers) if (detainer.issued?.byKind === 'officer') add('K5', detainer.issued.at, detainer.iceNotifiedAt ?? custody.iceNotifiedAt);

  // A claim made after ICE was told of an earlier one is a new claim: it has an hour of its own.
  const claims = subject.citizenshipIndicia.map((i) => i.at);
  const told = events.claimToldToIceAt ?? null;
  const firstClaim = earliest(claims);
  if (firstClaim !== null) {
    const isAnswered = told !== null && msOf(told) >= msOf(firstClaim);
    add('K6', firstClaim, isAnswered ? told : null);
    if (isAnswered) add('K6', earliest(claims.filter((at) => msOf(at) > msOf(told))));
    add('K7', isAnswered ? told : firstClaim, events.claimMemoSentAt);
  }
  const age = ageAtEncounter(document);
  add('K8', earliest([events.minorSuspectedAt, ...subject.minorIndicia.map((i) => i.at), age !== null && age < 18 ? encounteredAt(document) : null]), earliest([events.hhsToldAt, events.foundAdultAt]));
  add('K8', events.unaccompaniedAt, earliest([events.hhsTransferAt, events.foundAdultAt]), 'transfer');
  for (const notice of notices) add('K9', notice.served?.at, notice.earlierHearingRequest?.at);
  for (const notice of plainForms(document, 'I-851')) add('K10', notice.served?.at, events.i851AnsweredAt, notice.served?.method === 'mail' ? 'mailed' : undefined);
  for (const order of plainForms(document, 'I-851A')) add('K11', order.issued?.at);
  if (notices.length > 0) add('K12', arrest, earliest(notices.map((n) => n.served?.at)));
  if (model === 'TFM') add('K29', arrest, outAt);
  if (subject.counsel) add('K30', events.transferredAt, events.counselToldOfTransferAt ?? custody.counselToldAt);
  return lock === undefined ? clocks : clocks.map((c) => (c.id === lock ? { ...c, isLocked: true } : c));
}

export type HeadClocks = { readonly deadlineAt: string | null; readonly deadlineClock: ClockId | null; readonly nextAt: string | null; readonly nextClock: ClockId | null; readonly custodyLimitAt: string | null };
/**
 * What the packet's head stores: the earliest running deadline, the one after it, which clocks they are, and the earliest running custody limit.
 * With `now`, a local release that has passed no longer heads while a custody limit runs; later the queue sees to it (`headAt` in queue.ts).
 */
export function headClocks(clocks: readonly Clock[], now: string | null = null): HeadClocks {
  // On a tie the custody limit is named, and of the detainer's two the form's.
  const rank = (c: Clock): number => (c.isCustodyLimit ? Number(c.id === 'K2') : 2);
  const running = clocks.filter((c) => c.stoppedAt === null && c.isHead).sort((a, b) => msOf(a.deadlineAt) - msOf(b.deadlineAt) || rank(a) - rank(b));
  const limit = running.find((c) => c.isCustodyLimit) ?? null;
  // Of a detainer's two limits only the earlier is ever next.
  const [first, next] = running.filter((c) => !(c.id === 'K4' && limit !== null && now !== null && msOf(c.deadlineAt) <= msOf(now)) && (!c.isCustodyLimit || c === limit));
  return { deadlineAt: first?.deadlineAt ?? null, deadlineClock: first?.id ?? null, nextAt: next?.deadlineAt ?? null, nextClock: next?.id ?? null, custodyLimitAt: limit?.deadlineAt ?? null };
}
