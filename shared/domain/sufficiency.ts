/**
 * Sufficiency checks: dated rule rows over versioned predicates, evaluated on one packet document (domain 1.4 to 1.9).
 * Adding a check is adding a row. Must never decide an act itself: it says what fails and which acts that gates.
 */
import type { PacketDocument, FormKind } from './packet.ts';
import { FORM_PREDICATES } from './checks/form-checks.ts';
import { PACKET_PREDICATES } from './checks/packet-checks.ts';
import { actAt, type Answer, type CheckFacts, type Predicate } from './checks/answer.ts';
import { msOf } from '../time.ts';

export type { CheckFacts } from './checks/answer.ts';

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

/** Version of the rule rows below; stored with every check run and statement. */
export const PACK_VERSION = 'core-2026.11';

export type PredicateId = keyof typeof PREDICATES;
export type Rule = {
  readonly id: string; readonly predicate: PredicateId; readonly severity: Severity; readonly gates: readonly Act[];
  /** What must be true, for people. */
  readonly sentence: string;
  /** Law or policy behind it. [K] general knowledge, [D] product default: both wait for counsel. */
  readonly source: string;
  /** Forms that it looks at; empty = the whole packet. */
  readonly forms: readonly FormKind[];
  /** The date on which the rule must have been in force to apply. */
  readonly looksAt: 'prepared' | 'signed' | 'issued' | 'served';
  readonly effectiveFrom: string; readonly effectiveTo: string | null;
};

export const PREDICATES = { ...PACKET_PREDICATES, ...FORM_PREDICATES } as const;

const EVERY_SIGNATURE: readonly Act[] = ['sign:*'];
const NTA: readonly Act[] = ['sign:I-862'];
const DETAINER: readonly Act[] = ['sign:I-247A', 'issue:I-247A'];
const FROM = '2020-01-01';

const packetRule = (id: string, predicate: PredicateId, severity: Severity, looksAt: Rule['looksAt'], sentence: string, source: string): Rule =>
  ({ id, predicate, severity, gates: EVERY_SIGNATURE, sentence, source, forms: [], looksAt, effectiveFrom: FROM, effectiveTo: null });
const formRule = (id: string, predicate: PredicateId, form: FormKind, gates: readonly Act[], looksAt: Rule['looksAt'], sentence: string, source: string): Rule =>
  ({ id, predicate, severity: 'BLOCK', gates, sentence, source, forms: [form], looksAt, effectiveFrom: FROM, effectiveTo: null });

