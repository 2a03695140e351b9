/**
 * A lapse that became known late (domain 3.5, 0.4 items 3 and 7): which acts of a DIO fall outside authority as it is on record now, which packets that
 * touches, and whether the DIO was authorised for an act by what is known now and by what was known then. Looks at the act's own moment, as PK-03 does.
 */
import { z } from 'zod';
import { canonical } from '../canonical.ts';
import { command, many, one, put, type Put } from '../command.ts';
import { no, ok, type Result } from '../result.ts';
import type { AgencyRow, AuthorityIntervalRow, LookbackReviewRow, MoaIntervalRow, OfficerEventRow, PacketRow, StatementRow } from '../rows.ts';
import { msOf, siteDay, siteTime } from '../time.ts';
import { addBusinessDays } from './calendar.ts';
import { authorityAt, canDo, type DioAct, intervalAt } from './authority.ts';
import { officerActs, type OfficerAct } from './checks/packet-checks.ts';
import { laneOf } from './holds.ts';
import { type ChangedFact, lookbackIdOf, openedReview, openReason } from './lookback.ts';
import { type ComputedInterval, intervalsOf, isValidState, liveOfficerEvents, type OfficerFile, spellsOf } from './officer-events.ts';
import { openContent, type PacketDocument } from './packet.ts';
import { isUnderReview } from './under-review.ts';

// ---- was this DIO authorised, and what did we know then ----

export type Asked = { /** Null: any authority will do. */ readonly act: DioAct | null; readonly at: string; readonly siteId: string; readonly knownAt: string };
export type Answered = { /** By all that is on record. */ readonly now: Result<ComputedInterval>; /** By what was on record at `knownAt`. */ readonly asKnown: Result<ComputedInterval> };

/** MOA intervals as they were known: without what was recorded later, and without the ends that later rows brought. */
function moaKnownAt(moa: readonly MoaIntervalRow[], knownAt: string): readonly MoaIntervalRow[] {
  const sorted = [...moa].sort((a, b) => (a.startAt < b.startAt ? -1 : 1));
  // A row that is closed takes the time of its closing: it began to be known when the row before it was closed.
  return sorted.flatMap((m, n): readonly MoaIntervalRow[] => {
    const known = n === 0 ? m.startAt : (sorted[n - 1]?.recordedAt ?? m.recordedAt);
    if (known > knownAt) return [];
    return [m.endAt !== null && m.recordedAt > knownAt ? { ...m, endAt: null } : m];
  });
}

/** Whether the DIO of this file might do `act` at that moment and site, by what is known now and by what was known at `knownAt` (domain 3.5). */
export function wasAuthorised(file: OfficerFile, moa: readonly MoaIntervalRow[], agency: AgencyRow, { act, at, siteId, knownAt }: Asked): Answered {
  return {
    now: authorityAt(intervalsOf(file), moa, agency, act, at, siteId),
    asKnown: authorityAt(intervalsOf(file, knownAt), moaKnownAt(moa, knownAt), agency, act, at, siteId),
  };
}

// ---- acts outside authority ----

export type OutsideAct = OfficerAct & {
  /** The interval that ended before the act, or that does not allow it; null when none began before. */ readonly before: AuthorityIntervalRow | null;
  /** When authority began again; null when it did not. */ readonly until: string | null; readonly why: 'no-interval' | 'not-in-model';
};
const sameAct = (a: OfficerAct): string => `${a.field} ${a.at}`;

/** Every act of this DIO in the document for which the intervals give no authority: what PK-03 would say of it now. */
export function actsOutside(document: PacketDocument, officerId: string, intervals: readonly AuthorityIntervalRow[]): readonly OutsideAct[] {
  const own = intervals.filter((i) => i.officerId === officerId).sort((a, b) => msOf(a.startAt) - msOf(b.startAt));
  return officerActs(document).filter((a) => a.officerId === officerId).flatMap((a): readonly OutsideAct[] => {
    const inside = intervalAt(own, officerId, a.at);
    if (inside && (a.act === null || canDo(inside.model, a.act))) return [];
    return [{
      ...a, before: inside ?? own.findLast((i) => msOf(i.startAt) <= msOf(a.at)) ?? null, why: inside ? 'not-in-model' : 'no-interval',
      until: inside ? null : (own.find((i) => msOf(i.startAt) > msOf(a.at) && i.startAt !== i.endAt)?.startAt ?? null),
    }];
  });
}

