/**
 * Judges every open packet again when another rule pack begins to count. In small transactions between which pushes have their turn; what is done is seen
 * from the rows themselves, so a crash loses nothing and a second HQ process repeats nothing. Must never hold more than one batch's streams locked.
 */
import { setTimeout as rest } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { activePack } from '../shared/domain/published-packs.ts';
import { rowsOf, type HqConnection } from './open.ts';
import { hqEnvelope } from './own-ledger.ts';
import { packRows } from './pack-rows.ts';
import { decideAhead, runAllAtHq, type HqOutcome } from './run.ts';

/** Packets per transaction: a few milliseconds under the lock of one agency's stream, which is what a push may have to wait. */
const BATCH = 8;
/** Longest wait for pushes to end, once while a batch is decided and once before it is written, ms: under steady load the work goes on, only slower. */
const WAIT_MS = 100;
/** How often HQ looks whether a waiting pack has begun, ms. */
const LOOK_MS = 60_000;
const DONE = 'reevaluated';

export type ReevaluationOptions = {
  readonly db: HqConnection;
  readonly now: () => string;
  /** True while a laptop is being answered. */
  readonly isBusy: () => boolean;
  /** Told of bugs and of the database's errors, never with content. */
  readonly onBug: (error: unknown) => void;
  readonly auditEntry: (actor: string, role: string, what: string, target: string, outcome: string) => Promise<void>;
};
export type Reevaluation = {
  /** Looks whether there is work, and does it. Resolves when nothing is left, or at `stop`. */
  readonly look: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** Open packets whose current version has no run under this pack, those of different agencies beside each other so that batches lock different streams. */
async function leftUnder(db: HqConnection, pack: string): Promise<readonly (readonly string[])[]> {
  const left = await rowsOf<{ id: string; agency_id: string }>(db, sql`
    SELECT p.id, p.agency_id FROM packets p WHERE p.state NOT IN ('signed', 'closed')
      AND NOT EXISTS (SELECT 1 FROM check_runs c WHERE c.packet_id = p.id AND c.number = p.current_version AND c.pack = ${pack}) ORDER BY p.agency_id, p.id`);
  const byAgency = new Map<string, string[]>();
  for (const { id, agency_id } of left) {
    const list = byAgency.get(agency_id);
    if (list) list.push(id);
    else byAgency.set(agency_id, [id]);
  }
  const batches: (readonly string[])[] = [];
  const lists = [...byAgency.values()];
  for (let n = 0; lists.some((l) => n < l.length); n += BATCH) for (const list of lists) if (n < list.length) batches.push(list.slice(n, n + BATCH));
  return batches;
}

export function createReevaluation({ db, now, isBusy, onBug, auditEntry }: ReevaluationOptions): Reevaluation {
  let isStopped = false;
  let working: Promise<void> | null = null;
  let isAskedAgain = false;

  /** Lets pushes go first, wherever it is called, `WAIT_MS` in all. */
  function patience(): () => Promise<void> {
    let waited = 0;
    return async () => {
      // What came in meanwhile is heard first, or nothing would be busy.
      await new Promise((next) => { setImmediate(next); });
      for (; isBusy() && waited < WAIT_MS && !isStopped; waited += 4) await rest(4);
    };
  }
  async function judge(ids: readonly string[], pack: string): Promise<readonly HqOutcome[]> {
    const at = now();
    const envelope = hqEnvelope('reevaluation', 'service', at);
    const runs = ids.map((packetId, n) => ({
      name: 'packet.reevaluate', input: { packetId, pack }, envelope: { ...envelope, id: `${envelope.id.slice(0, 28)}${String(n).padStart(4, '0')}` }, receivedAt: at,
    }));
    const asOutcome = (error: unknown): HqOutcome => {
      onBug(error);
      return { outcome: 'refused', problem: { code: 'sync/internal', details: {} } };
    };
    const quiet = patience();
    await quiet();
    if (isStopped) return [];
    const write = await decideAhead(db, runs, asOutcome, quiet);
    await patience()();
    if (isStopped) return [];
    const inTransaction = <T>(act: (tx: HqConnection) => Promise<T>): Promise<T> => db.transaction((tx) => act(tx as unknown as HqConnection));
    // Null: somebody acted on one of these packets meanwhile. Then it is decided on what stands now.
    return (await inTransaction(write)) ?? inTransaction((tx) => runAllAtHq(tx, runs, asOutcome));
  }
  /** One pack over all packets that are left, until none is left that was not tried. The number judged and the number that could not be. */
  async function judgeAll(pack: string): Promise<{ readonly judged: number; readonly failed: number }> {
    let judged = 0;
    let failed = 0;
    const tried = new Set<string>();
    for (;;) {
      const batches = (await leftUnder(db, pack)).map((ids) => ids.filter((id) => !tried.has(id))).filter((ids) => ids.length > 0);
      if (batches.length === 0 || isStopped) return { judged, failed };
      for (const ids of batches) {
        if (isStopped) break;
        // May stop early (see `runAllAtHq`); the rest of the batch is found by the next round.
        for (const [n, outcome] of (await judge(ids, pack)).entries()) {
          tried.add(ids[n] ?? '');
          if (outcome.outcome !== 'refused') judged += 1;
          else if (outcome.problem.code === 'sync/internal') failed += 1;
        }
      }
    }
  }
  async function work(): Promise<void> {
    for (;;) {
      isAskedAgain = false;
      const { row } = activePack(await packRows(db), now());
      const [done] = await rowsOf<{ value: string }>(db, sql`SELECT value FROM hq_state WHERE key = ${DONE}`);
      if (row && done?.value !== row.packVersion && !isStopped) {
        await auditEntry('reevaluation', 'service', 'pack.begin', row.packVersion, 'open packets are judged again');
        const { judged, failed } = await judgeAll(row.packVersion);
        if (!isStopped) {
          await db.execute(sql`INSERT INTO hq_state (key, value) VALUES (${DONE}, ${row.packVersion}) ON CONFLICT (key) DO UPDATE SET value = excluded.value`);
          await auditEntry('reevaluation', 'service', 'pack.judged', row.packVersion, `${judged} judged, ${failed} failed`);
          isAskedAgain = true;
        }
      }
      if (!isAskedAgain || isStopped) return;
    }
  }
  const look = (): Promise<void> => {
    isAskedAgain = true;
    working ??= work().catch(onBug).finally(() => { working = null; });
    return working;
  };
  const timer = setInterval(() => void look(), LOOK_MS);
  timer.unref();
  return {
    look,
    stop: async () => {
      isStopped = true;
      clearInterval(timer);
      await working;
    },
  };
}