/** The rule pack. PK-00 is a property of commands, not a predicate: docs/rules.md lists it and the sign-off tests hold it. */
export const RULES: readonly Rule[] = [
  packetRule('PK-01', 'PK-01@1', 'BLOCK', 'prepared', 'Every form shows the same person: A-number (or event number and FIN), name, date of birth, citizenship, sex.', '[D]; OIG-18-77 p. 5'),
  packetRule('PK-02', 'PK-02@1', 'BLOCK', 'prepared', 'Every form and record that the packet type needs is present.', '[D]'),
  packetRule('PK-03', 'PK-03@1', 'BLOCK', 'prepared', 'Each officer held authority for each act on the date of that act.', 'JEM20 s.IV.D; OIG-18-77 p. 8-9'),
  packetRule('PK-04', 'PK-04@1', 'BLOCK', 'prepared', 'The agency\'s MOA was in force on the date of each act.', 'JEM20 s.IV.D'),
  packetRule('PK-05', 'PK-05@1', 'BLOCK', 'prepared', 'The work was done at a facility of the agency where its model may act.', 'JEM20 App. A; WSO25 App. A'),
  packetRule('PK-06', 'PK-06@1', 'BLOCK', 'signed', 'Preparer and signer are two persons.', 'NIST SP 800-53 AC-5 [D]'),
  packetRule('PK-07', 'PK-07@1', 'BLOCK', 'signed', 'The signer\'s legal title is listed for the form and the signer is active.', '8 CFR 239.1, 287.5(e)(2), 238.1, 241.2'),
  packetRule('PK-08', 'PK-08@1', 'HOLD', 'signed', 'No open US-citizenship claim or indicia.', 'ICE Directive 16001.2'),
  packetRule('PK-09', 'PK-09@1', 'HOLD', 'signed', 'The person is not a minor and nothing suggests it.', '8 U.S.C. 1232(b)'),
  packetRule('PK-10', 'PK-10@1', 'HOLD', 'signed', 'No restricted handling is open.', '8 U.S.C. 1367'),
  packetRule('PK-11', 'PK-11@1', 'BLOCK', 'prepared', 'The need for an interpreter was asked and answered; when needed, language, interpreter and qualification are recorded.', 'JEM20 s.IV.G'),
  packetRule('PK-12', 'PK-12@1', 'BLOCK', 'prepared', 'Biometric, NCIC and immigration status checks are logged with system, time, operator and result.', 'JEM20 App. A'),
  packetRule('PK-13', 'PK-13@1', 'BLOCK', 'prepared', 'Alienage rests on evidence beyond foreign birth or a database "no match".', 'ICE Policy 10074.2'),
  packetRule('PK-14', 'PK-14@1', 'BLOCK', 'prepared', 'The underlying criminal arrest is recorded and came before any detainer.', 'ICE Policy 10074.2'),
  packetRule('PK-15', 'PK-15@1', 'HOLD', 'signed', 'Fear of return was asked where required; a yes is referred.', '8 CFR 235.3(b)(4), 238.1(f), 241.8(e) [K]'),
  packetRule('PK-16', 'PK-16@1', 'WARN', 'prepared', 'The person was told of the right to contact the consulate.', '8 CFR 236.1(e)'),
  packetRule('PK-16M', 'PK-16M@1', 'BLOCK', 'prepared', 'For a mandatory-notification country, the consulate was notified.', '8 CFR 236.1(e) [K]'),
  packetRule('PK-17', 'PK-17@1', 'BLOCK', 'signed', 'Dates run forward: birth, entry, arrest, interview, I-213, issue, service, now.', '[D]'),
  packetRule('PK-18', 'PK-18@1', 'WARN', 'signed', 'Where counsel has appeared, service on counsel is recorded.', '8 CFR 292.5 [K]'),
  packetRule('PK-19', 'PK-19@1', 'HOLD', 'signed', 'Signs of incompetency or an age under 14 are settled: service on a custodian.', '8 CFR 103.8(c)(2) [K]'),
  packetRule('PK-25', 'PK-25@1', 'WARN', 'signed', 'The preparer\'s authority is still in force when the signer signs.', '[D]; OIG-18-77 p. 9'),
  formRule('NTA-02', 'NTA-02@1', 'I-862', NTA, 'signed', 'The NTA states the nature of the proceedings and the legal authority.', 'INA 239(a)(1)(A)-(B); 8 CFR 1003.15(b)'),
  formRule('NTA-03', 'NTA-03@1', 'I-862', NTA, 'signed', 'Numbered allegations, pinned to evidence, cover alienage, citizenship, entry or status, and each element of each charge.', 'INA 239(a)(1)(C); 8 CFR 1003.15(b)(3)'),
  formRule('NTA-04', 'NTA-04@1', 'I-862', NTA, 'signed', 'At least one charge, and each is a section of the charge table.', 'INA 239(a)(1)(D); 8 CFR 1003.15(b)(4)'),
  formRule('NTA-05', 'NTA-05@1', 'I-862', NTA, 'signed', 'Exactly one classification, and every charge can stand under it.', '[D], from the structure of INA 212 and 237'),
  formRule('NTA-06', 'NTA-06@1', 'I-862', NTA, 'signed', 'Date, time and place of the hearing stand in this same document.', 'INA 239(a)(1)(G)(i); Pereira v. Sessions; Niz-Chavez v. Garland; Matter of Fernandes'),
  formRule('NTA-07', 'NTA-07@1', 'I-862', ['sign:I-862', 'serve:I-862'], 'served', 'The hearing is 10 days or more after service, unless the person asked in writing for an earlier one.', 'INA 239(b)(1)'),
  formRule('NTA-12', 'NTA-12@1', 'I-862', ['issue:I-862', 'serve:I-862'], 'issued', 'An officer listed in 8 CFR 239.1(a) has signed, with title and date.', '8 CFR 239.1(a)'),
  formRule('DET-01', 'DET-01@1', 'I-247A', DETAINER, 'issued', 'Exactly one of Box 1 and Box 2 is used.', 'Form I-247A and its guidance'),
  formRule('DET-02', 'DET-02@1', 'I-247A', DETAINER, 'issued', 'Box 1 names a basis; a biometric match comes with a record check.', 'Form I-247A'),
  formRule('DET-03', 'DET-03@1', 'I-247A', ['effective:I-247A'], 'issued', 'A signed I-200 or I-205 for the same person goes with the detainer, signed no later than it.', 'ICE Policy 10074.2'),
  formRule('DET-04', 'DET-04@1', 'I-247A', DETAINER, 'issued', 'The warrant fits the basis: I-205 for a final order, otherwise I-200.', '[D]'),
  formRule('DET-05', 'DET-05@1', 'I-247A', DETAINER, 'issued', 'Probable cause of removability rests on evidence from before issue; investigation or a foreign-born no-match alone is not enough.', 'ICE Policy 10074.2'),
  formRule('W200-01', 'W200-01@1', 'I-200', ['sign:I-200'], 'issued', 'The warrant is issued by an officer listed in 8 CFR 287.5(e)(2), never by a DIO.', '8 CFR 236.1(b)(1)'),
  formRule('W200-02', 'W200-02@1', 'I-200', ['sign:I-200'], 'issued', 'A basis is ticked and fits the detainer; "charging document" means an NTA signed no later than the warrant.', '8 CFR 236.1(b)(1)'),
  formRule('W200-03', 'W200-03@1', 'I-200', ['serve:I-200'], 'served', 'The warrant is served after issue, by somebody who may, with the interpreter named where one was needed.', 'JEM20 App. A; WSO25 s.IV.G'),
  packetRule('WSO-01', 'WSO-01@1', 'BLOCK', 'prepared', 'A Warrant Service Officer made no I-213, interview, detainer or charging document.', 'WSO25 App. A'),
  formRule('213-01', '213-01@1', 'I-213', ['sign:I-213', 'sign:I-862'], 'prepared', 'The I-213 states every fact of its headings, "unknown" where it is.', 'Form I-213 [K]'),
];

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
 * Every rule in force, answered for this document and these facts, in the order of `RULES`. Pure: same input, same output.
 * `shared`: answers of an earlier form of the same ceremony (same document, facts, moment and signer); taken where they cannot differ, and added to.
 * Throws when a row names a predicate that is not there: such a pack must not be active.
 */
