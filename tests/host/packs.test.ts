/** Rule packs on a laptop: verified as they are pulled, judged by when their time has come, refused with a sentence when they may not count. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newPrivateJwk, signJws } from '../../hq/jws.ts';
import { canonical } from '../../shared/canonical.ts';
import { CORE_PACK, type RulePack } from '../../shared/domain/packs.ts';
import { PACK_SIGNATURE_TYPE, packPayload } from '../../shared/domain/published-packs.ts';
import { openContent } from '../../shared/domain/packet.ts';
import type { Rule } from '../../shared/domain/sufficiency.ts';
import { sha256Hex } from '../../shared/ids.ts';
import type { RulePackRow } from '../../shared/rows.ts';
import { sentence } from '../../shared/text.ts';
import { strictRule } from '../support/packs.ts';
import { createWorld, must, PM, type Laptop, type World } from '../support/world.ts';

const HQ_KEY = newPrivateJwk();
let world: World;
let laptop: Laptop;
let n = 0;
const person = (id: string, role: string) => ({ id, name: `Staff ${id}`, role, legalTitle: 'Counsel', fieldOffice: 'Headquarters', signerKid: null, signerJwk: null, activeFrom: '2024-01-01T00:00:00.000Z', activeTo: null });
beforeAll(async () => {
  world = await createWorld({ packets: 6, signingKey: HQ_KEY });
  await world.command('staff.receive', person('opla-1', 'opla'));
  await world.command('staff.receive', person('nat-1', 'national_pm'));
}, 120_000);
afterAll(async () => { await world.close(); });
beforeEach(async () => {
  laptop = world.laptop();
  await laptop.enrol();
});
afterEach(async () => {
  world.proxy.clear();
  await laptop.close();
});

const changed = (id: string, change: Partial<Rule>): readonly Rule[] => CORE_PACK.rows.map((r) => (r.id === id ? { ...r, ...change } : r));
const publish = (version: string, rows: readonly Rule[], over: Record<string, unknown> = {}) => world.command('pack.publish', { pack: { schema: 'pack/1', version, rows, ...over } }, 'opla', 'opla-1');
const approve = async (version: string, rows: readonly Rule[], over: Record<string, unknown> = {}): Promise<void> => {
  await publish(version, rows, over);
  const item = (await laptopRules()).packs.find((p) => p.version === version);
  if (item?.state !== 'proposed') return;
  const reply = await fetch(`${world.hqUrl}/rule-packs`, { headers: { authorization: 'Bearer service-token-of-the-tests' } });
  const { packs } = await reply.json() as { packs: { version: string; documentHash: string }[] };
  await world.command('pack.approve', { version, documentHash: packs.find((p) => p.version === version)?.documentHash }, 'national_pm', 'nat-1');
};
const rules = () => laptop.read('rules.overview', {});
const laptopRules = async () => {
  await laptop.sync();
  return rules();
};
const next = (): string => `t-${n += 1}`;
const signCode = async (packetId: string): Promise<string> => {
  const result = await laptop.sign(packetId);
  return result.ok ? 'ok' : `${result.problem.code} ${String(result.problem.details.rules ?? '')}`;
};

describe('a pack that HQ published', () => {
  it('changes what the laptop refuses, from its pull on, and the statement names it', async () => {
    expect(await signCode('pk-1')).toBe('ok');
    const version = next();
    await publish(version, [...CORE_PACK.rows, strictRule]);
    // Not pulled yet: the laptop judges by what it has.
    expect((await rules()).pack.version).toBe(CORE_PACK.version);
    expect((await laptopRules()).pack.version).toBe(version);
    expect(await signCode('pk-2')).toBe('signoff/blocked LOC-01');
    const view = await laptop.read('packet.open', { packetId: 'pk-2', number: null });
    expect(view.packs.map((p) => p.packVersion)).toEqual([version]);
    // HQ judged the open packets again, and the new run came with the pull.
    await world.reevaluated();
    await laptop.sync();
    expect((await laptop.read('packet.open', { packetId: 'pk-2', number: null })).checkRun?.pack).toBe(version);

    const back = next();
    await approve(back, CORE_PACK.rows);
    expect((await laptopRules()).pack.version).toBe(back);
    expect(await signCode('pk-2')).toBe('ok');
    const jws = (await laptop.read('packet.open', { packetId: 'pk-2', number: null })).statements.find((s) => s.signerId === PM)?.jws ?? '';
    expect(JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8')).checks.pack).toBe(back);
    await laptop.sync();
    expect((await laptop.items()).every((i) => i.state === 'received')).toBe(true);
  });
  it('shows for 30 days what it lowered, and by whom', async () => {
    const version = next();
    await approve(version, changed('PK-11', { severity: 'WARN' }));
    const { lowered } = await laptopRules();
    expect(lowered.find((l) => l.version === version)).toMatchObject({ rule: 'PK-11', what: 'severity: BLOCK to WARN', approvers: ['Staff opla-1', 'Staff nat-1'] });
    expect((await laptop.read('packet.open', { packetId: 'pk-3', number: null })).lowered.map((l) => l.version)).toContain(version);
    await publish(next(), CORE_PACK.rows);
    await laptopRules();
  });
  it('waits for its time, and counts from then on without a network', async () => {
    const version = next();
    const before = (await laptopRules()).pack.version;
    await publish(version, [...CORE_PACK.rows, strictRule], { effectiveFrom: new Date(Date.parse(world.clock.now()) + 3_600_000).toISOString() });
    const waiting = await laptopRules();
    expect([waiting.pack.version, waiting.packs.find((p) => p.version === version)?.state]).toEqual([before, 'waiting']);
    world.proxy.down();
    world.clock.advance(3_600_000);
    expect((await rules()).pack.version).toBe(version);
    expect(await signCode('pk-3')).toBe('signoff/blocked LOC-01');
    world.proxy.up();
    await approve(next(), CORE_PACK.rows);
    await laptopRules();
  });
});

describe('a pack that may not count', () => {
  /** HQ publishes a good pack; on the way its row becomes this one. */
  const arrives = async (change: (row: RulePackRow) => RulePackRow): Promise<{ readonly version: string; readonly before: string }> => {
    const version = next();
    const before = (await laptopRules()).pack.version;
    await publish(version, changed('PK-16', { sentence: `Words of ${version}` }));
    world.proxy.next('/sync/pull', { kind: 'rewrite', change: (body) => body.split('\n').map((line) => {
      if (!line.includes('"table":"rule_packs"') || !line.includes(`"packVersion":"${version}"`)) return line;
      const entry = JSON.parse(line) as { row: RulePackRow };
      return JSON.stringify({ ...entry, row: change(entry.row) });
    }).join('\n') });
    await laptop.sync();
    return { version, before };
  };
  const withPack = (row: RulePackRow, change: (pack: RulePack) => object, key = HQ_KEY): RulePackRow => {
    const document = canonical(change(JSON.parse(row.document) as RulePack));
    const made = { ...row, document, documentHash: sha256Hex(document) };
    return { ...made, jws: signJws(key, packPayload(made), { typ: PACK_SIGNATURE_TYPE }) };
  };
  const sealed = (row: RulePackRow): RulePackRow => ({ ...row, jws: signJws(HQ_KEY, packPayload(row), { typ: PACK_SIGNATURE_TYPE }) });

  it.each([
    ['another key', 'pack/bad-signature', (r: RulePackRow) => withPack(r, (p) => p, newPrivateJwk())],
    ['other text under the same signature', 'pack/bad-signature', (r: RulePackRow) => ({ ...r, document: r.document.replace('Words of', 'Words at') })],
    ['other text and its hash', 'pack/bad-signature', (r: RulePackRow) => ({ ...withPack(r, (p) => ({ ...p, rows: p.rows.slice(1) })), jws: r.jws })],
    ['a lowering taken from the signed row', 'pack/bad-signature', (r: RulePackRow) => ({ ...r, approvers: ['somebody', 'else'] })],
    ['no signature at all, but words in its place', 'pack/bad-signature', (r: RulePackRow) => ({ ...r, jws: 'yes' })],
    ['fields of other types', 'pack/bad-signature', (r: RulePackRow) => ({ ...r, document: 7, approvers: 'x', lowered: [null], effectiveFrom: null, publishedAt: 'never' }) as unknown as RulePackRow],
    ['a rule of the floor lowered', 'pack/floor-lowered', (r: RulePackRow) => withPack(r, (p) => ({ ...p, rows: p.rows.map((x) => (x.id === 'NTA-06' ? { ...x, severity: 'WARN' } : x)) }))],
    ['an unknown predicate', 'pack/unknown-predicate', (r: RulePackRow) => withPack(r, (p) => ({ ...p, rows: p.rows.map((x) => (x.id === 'PK-16' ? { ...x, predicate: 'PK-16@9' } : x)) }))],
    ['wrong parameters', 'pack/bad-parameters', (r: RulePackRow) => withPack(r, (p) => ({ ...p, rows: p.rows.map((x) => (x.id === 'PK-16' ? { ...x, parameters: { other: 1 } } : x)) }))],
    ['a publication in the future', 'pack/from-the-future', (r: RulePackRow) => sealed({ ...r, publishedAt: '2036-01-01T00:00:00.000Z', effectiveFrom: '2036-01-01T00:00:00.000Z' })],
    ['lowered rules and one approver', 'pack/needs-two-approvers', (r: RulePackRow) => sealed({ ...r, lowered: [{ rule: 'PK-11', what: 'severity: BLOCK to WARN' }] })],
  ])('with %s stays inactive with its sentence; the pack before goes on, and so does sync', async (_name, code, change) => {
    const { version, before } = await arrives(change);
    const view = await rules();
    expect(view.pack.version).toBe(before);
    const item = view.packs.find((p) => p.version === version);
    expect([item?.state, item?.problem?.code]).toEqual(['inactive', code]);
    const words = sentence(item?.problem ?? { code: '', details: {} });
    expect(words.todo).toContain('The pack before stays active');
    must(await laptop.hold('pk-4'));
    await laptop.sync();
    expect(await laptop.read('sync.status', {})).toMatchObject({ link: 'online', ready: 0, stallReason: null });
  });
  it('never takes the place of one that verified', async () => {
    const version = next();
    await publish(version, changed('PK-16', { sentence: 'Kept' }));
    expect((await laptopRules()).pack.version).toBe(version);
    await publish(next(), CORE_PACK.rows);
    world.proxy.next('/sync/pull', { kind: 'rewrite', change: (body) => body.split('\n').map((line) => {
      if (!line.includes('"table":"rule_packs"')) return line;
      const entry = JSON.parse(line) as { row: RulePackRow };
      return JSON.stringify({ ...entry, row: { ...entry.row, id: `pack.${version}`, packVersion: version, jws: 'x' } });
    }).join('\n') });
    const view = await laptopRules();
    expect(view.pack).toMatchObject({ version });
    expect(view.pack.rows.find((r) => r.id === 'PK-16')?.sentence).toBe('Kept');
  });
});

it('keeps what every check said by which pack: an old run is never graded again', async () => {
  const view = await laptop.read('packet.open', { packetId: 'pk-5', number: null });
  const run = view.checkRun;
  const version = next();
  await publish(version, [...CORE_PACK.rows, strictRule]);
  await world.reevaluated();
  await laptopRules();
  const after = await laptop.read('packet.open', { packetId: 'pk-5', number: null });
  expect(after.checkRun?.id).toBe(`pk-5.1.${version}`);
  const bundle = JSON.parse((must(await laptop.act('packet.export', { packetId: 'pk-5', number: null }))).text) as { checkRuns: readonly { id: string }[] };
  expect(bundle.checkRuns.find((r) => r.id === run?.id)).toEqual(run);
  expect(openContent(after.version.content).packetId).toBe(openContent(view.version.content).packetId);
});
