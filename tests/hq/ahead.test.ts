/** HQ's own commands decided ahead of the locks: the same rows as under them, or nothing. */
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rowsOf, type HqConnection } from '../../hq/open.ts';
import { hqEnvelope } from '../../hq/own-ledger.ts';
import { decideAhead, runAllAtHq, type HqOutcome, type HqRun } from '../../hq/run.ts';
import { CORE_PACK } from '../../shared/domain/packs.ts';
import { HQ_DATABASES } from '../support/hq-databases.ts';
import { strictRule } from '../support/packs.ts';
import { AGENCIES, fillDesk, Laptop, openDesk, packetFor, staffLine, type Desk } from './desk.ts';

const ODD = 'Said "ich weiß nicht" \\ tab\t line\n مرحبا 👮🏽 \u2028 end';

describe.each(HQ_DATABASES)('decided ahead on $kind', (database) => {
  let desk: Desk;
  let laptop: Laptop;
  beforeAll(async () => {
    desk = await openDesk(database);
    await fillDesk(desk);
    await desk.must('staff.receive', staffLine('opla-1', 'opla'));
    for (let n = 1; n <= 8; n += 1) await desk.must('packet.receive', { document: packetFor(`pk-${n}`, n <= 5 ? AGENCIES.mine : AGENCIES.other) });
    laptop = await Laptop.enrol(desk);
    // Facts of several kinds, so that not every packet is judged alike.
    await laptop.push([laptop.item('hold.place', { packetId: 'pk-2', rule: 'PK-08', reason: ODD }), laptop.item('hold.place', { packetId: 'pk-3', rule: 'OTHER', reason: ODD })]);
    await desk.must('packet.receive', { document: packetFor('pk-4', AGENCIES.mine, 2) });
    expect((await desk.command('pack.publish', { pack: { schema: 'pack/1', version: 'ahead-1', rows: [...CORE_PACK.rows, strictRule] } }, 'opla', 'opla-1')).status).toBe(200);
    await desk.hq.reevaluate();
  }, 120_000);
  afterAll(() => desk.close());

  /** Back to before the pack: its runs and their lines are gone, the heads' numbers are wrong. */
  const forget = async (): Promise<void> => {
    await desk.db.db.execute(sql`DELETE FROM check_runs WHERE pack = 'ahead-1'`);
    await desk.db.db.execute(sql`DELETE FROM feed WHERE tbl = 'check_runs' AND row_id LIKE '%.ahead-1'`);
    await desk.db.db.execute(sql`UPDATE packets SET block_count = 40`);
  };
  const runsFor = (ids: readonly string[]): readonly HqRun[] => ids.map((packetId) => ({
    name: 'packet.reevaluate', input: { packetId, pack: 'ahead-1' }, envelope: { ...hqEnvelope('reevaluation', 'service', desk.time.at), id: `ahead-${packetId}` }, receivedAt: desk.time.at,
  }));
  const everyPacket = () => runsFor(['pk-1', 'pk-2', 'pk-3', 'nobody', 'pk-4', 'pk-6', 'pk-5', 'pk-7', 'pk-8']);
  type Stored = { readonly outcomes: readonly HqOutcome[] | null; readonly feed: unknown; readonly runs: unknown; readonly packets: unknown; readonly heads: unknown };
  /** What stands at HQ after this, which is then undone. */
  async function after(act: (tx: HqConnection) => Promise<readonly HqOutcome[] | null>): Promise<Stored> {
    let stored: Stored | null = null;
    await desk.db.db.transaction(async (transaction) => {
      const tx = transaction as unknown as HqConnection;
      const outcomes = await act(tx);
      const all = (query: ReturnType<typeof sql>) => rowsOf<unknown>(tx, query);
      stored = {
        outcomes, feed: await all(sql`SELECT * FROM feed ORDER BY stream, tbl, row_id`), runs: await all(sql`SELECT id, version, pack, inputs_hash, evaluated_at, results::text AS results FROM check_runs ORDER BY id`),
        packets: await all(sql`SELECT * FROM packets ORDER BY id`), heads: await all(sql`SELECT * FROM streams ORDER BY id`),
      };
      throw new Error('undone');
    }).catch((error: unknown) => {
      if (!(error instanceof Error) || error.message !== 'undone') throw error;
    });
    if (!stored) throw new Error('nothing was read');
    return stored;
  }

  it('writes byte for byte what is decided under the locks, refusals included', async () => {
    await forget();
    const slow = await after((tx) => runAllAtHq(tx, everyPacket()));
    expect(slow.outcomes?.map((o) => o.outcome)).toEqual(everyPacket().map((r) => (r.envelope.id === 'ahead-nobody' ? 'refused' : 'in_effect')));
    const write = await decideAhead(desk.db.db, everyPacket());
    expect(await after(write)).toEqual(slow);
  });

  it('counts on from heads that moved meanwhile', async () => {
    await forget();
    const write = await decideAhead(desk.db.db, runsFor(['pk-1', 'pk-6']));
    await desk.must('packet.receive', { document: packetFor('pk-9') });
    const slow = await after((tx) => runAllAtHq(tx, runsFor(['pk-1', 'pk-6'])));
    expect(await after(write)).toEqual(slow);
  });

  it.each([
    ['a hold joined', () => laptop.push([laptop.hold('pk-5')])],
    ['an officer got another interval', () => desk.must('officer.receive', { id: 'dio-tx-2', agencyId: AGENCIES.mine, name: 'Kelan Bamor', badge: 'B-1', authorityState: 'CERTIFIED', cardState: 'CARD_ACTIVE', lastCardLoginAt: null, isSynthetic: true,
      intervals: [{ id: 'dio-tx-2.int.2', model: 'JEM', startAt: '2020-01-01T00:00:00.000Z', endAt: '2021-01-01T00:00:00.000Z', endReason: null }], training: [] })],
    ['another version came', () => desk.must('packet.receive', { document: packetFor('pk-5', AGENCIES.mine, 2) })],
  ])('writes nothing when a row that it rests on changed: %s', async (_what, change) => {
    await forget();
    const write = await decideAhead(desk.db.db, runsFor(['pk-1', 'pk-5']));
    await change();
    const untouched = await after(async () => null);
    expect(await after(write)).toEqual(untouched);
    expect((await after((tx) => runAllAtHq(tx, runsFor(['pk-5'])))).outcomes?.[0]?.outcome).toBe('in_effect');
  });

  it('is for HQ alone: a laptop\'s command is decided under its locks', async () => {
    const [run] = runsFor(['pk-1']);
    if (!run) throw new Error('no run');
    await expect(decideAhead(desk.db.db, [{ ...run, from: { signerJwk: {}, anchorAt: desk.time.at } }])).rejects.toThrow('under its locks');
  });

  it('leaves a head as it is when its numbers stay, so that laptops do not pull it again', async () => {
    await forget();
    const first = await rowsOf<{ n: number }>(desk.db.db, sql`SELECT version AS n FROM packets WHERE id = 'pk-1'`);
    const outcomes = await desk.db.db.transaction((tx) => runAllAtHq(tx as unknown as HqConnection, runsFor(['pk-1'])));
    expect(outcomes.map((o) => (o.outcome === 'refused' ? [] : o.rows.map((r) => r.table)))).toEqual([['check_runs', 'packets']]);
    const moved = await rowsOf<{ n: number }>(desk.db.db, sql`SELECT version AS n FROM packets WHERE id = 'pk-1'`);
    expect(moved[0]?.n).toBeGreaterThan(first[0]?.n ?? 0);
    await desk.db.db.execute(sql`DELETE FROM check_runs WHERE id = 'pk-1.1.ahead-1'`);
    const again = await desk.db.db.transaction((tx) => runAllAtHq(tx as unknown as HqConnection, runsFor(['pk-1'])));
    expect(again.map((o) => (o.outcome === 'refused' ? [] : o.rows.map((r) => r.table)))).toEqual([['check_runs']]);
    expect(await rowsOf(desk.db.db, sql`SELECT version AS n FROM packets WHERE id = 'pk-1'`)).toEqual(moved);
  });

  it('keeps each feed line as JSON.stringify has it, whatever the words', async () => {
    const rows = (await laptop.pull()).rows.filter((r) => r.table === 'holds');
    expect(rows.filter((r) => r.row.reason === ODD)).toHaveLength(2);
    const lines = await rowsOf<{ line: string }>(desk.db.db, sql`SELECT line FROM feed`);
    expect(lines.filter(({ line }) => line !== JSON.stringify(JSON.parse(line)))).toEqual([]);
  });
});
