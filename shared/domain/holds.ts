/**
 * Holds: freezes that protect a person. Anyone on the case may place one; only the HQ role named in domain 0.4 item 4
 * releases it, never the signer on the laptop. A hold stops acts that advance custody or removal, nothing else [PK-00].
 */
import { z } from 'zod';
import { command, many, one, put } from '../command.ts';
import { agencyStream, deriveId } from '../ids.ts';
import { no, ok } from '../result.ts';
import type { Role } from '../roles.ts';
import { ROLES } from '../roles.ts';
import { isUnderReview } from './under-review.ts';
import type { CheckRunRow, HoldRow, PacketRow } from '../rows.ts';
import { newestRun } from './published-packs.ts';

/** Hold causes, the words on screen, and who may release each (0.4 item 4). RESTRICTED is generic on purpose (8.2): it never says why. */
export const HOLD_RULES = {
  'PK-08': { label: 'US citizenship claim or indicia', releasers: ['opla', 'sddo'], isTierZero: true },
  'PK-09': { label: 'Possible minor', releasers: ['juvenile_coordinator'], isTierZero: true },
  'PK-15': { label: 'Fear of return: referral', releasers: ['sddo'], isTierZero: false },
  'PK-19': { label: 'Competency or custodian service', releasers: ['opla'], isTierZero: false },
  'REIN-03': { label: 'Reinstatement: fear referral', releasers: ['sddo'], isTierZero: false },
  'ER-01': { label: 'Expedited removal: designation not confirmed', releasers: ['opla'], isTierZero: false },
  'NTA-16': { label: 'Protected location', releasers: ['fod'], isTierZero: false },
  'DET-08': { label: 'ICE not told of a DIO detainer', releasers: ['sddo'], isTierZero: false },
  'WSO-02': { label: 'ICE not told of service at once', releasers: ['sddo'], isTierZero: false },
  'DET-10': { label: 'Detainer on a possible US citizen', releasers: ['opla', 'sddo'], isTierZero: true },
  RESTRICTED: { label: 'Restricted handling', releasers: ['restricted_officer'], isTierZero: false },
  OTHER: { label: 'Other protective concern', releasers: ['sddo', 'opla'], isTierZero: false },
} as const satisfies Record<string, { label: string; releasers: readonly Role[]; isTierZero: boolean }>;
export type HoldRule = keyof typeof HOLD_RULES;
/** What every restricted hold says, whoever placed it and why: the hold itself tells nothing (8.2). */
export const RESTRICTED_REASON = `${HOLD_RULES.RESTRICTED.label}: HQ knows the ground`;
/** Who placed a restricted hold, as everybody sees it: the office would tell the cause. The ledger knows. */
export const RESTRICTED_BY = 'hq';

export const isOpen = (hold: Pick<HoldRow, 'releasedAt'>): boolean => hold.releasedAt === null;

/** Roles that may release a hold of this rule. An unknown rule is released by nobody. */
export const releasersOf = (rule: string): readonly Role[] => HOLD_RULES[rule as HoldRule]?.releasers ?? [];

/** Where the packet stands in the queue (domain 2.3): tier-zero hold or review first, returned last, signed out. */
export function laneOf(state: PacketRow['state'], holds: readonly Pick<HoldRow, 'rule' | 'releasedAt'>[], isUnderReview = false): PacketRow['lane'] {
  if (isUnderReview || holds.some((h) => isOpen(h) && HOLD_RULES[h.rule as HoldRule]?.isTierZero)) return 0;
  if (state === 'returned') return 5;
  return state === 'signed' || state === 'closed' ? 9 : 1;
}

/** The check that says the same as a hold of another name [PK-10]. */
const CHECK_OF: Readonly<Partial<Record<string, string>>> = { RESTRICTED: 'PK-10' };
type Run = Pick<CheckRunRow, 'results' | 'evaluatedAt'>;

/**
 * Reasons that keep a packet on hold, each once: causes of open holds, and HOLD checks that failed in the packet's last run and whose cause
 * was not released since. The number on the packet's head, so that every list and the packet itself say the same.
 */
export function holdReasons(run: Run | null, holds: readonly Pick<HoldRow, 'rule' | 'releasedAt'>[]): ReadonlySet<string> {
  const named = (rule: string): string => CHECK_OF[rule] ?? rule;
  const open = new Set(holds.filter(isOpen).map((h) => named(h.rule)));
  const isSettled = (rule: string): boolean => holds.some((h) => named(h.rule) === rule && h.releasedAt !== null && run !== null && h.releasedAt > run.evaluatedAt);
  for (const r of run?.results ?? []) {
    if (r.severity === 'HOLD' && r.outcome === 'fail' && r.gates.some((g) => g.startsWith('sign:')) && !isSettled(r.rule)) open.add(r.rule);
  }
  return open;
}