const DONE: Readonly<Record<string, string>> = { preparedAt: 'prepared', 'issued.at': 'issued', 'served.at': 'served' };
/** An act in words: `I-213 prepared`. */
export function actWords(document: PacketDocument, { field }: Pick<OfficerAct, 'field'>): string {
  if (field === 'preparedAt') return 'Packet prepared';
  if (field === 'events.interviewAt') return 'Interview';
  const form = document.forms.find((f) => field.startsWith(`forms.${f.id}.`));
  return form ? `${form.kind} ${DONE[field.slice(`forms.${form.id}.`.length)] ?? 'worked on'}` : field;
}
/** Why there was no authority, in words with times of the site. */
export function outsideWords({ before, until, why }: OutsideAct, zone: string): string {
  if (why === 'not-in-model') return `not an act of the model ${before?.model ?? ''}`;
  if (!before) return until === null ? 'no authority on record' : `no authority before ${siteTime(until, zone)}`;
  const reason = before.endReason ? ` (${before.endReason})` : '';
  return `no authority from ${siteTime(before.endAt ?? before.startAt, zone)}${until === null ? '' : ` until ${siteTime(until, zone)}`}${reason}`;
}

/** True when some moment with authority in `before` has none, or another model's, in `after`. Only then can an act fall outside that was inside. */
export function losesAuthority(before: readonly Span[], after: readonly Span[]): boolean {
  return before.some((b) => {
    let at = msOf(b.startAt);
    const end = b.endAt === null ? Infinity : msOf(b.endAt);
    while (at < end) {
      const next = after.find((a) => a.model === b.model && msOf(a.startAt) <= at && (a.endAt === null || msOf(a.endAt) > at));
      if (!next) return true;
      at = next.endAt === null ? Infinity : msOf(next.endAt);
    }
    return false;
  });
}
export type Span = Pick<AuthorityIntervalRow, 'startAt' | 'endAt' | 'model'>;

// ---- one packet ----

/** One version of a packet that was signed. */
export type SignedVersion = { readonly document: PacketDocument };
/** What a review has said of an act so far: the newest line of it, and whether that review is open. */
type Told = { readonly isOutside: boolean; readonly review: LookbackReviewRow };

/** Lines that name an act, oldest review first. */
function toldOf(reviews: readonly LookbackReviewRow[], officerId: string): ReadonlyMap<string, Told> {
  const told = new Map<string, Told>();
  for (const review of [...reviews].sort((a, b) => (a.openedAt < b.openedAt ? -1 : a.openedAt > b.openedAt ? 1 : 0))) {
    for (const fact of review.reasons.map(openReason)) if (fact.act !== undefined && fact.about === officerId) told.set(fact.act, { isOutside: fact.reason === 'authority', review });
  }
  return told;
}
/** A review without lines of acts answers for a gap that was on record when it opened: HQ found the signature under review for it, or a role opened it by hand. */
function isAnsweredBroadly(act: OutsideAct, reviews: readonly LookbackReviewRow[], officerId: string): boolean {
  return reviews.some((r) => {
    const facts = r.reasons.map(openReason);
    if (facts.some((f) => f.act !== undefined)) return false;
    const isAboutIt = r.cause === 'late-lapse' || facts.some((f) => f.reason === 'PK-03' || (f.reason === 'authority' && f.about === officerId));
    return isAboutIt && (act.before === null || act.before.recordedAt <= r.openedAt);
  });
}

