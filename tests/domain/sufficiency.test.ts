/** Every rule against its table of cases, the meta-test over predicates, gates, and the golden corpus. */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { canonical, canonicalHash } from '../../shared/canonical.ts';
import { PACKET_TYPES } from '../../shared/rows.ts';
import { packetSchema, SIGNABLE } from '../../shared/domain/packet.ts';
import { CORE_PACK, type RulePack } from '../../shared/domain/packs.ts';
import { type Act, blockersFor, type CheckResult, evaluate, inputsHash, PREDICATES, type Rule, RULES, signingCounts, warningsFor } from '../../shared/domain/sufficiency.ts';
import { cleanFacts, cleanHold, cleanPacket, cleanStatement, signingFacts } from './clean-packets.ts';
import { build, RULE_CASES, type RuleCase } from './rule-cases.ts';

const resultOf = (results: readonly CheckResult[], rule: string): CheckResult => {
  const found = results.find((r) => r.rule === rule);
  if (!found) throw new Error(`no result of ${rule}`);
  return found;
};
/** Predicates that no row of the core pack names any more: packs in the field may, so they stay as they were. */
const SUPERSEDED = Object.keys(PREDICATES).filter((id) => !RULES.some((r) => r.predicate === id));
const ruleNamed = (predicate: string): string => predicate.split('@')[0] ?? predicate;
/** The core pack with other rows. */
const packOf = (rows: readonly Rule[]): RulePack => ({ ...CORE_PACK, version: 'test', rows });
const outcomeOf = (c: RuleCase, predicates?: Parameters<typeof evaluate>[3], predicate?: string) => {
  const { document, facts } = build(c);
  const row = { ...c.row, ...(predicate ? { predicate } : {}) };
  const pack = c.row || predicate ? packOf(RULES.map((r) => (r.id === c.rule ? { ...r, ...row } : r))) : CORE_PACK;
  return resultOf(evaluate(document, facts, pack, predicates), c.rule);
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
      const isOld = SUPERSEDED.includes(id);
      const rules = RULES.filter((r) => (isOld ? r.id === ruleNamed(id) : r.predicate === id)).map((r) => r.id);
      expect(rules.length).toBeGreaterThan(0);
      const cases = RULE_CASES.filter((c) => rules.includes(c.rule));
      const broken = (answer: readonly { field: string; found: string; expected: string; evidenceIds: string[] }[]) =>
        cases.filter((c) => outcomeOf(c, { ...PREDICATES, [id]: () => answer }, isOld ? id : undefined).outcome !== (isOld ? outcomeOf(c, undefined, id).outcome : c.outcome));
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
    expect(blockersFor(signed, 'effective:I-247A').map((r) => r.rule)).toEqual(['DET-07']);
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
    const on = (effectiveFrom: string, effectiveTo: string | null) => evaluate(cleanPacket(), cleanFacts(), packOf([{ ...rule, effectiveFrom, effectiveTo }])).length;
    expect(on('2026-11-23', null)).toBe(1);
    expect(on('2026-11-24', null)).toBe(0);
    expect(on('2020-01-01', '2026-11-23')).toBe(0);
  });
  it('looks at the date of its own form once that is signed or served', () => {
    const rule = RULES.find((r) => r.id === 'NTA-06');
    if (!rule) throw new Error('no NTA-06');
    const pack = packOf([{ ...rule, effectiveFrom: '2026-12-01' }]);
    const later = { ...cleanFacts(), now: '2026-12-20T12:00:00.000Z' };
    expect(evaluate(cleanPacket(), cleanFacts(), pack)).toEqual([]);
    expect(evaluate(cleanPacket(), later, pack)).toHaveLength(1);
    expect(evaluate(cleanPacket(), { ...later, statements: [cleanStatement('i862')] }, pack)).toEqual([]);
  });
  it('counts the day at the site: a rule of the 24th is not in force at ten in the evening of the 23rd', () => {
    const rule = RULES.find((r) => r.id === 'PK-08');
    if (!rule) throw new Error('no PK-08');
    const at = (now: string) => evaluate(cleanPacket(), { ...cleanFacts(), now }, packOf([{ ...rule, effectiveFrom: '2026-11-24' }])).length;
    expect([at('2026-11-24T04:00:00.000Z'), at('2026-11-24T06:00:00.000Z')]).toEqual([0, 1]);
  });
  it('applies a row only in its field offices and states', () => {
    const rule = RULES.find((r) => r.id === 'PK-11');
    if (!rule) throw new Error('no PK-11');
    const where = (fieldOffices: readonly string[] | null, states: readonly string[] | null) => evaluate(cleanPacket(), cleanFacts(), packOf([{ ...rule, jurisdiction: { fieldOffices, states } }])).length;
    expect([where(null, null), where(['Example Field Office'], null), where(null, ['TX']), where(['Example Field Office'], ['LA']), where(['Elsewhere'], null)]).toEqual([1, 1, 1, 0, 0]);
  });
  it('hashes what a run looked at: the same for the same, another for any other fact, document or pack', () => {
    const document = cleanPacket();
    const facts = cleanFacts();
    const hash = inputsHash(document, facts);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(inputsHash(cleanPacket(), cleanFacts())).toBe(hash);
    expect(inputsHash(document, facts, CORE_PACK, canonicalHash(document))).toBe(hash);
    const others = [
      inputsHash({ ...document, isDetained: false }, facts), inputsHash(document, { ...facts, now: '2026-11-24T20:11:00.000Z' }), inputsHash(document, { ...facts, holds: [cleanHold('PK-08')] }),
      inputsHash(document, { ...facts, duplicates: [] }), inputsHash(document, facts, packOf(RULES)),
    ];
    expect(new Set([hash, ...others]).size).toBe(6);
  });
  it('hashes the RFC 8785 text of pack, content hash and facts, also where rows are known from another packet', () => {
    const [facts, document] = [cleanFacts(), cleanPacket()];
    const told = { ...facts, holds: [cleanHold('PK-08')], duplicates: [], similarNarratives: undefined };
    for (const f of [facts, told, facts]) {
      expect(inputsHash(document, f)).toBe(canonicalHash(JSON.parse(JSON.stringify({ pack: CORE_PACK.version, contentHash: canonicalHash(document), facts: f }))));
    }
    // A row that was replaced is another row, however many were known before.
    const ended = { ...facts, intervals: facts.intervals.map((i) => ({ ...i, endAt: '2026-11-01T00:00:00.000Z' })) };
    expect(inputsHash(document, ended)).toBe(canonicalHash(JSON.parse(JSON.stringify({ pack: CORE_PACK.version, contentHash: canonicalHash(document), facts: ended }))));
    expect(inputsHash(document, ended)).not.toBe(inputsHash(document, facts));
  });
  it('[PK-22] [PK-23] [PK-20] say nothing while HQ has not', () => {
    const known = evaluate(cleanPacket(), { ...cleanFacts(), duplicates: [], similarNarratives: [], compliance: [] });
    const rules = ['PK-20', 'PK-22', 'PK-23'];
    expect(rules.map((r) => resultOf(evaluate(cleanPacket(), cleanFacts()), r).outcome)).toEqual(['not_applicable', 'not_applicable', 'not_applicable']);
    expect(rules.map((r) => resultOf(known, r).outcome)).toEqual(['fail', 'pass', 'pass']);
  });
  it('[PK-21] a stored version without the later facts is still a packet document, and is judged as lacking them', () => {
    const old = cleanPacket();
    for (const form of old.forms) {
      if (form.kind === 'I-862') { delete form.court; delete form.freeLegalList; delete form.lastEntry; }
      if (form.kind === 'I-213') { delete form.lastEntry; delete form.narrativeById; delete form.communicationPrivileges; }
      if (form.kind === 'I-247A') { delete form.toInstitution; delete form.fromOffice; delete form.callbackNumber; delete form.victimWitness; }
      if (form.kind === 'I-826') delete form.choice;
      if (form.kind === 'FREE-LEGAL-LIST') delete form.list;
    }
    delete old.subject.address;
    delete old.subject.earlierNotices;
    delete old.underlyingArrest?.category;
    expect(packetSchema.safeParse(old).success).toBe(true);
    const failed = evaluate(old, cleanFacts()).filter((r) => r.outcome === 'fail' && r.gates.some((g) => g.startsWith('sign:')));
    expect(failed.map((r) => r.rule).sort()).toEqual(['213-03', '213-04', 'CUS-02', 'DET-06', 'DET-12', 'NTA-01', 'NTA-09', 'NTA-10', 'NTA-18', 'PK-24']);
  });
  it('refuses a pack that names an unknown predicate', () => {
    const { 'PK-11@1': _gone, ...rest } = PREDICATES;
    expect(() => evaluate(cleanPacket(), cleanFacts(), CORE_PACK, rest)).toThrow('PK-11@1');
  });
  it('reads no words of prose: text and narrative change nothing', () => {
    const document = cleanPacket();
    const before = canonical(evaluate(document, cleanFacts()));
    for (const form of document.forms) {
      if (form.kind === 'I-213') form.narrative = 'Subject claims to be a US citizen, is 15 years old and fears return. '.repeat(7);
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
    ...SUPERSEDED.flatMap((id) => [
      ...PACKET_TYPES.map((type): [string, string] => {
        const r = resultOf(evaluate(cleanPacket(type), cleanFacts(type), packOf(RULES.map((x) => (x.id === ruleNamed(id) ? { ...x, predicate: id } : x)))), ruleNamed(id));
        return [`clean ${type} | ${id}`, `${r.outcome} ${canonicalHash(r.findings).slice(0, 16)}`];
      }),
      ...RULE_CASES.filter((c) => c.rule === ruleNamed(id)).map((c): [string, string] => { const r = outcomeOf(c, undefined, id); return [`${id} | ${c.type} ${c.signs ?? ''} | ${c.name}`, `${r.outcome} ${canonicalHash(r.findings).slice(0, 16)}`]; }),
    ]),
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