/** A packet head with its holds and lane brought up to date. */
export const withHolds = (packet: PacketRow, holds: readonly Pick<HoldRow, 'rule' | 'releasedAt'>[], isUnderReview: boolean, run: Run | null): PacketRow => ({
  ...packet, openHolds: holds.filter(isOpen).length, holdCount: holdReasons(run, holds).size, lane: laneOf(packet.state, holds, isUnderReview),
});

/** `hold.place`: accepted in every state, under every block, lapse or old pack [SYN-18, PK-00]. */
export const holdPlace = command({
  name: 'hold.place', conflict: 'merge', roles: ROLES.filter((r) => r !== 'auditor'),
  input: z.object({ packetId: z.string().min(1), rule: z.enum(Object.keys(HOLD_RULES) as [HoldRule, ...HoldRule[]]), reason: z.string().trim().min(10).max(2000) }),
  reads: [(i) => ({
    packet: one('packets', i.packetId), holds: many('holds', { packetId: i.packetId }), statements: many('statements', { packetId: i.packetId }), reviews: many('lookback_reviews', { packetId: i.packetId }),
    runs: many('check_runs', { packetId: i.packetId }),
  })],
  stream: (first) => (first.packet ? agencyStream(first.packet.agencyId) : null),
  decide: ({ packet, holds, statements, reviews, runs }, i, env) => {
    if (!packet) return no('packet/unknown', { packetId: i.packetId });
    const row: Omit<HoldRow, 'version' | 'changedBy'> = {
      id: deriveId(env.id, 0), stream: agencyStream(packet.agencyId), agencyId: packet.agencyId, packetId: packet.id, subjectId: packet.subjectId, rule: i.rule, reason: i.rule === 'RESTRICTED' ? RESTRICTED_REASON : i.reason,
      placedBy: i.rule === 'RESTRICTED' ? RESTRICTED_BY : env.actor, placedAt: env.at, releasedBy: null, releasedRole: null, releasedAt: null, releaseNote: null,
    };
    const { version: _v, changedBy: _c, ...head } = withHolds(packet, [...holds, row], isUnderReview(statements, reviews), newestRun(runs, packet.currentVersion));
    return ok([put('holds', row), put('packets', head)]);
  },
});

/** `hold.release`: HQ roles only, each for its own causes (0.4 item 4); the note says on what ground. */
export const holdRelease = command({
  name: 'hold.release', conflict: 'strict', roles: ['opla', 'sddo', 'juvenile_coordinator', 'restricted_officer', 'fod'],
  input: z.object({ holdId: z.string().min(1), note: z.string().trim().min(10).max(2000) }),
  reads: [
    (i) => ({ hold: one('holds', i.holdId) }),
    (_i, _env, { hold }) => ({
      packet: one('packets', hold?.packetId), holds: many('holds', { packetId: hold?.packetId ?? '' }), statements: many('statements', { packetId: hold?.packetId ?? '' }),
      runs: many('check_runs', { packetId: hold?.packetId ?? '' }), reviews: many('lookback_reviews', { packetId: hold?.packetId ?? '' }),
    }),
  ],
  stream: (first) => (first.hold ? agencyStream(first.hold.agencyId) : null),
  decide: ({ hold, packet, holds, statements, runs, reviews }, i, env) => {
    if (!hold || !packet) return no('hold/unknown', { holdId: i.holdId });
    if (!isOpen(hold)) return no('hold/already-released', { holdId: hold.id, releasedAt: hold.releasedAt });
    if (!releasersOf(hold.rule).includes(env.role)) return no('hold/wrong-role', { rule: hold.rule, role: env.role, allowed: releasersOf(hold.rule) });
    if (statements.some((s) => s.signerId === env.actor)) return no('hold/signer-may-not-release', { rule: hold.rule });
    const { version: _v, changedBy: _c, ...before } = hold;
    const released = { ...before, releasedBy: env.actor, releasedRole: env.role, releasedAt: env.at, releaseNote: i.note };
    const after = holds.map((h) => (h.id === hold.id ? released : h));
    const run = newestRun(runs, packet.currentVersion);
    const { version: _v2, changedBy: _c2, ...head } = withHolds(packet, after, isUnderReview(statements, reviews), run);
    return ok([put('holds', released), put('packets', head)]);
  },
});
