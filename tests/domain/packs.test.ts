/** Rule packs: what may become active, the floor that none goes under, and what a new pack takes back. */
import { describe, expect, it } from 'vitest';
import { FORM_KINDS, formSchema } from '../../shared/domain/packet.ts';
import { checkPack, CORE_PACK, FLOOR, lowered, type RulePack } from '../../shared/domain/packs.ts';
import { type Rule, RULES } from '../../shared/domain/sufficiency.ts';
import { sentence } from '../../shared/text.ts';

const copy = (): RulePack => JSON.parse(JSON.stringify(CORE_PACK)) as RulePack;
/** The core pack with one row changed, or left out (null). */
const withRow = (id: string, change: Partial<Rule> | null): RulePack => ({ ...copy(), rows: copy().rows.flatMap((r) => (r.id !== id ? [r] : change === null ? [] : [{ ...r, ...change }])) });
const problemOf = (input: unknown, now: string | null = null) => {
  const result = checkPack(input, now);
  return result.ok ? null : result.problem;
};

describe('checkPack', () => {
  it('takes the built-in pack, as data that went through JSON', () => {
    const result = checkPack(copy());
    expect(result.ok && result.value.rows.length).toBe(RULES.length);
    expect(result.ok && result.value).toEqual(JSON.parse(JSON.stringify(CORE_PACK)));
  });
  it('takes a stricter pack, another rule text, and further rows of one rule at other dates or places', () => {
    expect(problemOf(withRow('PK-16', { severity: 'BLOCK', sentence: 'Other words.' }))).toBeNull();
    const second = { ...copy().rows.find((r) => r.id === 'NTA-08'), effectiveFrom: '2027-01-01' } as Rule;
    const pack = withRow('NTA-08', { effectiveTo: '2027-01-01' });
    expect(problemOf({ ...pack, rows: [...pack.rows, second] })).toBeNull();
    const la = withRow('NTA-19', { jurisdiction: { fieldOffices: ['Houston'], states: null } });
    expect(problemOf({ ...la, rows: [...la.rows, { ...la.rows.find((r) => r.id === 'NTA-19'), jurisdiction: { fieldOffices: ['Dallas'], states: null } }] })).toBeNull();
  });
  const cases: readonly (readonly [string, unknown, string, string])[] = [
    ['something that is no pack', 'x', 'pack/not-a-pack', 'pack'],
    ['a field that a pack does not have', { ...copy(), extra: 1 }, 'pack/not-a-pack', 'extra'],
    ['a severity that does not exist', withRow('PK-16', { severity: 'STRONG' as 'WARN' }), 'pack/not-a-pack', '(PK-16).severity'],
    ['an act that does not exist', withRow('PK-16', { gates: ['shout:I-862' as 'sign:*'] }), 'pack/not-a-pack', '(PK-16).gates'],
    ['a day that does not exist', withRow('PK-16', { effectiveFrom: '2026-02-30' }), 'pack/not-a-pack', '(PK-16).effectiveFrom'],
    ['an end before the start', withRow('PK-16', { effectiveTo: '2019-01-01' }), 'pack/bad-dates', 'PK-16'],
    ['a predicate that this version does not have', withRow('PK-16', { predicate: 'PK-16@9' }), 'pack/unknown-predicate', 'PK-16@9'],
    ['a predicate named like a part of every object', withRow('PK-16', { predicate: 'toString' }), 'pack/not-a-pack', '(PK-16).predicate'],
    ['parameters of the wrong kind', withRow('CUS-01', { parameters: { minimumUsd: 'much' } }), 'pack/bad-parameters', 'CUS-01'],
    ['parameters left out', withRow('DET-08', { parameters: {} }), 'pack/bad-parameters', 'DET-08'],
    ['parameters where there are none', withRow('PK-11', { parameters: { days: 3 } }), 'pack/bad-parameters', 'PK-11'],
    ['two rows of one rule at one time', { ...copy(), rows: [...copy().rows, copy().rows[0]] }, 'pack/duplicate-rule', 'PK-01'],
    ['two rows of one rule that meet in one office', { ...copy(), rows: [...copy().rows, { ...copy().rows.find((r) => r.id === 'NTA-19'), jurisdiction: { fieldOffices: ['Houston'], states: null } }] }, 'pack/duplicate-rule', 'NTA-19'],
    ['no row of the floor', withRow('NTA-06', null), 'pack/floor-missing', 'NTA-06'],
    ['a floor rule that warns', withRow('NTA-06', { severity: 'WARN' }), 'pack/floor-lowered', 'NTA-06'],
    ['a floor hold that informs', withRow('PK-08', { severity: 'INFO' }), 'pack/floor-lowered', 'PK-08'],
    ['a floor rule that ends', withRow('DET-03', { effectiveTo: '2030-01-01' }), 'pack/floor-ended', 'DET-03'],
    ['a floor rule that starts tomorrow', withRow('DET-03', { effectiveFrom: '2026-12-01' }), 'pack/floor-ended', 'DET-03'],
    ['a floor rule for one office', withRow('WSO-01', { jurisdiction: { fieldOffices: ['Houston'], states: null } }), 'pack/floor-narrowed', 'WSO-01'],
    ['a floor rule with another predicate', withRow('PK-09', { predicate: 'PK-18@1' }), 'pack/floor-weakened', 'PK-09'],
    ['a floor rule that gates less', withRow('REIN-03', { gates: ['sign:I-871'] }), 'pack/floor-weakened', 'REIN-03'],
  ];
  for (const [name, pack, code, names] of cases) {
    it(`refuses ${name}, and names it`, () => {
      const problem = problemOf(pack);
      expect(problem?.code).toBe(code);
      const said = sentence(problem ?? { code: '', details: {} });
      expect(said.what).toContain(names);
      expect(said.todo).toContain('The pack before stays active');
    });
  }
  it('refuses every weakening of every rule of the floor', () => {
    for (const id of FLOOR) {
      for (const change of [null, { severity: 'INFO' }, { effectiveTo: '2031-01-01' }, { jurisdiction: { fieldOffices: null, states: ['TX'] } }, { gates: ['sign:I-203'] }] as const) {
        expect(problemOf(withRow(id, change))?.code, `${id} ${JSON.stringify(change)}`).toMatch(/^pack\/floor-/);
      }
    }
  });
  it('refuses a pack from the future, five minutes of clock error apart', () => {
    const pack = { ...copy(), publishedAt: '2026-11-24T20:10:00.000Z' };
    expect(problemOf(pack, '2026-11-24T20:05:00.000Z')).toBeNull();
    expect(problemOf(pack, '2026-11-24T20:04:59.000Z')?.code).toBe('pack/from-the-future');
    expect(problemOf({ ...copy(), publishedAt: 'tomorrow' })?.code).toBe('pack/not-a-pack');
  });
  it('knows every kind of form', () => {
    const kinds = formSchema.options.flatMap((o): readonly string[] => ('options' in o.shape.kind ? o.shape.kind.options : [...o.shape.kind.values]));
    expect([...FORM_KINDS].sort()).toEqual([...kinds].sort());
  });
});

