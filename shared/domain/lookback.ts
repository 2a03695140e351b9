/**
 * Look-back reviews (domain 0.4 item 7): an act that rested on facts that had changed gets an owner, one business day, an outcome and notices.
 * HQ opens one in the transaction that finds an act under review [SYN-17]; HQ roles assign, notify and close, never whoever signed.
 * Must never change a statement: what was sealed stays as it was.
 */
import { z } from 'zod';
import { canonical } from '../canonical.ts';
import { command, many, one, put, type Put, type Verdict } from '../command.ts';
import { agencyStream, deriveId } from '../ids.ts';
import { no, ok, type Result } from '../result.ts';
import { HQ_ROLES, type Role } from '../roles.ts';
import type { AgencyRow, AuthorityIntervalRow, Draft, HoldRow, LookbackOutcome, LookbackReviewRow, MoaIntervalRow, Notice, PacketRow, PacketVersionRow, StaffRow, StatementRow } from '../rows.ts';
import { msOf, siteTime, utcInstant } from '../time.ts';
import { addBusinessDays } from './calendar.ts';
import { HOLD_RULES, isOpen, laneOf } from './holds.ts';
import { openContent } from './packet.ts';
import { covers, isUnderReview } from './under-review.ts';

/** Why a review was opened, as a code and in words. */
export const LOOKBACK_CAUSES = {
  'facts-changed': 'HQ had other facts when the signature arrived',
  'late-lapse': 'HQ learned afterwards that authority had lapsed before the act',
  report: 'HQ was told of something after the act',
} as const;
export type LookbackCause = keyof typeof LOOKBACK_CAUSES;

/** Outcomes, in the words of the screens and of what follows for the packet. */
export const LOOKBACK_OUTCOMES = {
  stands: { label: 'Stands', follows: 'The signature stands. Nothing more is needed.' },
  reissued: { label: 'Correct and re-serve', follows: 'The packet is with the DIO for a new version, to be reviewed, signed and served again.' },
  cancelled: { label: 'Cancelled', follows: 'What was signed is cancelled and must not be served. If it was served, HQ has told the person or counsel.' },
  released: { label: 'Released', follows: 'The person was let go. The packet is closed.' },
} as const satisfies Record<LookbackOutcome, { label: string; follows: string }>;

/** Who answers for a review: the supervisory officer of the field office, or the director. Nobody named = that office's SDDO by rule. */
export const LOOKBACK_OWNERS = ['sddo', 'fod'] as const satisfies readonly Role[];
/** Who may name an owner. */
const ASSIGNERS = ['sddo', 'fod', 'unit_chief', 'national_pm'] as const satisfies readonly Role[];
/** Whom a notice goes to. OPLA always; the person or counsel when the form was served. */
export const NOTICE_TO = ['opla', 'person', 'counsel', 'agency', 'field_office'] as const;

// ---- facts as signed against facts as HQ had them ----

/**
 * One line of the comparison. `signed` and `hq` are words with times of the site; `about` is the id of the officer it is about; `by` who changed it
 * at HQ: a person's id, a device, or `hq`. A reason without such facts has all of them null. `act`: of a late lapse, which act it is about (field and instant).
 */
export type ChangedFact = { readonly reason: string; readonly signed: string | null; readonly hq: string | null; readonly since: string | null; readonly by: string | null; readonly about: string | null; readonly act?: string | undefined };
const factSchema = z.strictObject({
  reason: z.string(), signed: z.string().nullable(), hq: z.string().nullable(), since: z.string().nullable(), by: z.string().nullable(), about: z.string().nullable(), act: z.string().optional(),
});
const bare = (reason: string): ChangedFact => ({ reason, signed: null, hq: null, since: null, by: null, about: null });

/** Reads one stored reason; a text that is no comparison is the reason itself. */
export function openReason(text: string): ChangedFact {
  if (!text.startsWith('{')) return bare(text);
  try {
    const parsed = factSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : bare(text);
  } catch {
    return bare(text);
  }
}

