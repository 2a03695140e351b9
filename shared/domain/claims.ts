/**
 * Claims: what somebody said or what was found that protects a person, as it was told (domain 1.10). Recording one places its hold in the same
 * transaction and starts its clocks at the moment of the claim, in the site's zone. Accepted in every state [PK-00]; holds are released at HQ, one by one.
 * Must never write what stands behind restricted handling into an agency's stream: a tip goes into `restricted:<agency>` (8 U.S.C. 1367).
 */
import { z } from 'zod';
import { command, many, one, put } from '../command.ts';
import { deriveId, restrictedStream } from '../ids.ts';
import { no, ok } from '../result.ts';
import { FIELD_ROLES, HQ_ROLES, ROLES, type Role } from '../roles.ts';
import type { ClaimRow, HoldRow } from '../rows.ts';
import { isZone, msOf } from '../time.ts';
import { type Clock, clockFrom } from './clocks.ts';
import { type HoldRule, withHolds } from './holds.ts';
import { newestRun } from './published-packs.ts';
import { isUnderReview } from './under-review.ts';

export type ClaimKindRow = {
  readonly label: string; readonly rule: HoldRule; readonly closers: readonly Role[]; /** What ends the stop. */ readonly lifts: string; /** What to do first. */ readonly next: string;
  readonly outcomes: readonly string[];
};
/** Every kind of claim: its hold, who decides it, and what lifts the stop. Words are the screen's. */
export const CLAIM_KINDS = {
  citizenship: {
    label: 'US citizenship claim or indicia', rule: 'PK-08', closers: ['opla', 'sddo'], outcomes: ['citizen', 'some_evidence', 'no_evidence'],
    next: 'Tell ICE within one hour. No new detainer, warrant or charging document; cancel or confirm one that stands. Interview only with a supervisor.',
    lifts: 'OPLA answers the memorandum. Probative evidence of citizenship: release; the citizenship field of the case is updated.',
  },
  minor: {
    label: 'Possible minor', rule: 'PK-09', closers: ['juvenile_coordinator'], outcomes: ['minor', 'adult'],
    next: 'Tell the juvenile coordinator now. HHS is told within 48 hours.', lifts: 'The juvenile coordinator finds the age.',
  },
  fear: {
    label: 'Fear of return', rule: 'PK-15', closers: ['sddo'], outcomes: ['referred', 'withdrawn_on_record'],
    next: 'Refer the person. Do not weigh the claim.', lifts: 'An SDDO records the referral.',
  },
  competency: {
    label: 'Mental competency', rule: 'PK-19', closers: ['opla'], outcomes: ['safeguards', 'no_indicia'],
    next: 'Stop the interview. Note what was seen and heard, without a diagnosis. Serve a custodian where one is needed.', lifts: 'OPLA decides which safeguards apply.',
  },
  location: {
    label: 'Protected location', rule: 'NTA-16', closers: ['fod'], outcomes: ['complied', 'not_protected', 'violation'],
    next: 'Note where and how the arrest took place. INA 239(e) needs a certificate.', lifts: 'The FOD finds that the rules for such places were kept.',
  },
  interpreter: {
    label: 'Interpreter record', rule: 'OTHER', closers: ['sddo', 'opla'], outcomes: ['done_again', 'understood'],
    next: 'Have the advisals and the interview done again in a language that the person understands.', lifts: 'The interview was done again with an interpreter, or an SDDO or OPLA finds that it was understood.',
  },
  restricted_tip: {
    label: 'Restricted handling', rule: 'RESTRICTED', closers: ['restricted_officer'], outcomes: ['confirmed', 'not_confirmed'],
    next: 'Say nothing of it to anybody. The officer for restricted handling takes over.', lifts: 'The officer for restricted handling decides.',
  },
} as const satisfies Record<string, ClaimKindRow>;
export type ClaimKind = keyof typeof CLAIM_KINDS;
export const CLAIM_KIND_IDS = Object.keys(CLAIM_KINDS) as readonly ClaimKind[];
export const isClaimKind = (kind: string): kind is ClaimKind => Object.hasOwn(CLAIM_KINDS, kind);
/** A fact row: the memorandum on the claim named in `source` was sent at `reportedAt`. */
export const MEMO_SENT = 'memo_sent';

