/** All that the packet screen derives from one view: document, checks as of now, groups, marks. Pure but for memory of the last view. */
import { useMemo } from 'react';
import type { PacketView } from '../../../shared/api.ts';
import { openContent, type PacketDocument } from '../../../shared/domain/packet.ts';
import { linkFacts } from '../../../shared/domain/links.ts';
import { holdReasons } from '../../../shared/domain/holds.ts';
import type { RulePack } from '../../../shared/domain/packs.ts';
import { activePack } from '../../../shared/domain/published-packs.ts';
import { type CheckResult, evaluate, signingCounts } from '../../../shared/domain/sufficiency.ts';
import { type SignCandidate, signCandidates } from '../../pieces/signing.ts';
import { type CheckGroup, checkGroups, checkKey, failedInOrder } from './check-groups.ts';
import { FACTS_ID } from './FormList.tsx';
import type { FieldMarks } from './FormPaper.tsx';

/** Per document of the list: how many failed checks name it, and the gravest kind (failures come in that order per group). */
export type Failing = ReadonlyMap<string, { readonly n: number; readonly severity: CheckResult['severity'] }>;

export type PacketModel = {
  readonly document: PacketDocument;
  readonly groups: readonly CheckGroup[];
  readonly failed: readonly CheckResult[];
  readonly numbers: ReadonlyMap<string, number>;
  readonly marks: FieldMarks;
  readonly failing: Failing;
  /** What stands in the way of a signature: the same numbers as on the packet's row in the queue. */
  readonly counts: { readonly blockCount: number; readonly holdCount: number; readonly warnCount: number };
  readonly candidates: readonly SignCandidate[];
  readonly pack: string;
  /** The rules whose words the pane shows. */
  readonly rules: RulePack;
  readonly note: string | null;
};

/** Which document of the left list a field belongs to. */
export const documentOf = (field: string): string => (field.startsWith('forms.') ? (field.split('.')[1] ?? FACTS_ID) : FACTS_ID);

/** The current version is checked with today's facts; an old version shows what was said of it then and is never re-graded. */
export function modelOf(view: PacketView, actor: string, at: string): PacketModel {
  const document = openContent(view.version.content);
  const isCurrent = view.version.number === view.packet.currentVersion;
  const then = view.checkRun?.results ?? [];
  const facts = { agency: view.agency, moa: view.moa, intervals: view.intervals, holds: view.holds, statements: view.statements, pins: view.pins, now: at, ...linkFacts(view.links, document) };
  const rules = activePack(view.packs, at).pack;
  const results = isCurrent || !view.checkRun ? evaluate(document, facts, rules) : then;
  const groups = checkGroups(results);
  const failed = failedInOrder(groups);
  const marks = new Map<string, { rule: string; severity: CheckResult['severity'] }>();
  const failing = new Map<string, { n: number; severity: CheckResult['severity'] }>();
  // Only what stands in the way of a signature marks the paper; open later acts are no defects of it.
  for (const r of failed.filter((x) => x.gates.some((g) => g.startsWith('sign:')))) {
    for (const id of new Set(r.findings.map((f) => documentOf(f.field)))) {
      const before = failing.get(id);
      failing.set(id, { n: (before?.n ?? 0) + 1, severity: before?.severity ?? r.severity });
    }
    for (const f of r.findings) if (!marks.has(f.field)) marks.set(f.field, { rule: r.rule, severity: r.severity });
  }
  const names = (list: readonly CheckResult[]) =>
    list
      .filter((r) => r.outcome === 'fail' && r.rule !== 'PK-10' && r.gates.some((g) => g.startsWith('sign:')))
      .map((r) => r.rule)
      .sort()
      .join(', ');
  const note = !isCurrent
    ? `As checked at HQ with pack ${view.checkRun?.pack ?? 'unknown'}.`
    : view.checkRun && names(then) !== names(results)
      ? `At HQ, with pack ${view.checkRun.pack}: ${names(then) || 'all pass'}. ${view.checkRun.pack === rules.version ? 'Facts have changed since.' : `This laptop judges by pack ${rules.version}.`}`
      : null;
  return {
    document,
    groups,
    failed,
    numbers: new Map(failed.map((r, n) => [checkKey(r), n + 1])),
    marks,
    failing,
    counts: { ...signingCounts(results), ...(isCurrent ? { holdCount: holdReasons({ results, evaluatedAt: at }, view.holds).size } : {}) },
    candidates: signCandidates(view, document, actor, at),
    pack: isCurrent ? rules.version : (view.checkRun?.pack ?? rules.version),
    rules,
    note,
  };
}

/** The model, computed once per view and minute. */
export function usePacketModel(view: PacketView | undefined, actor: string, now: string): PacketModel | null {
  const minute = now.slice(0, 16);
  // `minute` stands for `now`.
  return useMemo(() => (view ? modelOf(view, actor, now) : null), [view, actor, minute]);
}
