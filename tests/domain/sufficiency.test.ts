/** Every rule against its table of cases, the meta-test over predicates, gates, and the golden corpus. */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { canonical, canonicalHash } from '../../shared/canonical.ts';
import { PACKET_TYPES } from '../../shared/rows.ts';
import { SIGNABLE } from '../../shared/domain/packet.ts';
import { type Act, blockersFor, evaluate, PREDICATES, RULES, signingCounts, warningsFor, type CheckResult } from '../../shared/domain/sufficiency.ts';
import { cleanFacts, cleanHold, cleanPacket, cleanStatement, signingFacts } from './clean-packets.ts';
import { build, RULE_CASES, type RuleCase } from './rule-cases.ts';

const resultOf = (results: readonly CheckResult[], rule: string): CheckResult => {
  const found = results.find((r) => r.rule === rule);
  if (!found) throw new Error(`no result of ${rule}`);
  return found;
};
const outcomeOf = (c: RuleCase, predicates?: Parameters<typeof evaluate>[2]) => {
  const { document, facts } = build(c);
  return resultOf(evaluate(document, facts, predicates), c.rule);
};

/** Paths at which two values differ; a replaced or resized value counts once. */
function differences(a: unknown, b: unknown, at = ''): string[] {
  if (canonical(a ?? null) === canonical(b ?? null)) return [];
  const isPlain = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v);
  if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) return a.flatMap((v, n) => differences(v, b[n], `${at}.${n}`));
  if (isPlain(a) && isPlain(b)) return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((k) => differences(a[k], b[k], `${at}.${k}`));
  return [at];
}

describe('rule cases', () => {
  for (const c of RULE_CASES) {
    it(`[${c.rule}] ${c.outcome}: ${c.name} (${c.type}${c.signs ? `, signing ${c.signs}` : ''})`, () => {
      const { document, facts, before } = build(c);
      // A case differs from its start in one thing at most: so the outcome is due to that thing.
      expect(differences(JSON.parse(JSON.stringify({ document: before.document, facts: before.facts })), JSON.parse(JSON.stringify({ document, facts }))).length).toBeLessThanOrEqual(1);
      const result = outcomeOf(c);
      expect({ outcome: result.outcome, findings: result.findings }).toMatchObject({ outcome: c.outcome });
      if (c.outcome === 'fail') {
        expect(result.findings.length).toBeGreaterThan(0);
        if (c.field) expect(result.findings.map((f) => f.field).some((f) => f.startsWith(c.field ?? ''))).toBe(true);
        for (const f of result.findings) expect([f.field, f.found, f.expected].every((s) => s.length > 0)).toBe(true);
      } else expect(result.findings).toEqual([]);
    });
  }
  it('has a case that passes and a case that fails for every rule', () => {
    const missing = RULES.flatMap((r) => (['pass', 'fail'] as const).filter((o) => !RULE_CASES.some((c) => c.rule === r.id && c.outcome === o)).map((o) => `${r.id} ${o}`));
    expect(missing).toEqual([]);
  });
});

describe('meta: no predicate can be replaced by a constant unnoticed', () => {
  for (const id of Object.keys(PREDICATES)) {
    it(`notices ${id} always true and always false`, () => {
      const rules = RULES.filter((r) => r.predicate === id).map((r) => r.id);
      expect(rules.length).toBeGreaterThan(0);
      const cases = RULE_CASES.filter((c) => rules.includes(c.rule));
      const broken = (answer: readonly { field: string; found: string; expected: string; evidenceIds: string[] }[]) =>
        cases.filter((c) => outcomeOf(c, { ...PREDICATES, [id]: () => answer }).outcome !== c.outcome);
      expect(broken([]).length).toBeGreaterThan(0);
      expect(broken([{ field: 'x', found: 'x', expected: 'x', evidenceIds: [] }]).length).toBeGreaterThan(0);
    });
  }
});

