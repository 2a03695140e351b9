/** Rule packs at HQ: proposed, approved, signed, pulled; what they change at intake and for sealed acts; open packets judged again. */
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyJws } from '../../hq/jws.ts';
import { rowsOf } from '../../hq/open.ts';
import { packRows } from '../../hq/pack-rows.ts';
import { createReevaluation } from '../../hq/reevaluation.ts';
import { CORE_PACK } from '../../shared/domain/packs.ts';
import { packPayload } from '../../shared/domain/published-packs.ts';
import type { Rule } from '../../shared/domain/sufficiency.ts';
import type { RulePackRow } from '../../shared/rows.ts';
import { HQ_DATABASES } from '../support/hq-databases.ts';
import { strictRule } from '../support/packs.ts';
import { AGENCIES, fillDesk, Laptop, openDesk, packetFor, staffLine, type Desk } from './desk.ts';

const changed = (id: string, change: Partial<Rule>): readonly Rule[] => CORE_PACK.rows.map((r) => (r.id === id ? { ...r, ...change } : r));
const packOf = (version: string, rows: readonly Rule[] = CORE_PACK.rows, over: Record<string, unknown> = {}) => ({ pack: { schema: 'pack/1', version, rows, ...over } });
const later = (at: string, minutes: number): string => new Date(Date.parse(at) + minutes * 60_000).toISOString();

