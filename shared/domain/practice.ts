/**
 * Practice: nine cases whose papers are wrong on purpose (or look wrong and are not), each with the only right outcome (domain 9.3).
 * The answer key reads what was done, never what was typed. Must never let practice run on while a real clock has four hours or less (domain 0.4 item 9).
 */
import type { ClaimRow, HoldRow, PacketRow, ReturnRow, StatementRow } from '../rows.ts';
import { msOf } from '../time.ts';
import type { Alarm } from './clock-alarms.ts';

/** A real clock with this much left, or less, ends practice. */
export const PRACTICE_CLOCK_MS = 4 * 3_600_000;
/** What a signature in practice asks for: nobody should type the real passphrase where nothing is signed. */
export const PRACTICE_PASSPHRASE = 'practice';

export const PRACTICE_CASE_IDS = ['5', '6', '7', '8', '9', '10', '11', '12', '15'] as const;
export type PracticeCaseId = (typeof PRACTICE_CASE_IDS)[number];

/** What the person is to bring about. `rules`: any one of them, cited in the return or named by the hold. */
type Outcome =
  | { readonly kind: 'sign' }
  | { readonly kind: 'return'; readonly rules: readonly string[] }
  | { readonly kind: 'hold'; readonly rules: readonly string[]; /** A matter recorded of this kind does as well: HQ places the hold. */ readonly claim?: string };
export type PracticeCase = {
  readonly id: PracticeCaseId; readonly title: string;
  /** What the person is told at the start; never the answer. */
  readonly situation: string;
  /** The fake clock's first moment, UTC. */
  readonly startsAt: string;
  readonly outcome: Outcome;
  /** The answer key: what is right, and why. */
  readonly answer: string;
  readonly rules: readonly string[];
};

/** The cases by the number of their scenario. */
export const PRACTICE_CASES: Readonly<Record<PracticeCaseId, PracticeCase>> = {
  5: {
    id: '5', title: 'Release on Friday at 17:00, Monday is a federal holiday', startsAt: '2027-01-15T21:40:00.000Z',
    situation: 'Friday, 15:40 at the jail. Local custody ends today at 17:00, and Monday is a federal holiday. A detainer packet is in the queue.',
    outcome: { kind: 'sign' }, rules: ['K4', 'K2B'],
    answer: 'Review and sign before 17:00. The papers are in order; a long weekend gives no more time: the 48 hours of the detainer run over it, and without the signed warrant the person is released.',
  },
  6: {
    id: '6', title: 'Notice to appear without time and place', startsAt: '2026-12-09T15:00:00.000Z',
    situation: 'A notice to appear came in overnight. The jail wants it served this morning.',
    outcome: { kind: 'return', rules: ['NTA-06'] }, rules: ['NTA-06'],
    answer: 'Return with NTA-06: the notice names neither the time nor the place of the hearing (8 U.S.C. 1229(a)(1)(G)). It cannot be signed, and nobody can override that.',
  },
  7: {
    id: '7', title: 'Detainer issued by a DIO, no warrant with it', startsAt: '2026-12-09T16:00:00.000Z',
    situation: 'A DIO has issued a detainer himself. The packet came afterwards.',
    outcome: { kind: 'return', rules: ['DET-03', 'PK-02'] }, rules: ['DET-03', 'PK-02'],
    answer: 'Return with DET-03 (or PK-02, the missing form): a detainer goes out with a signed warrant (I-200 or I-205) or not at all. Until then it is to be cancelled, and issued again after the warrant.',
  },
  8: {
    id: '8', title: 'A claim of US citizenship at 02:10, no network', startsAt: '2026-12-10T08:10:00.000Z',
    situation: '02:10 at the jail, you have no network. The shift sergeant calls: the man whose packet you have says that he was born in Phoenix.',
    outcome: { kind: 'hold', rules: ['PK-08'] }, rules: ['PK-08', 'K6'],
    answer: 'Record the claim (M), which places the hold PK-08 at once, and sign nothing. Log the call (C). Consultation starts from the claim (K6); the hold is released from HQ only, by OPLA or an SDDO. Being offline or asleep is no reason to wait.',
  },
  9: {
    id: '9', title: 'The DIO lapsed on Tuesday, the packet is from Monday', startsAt: '2026-12-09T16:00:00.000Z',
    situation: 'It is Wednesday. A DIO of this agency lost authority yesterday; a packet that he prepared on Monday waits for your signature.',
    outcome: { kind: 'sign' }, rules: ['PK-03', 'PK-25'],
    answer: 'Sign, with a reason for PK-25. Authority is looked at on the day of each act (PK-03): on Monday he held it. The lapse since then is a warning that goes on record, not a bar.',
  },
  10: {
    id: '10', title: 'A warrant service officer filed an I-213', startsAt: '2026-12-09T16:00:00.000Z',
    situation: 'A packet with an I-213 and a notice to appear came from an agency that serves warrants.',
    outcome: { kind: 'return', rules: ['WSO-01'] }, rules: ['WSO-01'],
    answer: 'Return with WSO-01: under the Warrant Service Officer model officers serve warrants; they do not interview, write an I-213 or prepare charging documents.',
  },
  11: {
    id: '11', title: 'One officer issued the notice and decided the order', startsAt: '2026-12-09T16:00:00.000Z',
    situation: 'A final administrative removal order is complete, it seems: notice, waiver, order and warrant are all there.',
    outcome: { kind: 'return', rules: ['FARO-03'] }, rules: ['FARO-03'],
    answer: 'Return with FARO-03: whoever issued the notice of intent may not decide the case (8 CFR 238.1). Another deciding officer has to.',
  },
  12: {
    id: '12', title: 'A tip from the household', startsAt: '2026-12-09T16:00:00.000Z',
    situation: 'The jail tells you on the telephone: the tip about this person came from the husband, after a call for domestic violence. The papers say nothing of it.',
    outcome: { kind: 'hold', rules: ['RESTRICTED'], claim: 'restricted_tip' }, rules: ['PK-10'],
    answer: 'Record the tip as a protective matter (M), or place the generic hold for restricted handling (8 U.S.C. 1367), and sign nothing; the restricted officer decides. Write no cause anywhere: not in a return, not in a note, not in a file name.',
  },
  15: {
    id: '15', title: 'The agreement was suspended in mid-shift', startsAt: '2026-12-09T16:00:00.000Z',
    situation: 'The agreement with this agency was suspended for some hours yesterday and is in force again. A packet from that shift is in the queue.',
    outcome: { kind: 'return', rules: ['PK-04'] }, rules: ['PK-04'],
    answer: 'Return with PK-04: acts done while the agreement was suspended had no authority, and its return to force does not heal them. They have to be done again.',
  },
};

