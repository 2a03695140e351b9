/**
 * HQ for the benchmarks in a process of its own: in-memory PGlite, or a database made for this run beside HQ_DATABASE_URL and dropped after.
 * Takes orders over IPC: `{ id, order, ... }` -> `{ id, value }`. Started by `bench-ask.ts` only.
 */
import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import type { PacketDocument } from '../shared/domain/packet.ts';
import { linkDue } from '../hq/links.ts';
import { openHq } from '../hq/open.ts';
import { createHq } from '../hq/server.ts';
import { CORE_PACK } from '../shared/domain/packs.ts';
import { fillJudged, judgeAgain, setRowsAside } from './bench-judged-hq.ts';
import { benchPackets, benchProgramme, rowsOfPacket, storeAtHq } from './bench-seed.ts';

export type Order =
  | { readonly order: 'rows'; readonly count: number; readonly first: number }
  | { readonly order: 'code' }
  | { readonly order: 'documents'; readonly documents: readonly PacketDocument[] }
  | { readonly order: 'baseline-push'; readonly count: number }
  | { readonly order: 'judged-fill'; readonly count: number }
  | { readonly order: 'judged'; readonly version: string; readonly count: number; readonly pushes: number }
  | { readonly order: 'links' }
  | { readonly order: 'publish'; readonly version: string }
  | { readonly order: 'received' }
  | { readonly order: 'close' };

const PM = 'pm-02';
const token = 'bench-service-token';
const base = process.env.HQ_DATABASE_URL;
const name = `fieldbook_bench_${process.pid}`;

async function atServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: base });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
let databaseUrl: string | undefined;
if (base) {
  await atServer(`CREATE DATABASE ${name}`);
  const url = new URL(base);
  url.pathname = `/${name}`;
  databaseUrl = url.toString();
}
const db = await openHq({ databaseUrl, dataDir: null });
const hq = await createHq({ db, isDemo: true, serviceToken: token });
const url = await hq.app.listen({ host: '127.0.0.1', port: 0 });

async function command(command: string, input: unknown, as = 'service', actor = 'bench'): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const reply = await fetch(new URL('/commands', url), { method: 'POST', headers, body: JSON.stringify({ name: command, input, as, actor }) });
  const text = await reply.text();
  if (!reply.ok || text.includes('"ok":false')) throw new Error(`${command}: ${text.slice(0, 300)}`);
}

const programme = benchProgramme();
await storeAtHq(db.db, programme);
await command('staff.receive', {
  id: PM, name: 'Bench PM', role: 'pm', legalTitle: 'Supervisory Detention and Deportation Officer', fieldOffice: 'Phoenix',
  signerKid: null, signerJwk: null, activeFrom: '2020-01-06T14:00:00.000Z', activeTo: null,
});
for (const { row } of programme.filter((p) => p.table === 'agencies')) {
  await command('assignment.set', { id: `as-${row.id}`, pmId: PM, agencyId: row.id, kind: 'assigned', startAt: '2024-01-01T00:00:00.000Z', endAt: null });
}

/** What a push must cost at least: the verifications, and one insert of the rows as a set. Milliseconds. */
async function baselinePush(count: number): Promise<number> {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = createPublicKey(pair.privateKey);
  const rows = Array.from({ length: count }, (_, n) => {
    const body = JSON.stringify({ v: 1, decision: 'sign', packetId: `bench-${n}`, note: 'x'.repeat(420) });
    return { id: `b-${n}`, body, sig: sign('sha256', Buffer.from(body), { key: pair.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64') };
  });
  await db.db.execute(sql`CREATE TABLE IF NOT EXISTS bench_push (id text PRIMARY KEY, body text NOT NULL, sig text NOT NULL)`);
  await db.db.execute(sql`TRUNCATE bench_push`);
  const from = performance.now();
  for (const row of rows) if (!verify('sha256', Buffer.from(row.body), { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(row.sig, 'base64'))) throw new Error('signature');
  await db.db.execute(sql`INSERT INTO bench_push SELECT * FROM json_to_recordset(${JSON.stringify(rows)}::json) AS x(id text, body text, sig text)`);
  return performance.now() - from;
}

/** Hands packets in as an agency does. */
async function documents(list: readonly PacketDocument[]): Promise<number> {
  for (let n = 0; n < list.length; n += 200) {
    const lines = list.slice(n, n + 200).map((d) => `${JSON.stringify(d)}\n`).join('');
    const reply = await fetch(new URL('/ingest/packets', url), { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' }, body: lines });
    const report = (await reply.json()) as { readonly rejected?: readonly unknown[] };
    if (report.rejected?.length !== 0) throw new Error(`rejected: ${JSON.stringify(report).slice(0, 400)}`);
  }
  return list.length;
}
/** A new pack: that of the repository with other words in one row, as a correction has them. */
async function publish(version: string): Promise<void> {
  await command('staff.receive', { id: 'opla-1', name: 'Bench Counsel', role: 'opla', legalTitle: 'Counsel', fieldOffice: '', signerKid: null, signerJwk: null, activeFrom: '2020-01-06T14:00:00.000Z', activeTo: null }).catch(() => undefined);
  const rows = CORE_PACK.rows.map((r, n) => (n === 0 ? { ...r, sentence: `${r.sentence} (${version})` } : r));
  await command('pack.publish', { pack: { schema: 'pack/1', version, rows } }, 'opla', 'opla-1');
}

export type Linked = { readonly looked: number; readonly ms: number };
/** Looks at every packet that is due for links (PK-22, PK-23), as `keepLinking` does but without its rests. */
async function links(): Promise<Linked> {
  await setRowsAside(db.db);
  const from = performance.now();
  let looked = 0;
  for (;;) {
    const count = await linkDue(db.db, new Date().toISOString(), 50, (_id, error) => { throw error; });
    if (count === 0) return { looked, ms: performance.now() - from };
    looked += count;
  }
}

async function obey(order: Order): Promise<unknown> {
  switch (order.order) {
    case 'rows':
      await storeAtHq(db.db, benchPackets(order.count, order.first).flatMap(rowsOfPacket));
      return order.count;
    case 'code': return hq.issueEnrolmentCode(PM);
    case 'documents': return documents(order.documents);
    case 'baseline-push': return baselinePush(order.count);
    case 'judged-fill': return fillJudged(db.db, order.count, documents);
    case 'judged': return judgeAgain({ db: db.db, hq, pmId: PM, publish: (version) => publish(version) }, order);
    case 'publish':
      await publish(order.version);
      return hq.reevaluate();
    case 'links': return links();
    case 'received': {
      const found = (await db.db.execute(sql`SELECT count(*)::int AS n FROM statements`)) as unknown as { readonly rows: readonly { readonly n: number }[] };
      return found.rows[0]?.n ?? 0;
    }
    case 'close':
      await hq.close();
      await db.close().catch(() => undefined);
      if (base) await atServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      return null;
  }
}
process.on('message', (message: Order & { readonly id: number }) => {
  obey(message).then((value) => process.send?.({ id: message.id, value }), (error: unknown) => process.send?.({ id: message.id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }))
    .finally(() => { if (message.order === 'close') process.exit(0); });
});
process.send?.({ ready: true, url, kind: db.kind });