/** What a DIO's authority, as it is now, says about one signed packet: lines of a new review, and lines to add to open ones whose gap was closed by evidence. */
export type LapseFindings = { readonly opened: readonly ChangedFact[]; readonly closed: readonly { readonly review: LookbackReviewRow; readonly facts: readonly ChangedFact[] }[] };
export function lapseFindings(signed: readonly SignedVersion[], reviews: readonly LookbackReviewRow[], officerId: string, intervals: readonly AuthorityIntervalRow[], zone: string, events: readonly OfficerEventRow[] = []): LapseFindings {
  /** Who recorded what ended this interval; nobody where training ran out. */
  const by = (i: AuthorityIntervalRow | null): string | null => liveOfficerEvents(events).findLast((e) => i?.endAt !== null && i !== null && msOf(e.at) === msOf(i.endAt))?.recordedBy ?? null;
  const told = toldOf(reviews, officerId);
  const opened = new Map<string, ChangedFact>();
  const closed = new Map<string, { readonly review: LookbackReviewRow; readonly facts: ChangedFact[] }>();
  const seen = new Set<string>();
  for (const { document } of signed) {
    const outside = new Map(actsOutside(document, officerId, intervals).map((a) => [sameAct(a), a]));
    for (const act of officerActs(document).filter((a) => a.officerId === officerId)) {
      const key = sameAct(act);
      if (seen.has(key)) continue;
      seen.add(key);
      const before = told.get(key);
      const now = outside.get(key);
      const words = `${actWords(document, act)} ${siteTime(act.at, zone)}`;
      if (now && !before?.isOutside && !(before === undefined && isAnsweredBroadly(now, reviews, officerId))) {
        opened.set(key, { reason: 'authority', signed: words, hq: outsideWords(now, zone), since: now.before?.recordedAt ?? null, by: by(now.before), about: officerId, act: key });
      } else if (!now && before?.isOutside && before.review.closedAt === null) {
        const i = intervalAt(intervals, officerId, act.at);
        const entry = closed.get(before.review.id) ?? { review: before.review, facts: [] };
        entry.facts.push({ reason: 'authority-again', signed: words, hq: 'inside authority by what HQ knows now', since: i?.recordedAt ?? null, by: null, about: officerId, act: key });
        closed.set(before.review.id, entry);
      }
    }
  }
  return { opened: [...opened.values()], closed: [...closed.values()] };
}

const id = z.string().min(1).max(120);
/**
 * `lookback.lapse`: HQ compares one signed packet with a DIO's authority as it is now. Acts outside it that no review names open one (cause `late-lapse`); evidence that
 * closes the gap is written into the open review that named the act, which an HQ role then closes [0.4 item 7]. Nothing new is an empty answer: it can be run again at any time.
 */
export const lookbackLapse = command({
  name: 'lookback.lapse', conflict: 'merge', roles: ['service'],
  input: z.strictObject({ packetId: id, officerId: id }),
  reads: [
    (i) => ({
      packet: one('packets', i.packetId), versions: many('packet_versions', { packetId: i.packetId }), statements: many('statements', { packetId: i.packetId }), holds: many('holds', { packetId: i.packetId }),
      reviews: many('lookback_reviews', { packetId: i.packetId }), intervals: many('authority_intervals', { officerId: i.officerId }), events: many('officer_events', { officerId: i.officerId }),
    }),
    (_i, _env, { packet }) => ({ agency: one('agencies', packet?.agencyId) }),
  ],
  stream: ({ packet }) => packet?.stream ?? null,
  decide: ({ packet, versions, statements, holds, reviews, intervals, events, agency }, i, env) => {
    if (!packet) return no('packet/unknown', { packetId: i.packetId });
    const signed = versions.filter((v) => statements.some((s) => s.number === v.number)).map((v) => ({ document: openContent(v.content) }));
    const found = lapseFindings(signed, reviews, i.officerId, intervals, agency?.zone ?? 'UTC', events);
    const noted = found.closed.map(({ review: { version: _v, changedBy: _c, ...row }, facts }): Put => put('lookback_reviews', { ...row, reasons: [...row.reasons, ...facts.map((f) => canonical(f))] }));
    if (found.opened.length === 0) return ok(noted);
    const review = openedReview(lookbackIdOf(env.id), packet, agency, { statementId: null, cause: 'late-lapse', facts: found.opened }, env.at);
    const { version: _v, changedBy: _c, ...head } = packet;
    return ok([...noted, put('lookback_reviews', review), put('packets', { ...head, lane: laneOf(packet.state, holds, isUnderReview(statements, [...reviews, review])) })]);
  },
});