/** Rows of the case's packet as they stand. */
export type PracticeRows = { readonly packet: PacketRow | null; readonly statements: readonly StatementRow[]; readonly returns: readonly ReturnRow[]; readonly holds: readonly HoldRow[]; readonly claims: readonly ClaimRow[]; readonly me: string };
/** `open`: nothing decided yet. `short`: on the way, something is missing. */
export type PracticeVerdict = { readonly is: 'open' | 'short' | 'right' | 'wrong'; readonly why: string };

/** Compares what was done with the answer key. */
export function judgePractice(which: PracticeCase, rows: PracticeRows): PracticeVerdict {
  const { packet, statements, me } = rows;
  const returned = rows.returns.filter((r) => r.returnedBy === me);
  // A restricted hold says the same whoever placed it: it names nobody.
  const holds = rows.holds.filter((h) => (h.placedBy === me || h.rule === 'RESTRICTED') && h.releasedAt === null);
  const { outcome } = which;
  const nothing: PracticeVerdict = { is: 'open', why: 'No decision yet.' };
  if (outcome.kind === 'sign') {
    if (holds.length > 0) return { is: 'wrong', why: 'A hold was placed where nothing called for one: the person waits, and only HQ can release it.' };
    if (returned.length > 0) return { is: 'wrong', why: 'It was returned, and nothing in it was wrong: the clock ran on for no gain.' };
    if (statements.length === 0) return nothing;
    return packet?.state === 'signed' ? { is: 'right', why: 'Signed, and rightly so.' } : { is: 'short', why: 'Some forms are signed, others still wait.' };
  }
  if (statements.length > 0) return { is: 'wrong', why: 'A form was signed that no signature should be on.' };
  if (outcome.kind === 'hold') {
    if (holds.some((h) => outcome.rules.includes(h.rule)) || rows.claims.some((c) => c.kind === outcome.claim && c.recordedBy === me)) return { is: 'right', why: 'Held, and nothing was signed.' };
    if (holds.length > 0) return { is: 'short', why: 'A hold is on it, but for another cause: the right people would not hear of it.' };
    return returned.length > 0 ? { is: 'wrong', why: 'A return goes back to the agency and protects nobody.' } : nothing;
  }
  if (returned.some((r) => r.deficiencies.some((d) => outcome.rules.includes(d.rule)))) return { is: 'right', why: 'Returned, with the rule that matters.' };
  if (returned.length > 0) return { is: 'short', why: 'Returned, but without the rule that matters: the same fault would come back.' };
  return holds.length > 0 ? { is: 'short', why: 'Held, but the agency does not know what to correct.' } : nothing;
}

/** The real clock that keeps practice shut: the soonest with four hours or less left. Null when practice may run. Clocks that ended are not ahead and are not in `alarms`. */
export function nearRealClock(alarms: readonly Alarm[], now: string): Alarm | null {
  const near = alarms.filter((a) => msOf(a.deadlineAt) - msOf(now) <= PRACTICE_CLOCK_MS).sort((a, b) => msOf(a.deadlineAt) - msOf(b.deadlineAt));
  return near[0] ?? null;
}