describe('lowered', () => {
  const what = (pack: RulePack) => lowered(CORE_PACK, pack).map((l) => `${l.rule} ${l.what}`);
  it('finds nothing in the same pack, or in a stricter one', () => {
    expect(what(copy())).toEqual([]);
    expect(what(withRow('PK-16', { severity: 'BLOCK', gates: ['sign:*', 'serve:I-200'] }))).toEqual([]);
    expect(lowered(withRow('PK-16', null), CORE_PACK)).toEqual([]);
  });
  it('finds every way of asking less, with what it was and what it would be', () => {
    expect(lowered(CORE_PACK, withRow('PK-11', { severity: 'WARN' }))).toEqual([{ rule: 'PK-11', what: 'severity', from: 'BLOCK', to: 'WARN' }]);
    expect(what(withRow('PK-11', null))).toEqual(['PK-11 removed']);
    expect(lowered(CORE_PACK, withRow('PK-11', { effectiveTo: '2027-01-01' }))).toEqual([{ rule: 'PK-11', what: 'ended', from: 'open', to: '2027-01-01' }]);
    expect(what(withRow('DET-11', { effectiveTo: '2028-03-04' }))).toEqual(['DET-11 ended']);
    expect(what(withRow('DET-11', { effectiveTo: '2032-03-04' }))).toEqual([]);
    expect(what(withRow('PK-11', { effectiveFrom: '2027-01-01' }))).toEqual(['PK-11 starts_later']);
    expect(what(withRow('PK-11', { jurisdiction: { fieldOffices: ['Houston'], states: null } }))).toEqual(['PK-11 narrowed']);
    expect(what(withRow('NTA-07', { gates: ['sign:I-862'] }))).toEqual(['NTA-07 gates']);
    expect(what(withRow('PK-16', { predicate: 'PK-18@1' }))).toEqual(['PK-16 predicate']);
    expect(what(withRow('CUS-01', { parameters: { minimumUsd: 1000 } }))).toEqual(['CUS-01 parameters']);
  });
  it('finds a further row that asks less from its own date on', () => {
    const pack = withRow('PK-11', { effectiveTo: '2027-01-01' });
    const row = pack.rows.find((r) => r.id === 'PK-11');
    expect(what({ ...pack, rows: [...pack.rows, { ...row, severity: 'INFO', effectiveFrom: '2027-01-01', effectiveTo: null } as Rule] })).toEqual(['PK-11 ended', 'PK-11 severity']);
  });
});
