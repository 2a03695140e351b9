/** Which published pack counts at a moment; how HQ publishes and approves one; what was lowered; which check run is the newest. */
import { describe, expect, it } from 'vitest';
import { canonical } from '../../shared/canonical.ts';
import type { Envelope } from '../../shared/command.ts';
import { CORE_PACK, type RulePack } from '../../shared/domain/packs.ts';
import { packApprove, packPublish } from '../../shared/domain/pack-commands.ts';
import { activePack, inactivePacks, loweredNotes, newestRun, packHash, packPayload, packRowId, packsInPlay, UNVERIFIED, waitingPacks } from '../../shared/domain/published-packs.ts';
import { signoffSign, type SignInput, type SignState } from '../../shared/domain/signoff.ts';
import type { Rule } from '../../shared/domain/sufficiency.ts';
import { formHash } from '../../shared/domain/packet.ts';
import { sha256Hex } from '../../shared/ids.ts';
import type { Role } from '../../shared/roles.ts';
import type { CheckRunRow, RulePackRow, StaffRow } from '../../shared/rows.ts';
import { sentence } from '../../shared/text.ts';
import { AGENCY, cleanFacts, cleanPacket, cleanSigner, formOf, NOW, PM, rowsOf } from './clean-packets.ts';

const AT = '2026-12-10T06:30:00.000Z';
const DEC_1 = '2026-12-01T00:00:00.000Z';
const packOf = (version: string, over: Partial<RulePack> = {}): RulePack => ({ ...CORE_PACK, version, publishedAt: DEC_1, ...over });
const changed = (id: string, change: Partial<Rule>): readonly Rule[] => CORE_PACK.rows.map((r) => (r.id === id ? { ...r, ...change } : r));
const rowOf = (pack: RulePack, over: Partial<RulePackRow> = {}): RulePackRow => {
  const document = canonical(JSON.parse(JSON.stringify(pack)));
  return {
    id: packRowId(pack.version), stream: 'program', version: 1, changedBy: 'hq', packVersion: pack.version, document, documentHash: sha256Hex(document), jws: 'a.b.c',
    effectiveFrom: pack.effectiveFrom ?? DEC_1, publishedBy: 'opla-1', publishedAt: DEC_1, approvers: ['opla-1'], lowered: [], ...over,
  };
};
const versionAt = (rows: readonly RulePackRow[], at = AT) => activePack(rows, at).pack.version;

describe('activePack', () => {
  it('is the repository\'s pack without another, and a proposal counts for nothing', () => {
    const proposal = rowOf(packOf('p-2'), { jws: '', publishedAt: '', effectiveFrom: '' });
    expect(activePack([proposal], AT)).toEqual({ pack: CORE_PACK, row: null });
    expect([inactivePacks([proposal], AT), waitingPacks([proposal], AT), loweredNotes([proposal], AT)]).toEqual([[], [], []]);
  });
  it('is the last published, in whatever order rows come, and never one before its publication', () => {
    const rows = [rowOf(packOf('p-3'), { publishedAt: '2026-12-05T00:00:00.000Z' }), rowOf(packOf('p-2'))];
    expect([versionAt(rows), versionAt([...rows].reverse()), versionAt(rows, '2026-12-04T23:59:59.999Z'), versionAt(rows, '2026-11-30T00:00:00Z')]).toEqual(['p-3', 'p-3', 'p-2', CORE_PACK.version]);
  });
  it('waits for its start; one published later and begun overtakes it', () => {
    const later = rowOf(packOf('p-2', { effectiveFrom: '2026-12-11T00:00:00.000Z' }));
    const over = rowOf(packOf('p-3'), { publishedAt: '2026-12-02T00:00:00.000Z' });
    expect([versionAt([later]), versionAt([later], '2026-12-11T00:00:00.000Z')]).toEqual([CORE_PACK.version, 'p-2']);
    expect([waitingPacks([later], AT), waitingPacks([later, over], AT)]).toEqual([[later], []]);
    expect(versionAt([later, over], '2026-12-12T00:00:00.000Z')).toBe('p-3');
    expect(packsInPlay([later, rowOf(packOf('p-1'), { publishedAt: '2026-11-30T00:00:00.000Z', effectiveFrom: '2026-11-30T00:00:00.000Z' })], AT).map((r) => r.packVersion)).toEqual(['p-1', 'p-2']);
  });
  it.each([
    ['a bad signature', rowOf(packOf('p-3'), { jws: UNVERIFIED }), 'pack/bad-signature'],
    ['an unknown predicate', rowOf(packOf('p-3', { rows: changed('PK-16', { predicate: 'PK-16@9' }) })), 'pack/unknown-predicate'],
    ['the floor gone', rowOf(packOf('p-3', { rows: CORE_PACK.rows.filter((r) => r.id !== 'NTA-06') })), 'pack/floor-missing'],
    ['a time from the future', rowOf(packOf('p-3'), { publishedAt: '2026-12-11T00:00:00.000Z' }), 'pack/from-the-future'],
    ['text that is not JSON', rowOf(packOf('p-3'), { document: 'x', documentHash: 'x' }), 'pack/not-a-pack'],
    ['another version inside', rowOf(packOf('p-4'), { packVersion: 'p-3' }), 'pack/other-version'],
    ['lowered rules and one approver twice', rowOf(packOf('p-3'), { lowered: [{ rule: 'PK-11', what: 'severity' }], approvers: ['a', 'a'] }), 'pack/needs-two-approvers'],
  ])('stays with the pack before on %s, and says why', (_name, row, code) => {
    const rows = [row, rowOf(packOf('p-2'), { publishedAt: '2026-11-30T00:00:00.000Z' })];
    expect(versionAt(rows)).toBe('p-2');
    expect(inactivePacks(rows, AT).map((i) => [i.version, i.problem.code])).toEqual([['p-3', code]]);
    expect(sentence(inactivePacks(rows, AT)[0]?.problem ?? { code: '', details: {} }).todo).toContain('The pack before stays active');
  });
});