describe('evaluate', () => {
  it('gives the same answer twice and changes nothing', () => {
    const document = cleanPacket();
    const facts = cleanFacts();
    const before = canonicalHash({ document, facts });
    expect(canonical(evaluate(document, facts))).toBe(canonical(evaluate(document, facts)));
    expect(canonicalHash({ document, facts })).toBe(before);
  });
  it('lets every signable form of every clean packet be signed', () => {
    for (const type of PACKET_TYPES) {
      const document = cleanPacket(type);
      for (const form of document.forms.filter((f) => SIGNABLE.includes(f.kind))) {
        const results = evaluate(document, signingFacts(document, form.kind));
        const act: Act = `sign:${form.kind}`;
        expect(blockersFor(results, act).map((r) => [type, act, r.rule, r.findings])).toEqual([]);
        expect(warningsFor(results, act).map((r) => [type, act, r.rule])).toEqual([]);
      }
      expect(signingCounts(evaluate(document, cleanFacts(type)))).toEqual({ blockCount: 0, holdCount: 0, warnCount: 0 });
    }
  });
  it('[DET-03] gates the effect of the detainer, never a signature', () => {
    const results = evaluate(cleanPacket(), cleanFacts());
    expect(blockersFor(results, 'effective:I-247A').map((r) => r.rule)).toContain('DET-03');
    for (const kind of SIGNABLE) expect(blockersFor(results, `sign:${kind}`).map((r) => r.rule)).not.toContain('DET-03');
    const signed = evaluate(cleanPacket(), { ...cleanFacts(), statements: [cleanStatement('i200')] });
    expect(blockersFor(signed, 'effective:I-247A')).toEqual([]);
  });
  it('[NTA-06] gates the NTA and leaves the warrant free', () => {
    const document = cleanPacket();
    for (const form of document.forms) if (form.kind === 'I-862') form.hearing.time = 'TBD';
    const results = evaluate(document, cleanFacts());
    expect(blockersFor(results, 'sign:I-862').map((r) => r.rule)).toEqual(['NTA-06']);
    expect(blockersFor(results, 'sign:I-200')).toEqual([]);
  });
  it('[PK-08] gates every signature and no other verb', () => {
    const results = evaluate(cleanPacket(), { ...cleanFacts(), holds: [cleanHold('PK-08')] });
    for (const kind of SIGNABLE) expect(blockersFor(results, `sign:${kind}`).map((r) => r.rule)).toContain('PK-08');
    expect(blockersFor(results, 'serve:I-200').map((r) => r.rule)).toEqual(['W200-03']);
  });
  it('[PK-25] warns and does not block', () => {
    const facts = cleanFacts();
    const results = evaluate(cleanPacket(), { ...facts, intervals: facts.intervals.map((i) => ({ ...i, endAt: '2026-11-24T00:00:00.000Z' })) });
    expect(blockersFor(results, 'sign:I-862')).toEqual([]);
    expect(warningsFor(results, 'sign:I-862').map((r) => r.rule)).toEqual(['PK-25']);
  });
  it('[PK-10] says nothing about the cause of a restricted hold', () => {
    const causes = ['first cause that must not show', 'second cause'].map((reason) => canonical(resultOf(evaluate(cleanPacket(), { ...cleanFacts(), holds: [cleanHold('RESTRICTED', { reason })] }), 'PK-10')));
    expect(causes[0]).toBe(causes[1]);
    expect(causes[0]).not.toMatch(/1367|cause/);
  });
  it('applies a rule row only on dates on which it is in force', () => {
    const rule = RULES.find((r) => r.id === 'PK-11');
    if (!rule) throw new Error('no PK-11');
    const on = (effectiveFrom: string, effectiveTo: string | null) => evaluate(cleanPacket(), cleanFacts(), PREDICATES, [{ ...rule, effectiveFrom, effectiveTo }]).length;
    expect(on('2026-11-23', null)).toBe(1);
    expect(on('2026-11-24', null)).toBe(0);
    expect(on('2020-01-01', '2026-11-23')).toBe(0);
  });
  it('refuses a pack that names an unknown predicate', () => {
    const { 'PK-11@1': _gone, ...rest } = PREDICATES;
    expect(() => evaluate(cleanPacket(), cleanFacts(), rest)).toThrow('PK-11@1');
  });
  it('reads no words of prose: text and narrative change nothing', () => {
    const document = cleanPacket();
    const before = canonical(evaluate(document, cleanFacts()));
    for (const form of document.forms) {
      if (form.kind === 'I-213') form.narrative = 'Subject claims to be a US citizen, is 15 years old and fears return.';
      if (form.kind === 'I-862') for (const a of form.allegations) a.text = 'Other words.';
    }
    expect(canonical(evaluate(document, cleanFacts()))).toBe(before);
  });
});

describe('golden corpus', () => {
  // A predicate `id@n` is never edited in place: a change of any line here needs `@n+1`. New rules and cases may be added.
  const file = new URL('./golden.json', import.meta.url);
  const corpus = (): Record<string, string> => Object.fromEntries([
    ...PACKET_TYPES.flatMap((type) => evaluate(cleanPacket(type), cleanFacts(type)).map((r): [string, string] => [`clean ${type} | ${r.predicate}`, `${r.outcome} ${canonicalHash(r.findings).slice(0, 16)}`])),
    ...RULE_CASES.map((c): [string, string] => { const r = outcomeOf(c); return [`${r.predicate} | ${c.type} ${c.signs ?? ''} | ${c.name}`, `${r.outcome} ${canonicalHash(r.findings).slice(0, 16)}`]; }),
  ]);
  it('gives the stored results for every fixture', () => {
    const now = corpus();
    if (process.env.GOLDEN === 'write') writeFileSync(file, `${JSON.stringify(now, null, 1)}\n`);
    expect(now).toEqual(JSON.parse(readFileSync(file, 'utf8')));
  });
  it('has one entry per case', () => {
    const names = RULE_CASES.map((c) => `${c.rule}|${c.type}|${c.signs}|${c.name}`);
    expect(new Set(names).size).toBe(names.length);
  });
});