export function evaluate(
  document: PacketDocument, facts: CheckFacts, predicates: Readonly<Record<string, Predicate>> = PREDICATES, rules: readonly Rule[] = RULES, shared?: SharedAnswers,
): readonly CheckResult[] {
  const dayOf = (instant: string): string => new Date(msOf(instant)).toISOString().slice(0, 10);
  const [preparedOn, actOn] = [dayOf(document.preparedAt), dayOf(actAt(facts))];
  // A rule applies when its row is in force on the date that it looks at.
  const isInForce = (rule: Rule): boolean => {
    const day = rule.looksAt === 'prepared' ? preparedOn : actOn;
    return rule.effectiveFrom <= day && (rule.effectiveTo === null || day < rule.effectiveTo);
  };
  let isAsked = false;
  const given = shared ? watched(facts, () => { isAsked = true; }) : facts;
  return rules.filter(isInForce).map((rule) => {
    const predicate = predicates[rule.predicate];
    if (!predicate) throw new Error(`rule ${rule.id} names an unknown predicate ${rule.predicate}`);
    isAsked = false;
    const known = shared?.get(rule.id);
    const answer = known !== undefined ? known : predicate(document, given);
    if (shared && !isAsked) shared.set(rule.id, answer);
    return {
      rule: rule.id, predicate: rule.predicate, severity: rule.severity, outcome: answer === null ? 'not_applicable' : answer.length > 0 ? 'fail' : 'pass',
      gates: rule.gates, findings: answer ?? [],
    };
  });
}

/** True when a result gates the act: itself, or every form of the same verb. */
const gatesAct = (result: CheckResult, act: Act): boolean => result.gates.includes(act) || result.gates.includes(`${act.split(':')[0] as 'sign'}:*`);

/** Failed BLOCK and HOLD results that disable this act. */
export const blockersFor = (results: readonly CheckResult[], act: Act): readonly CheckResult[] =>
  results.filter((r) => r.outcome === 'fail' && (r.severity === 'BLOCK' || r.severity === 'HOLD') && gatesAct(r, act));

/** Failed WARN results on this act: each asks the signer for a reason. */
export const warningsFor = (results: readonly CheckResult[], act: Act): readonly CheckResult[] => results.filter((r) => r.outcome === 'fail' && r.severity === 'WARN' && gatesAct(r, act));

/** Failures that stand in the way of some signature, by severity: the numbers on the packet's head. */
export function signingCounts(results: readonly CheckResult[]): { readonly blockCount: number; readonly holdCount: number; readonly warnCount: number } {
  const failed = results.filter((r) => r.outcome === 'fail' && r.gates.some((g) => g.startsWith('sign:')));
  const count = (severity: Severity): number => failed.filter((r) => r.severity === severity).length;
  return { blockCount: count('BLOCK'), holdCount: count('HOLD'), warnCount: count('WARN') };
}