/** Indicia of citizenship, as ICE lists them; and who gave a tip that must not be acted on alone. */
export const CLAIM_SOURCES = {
  citizenship: ['own_statement', 'birth_in_us', 'parent_citizen', 'parent_naturalised', 'military_service', 'us_birth_record', 'earlier_finding', 'us_passport', 'other'],
  restricted_tip: ['abuser_or_perpetrator', 'household_or_family', 'other_relation', 'unknown'],
  other: ['own_statement', 'officer_saw', 'document', 'third_party', 'other'],
} as const;
/** The sources that a claim of this kind may name. */
export const sourcesOf = (kind: ClaimKind): readonly string[] => (kind === 'citizenship' ? CLAIM_SOURCES.citizenship : kind === 'restricted_tip' ? CLAIM_SOURCES.restricted_tip : CLAIM_SOURCES.other);
const SOURCES = [...new Set(Object.values(CLAIM_SOURCES).flat())] as [string, ...string[]];

/** The hold's words: never the statement itself, which stands in the claim. One sentence for every rule, so that none can be told by its length. */
const HOLD_REASON = 'A protective matter was recorded. HQ knows the ground.';
const anyone = ROLES.filter((r) => r !== 'auditor');
const instant = z.iso.datetime({ offset: true });
/** What is told may be a few minutes ahead of this clock, and no more. */
const AHEAD_MS = 5 * 60_000;
const note = z.string().trim().min(10).max(4000);

/** `claim.record`: the claim and, in the same act, its hold. A tip that asks for restricted handling has no hold of its own: `hold.place` follows it. */
export const claimRecord = command({
  name: 'claim.record', conflict: 'merge', roles: anyone,
  input: z.object({ packetId: z.string().min(1).max(120), kind: z.enum(CLAIM_KIND_IDS as [ClaimKind, ...ClaimKind[]]), source: z.enum(SOURCES), statement: note, reportedAt: instant }),
  reads: [
    (i) => ({ packet: one('packets', i.packetId), holds: many('holds', { packetId: i.packetId }), statements: many('statements', { packetId: i.packetId }), claims: many('claims', { packetId: i.packetId }), reviews: many('lookback_reviews', { packetId: i.packetId }) }),
    (_i, _env, { packet }) => ({ runs: many('check_runs', { packetId: packet?.id ?? '' }), agency: one('agencies', packet?.agencyId) }),
  ],
  stream: (first, i) => (first.packet ? (i.kind === 'restricted_tip' ? restrictedStream(first.packet.agencyId) : first.packet.stream) : null),
  decide: ({ packet, holds, statements, claims, reviews, runs, agency }, i, env) => {
    if (!packet) return no('packet/unknown', { packetId: i.packetId });
    if (msOf(i.reportedAt) > msOf(env.at) + AHEAD_MS) return no('claim/not-yet', { at: i.reportedAt });
    // Told twice by the same person in the same words (a second click, a resumed seeding): one claim.
    if (claims.some((c) => c.kind === i.kind && c.source === i.source && c.statement === i.statement && c.recordedBy === env.actor && msOf(c.reportedAt) === msOf(i.reportedAt))) return ok([]);
    const stream = i.kind === 'restricted_tip' ? restrictedStream(packet.agencyId) : packet.stream;
    const claim: Omit<ClaimRow, 'version' | 'changedBy'> = {
      id: deriveId(env.id, 'claim'), stream, agencyId: packet.agencyId, subjectId: packet.subjectId, packetId: packet.id, kind: i.kind, source: i.source, statement: i.statement,
      reportedAt: new Date(msOf(i.reportedAt)).toISOString(), zone: agency?.zone ?? env.zone, recordedBy: env.actor, recordedAt: env.at,
      consultedAt: null, outcome: null, outcomeNote: null, closedBy: null, closedAt: null,
    };
    if (i.kind === 'restricted_tip') return ok([put('claims', claim)]);
    const row: Omit<HoldRow, 'version' | 'changedBy'> = {
      id: deriveId(env.id, 'hold'), stream, agencyId: packet.agencyId, packetId: packet.id, subjectId: packet.subjectId, rule: CLAIM_KINDS[i.kind].rule, reason: HOLD_REASON,
      placedBy: env.actor, placedAt: env.at, releasedBy: null, releasedRole: null, releasedAt: null, releaseNote: null,
    };
    const { version: _v, changedBy: _c, ...head } = withHolds(packet, [...holds, row], isUnderReview(statements, reviews), newestRun(runs, packet.currentVersion));
    return ok([put('claims', claim), put('holds', row), put('packets', head)]);
  },
});

const bare = ({ version: _v, changedBy: _c, ...row }: ClaimRow): Omit<ClaimRow, 'version' | 'changedBy'> => row;