/** What a seal said of its facts. A seal is a fact whatever it holds: what cannot be read is compared with nothing. */
const sealedFacts = z.object({
  number: z.number(), contentHash: z.string(), signer: z.object({ legalTitle: z.string() }),
  facts: z.object({
    openHolds: z.array(z.string()), signerActiveTo: z.string().nullable(),
    authority: z.array(z.object({ id: z.string(), startAt: z.string(), endAt: z.string().nullable() })),
    moa: z.array(z.object({ id: z.string(), status: z.string(), startAt: z.string(), endAt: z.string().nullable() })),
  }),
});
/** The rows that a sign-off reads, as far as the comparison needs them. */
export type ActState = {
  readonly packet: PacketRow; readonly version: PacketVersionRow | null; readonly holds: readonly HoldRow[]; readonly signer: StaffRow | null; readonly agency: AgencyRow | null;
  readonly intervals: readonly AuthorityIntervalRow[]; readonly moa: readonly MoaIntervalRow[];
};
/** Reasons that a line of the comparison already tells. */
const TOLD_BY: Readonly<Record<string, string>> = {
  'signoff/held': 'holds', 'sync/authority-changed': 'authority', 'sync/moa-changed': 'moa', 'sync/signer-changed': 'signer', 'signoff/signer-not-active': 'signer',
  'signoff/version-changed': 'content', 'signoff/form-changed': 'content',
};
/** A reason that names a protective hold or its check says no more than that there is one: which one is told nowhere but on the hold itself. */
const general = (reason: string): string => (Object.hasOwn(HOLD_RULES, reason) || reason === 'PK-10' ? 'holds' : reason);
const isRule = (reason: string): boolean => /^[A-Z0-9]+-[0-9A-Z]+$/.test(reason);

/** What HQ had otherwise, line by line, and after it the reasons that no line tells. In the order of the verdict. */
export function changedFacts(sealed: unknown, state: ActState, verdict: Pick<Verdict, 'reasons'>): readonly ChangedFact[] {
  const lines: ChangedFact[] = [];
  const zone = state.agency?.zone ?? 'UTC';
  const time = (at: string): string => siteTime(at, zone);
  const span = (x: { readonly startAt: string; readonly endAt: string | null } | undefined): string => (x ? `from ${time(x.startAt)} ${x.endAt === null ? 'without end' : `until ${time(x.endAt)}`}` : 'none');
  const parsed = sealedFacts.safeParse(sealed);
  if (parsed.success) {
    const { number, contentHash, signer, facts } = parsed.data;
    const { packet, version } = state;
    if (packet.currentVersion !== number) {
      lines.push({ reason: 'content', signed: `version ${number}`, hq: `version ${packet.currentVersion}`, since: packet.receivedAt, by: 'hq', about: null });
    } else if (version && version.contentHash !== contentHash) {
      lines.push({ reason: 'content', signed: `text ${contentHash.slice(0, 8)}`, hq: `text ${version.contentHash.slice(0, 8)}`, since: version.receivedAt, by: 'hq', about: null });
    }
    for (const hold of state.holds.filter((h) => isOpen(h) && !facts.openHolds.includes(h.id))) {
      lines.push({ reason: 'holds', signed: 'no such hold', hq: 'a protective hold, open', since: hold.placedAt, by: hold.placedBy, about: null });
    }
    for (const id of facts.openHolds.filter((id) => !state.holds.some((h) => h.id === id && isOpen(h)))) {
      const hold = state.holds.find((h) => h.id === id);
      lines.push({ reason: 'holds', signed: 'a protective hold, open', hq: hold ? 'released' : 'no such hold', since: hold?.releasedAt ?? null, by: hold?.releasedBy ?? null, about: null });
    }
    for (const i of state.intervals) {
      const seen = facts.authority.find((x) => x.id === i.id);
      const isNamed = state.version?.content.includes(JSON.stringify(i.officerId)) ?? false;
      if (!isNamed && !seen) continue;
      if (seen?.startAt === i.startAt && seen.endAt === i.endAt) continue;
      lines.push({ reason: 'authority', signed: span(seen), hq: `${span(i)}${i.endReason ? ` (${i.endReason})` : ''}`, since: i.recordedAt, by: i.changedBy, about: i.officerId });
    }
    for (const m of state.moa) {
      const seen = facts.moa.find((x) => x.id === m.id);
      if (seen && seen.status === m.status && seen.startAt === m.startAt && seen.endAt === m.endAt) continue;
      const words = (x: { readonly status: string; readonly startAt: string; readonly endAt: string | null } | undefined): string => (x ? `${x.status.replace('_', ' ')} ${span(x)}` : 'none');
      lines.push({ reason: 'moa', signed: words(seen), hq: words(m), since: m.recordedAt, by: m.changedBy, about: null });
    }
    if (state.signer && (state.signer.legalTitle !== signer.legalTitle || state.signer.activeTo !== facts.signerActiveTo)) {
      const until = (at: string | null): string => (at === null ? 'without end' : `until ${time(at)}`);
      lines.push({ reason: 'signer', signed: `${signer.legalTitle}, ${until(facts.signerActiveTo)}`, hq: `${state.signer.legalTitle}, ${until(state.signer.activeTo)}`, since: null, by: state.signer.changedBy, about: null });
    }
  }
  const told = new Set(lines.map((l) => l.reason));
  const reasons = [...new Set(verdict.reasons.map(general))];
  const hasRule = reasons.some(isRule);
  const rest = reasons.filter((r) => !told.has(r) && !told.has(TOLD_BY[r] ?? '') && !(r === 'signoff/blocked' && (hasRule || told.has('holds'))) && !(r === 'signoff/held' && reasons.includes('holds')));
  return [...lines, ...rest.map(bare)];
}