it('shows for 30 days what a pack lowered, and who approved it', () => {
  const rows = [rowOf(packOf('p-2'), { approvers: ['a', 'b'], lowered: [{ rule: 'PK-11', what: 'severity: BLOCK to WARN' }] })];
  expect(loweredNotes(rows, '2026-12-30T23:59:00.000Z')).toEqual([{ version: 'p-2', rule: 'PK-11', what: 'severity: BLOCK to WARN', approvers: ['a', 'b'], since: DEC_1, until: '2026-12-31T00:00:00.000Z' }]);
  expect(loweredNotes(rows, '2026-12-31T00:00:00.000Z')).toEqual([]);
  expect(loweredNotes(rows.map((r) => ({ ...r, jws: UNVERIFIED })), AT)).toEqual([]);
});

it('gives a pack with other gates another hash, and one with other words the same', () => {
  const change = (over: Partial<Rule>): RulePack => ({ ...CORE_PACK, rows: changed('PK-16', over) });
  expect(packHash(change({ sentence: 'Other words.' }))).toBe(packHash(CORE_PACK));
  expect(packHash(change({ severity: 'BLOCK' }))).not.toBe(packHash(CORE_PACK));
});

it('takes the newest run of the version asked for', () => {
  const run = (id: string, number: number, evaluatedAt: string): CheckRunRow => ({ id, stream: 'agency:a', version: 1, changedBy: 'hq', agencyId: 'a', packetId: 'p', number, pack: 'x', inputsHash: '', evaluatedAt, results: [] });
  const runs = [run('p.1', 1, DEC_1), run('p.1.p-2', 1, '2026-12-02T00:00:00.000Z'), run('p.2', 2, '2026-12-03T00:00:00.000Z')];
  expect([newestRun(runs, 1)?.id, newestRun([...runs].reverse(), 1)?.id, newestRun(runs, 3)]).toEqual(['p.1.p-2', 'p.1.p-2', null]);
});