/** `claim.consult`: ICE was told, with a supervisor or counsel. Ends K6. The first time counts; a second one changes nothing. */
export const claimConsult = command({
  name: 'claim.consult', conflict: 'merge', roles: [...FIELD_ROLES, ...HQ_ROLES],
  input: z.object({ claimId: z.string().min(1).max(120), at: instant }),
  reads: [(i) => ({ claim: one('claims', i.claimId) })],
  stream: (first) => first.claim?.stream ?? null,
  decide: ({ claim }, i, env) => {
    if (!claim || claim.kind === MEMO_SENT) return no('claim/unknown', {});
    if (msOf(i.at) > msOf(env.at) + AHEAD_MS) return no('claim/not-yet', { at: i.at });
    if (msOf(i.at) < msOf(claim.reportedAt)) return no('claim/before-it-was-made', { at: i.at, reportedAt: claim.reportedAt });
    const at = new Date(msOf(i.at)).toISOString();
    return ok(claim.consultedAt !== null && claim.consultedAt <= at ? [] : [put('claims', { ...bare(claim), consultedAt: at })]);
  },
});

/** `claim.memo`: the memorandum on a citizenship claim went to OPLA. Ends K7. A row of its own, so that its time stays whatever OPLA answers. */
export const claimMemo = command({
  name: 'claim.memo', conflict: 'merge', roles: [...FIELD_ROLES, ...HQ_ROLES],
  input: z.object({ claimId: z.string().min(1).max(120), at: instant, note }),
  reads: [(i) => ({ claim: one('claims', i.claimId) })],
  stream: (first) => first.claim?.stream ?? null,
  decide: ({ claim }, i, env) => {
    if (claim?.kind !== 'citizenship') return no('claim/unknown', {});
    if (msOf(i.at) > msOf(env.at) + AHEAD_MS) return no('claim/not-yet', { at: i.at });
    if (msOf(i.at) < msOf(claim.reportedAt)) return no('claim/before-it-was-made', { at: i.at, reportedAt: claim.reportedAt });
    return ok([put('claims', {
      ...bare(claim), id: deriveId(env.id, 'memo'), kind: MEMO_SENT, source: claim.id, statement: i.note, reportedAt: new Date(msOf(i.at)).toISOString(), recordedBy: env.actor, recordedAt: env.at,
      consultedAt: null, outcome: null, outcomeNote: null, closedBy: null, closedAt: null,
    })]);
  },
});

/** `claim.close`: the answer of the HQ role whose matter it is. Releases no hold: `hold.release` does, each on its own. */
export const claimClose = command({
  name: 'claim.close', conflict: 'strict', roles: ['opla', 'sddo', 'juvenile_coordinator', 'restricted_officer', 'fod'],
  input: z.object({ claimId: z.string().min(1).max(120), outcome: z.string().min(1).max(40), note }),
  reads: [(i) => ({ claim: one('claims', i.claimId) })],
  stream: (first) => first.claim?.stream ?? null,
  decide: ({ claim }, i, env) => {
    if (!claim || !isClaimKind(claim.kind)) return no('claim/unknown', {});
    const kind: ClaimKindRow = CLAIM_KINDS[claim.kind];
    // Not even a refusal names what a restricted matter is about.
    if (!kind.closers.includes(env.role)) return no('claim/wrong-role', { role: env.role, allowed: kind.closers });
    if (!kind.outcomes.includes(i.outcome)) return no('claim/no-such-outcome', { outcome: i.outcome, allowed: kind.outcomes });
    if (claim.closedAt !== null) return no('claim/already-closed', { closedAt: claim.closedAt });
    return ok([put('claims', { ...bare(claim), outcome: i.outcome, outcomeNote: i.note, closedBy: env.actor, closedAt: env.at })]);
  },
});

type Told = Pick<ClaimRow, 'kind' | 'reportedAt' | 'zone' | 'consultedAt' | 'closedAt'>;
/**
 * The clocks of a claim. K6 runs from the claim until ICE is told, K7 from the claim until the memorandum is sent (`memoAt`); K8 for a possible minor.
 * A closed claim stops them. Never later than the claim itself: a clock does not wait for anybody to write it down.
 */
export function claimClocks(claim: Told, memoAt: string | null): readonly Clock[] {
  const zone = isZone(claim.zone) ? claim.zone : 'UTC';
  const made = (id: 'K6' | 'K7' | 'K8', stoppedAt: string | null): readonly Clock[] => {
    const clock = clockFrom(id, { start: claim.reportedAt, zone, stoppedAt });
    return clock ? [clock] : [];
  };
  if (claim.kind === 'citizenship') return [...made('K6', claim.consultedAt ?? claim.closedAt), ...made('K7', memoAt ?? claim.closedAt)];
  return claim.kind === 'minor' ? made('K8', claim.closedAt) : [];
}