// ---- opening ----

/** Due one business day after HQ learned of it, in days of the site (federal holidays left out). */
export const lookbackDue = (openedAt: string, zone: string): string => addBusinessDays(openedAt, 1, zone);

const MOST_REASONS = 60;
/** A new review of one packet; `openedAt` is HQ's own time. */
export function openedReview(id: string, packet: PacketRow, agency: Pick<AgencyRow, 'zone'> | null, about: { readonly statementId: string | null; readonly cause: LookbackCause; readonly facts: readonly ChangedFact[] }, openedAt: string): Draft<'lookback_reviews'> {
  return {
    id, stream: packet.stream, agencyId: packet.agencyId, packetId: packet.id, statementId: about.statementId, cause: about.cause, reasons: about.facts.slice(0, MOST_REASONS).map((f) => canonical(f)),
    isDetained: packet.isDetained, openedAt, dueAt: lookbackDue(openedAt, agency?.zone ?? 'UTC'), ownerId: null, outcome: null, outcomeNote: null, notices: [], closedBy: null, closedAt: null,
  };
}
/** The review that a command of this id opened. */
export const lookbackIdOf = (commandId: string): string => deriveId(commandId, 'lookback');

/** The review that a sealed act opens under this verdict; none when it is in effect, or only provisional on a laptop. */
export function reviewOfAct(commandId: string, sealed: unknown, statementId: string | null, state: ActState, verdict: Verdict): readonly Draft<'lookback_reviews'>[] {
  if (verdict.effect !== 'under_review') return [];
  return [openedReview(lookbackIdOf(commandId), state.packet, state.agency, { statementId, cause: 'facts-changed', facts: changedFacts(sealed, state, verdict) }, verdict.receivedAt)];
}

// ---- order ----