describe('pack.publish and pack.approve', () => {
  const person = (id: string, role: Role, over: Partial<StaffRow> = {}): StaffRow => ({
    id, stream: 'program', version: 1, changedBy: 'hq', name: id, role, legalTitle: 'Counsel', fieldOffice: '', signerKid: null, signerJwk: null, activeFrom: '2024-01-01T00:00:00.000Z', activeTo: null, ...over,
  });
  const env = (actor: string, role: Role, at = AT): Envelope => ({
    id: 'cmd-00000001', ledger: 'hq', epoch: 'E', seq: 1, prev: '', device: 'hq', actor, role, at, zone: 'UTC', mono: 0, bootId: 'hq', anchor: '', base: {}, packs: [], tz: '2026a', salt: 's',
  });
  const document = (over: Record<string, unknown> = {}): Record<string, unknown> => ({ schema: 'pack/1', version: 'p-2', rows: CORE_PACK.rows, ...over });
  const publish = (pack: Record<string, unknown>, packs: readonly RulePackRow[] = [], who: StaffRow | null = person('opla-1', 'opla')) =>
    packPublish.decide({ packs, person: who }, { pack }, env('opla-1', 'opla'));
  const made = (result: ReturnType<typeof publish>): RulePackRow => {
    if (!result.ok) throw new Error(JSON.stringify(result.problem));
    return { ...(result.value[0]?.row as unknown as RulePackRow), version: 1, changedBy: 'hq' };
  };
  const code = (result: ReturnType<typeof publish>) => (result.ok ? 'ok' : result.problem.code);
  const weaker = document({ rows: changed('PK-11', { severity: 'WARN' }) });

  it('publishes at once what asks no less, from now or from its start', () => {
    expect(made(publish(document({ rows: changed('PK-16', { severity: 'BLOCK' }) })))).toMatchObject({ publishedAt: AT, effectiveFrom: AT, approvers: ['opla-1'], lowered: [], jws: '' });
    expect(made(publish(document({ effectiveFrom: '2026-12-20T00:00:00-06:00' })))).toMatchObject({ publishedAt: AT, effectiveFrom: '2026-12-20T06:00:00.000Z' });
  });
  it('keeps as a proposal what asks less, and says of each rule what changed', () => {
    expect(made(publish(weaker))).toMatchObject({ publishedAt: '', approvers: ['opla-1'], lowered: [{ rule: 'PK-11', what: 'severity: BLOCK to WARN' }] });
    expect(made(publish(document({ rows: CORE_PACK.rows.filter((r) => r.id !== 'PK-16') }))).lowered.map((l) => l.rule)).toEqual(['PK-16']);
  });
  it('compares with packs that wait to begin, too', () => {
    const waiting = rowOf(packOf('p-1', { rows: changed('PK-16', { severity: 'BLOCK' }), effectiveFrom: '2026-12-20T00:00:00.000Z' }));
    expect(made(publish(document(), [waiting])).lowered).toEqual([{ rule: 'PK-16', what: 'severity: BLOCK to WARN' }]);
  });
  it.each([
    ['an unknown predicate', document({ rows: changed('PK-16', { predicate: 'PK-16@9' }) }), 'pack/unknown-predicate'],
    ['parameters that it does not take', document({ rows: changed('PK-16', { parameters: { wrong: 1 } }) }), 'pack/bad-parameters'],
    ['dates the wrong way round', document({ rows: changed('PK-16', { effectiveTo: '2000-01-01' }) }), 'pack/bad-dates'],
    ['a rule of the floor lowered', document({ rows: changed('NTA-06', { severity: 'WARN' }) }), 'pack/floor-lowered'],
    ['a severity that is none', document({ rows: changed('PK-16', { severity: 'MAYBE' as 'WARN' }) }), 'pack/not-a-pack'],
    ['half a surrogate pair', document({ rows: changed('PK-16', { sentence: 'x\uD800' }) }), 'pack/not-a-pack'],
    ['the version of the built-in pack', document({ version: CORE_PACK.version }), 'pack/version-taken'],
    ['a start in the past', document({ effectiveFrom: '2026-12-01T00:00:00.000Z' }), 'pack/starts-in-the-past'],
    ['a start years ahead', document({ effectiveFrom: '2036-12-01T00:00:00.000Z' }), 'pack/starts-too-late'],
    ['more text than goes to a laptop', document({ rows: Array.from({ length: 2000 }, (_, n) => ({ ...CORE_PACK.rows[n % CORE_PACK.rows.length], ...(n < CORE_PACK.rows.length ? {} : { id: `ZZ-${n % 1000}${n < 1000 ? 'A' : 'B'}` }), sentence: 'x'.repeat(400), source: 'y'.repeat(400), approvedBy: 'z'.repeat(200) })) }), 'pack/too-large'],
  ])('refuses %s', (_name, pack, expected) => {
    expect(code(publish(pack))).toBe(expected);
  });
  it('refuses a version that is known, and nobody in particular', () => {
    expect(code(publish(document(), [rowOf(packOf('p-2'))]))).toBe('pack/version-taken');
    expect(code(publish(document(), [], null))).toBe('pack/unknown-person');
    expect(code(publish(document(), [], person('opla-1', 'national_pm')))).toBe('pack/unknown-person');
    expect(code(publish(document(), [], person('opla-1', 'opla', { activeTo: DEC_1 })))).toBe('pack/person-not-active');
  });
  it('publishes a lowering with a second person only, who approves exactly this text', () => {
    const proposal = made(publish(weaker));
    const later = '2026-12-11T00:00:00.000Z';
    const approve = (actor: string, over: { hash?: string; packs?: readonly RulePackRow[]; version?: string } = {}) =>
      packApprove.decide({ packs: over.packs ?? [proposal], person: person(actor, 'national_pm') }, { version: over.version ?? 'p-2', documentHash: over.hash ?? proposal.documentHash }, env(actor, 'national_pm', later));
    expect(code(approve('opla-1'))).toBe('pack/approver-twice');
    expect(code(approve('nat-1', { hash: 'a'.repeat(64) }))).toBe('pack/other-text');
    expect(code(approve('nat-1', { version: 'p-9' }))).toBe('pack/unknown');
    expect(code(approve('nat-1', { packs: [{ ...proposal, jws: 'a.b.c' }] }))).toBe('pack/already-published');
    const since = rowOf(packOf('p-1', { rows: changed('PK-16', { severity: 'BLOCK' }) }));
    expect(code(approve('nat-1', { packs: [proposal, since] }))).toBe('pack/lowers-otherwise');
    expect(made(approve('nat-1'))).toMatchObject({ publishedAt: later, effectiveFrom: later, approvers: ['opla-1', 'nat-1'], document: proposal.document });
  });
  it('has a signature that covers who, when, what was lowered and the text', () => {
    const row = made(publish(document()));
    for (const over of [{ packVersion: 'x' }, { documentHash: 'x' }, { effectiveFrom: 'x' }, { publishedAt: 'x' }, { publishedBy: 'x' }, { approvers: ['x'] }, { lowered: [{ rule: 'x', what: 'y' }] }]) {
      expect(canonical(packPayload({ ...row, ...over }))).not.toBe(canonical(packPayload(row)));
    }
  });
});

