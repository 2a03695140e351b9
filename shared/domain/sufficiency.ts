/**
 * Sufficiency checks: dated rule rows over versioned predicates, evaluated on one packet document (domain 1.4 to 1.9).
 * Adding a check is adding a row. Must never decide an act itself: it says what fails and which acts that gates.
 */
import { canonical, canonicalHash } from '../canonical.ts';
import { sha256Hex } from '../ids.ts';
import { actAt, type Answer, type CheckFacts, dayAt, type Parameters, type Predicate, signatureOf } from './checks/answer.ts';
import { PREDICATES } from './checks/predicates.ts';
import { CORE_PACK, type RulePack } from './packs.ts';
import type { FormKind, PacketDocument } from './packet.ts';

export type { CheckFacts } from './checks/answer.ts';
export { PREDICATES, type PredicateId } from './checks/predicates.ts';

export type Severity = 'BLOCK' | 'HOLD' | 'WARN' | 'INFO';
/** The act that a check gates: `sign:I-862`, `issue:I-247A`, `serve:I-200`, `effective:I-247A`, or `sign:*` for every form. */
export type Act = `${'sign' | 'issue' | 'serve' | 'effective'}:${string}`;

/** One check's answer about one packet version. */
export type CheckResult = {
  /** Rule id as in docs/rules.md, for example `NTA-06`. */
  readonly rule: string;
  /** Predicate name and version that answered, for example `NTA-06@1`. */
  readonly predicate: string;
  readonly severity: Severity;
  readonly outcome: 'pass' | 'fail' | 'not_applicable';
  /** Acts that a failed BLOCK or HOLD disables. */
  readonly gates: readonly Act[];
  /** What was compared: field paths (`forms.i862.hearing.time`), what stands there, what was expected. */
  readonly findings: readonly Finding[];
};
export type Finding = { readonly field: string; readonly found: string; readonly expected: string; readonly evidenceIds: readonly string[] };

/** One dated row of a rule pack: a predicate with what counsel may set. */
export type Rule = {
  readonly id: string;
  /** `id@n` of a predicate in code. */
  readonly predicate: string;
  /** What the predicate lets a row set; checked with the pack. */
  readonly parameters: Parameters;
  readonly severity: Severity; readonly gates: readonly Act[];
  /** What must be true, for people. */
  readonly sentence: string;
  /** Law or policy behind it. [K] general knowledge, [D] product default: both wait for counsel. */
  readonly source: string;
  /** Forms that it looks at; empty = the whole packet. */
  readonly forms: readonly FormKind[];
  /** The date on which the rule must have been in force to apply. */
  readonly looksAt: 'prepared' | 'signed' | 'issued' | 'served';
  /** First day, and the first day on which it is no longer in force; null = open. Days of the site. */
  readonly effectiveFrom: string; readonly effectiveTo: string | null;
  /** Where the row applies; null = everywhere. Both lists given: both must hold. */
  readonly jurisdiction: { readonly fieldOffices: readonly string[] | null; readonly states: readonly string[] | null } | null;
  readonly approvedBy: string;
};

/** Version of the built-in pack; stored with every check run and statement. */
export const PACK_VERSION = CORE_PACK.version;
/** The rows of the built-in pack. PK-00 is a property of commands, not a predicate: docs/rules.md lists it and the sign-off tests hold it. */
export const RULES: readonly Rule[] = CORE_PACK.rows;

/** The moment that a rule looks at: of its own form where that was signed or served already, else of the act, else now. */
function momentOf(rule: Rule, document: PacketDocument, facts: CheckFacts): string {
  if (rule.looksAt === 'prepared') return document.preparedAt;
  const form = document.forms.find((f) => rule.forms.includes(f.kind));
  if (!form) return actAt(facts);
  return (rule.looksAt === 'served' ? form.served?.at : signatureOf(document, form, facts)?.at) ?? actAt(facts);
}

/** Whether a row is in force where and when this packet's act is. */
function isInForce(rule: Rule, document: PacketDocument, facts: CheckFacts): boolean {
  const { jurisdiction: where } = rule;
  if (where?.fieldOffices && !where.fieldOffices.includes(facts.agency.fieldOffice)) return false;
  if (where?.states && !where.states.includes(facts.agency.state)) return false;
  const day = dayAt(momentOf(rule, document, facts), document.zone);
  return rule.effectiveFrom <= day && (rule.effectiveTo === null || day < rule.effectiveTo);
}

/** Answers that do not depend on which act or form is proposed, by rule: one map serves all forms of one ceremony. */
export type SharedAnswers = Map<string, Answer>;