type Ranked = Pick<LookbackReviewRow, 'id' | 'isDetained' | 'dueAt' | 'closedAt'>;
/** Open ones first, of these detained people first, then by due time; closed ones newest first. A total order. */
export const compareLookback = (a: Ranked, b: Ranked): number =>
  Number(a.closedAt !== null) - Number(b.closedAt !== null) ||
  (a.closedAt !== null && b.closedAt !== null ? msOf(b.closedAt) - msOf(a.closedAt) : Number(b.isDetained) - Number(a.isDetained) || msOf(a.dueAt) - msOf(b.dueAt)) ||
  (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
/** Open past its due time; a closed one when it was closed late. */
export const isLate = (review: Pick<LookbackReviewRow, 'dueAt' | 'closedAt'>, now: string): boolean => msOf(review.closedAt ?? now) > msOf(review.dueAt);

// ---- commands of HQ roles ----

const id = z.string().min(1).max(64);
const instant = z.iso.datetime({ offset: true });
const notice = z.strictObject({ to: z.enum(NOTICE_TO), at: instant, what: z.string().trim().min(3).max(500) });
const utc = (at: string): string => utcInstant(msOf(at));
const noticesOf = (asked: readonly z.infer<typeof notice>[], now: string): Result<readonly Notice[]> => {
  const ahead = asked.findIndex((n) => msOf(n.at) > msOf(now));
  return ahead >= 0 ? no('lookback/notice-ahead', { field: `notices.${ahead}.at` }) : ok(asked.map((n) => ({ to: n.to, at: utc(n.at), what: n.what })));
};
const without = <T extends { readonly version: number; readonly changedBy: string }>({ version: _v, changedBy: _c, ...row }: T): Omit<T, 'version' | 'changedBy'> => row;
const aboutPacket = (packetId: string | undefined) => ({
  packet: one('packets', packetId), holds: many('holds', { packetId: packetId ?? '' }), statements: many('statements', { packetId: packetId ?? '' }), reviews: many('lookback_reviews', { packetId: packetId ?? '' }),
});
const openOnly = (review: LookbackReviewRow | null, reviewId: string): Result<LookbackReviewRow> => {
  if (!review) return no('lookback/unknown', { reviewId });
  return review.closedAt === null ? ok(review) : no('lookback/closed', { reviewId, closedAt: review.closedAt });
};

/** `lookback.open`: an HQ role opens one by hand: a lapse learned of late, or a report. `statementId` null: everything signed so far. */
export const lookbackOpen = command({
  name: 'lookback.open', conflict: 'merge', roles: [...HQ_ROLES, 'service'],
  input: z.strictObject({ packetId: id, statementId: id.nullable(), cause: z.enum(['late-lapse', 'report']), note: z.string().trim().min(10).max(1000) }),
  reads: [
    (i) => aboutPacket(i.packetId),
    (_i, _env, { packet }) => ({ agency: one('agencies', packet?.agencyId) }),
  ],
  stream: (first) => (first.packet ? agencyStream(first.packet.agencyId) : null),
  decide: ({ packet, agency, holds, statements, reviews }, i, env) => {
    if (!packet) return no('packet/unknown', { packetId: i.packetId });
    if (statements.length === 0) return no('lookback/nothing-signed', { packetId: i.packetId });
    const about = i.statementId === null ? null : statements.find((s) => s.id === i.statementId);
    if (about === undefined) return no('lookback/unknown-statement', { statementId: i.statementId });
    const open = reviews.find((r) => r.closedAt === null && (about === null ? r.statementId === null : covers(r, about, statements)));
    if (open) return no('lookback/already-open', { reviewId: open.id });
    const row = openedReview(lookbackIdOf(env.id), packet, agency, { statementId: i.statementId, cause: i.cause, facts: [{ ...bare('note'), hq: i.note, by: env.actor, since: env.at }] }, env.at);
    return ok([put('lookback_reviews', row), put('packets', without({ ...packet, lane: laneOf(packet.state, holds, true) }))]);
  },
});

/** `lookback.assign`: names the person who answers for it, an SDDO or the director of the field office, never one who signed the packet. */
export const lookbackAssign = command({
  name: 'lookback.assign', conflict: 'strict', roles: ASSIGNERS,
  input: z.strictObject({ reviewId: id, ownerId: id }),
  reads: [
    (i) => ({ review: one('lookback_reviews', i.reviewId), owner: one('staff', i.ownerId) }),
    (_i, _env, { review }) => ({ statements: many('statements', { packetId: review?.packetId ?? '' }) }),
  ],
  stream: (first) => (first.review ? agencyStream(first.review.agencyId) : null),
  decide: ({ review, owner, statements }, i, env) => {
    const open = openOnly(review, i.reviewId);
    if (!open.ok) return open;
    const isActive = owner !== null && owner.activeFrom <= env.at && (owner.activeTo === null || owner.activeTo > env.at);
    if (!owner || !isActive || !(LOOKBACK_OWNERS as readonly Role[]).includes(owner.role)) return no('lookback/wrong-owner', { ownerId: i.ownerId, allowed: LOOKBACK_OWNERS });
    if (statements.some((s) => s.signerId === owner.id)) return no('lookback/owner-is-signer', { ownerId: owner.id });
    return ok([put('lookback_reviews', without({ ...open.value, ownerId: owner.id }))]);
  },
});

/** `lookback.notice`: records that someone was told. Accepted after the close too: a late notice is better than none [PK-00]. */
export const lookbackNotice = command({
  name: 'lookback.notice', conflict: 'merge', roles: HQ_ROLES,
  input: z.strictObject({ reviewId: id, notices: z.array(notice).min(1).max(20) }),
  reads: [(i) => ({ review: one('lookback_reviews', i.reviewId) })],
  stream: (first) => (first.review ? agencyStream(first.review.agencyId) : null),
  decide: ({ review }, i, env) => {
    if (!review) return no('lookback/unknown', { reviewId: i.reviewId });
    const notices = noticesOf(i.notices, env.at);
    if (!notices.ok) return notices;
    return ok([put('lookback_reviews', without({ ...review, notices: [...review.notices, ...notices.value] }))]);
  },
});

/** Notices that an outcome needs and that nobody recorded, as their names in the input. */
function missingNotices(notices: readonly Notice[], isServed: boolean): readonly string[] {
  const has = (...to: readonly string[]): boolean => notices.some((n) => to.includes(n.to));
  return [...(has('opla') ? [] : ['opla']), ...(isServed && !has('person', 'counsel') ? ['person or counsel'] : [])];
}
const wasServed = (versions: readonly PacketVersionRow[], acts: readonly StatementRow[]): boolean =>
  versions.some((v) => openContent(v.content).forms.some((f) => f.served !== null && acts.some((s) => s.number === v.number && s.formId === f.id)));

/** Where the packet goes. A person still held keeps the packet and its clocks open: a cancelled act goes back, and only a release closes. */
function stateAfter(packet: PacketRow, outcome: LookbackOutcome): PacketRow['state'] {
  if (outcome === 'stands' || packet.state === 'closed') return packet.state;
  if (outcome === 'released') return 'closed';
  return outcome === 'reissued' || packet.isDetained ? 'returned' : 'closed';
}

/**
 * `lookback.close`: the outcome, by an SDDO or the director, never by one who signed the packet: two persons. OPLA must have been told, and the
 * person or counsel when a form was served (by its certificate, or as the closer says); `released` says when the person was let go.
 */
export const lookbackClose = command({
  name: 'lookback.close', conflict: 'strict', roles: LOOKBACK_OWNERS,
  input: z.strictObject({
    reviewId: id, outcome: z.enum(['stands', 'reissued', 'cancelled', 'released']), note: z.string().trim().min(20).max(1000),
    isServed: z.boolean(), notices: z.array(notice).max(20), releasedAt: instant.nullable(),
  }),
  reads: [
    (i) => ({ review: one('lookback_reviews', i.reviewId) }),
    (_i, _env, { review }) => ({ ...aboutPacket(review?.packetId), versions: many('packet_versions', { packetId: review?.packetId ?? '' }) }),
  ],
  stream: (first) => (first.review ? agencyStream(first.review.agencyId) : null),
  decide: ({ review, packet, holds, statements, reviews, versions }, i, env) => {
    const open = openOnly(review, i.reviewId);
    if (!open.ok) return open;
    if (!packet) return no('packet/unknown', { packetId: open.value.packetId });
    if (statements.some((s) => s.signerId === env.actor)) return no('lookback/closer-is-signer', { reviewId: i.reviewId });
    const added = noticesOf(i.notices, env.at);
    if (!added.ok) return added;
    const notices = [...open.value.notices, ...added.value];
    const acts = statements.filter((s) => covers(open.value, s, statements));
    const missing = missingNotices(notices, i.isServed || wasServed(versions, acts));
    if (missing.length > 0) return no('lookback/notice-missing', { field: 'notices', to: missing });
    if (i.outcome === 'released' && (i.releasedAt === null || msOf(i.releasedAt) > msOf(env.at))) return no('lookback/released-when', { field: 'releasedAt' });
    const note = i.outcome === 'released' && i.releasedAt !== null ? `Let go ${utc(i.releasedAt)}. ${i.note}` : i.note;
    const closed = { ...without(open.value), outcome: i.outcome, outcomeNote: note, notices, closedBy: env.actor, closedAt: env.at };
    const state = stateAfter(packet, i.outcome);
    const lane = laneOf(state, holds, isUnderReview(statements, reviews.map((r) => (r.id === closed.id ? { ...r, closedAt: env.at } : r))));
    const puts: Put[] = [put('lookback_reviews', closed), put('packets', without({ ...packet, state, lane }))];
    if (state === 'returned' && packet.state !== 'returned') {
      const forms = [...new Set(acts.map((s) => s.formId))];
      puts.push(put('returns', {
        id: deriveId(env.id, 'return'), stream: agencyStream(packet.agencyId), agencyId: packet.agencyId, packetId: packet.id, number: packet.currentVersion, note: LOOKBACK_OUTCOMES[i.outcome].follows,
        deficiencies: (forms.length > 0 ? forms : ['forms']).map((form) => ({ rule: 'SYN-17', field: form, note: i.note })), returnedBy: env.actor, returnedAt: env.at,
      }));
    }
    return ok(puts);
  },
});

/** What HQ roles may do about a look-back review. */
export const LOOKBACK_COMMANDS = { 'lookback.open': lookbackOpen, 'lookback.assign': lookbackAssign, 'lookback.notice': lookbackNotice, 'lookback.close': lookbackClose } as const;