describe('[SYN-17] a signature names its pack', () => {
  const packet = cleanPacket();
  const strict = rowOf(packOf('p-2', { publishedAt: '2026-01-01T00:00:00.000Z', rows: changed('PK-11', { predicate: 'NTA-08@1', severity: 'BLOCK', gates: ['sign:*'] }) }), { publishedAt: '2026-01-01T00:00:00.000Z', effectiveFrom: '2026-01-01T00:00:00.000Z' });
  const same = rowOf(packOf('p-3', { publishedAt: '2026-01-01T00:00:00.000Z' }), { publishedAt: '2026-01-01T00:00:00.000Z', effectiveFrom: '2026-01-01T00:00:00.000Z' });
  const state = (packs: readonly RulePackRow[]): SignState => ({ ...rowsOf(packet), holds: [], statements: [], reviews: [], signer: cleanSigner(), packs, ...(({ agency, intervals, moa }) => ({ agency, intervals, moa }))(cleanFacts(packet.type)) });
  const input: SignInput = {
    packetId: packet.packetId, version: packet.number, forms: [{ formId: formOf(packet, 'I-862').id, contentHash: formHash(formOf(packet, 'I-862')), capacity: 'Issuing officer' }],
    shown: [{ formId: formOf(packet, 'I-862').id, seconds: 12 }], warnReasons: [],
  };
  const env: Envelope = {
    id: 'cmd-00000001', ledger: 'L1', epoch: 'E1', seq: 1, prev: '', device: 'dev-1', actor: PM, role: 'pm', at: NOW, zone: 'America/Chicago', mono: 1, bootId: 'b1', anchor: 'a'.repeat(64),
    base: { [`agency:${AGENCY}`]: 1 }, packs: ['core'], tz: '2026a', salt: 's',
  };
  const sign = (packs: readonly RulePackRow[]) => signoffSign.statements(state(packs) as Parameters<typeof signoffSign.statements>[0], input, env);
  it('and the pack in force at its moment judges it', () => {
    const [core, other] = [sign([]), sign([same])];
    expect(core.ok && core.value[0]?.checks).toMatchObject({ pack: CORE_PACK.version, packHash: packHash(CORE_PACK) });
    expect(other.ok && other.value[0]?.checks.pack).toBe('p-3');
    expect(sign([{ ...strict, effectiveFrom: '2036-01-01T00:00:00.000Z' }]).ok).toBe(true);
  });
  it('another pack with the same outcome is no difference; with another outcome it is a reason', () => {
    const [core, other] = [sign([]), sign([same])];
    if (!core.ok || !other.ok) throw new Error('not signed');
    const [a, b] = [core.value[0], other.value[0]];
    if (!a || !b) throw new Error('no statement');
    expect(signoffSign.differences(a, b)).toEqual([]);
    const failing = { ...b, checks: { ...b.checks, packHash: 'x', failed: ['PK-16@1'] } };
    expect(signoffSign.differences(a, failing)).toEqual(['checks', 'pack']);
  });
});