/** The facts with an ear on the proposed act: `told` hears when a predicate asks which act or form it is. */
function watched(facts: CheckFacts, told: () => void): CheckFacts {
  const p = facts.proposed;
  if (!p) return facts;
  const proposed = {
    at: p.at, signer: p.signer, ...(p.alongside ? { alongside: p.alongside } : {}),
    get act() { told(); return p.act; },
    get formId() { told(); return p.formId; },
  };
  return { ...facts, proposed };
}

/**
 * Every rule of the pack that is in force, answered for this document and these facts, in the order of the pack. Pure: same input, same output.
 * `shared`: answers of an earlier form of the same ceremony (same document, facts, moment, signer and pack); taken where they cannot differ, and added to.
 * Throws when a row names a predicate that is not there or sets parameters that it does not take: `checkPack` keeps such a pack from becoming active.
 */
export function evaluate(
  document: PacketDocument, facts: CheckFacts, pack: RulePack = CORE_PACK, predicates: Readonly<Record<string, Predicate>> = PREDICATES, shared?: SharedAnswers,
): readonly CheckResult[] {
  let isAsked = false;
  const given = shared ? watched(facts, () => { isAsked = true; }) : facts;
  return pack.rows.filter((rule) => isInForce(rule, document, facts)).map((rule) => {
    const predicate = predicates[rule.predicate];
    if (!predicate) throw new Error(`rule ${rule.id} names an unknown predicate ${rule.predicate}`);
    isAsked = false;
    const known = shared?.get(rule.id);
    const answer = known !== undefined ? known : predicate(document, given, rule.parameters);
    if (shared && !isAsked) shared.set(rule.id, answer);
    return {
      rule: rule.id, predicate: rule.predicate, severity: rule.severity, outcome: answer === null ? 'not_applicable' : answer.length > 0 ? 'fail' : 'pass',
      gates: rule.gates, findings: answer ?? [],
    };
  });
}

/** Canonical texts of rows. An agency's rows are facts of each of its packets, and are put into words once. Rows are never changed in place. */
const rowTexts = new WeakMap<object, string>();
function factText(fact: unknown): string {
  if (Array.isArray(fact)) return `[${fact.map(factText).join(',')}]`;
  const write = (): string => canonical(JSON.parse(JSON.stringify(fact) ?? 'null'));
  if (typeof fact !== 'object' || fact === null) return write();
  const known = rowTexts.get(fact);
  if (known !== undefined) return known;
  const made = write();
  rowTexts.set(fact, made);
  return made;
}
/**
 * Hash of everything that a check run looked at, stored beside its results: the pack, the document and the facts (RFC 8785, SHA-256, hex).
 * Two runs with the same hash have the same results. `contentHash` of the document spares a second pass over its text.
 */
export function inputsHash(document: PacketDocument, facts: CheckFacts, pack: RulePack = CORE_PACK, contentHash: string = canonicalHash(document)): string {
  const texts = Object.entries(facts).filter(([, fact]) => fact !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, fact]) => `${canonical(name)}:${factText(fact)}`);
  // The names of the three are in the order that RFC 8785 asks for.
  return sha256Hex(`{"contentHash":${canonical(contentHash)},"facts":{${texts.join(',')}},"pack":${canonical(pack.version)}}`);
}

/** True when a result gates the act: itself, or every form of the same verb. */
const gatesAct = (result: CheckResult, act: Act): boolean => result.gates.includes(act) || result.gates.includes(`${act.split(':')[0] as 'sign'}:*`);

/** Failed BLOCK and HOLD results that disable this act. */
export const blockersFor = (results: readonly CheckResult[], act: Act): readonly CheckResult[] =>
  results.filter((r) => r.outcome === 'fail' && (r.severity === 'BLOCK' || r.severity === 'HOLD') && gatesAct(r, act));

/** Failed WARN results on this act: each asks the signer for a reason. */
export const warningsFor = (results: readonly CheckResult[], act: Act): readonly CheckResult[] => results.filter((r) => r.outcome === 'fail' && r.severity === 'WARN' && gatesAct(r, act));

/** [PK-10] What a check run stores: the hold says that handling is restricted. A run that said it too would tell a packet that came so from one that became so. */
export const storedResults = (results: readonly CheckResult[]): readonly CheckResult[] => results.filter((r) => r.rule !== 'PK-10');

/** Failures that stand in the way of some signature, by severity: the numbers on the packet's head. */
export function signingCounts(results: readonly CheckResult[]): { readonly blockCount: number; readonly holdCount: number; readonly warnCount: number } {
  const failed = results.filter((r) => r.outcome === 'fail' && r.gates.some((g) => g.startsWith('sign:')));
  const count = (severity: Severity): number => failed.filter((r) => r.severity === severity).length;
  return { blockCount: count('BLOCK'), holdCount: count('HOLD'), warnCount: count('WARN') };
}