describe.each(HQ_DATABASES)('rule packs on $kind', (database) => {
  let desk: Desk;
  let laptop: Laptop;
  beforeAll(async () => {
    desk = await openDesk(database);
    await fillDesk(desk);
    for (const [id, role] of [['opla-1', 'opla'], ['nat-1', 'national_pm'], ['chief-1', 'unit_chief']] as const) await desk.must('staff.receive', staffLine(id, role));
    for (let n = 1; n <= 5; n += 1) await desk.must('packet.receive', { document: packetFor(`pk-${n}`) });
    for (let n = 6; n <= 40; n += 1) await desk.must('packet.receive', { document: packetFor(`pk-${n}`, AGENCIES.other) });
    laptop = await Laptop.enrol(desk);
  }, 120_000);
  afterAll(() => desk.close());

  const publish = (version: string, rows?: readonly Rule[], over?: Record<string, unknown>) => desk.command('pack.publish', packOf(version, rows, over), 'opla', 'opla-1');
  const codeOf = async (asked: ReturnType<typeof publish>): Promise<string> => (await asked).body.problem?.code ?? 'ok';
  const rowOf = async (version: string): Promise<RulePackRow> => {
    const row = (await packRows(desk.db.db)).find((r) => r.packVersion === version);
    if (!row) throw new Error(`no pack ${version}`);
    return row;
  };
  const runsOf = (packetId: string) => rowsOf<{ id: string; pack: string }>(desk.db.db, sql`SELECT id, pack FROM check_runs WHERE packet_id = ${packetId} ORDER BY evaluated_at, id`);
  const blocksOf = async (packetId: string): Promise<number> => (await rowsOf<{ n: number }>(desk.db.db, sql`SELECT block_count AS n FROM packets WHERE id = ${packetId}`))[0]?.n ?? -1;

  it('refuses a pack with the reason in words, for people without a name and for roles that do not publish', async () => {
    expect(await codeOf(publish('t-0', changed('NTA-06', { severity: 'WARN' })))).toBe('pack/floor-lowered');
    expect(await codeOf(publish('t-0', changed('PK-16', { predicate: 'PK-16@9' })))).toBe('pack/unknown-predicate');
    expect(await codeOf(desk.command('pack.publish', packOf('t-0'), 'opla', 'hq:opla'))).toBe('pack/unknown-person');
    expect(await codeOf(desk.command('pack.publish', packOf('t-0'), 'fod', 'somebody'))).toBe('roles/not-allowed');
    expect(await codeOf(desk.command('pack.publish', packOf('t-0'), 'national_pm', 'opla-1'))).toBe('roles/not-allowed');
    expect(await packRows(desk.db.db)).toEqual([]);
  });

  it('signs at once what asks no less, so that a laptop can verify it with the key of its enrolment', async () => {
    expect(await codeOf(publish('t-1', changed('PK-16', { sentence: 'Other words.' })))).toBe('ok');
    const pulled = (await laptop.pull()).rows.find((r) => r.table === 'rule_packs')?.row as unknown as RulePackRow;
    expect(pulled).toMatchObject({ packVersion: 't-1', publishedBy: 'opla-1', approvers: ['opla-1'], lowered: [], stream: 'program', publishedAt: desk.time.at, effectiveFrom: desk.time.at });
    expect(verifyJws(laptop.hqJwk, pulled.jws)).toEqual(packPayload(pulled));
    expect(await codeOf(publish('t-1'))).toBe('pack/version-taken');
    await desk.hq.reevaluate();
  });

  it('needs two people for a lowering, each once, and records who', async () => {
    expect(await codeOf(publish('t-2', changed('PK-11', { severity: 'WARN' })))).toBe('ok');
    const proposal = await rowOf('t-2');
    expect(proposal).toMatchObject({ jws: '', publishedAt: '', lowered: [{ rule: 'PK-11', what: 'severity: BLOCK to WARN' }], approvers: ['opla-1'] });
    const approve = (actor: string, as: string) => desk.command('pack.approve', { version: 't-2', documentHash: proposal.documentHash }, as, actor);
    expect(await codeOf(approve('opla-1', 'opla'))).toBe('pack/approver-twice');
    expect((await rowOf('t-2')).jws).toBe('');
    expect(await codeOf(approve('nat-1', 'national_pm'))).toBe('ok');
    const published = await rowOf('t-2');
    expect(published).toMatchObject({ publishedAt: desk.time.at, approvers: ['opla-1', 'nat-1'], document: proposal.document });
    expect(verifyJws(laptop.hqJwk, published.jws)).toEqual(packPayload(published));
    expect(await codeOf(approve('chief-1', 'unit_chief'))).toBe('pack/already-published');
    const ledger = await rowsOf<{ name: string; actor: string }>(desk.db.db, sql`SELECT command::json ->> 'name' AS name, command::json -> 'envelope' ->> 'actor' AS actor FROM ledger_entries WHERE ledger = 'hq' ORDER BY seq`);
    expect(ledger.filter((e) => e.name.startsWith('pack.'))).toEqual([{ name: 'pack.publish', actor: 'opla-1' }, { name: 'pack.publish', actor: 'opla-1' }, { name: 'pack.approve', actor: 'nat-1' }]);
    await desk.hq.reevaluate();
  });

  it('shows the packs, and the active one as a draft that can be published under another version', async () => {
    const reply = await desk.hq.app.inject({ url: '/rule-packs', headers: { authorization: 'Bearer service-token-of-the-tests' } });
    const body = reply.json() as { active: string; packs: { version: string; state: string }[]; draft: { pack: Record<string, unknown> } };
    expect(body).toMatchObject({ active: 't-2', packs: [{ version: 't-1', state: 'not active' }, { version: 't-2', state: 'active' }] });
    expect(await codeOf(desk.command('pack.publish', { pack: { ...body.draft.pack, version: 't-3' } }, 'opla', 'opla-1'))).toBe('ok');
    await desk.hq.reevaluate();
    expect((await desk.hq.app.inject({ url: '/rule-packs' })).statusCode).toBe(401);
  });

  it('judges every open packet again when a pack begins, keeps the runs before', async () => {
    const before = await runsOf('pk-6');
    await desk.must('signoff.return', { packetId: 'pk-9', version: 1, note: '', deficiencies: [{ rule: 'NTA-06', field: 'forms', note: 'x' }] }, 'opla', 'opla-1');
    await desk.db.db.execute(sql`UPDATE packets SET state = 'signed' WHERE id = 'pk-7'`);
    desk.time.at = later(desk.time.at, 1);
    const had = await blocksOf('pk-6');
    expect(await codeOf(publish('t-4', [...CORE_PACK.rows, strictRule]))).toBe('ok');
    await desk.hq.reevaluate();
    const after = await runsOf('pk-6');
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after.at(-1)).toEqual({ id: 'pk-6.1.t-4', pack: 't-4' });
    expect([await blocksOf('pk-6'), await blocksOf('pk-9'), await blocksOf('pk-7')]).toEqual([had + 1, had + 1, had]);
    expect((await runsOf('pk-7')).some((r) => r.pack === 't-4')).toBe(false);
    await desk.db.db.execute(sql`UPDATE packets SET state = 'in_review' WHERE id = 'pk-7'`);
  });
  it('a re-evaluation that was stopped half way is finished by the next, each packet once', async () => {
    desk.time.at = later(desk.time.at, 1);
    const audits: string[] = [];
    let asked = 0;
    const options = { db: desk.db.db, now: () => desk.time.at, onBug: (error: unknown) => { throw error; }, auditEntry: async (_a: string, _r: string, what: string, _t: string, outcome: string) => { audits.push(`${what}: ${outcome}`); } };
    await desk.db.db.execute(sql`DELETE FROM check_runs WHERE pack = 't-4'`);
    await desk.db.db.execute(sql`DELETE FROM hq_state WHERE key = 'reevaluated'`);
    const first = createReevaluation({ ...options, isBusy: () => {
      asked += 1;
      // Asked before each of the eight packets of a batch is decided, and before they are written: the first batch is through, the second not.
      if (asked === 12) void first.stop();
      return false;
    } });
    await first.look();
    const count = async () => (await rowsOf<{ n: number }>(desk.db.db, sql`SELECT count(*)::int AS n FROM check_runs WHERE pack = 't-4'`))[0]?.n ?? 0;
    const half = await count();
    expect(half).toBeGreaterThan(0);
    expect(half).toBeLessThan(40);
    const second = createReevaluation({ ...options, isBusy: () => false });
    await second.look();
    await second.stop();
    expect(await count()).toBe(40);
    expect(audits.at(-1)).toBe(`pack.judged: ${40 - half} judged, 0 failed`);
  });
  it('judges a packet that comes in by the pack of its day', async () => {
    await desk.must('packet.receive', { document: packetFor('pk-41') });
    expect(await runsOf('pk-41')).toEqual([{ id: 'pk-41.1', pack: 't-4' }]);
    expect(await blocksOf('pk-41')).toBe(1);
  });

  it('[SYN-17] puts a signature under review that rests on the pack before, and says that it was the pack', async () => {
    const signed = await laptop.sign('pk-1', ['i213'], { edit: (s) => ({ ...s, packs: [] }) });
    const reply = await laptop.push([signed]);
    expect(reply.receipts[0]).toMatchObject({ outcome: 'under_review', reasons: ['signoff/blocked', 'LOC-01', 'pack'] });
  });
  it('[SYN-17] leaves in effect what was signed before the pack began, though HQ hears of it later', async () => {
    const at = later(desk.time.at, -60);
    const signed = await laptop.sign('pk-2', ['i213'], { edit: (s) => ({ ...s, packs: [] }), envelope: { at } });
    expect((await laptop.push([signed])).receipts[0]).toMatchObject({ outcome: 'in_effect', reasons: [] });
  });
  it('begins a waiting pack in its time, for signatures and for packets that wait', async () => {
    const start = later(desk.time.at, 600);
    expect(await codeOf(publish('t-5', CORE_PACK.rows, { effectiveFrom: start }))).toBe('ok');
    const proposal = await rowOf('t-5');
    expect(proposal.lowered.map((l) => l.rule)).toEqual(['LOC-01']);
    await desk.must('pack.approve', { version: 't-5', documentHash: proposal.documentHash }, 'unit_chief', 'chief-1');
    await desk.hq.reevaluate();
    const had = await blocksOf('pk-6');
    desk.time.at = start;
    await desk.hq.reevaluate();
    expect(await blocksOf('pk-6')).toBe(had - 1);
    expect((await runsOf('pk-6')).at(-1)).toEqual({ id: 'pk-6.1.t-5', pack: 't-5' });
    // Back under the pack before is another pack: a run of the same id is never made twice.
    expect((await desk.command('packet.reevaluate', { packetId: 'pk-6', pack: 't-5' })).body.problem?.code).toBe('pack/judged-already');
    expect((await desk.command('packet.reevaluate', { packetId: 'pk-6', pack: 't-4' })).body.problem?.code).toBe('pack/not-active');
  });
});
