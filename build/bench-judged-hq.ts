/**
 * The re-evaluation benchmark inside HQ's process: fills HQ with open packets, publishes a pack, and pushes meanwhile.
 * Every packet has a text of its own, so that nothing is read or parsed once for all. Never run on a database that anybody keeps.
 */
import { sql } from 'drizzle-orm';
import { rowsOf, type HqConnection } from '../hq/open.ts';
import type { Hq } from '../hq/server.ts';
import type { PacketDocument } from '../shared/domain/packet.ts';
import { type Desk, Laptop } from '../tests/hq/desk.ts';
import { benchDocument } from './bench-documents.ts';
import { BENCH_AGENCIES } from './bench-seed.ts';

/** Whole packets per agency that come in as an agency sends them; the others are copies with their own ids and hashes. */
const TEMPLATES = 20;
const COPIED = ['subjects', 'packets', 'packet_versions', 'check_runs'] as const;
const templateId = (k: number): string => `tpl${String(k).padStart(5, '0')}`;

/** Takes the rows of `benchPackets` out of the way: their texts are no packet documents, so they can neither be judged nor compared. */
export async function setRowsAside(db: HqConnection): Promise<void> {
  await db.execute(sql`UPDATE packets SET state = 'closed' WHERE id LIKE 'bench-%'`);
  await db.execute(sql`INSERT INTO link_looks (packet_id, row_version, number) SELECT id, version, current_version FROM packets WHERE id LIKE 'bench-%' ON CONFLICT (packet_id) DO NOTHING`);
}

/** Fills HQ with `count` open packets: rows, feed lines and the run under the pack that they came in by. Their ids are `re000001` and so on. */
export async function fillJudged(db: HqConnection, count: number, receive: (list: readonly PacketDocument[]) => Promise<number>): Promise<number> {
  const now = new Date().toISOString();
  const templates = BENCH_AGENCIES.length * TEMPLATES;
  await receive(Array.from({ length: templates }, (_, k) => benchDocument(900_000 + k, now, templateId(k), BENCH_AGENCIES[k % BENCH_AGENCIES.length])));
  for (let from = 0; from < count; from += 5000) {
    const pairs = sql`(SELECT 're' || lpad(n::text, 6, '0') AS id, 'tpl' || lpad((n % ${templates}::int)::text, 5, '0') AS tpl FROM generate_series(${from + 1}::int, ${Math.min(count, from + 5000)}::int) n)`;
    await db.execute(sql`CREATE TEMP TABLE bench_text AS SELECT x.id, x.tpl, v.content_hash AS old_hash, replace(v.content, x.tpl, x.id) AS content, '' AS new_hash FROM ${pairs} x JOIN packet_versions v ON v.id = x.tpl || '.1'`);
    await db.execute(sql`UPDATE bench_text SET new_hash = encode(sha256(convert_to(content, 'UTF8')), 'hex')`);
    for (const table of COPIED) {
      const t = sql.identifier(table);
      const key = sql.raw(table === 'subjects' ? `t.id = x.tpl || '.s'` : table === 'packets' ? 't.id = x.tpl' : 't.packet_id = x.tpl');
      await db.execute(sql`INSERT INTO ${t} SELECT (json_populate_record(NULL::${t}, replace(replace(row_to_json(t)::text, x.tpl, x.id), x.old_hash, x.new_hash)::json)).* FROM bench_text x JOIN ${t} t ON ${key}`);
      await db.execute(sql`INSERT INTO feed SELECT f.stream, f.version, f.tbl, replace(f.row_id, x.tpl, x.id), replace(replace(f.line, x.tpl, x.id), x.old_hash, x.new_hash)
        FROM bench_text x JOIN ${t} t ON ${key} JOIN feed f ON f.stream = t.stream AND f.tbl = ${table} AND f.row_id = t.id`);
    }
    await db.execute(sql`DROP TABLE bench_text`);
  }
  await db.execute(sql`ANALYZE`);
  return count;
}

export type Judged = {
  readonly judged: number; readonly ms: number;
  /** Push of one hold, milliseconds each. */ readonly idle: readonly number[]; readonly during: readonly number[];
};
type Bench = { readonly db: HqConnection; readonly hq: Hq; readonly pmId: string; readonly publish: (version: string) => Promise<void> };

/**
 * Judges all open packets again under a new pack while a laptop pushes holds on packets of every agency. The laptop's wire is that of HQ's own
 * tests; its time is HQ's process, so that waiting for the event loop counts.
 */
export async function judgeAgain({ db, hq, pmId, publish }: Bench, { version, count, pushes }: { readonly version: string; readonly count: number; readonly pushes: number }): Promise<Judged> {
  const laptop = await Laptop.enrol({ hq, time: { get at() { return new Date().toISOString(); } } } as Desk, pmId);
  const one = async (n: number): Promise<number> => {
    const item = laptop.hold(`re${String(1 + (n % count)).padStart(6, '0')}`);
    const from = performance.now();
    await laptop.push([item]);
    return performance.now() - from;
  };
  const rest = () => new Promise((done) => { setTimeout(done, 40); });
  for (let n = 0; n < 20; n += 1) await one(n);
  const idle: number[] = [];
  for (let n = 0; n < pushes; n += 1) {
    idle.push(await one(n));
    await rest();
  }
  const from = performance.now();
  await publish(version);
  let took: number | null = null;
  const done = hq.reevaluate().then(() => { took = performance.now() - from; });
  const during: number[] = [];
  for (let n = 0; took === null; n += 1) {
    during.push(await one(n));
    await rest();
  }
  await done;
  const [found] = await rowsOf<{ n: number }>(db, sql`SELECT count(*)::int AS n FROM check_runs WHERE pack = ${version}`);
  return { judged: found?.n ?? 0, ms: took ?? 0, idle, during };
}