// ---- many packets ----

export type LapsedPacket = { readonly packet: PacketRow; readonly statements: readonly Pick<StatementRow, 'number' | 'formId'>[]; /** The signed versions, and the current one. */ readonly documents: readonly PacketDocument[] };
export type LapseTouch = { readonly packet: PacketRow; readonly acts: readonly { readonly words: string; readonly at: string; readonly why: string }[]; readonly isSigned: boolean; readonly isServed: boolean };
/** Detained people come first; a packet stands in one place. What is neither signed nor about a person in custody is left to PK-03, which stops it. */
export type LapseSplit = { readonly inCustody: readonly LapseTouch[]; readonly served: readonly LapseTouch[]; readonly signed: readonly LapseTouch[] };

/** The packets with an act of this DIO outside authority, split by what has to be done about them. */
export function splitByLapse(packets: readonly LapsedPacket[], officerId: string, intervals: readonly AuthorityIntervalRow[], zone: string): LapseSplit {
  const touched = packets.flatMap(({ packet, statements, documents }): readonly LapseTouch[] => {
    const acts = new Map<string, LapseTouch['acts'][number]>();
    for (const document of documents) for (const a of actsOutside(document, officerId, intervals)) acts.set(sameAct(a), { words: actWords(document, a), at: a.at, why: outsideWords(a, zone) });
    if (acts.size === 0) return [];
    const isServed = documents.some((d) => d.forms.some((f) => f.served !== null && statements.some((s) => s.number === d.number && s.formId === f.id)));
    return [{ packet, acts: [...acts.values()].sort((a, b) => msOf(a.at) - msOf(b.at)), isSigned: statements.length > 0, isServed }];
  }).sort((a, b) => msOf(a.packet.receivedAt) - msOf(b.packet.receivedAt) || (a.packet.id < b.packet.id ? -1 : 1));
  const isHeld = (t: LapseTouch): boolean => t.packet.isDetained && t.packet.state !== 'closed';
  return {
    inCustody: touched.filter(isHeld), served: touched.filter((t) => !isHeld(t) && t.isServed), signed: touched.filter((t) => !isHeld(t) && !t.isServed && t.isSigned),
  };
}

// ---- the revocation that a lapse asks for ----

/** Days of work within which the FOD decides on revoking a DIO who lapsed [D]. */
export const REVOCATION_DAYS = 5;
export type RevocationTask = { readonly lapsedAt: string; readonly why: string; readonly dueAt: string; /** When the FOD was asked last; null: not yet. */ readonly askedAt: string | null };
/** What a lapse asks for at a moment [AUT-8]: the revocation of a DIO who lapsed and has neither been revoked nor come back since. Null: nothing. */
export function revocationTask(file: OfficerFile, at: string): RevocationTask | null {
  const spells = spellsOf(file).filter((s) => s.from <= at);
  const back = spells.findLastIndex((s) => isValidState(s.state) || s.state === 'REVOKED' || s.state === 'SEPARATED' || s.state === 'NOMINATED');
  const lapse = spells.slice(back + 1).find((s) => s.state === 'LAPSED');
  if (!lapse) return null;
  const asked = liveOfficerEvents(file.events).findLast((e) => e.kind === 'revocation.asked' && e.at >= lapse.from && e.at <= at);
  return { lapsedAt: lapse.from, why: lapse.words, dueAt: addBusinessDays(lapse.from, REVOCATION_DAYS, file.zone), askedAt: asked?.at ?? null };
}
/** The task in words: `due Fri 27 Nov, not asked yet`. */
export const revocationWords = ({ dueAt, askedAt }: RevocationTask, zone: string, now: string): string =>
  `Revocation due ${siteDay(dueAt, zone)}${dueAt <= now ? ', overdue' : ''}, ${askedAt === null ? 'not asked of the FOD yet' : `asked of the FOD on ${siteDay(askedAt, zone)}`}`;
