/**
 * HQ's verdict on an act that is already sealed: in effect, or under review and why [SYN-17]. It compares what was sealed with HQ's own facts, and asks
 * whether authority or clocks moved inside the bracket in which it was signed [SYN-9]. Must never refuse: a sealed act is a fact.
 */
import type { AnyCommand, Verdict } from '../shared/command.ts';
import type { AuthorityIntervalRow, MoaIntervalRow, PacketRow, StaffRow } from '../shared/rows.ts';
import type { HqRun } from './run.ts';
import type { Scope } from './scope.ts';
import type { Sealed } from './seal.ts';

/** Milliseconds that a laptop's clock may stand outside the bracket before a sealed act goes under review [SYN-9]. */
const CLOCK_TOLERANCE_MS = 60 * 60_000;
const inside = (at: string | null, from: string, to: string): boolean => at !== null && at > from && at <= to;

/** Authority that began, ended or was learned of inside the bracket: the moment of signing is known no better than that [SYN-9]. */
function authorityChanged(state: Readonly<Record<string, unknown>>, from: string, to: string): readonly string[] {
  const packet = state.packet as PacketRow | null | undefined;
  const signer = state.signer as StaffRow | null | undefined;
  const intervals = ((state.intervals ?? []) as readonly AuthorityIntervalRow[]).filter((i) => !packet || i.officerId === packet.preparerId);
  const moa = (state.moa ?? []) as readonly MoaIntervalRow[];
  const reasons: string[] = [];
  if (intervals.some((i) => inside(i.startAt, from, to) || inside(i.endAt, from, to))) reasons.push('sync/authority-changed');
  if (moa.some((m) => inside(m.startAt, from, to) || inside(m.endAt, from, to))) reasons.push('sync/moa-changed');
  if (signer && (inside(signer.activeFrom, from, to) || inside(signer.activeTo, from, to))) reasons.push('sync/signer-changed');
  return reasons;
}

/** What HQ's own facts say of an act that is already sealed: no reasons = in effect. */
export function verdictOf(command: Extract<AnyCommand, { kind: 'sealed' }>, state: never, run: HqRun, input: unknown, sealed: readonly Sealed[], scope: Scope): Verdict {
  const reasons: string[] = [];
  const at = (statement: Readonly<Record<string, unknown>>): string => String(statement.formId);
  const own = command.statements(state, input, run.envelope);
  if (!own.ok) {
    const { rules, pack } = own.problem.details as { readonly rules?: readonly string[]; readonly pack?: string };
    reasons.push(own.problem.code, ...(rules ?? []));
    // HQ's refusal comes from another rule pack than the one that the statement was judged by.
    if (pack !== undefined && sealed.some(({ statement }) => (statement.checks as { readonly pack?: string } | undefined)?.pack !== pack)) reasons.push('pack');
  } else {
    for (const { statement } of sealed) {
      const mine = (own.value as readonly Readonly<Record<string, unknown>>[]).find((s) => at(s) === at(statement));
      reasons.push(...(mine ? command.differences(statement, mine) : ['content']));
    }
  }
  const { anchorAt } = run.from ?? { anchorAt: run.receivedAt };
  reasons.push(...authorityChanged(state, anchorAt, run.receivedAt));
  if (scope.hasChanged) reasons.push('sync/assignment-changed');
  const signedAt = Date.parse(run.envelope.at);
  if (signedAt > Date.parse(run.receivedAt) + CLOCK_TOLERANCE_MS) reasons.push('sync/clock-ahead');
  if (signedAt < Date.parse(anchorAt) - CLOCK_TOLERANCE_MS) reasons.push('sync/clock-behind');
  const unique = [...new Set(reasons)];
  return { effect: unique.length > 0 ? 'under_review' : 'in_effect', reasons: unique, receivedAt: run.receivedAt };
}
