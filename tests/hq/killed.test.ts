/**
 * `kill -9` of a real HQ process between the commit of a push and its answer: the resend to the next process gets the receipts that were stored,
 * and nothing is there twice. The answer is caught on its way and the process killed before the laptop sees a byte (on PGlite, which lives inside
 * HQ, a killed process keeps its pages). On PostgreSQL also killed before the commit: a lock of the test holds HQ at the last statement, and nothing is kept.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import type { PushItem, PushReply, Receipt } from '../../shared/sync.ts';
import { DIO, fillDesk, Laptop, packetFor } from './desk.ts';
import { remoteDesk, startHq, type HqProcess } from './hq-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'fieldbook-hq-killed-'));
const running: HqProcess[] = [];
afterAll(async () => {
  for (const hq of running) await hq.end('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});
const start = async (args: readonly string[], env: Record<string, string>): Promise<HqProcess> => {
  const hq = await startHq(args, env);
  running.push(hq);
  return hq;
};

/** A laptop with three acts to send: a hold, a sealed sign-off of two forms, one that HQ must refuse. */
async function prepared(address: () => string): Promise<{ readonly laptop: Laptop; readonly items: readonly PushItem[] }> {
  const desk = remoteDesk(address);
  await fillDesk(desk);
  for (const id of ['pk-1', 'pk-2']) await desk.must('packet.receive', { document: packetFor(id) });
  const laptop = await Laptop.enrol(desk);
  return { laptop, items: [laptop.hold('pk-1'), await laptop.sign('pk-2', ['i213', 'i862']), laptop.hold('pk-nowhere')] };
}
async function expectOnce(laptop: Laptop, items: readonly PushItem[], stored: readonly Receipt[] | null): Promise<void> {
  const again: PushReply = await laptop.push(items);
  if (stored) expect(again.receipts).toEqual(stored);
  expect(again.receipts.map((r) => [r.seq, r.hash, r.outcome])).toEqual(items.map((i, n) => [n + 1, i.hash, n === 2 ? 'refused' : 'in_effect']));
  expect((await laptop.push(items)).receipts).toEqual(again.receipts);
  const { rows } = await laptop.pull();
  const of = (table: string): number => rows.filter((r) => r.table === table).length;
  expect([of('holds'), of('statements')]).toEqual([1, 2]);
  // The chain goes on where it stood.
  expect((await laptop.push([laptop.hold('pk-1')])).receipts[0]).toMatchObject({ seq: 4, outcome: 'in_effect' });
}

/** A line to HQ on which its first byte of an answer kills it: gives the address for the laptop, and what closes the line. */
async function deadlyLine(hq: HqProcess): Promise<{ readonly url: string; readonly close: () => void }> {
  const port = Number(new URL(hq.url).port);
  const line = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
    near.pipe(far);
    far.once('data', () => {
      void hq.end('SIGKILL').then(() => near.destroy());
    });
  });
  await new Promise<void>((done) => {
    line.listen(0, '127.0.0.1', () => done());
  });
  return { url: `http://127.0.0.1:${(line.address() as AddressInfo).port}`, close: () => void line.close() };
}

describe('HQ killed between commit and answer', () => {
  it('[SYN-2] on PGlite in a folder: the answer is lost with the process', async () => {
    const data = join(folder, 'data');
    let address = '';
    let hq = await start(['--data', data], {});
    address = hq.url;
    const { laptop, items } = await prepared(() => address);
    await laptop.fresh();
    const line = await deadlyLine(hq);
    address = line.url;
    await expect(laptop.push(items)).rejects.toThrow('fetch failed');
    expect(hq.child.signalCode).toBe('SIGKILL');
    line.close();
    hq = await start(['--data', data], {});
    address = hq.url;
    await expectOnce(laptop, items, null);
    await hq.end('SIGTERM');
  }, 240_000);

  const databaseUrl = process.env.HQ_DATABASE_URL;
  if (databaseUrl) it('[SYN-2] on PostgreSQL: killed at the last statement before the commit, then between commit and answer', async () => {
    const schema = `hq_killed_${randomBytes(6).toString('hex')}`;
    const admin = new pg.Client({ connectionString: databaseUrl });
    await admin.connect();
    await admin.query(`CREATE SCHEMA ${schema}`);
    const url = new URL(databaseUrl);
    url.searchParams.set('options', `-c search_path=${schema}`);
    const env = { HQ_DATABASE_URL: url.href };
    let hq = await start([], env);
    let address = hq.url;
    const { laptop, items } = await prepared(() => address);
    await laptop.fresh();
    const stored = async (): Promise<readonly Receipt[]> => (await admin.query<{ receipt: string }>(`SELECT receipt FROM ${schema}.push_results WHERE ledger = $1 ORDER BY seq`, [laptop.ledger]))
      .rows.map((r) => JSON.parse(r.receipt) as Receipt);
    const holds = async (): Promise<number> => Number((await admin.query(`SELECT 1 FROM ${schema}.holds`)).rowCount);

    await admin.query('BEGIN');
    // Reading checkpoints stays possible; writing one, in the last statement of the transaction, waits.
    await admin.query(`LOCK TABLE ${schema}.checkpoints IN EXCLUSIVE MODE`);
    const answer = laptop.push(items).then(() => 'answered', () => 'cut off');
    const waits = `SELECT 1 FROM pg_locks WHERE relation = '${schema}.checkpoints'::regclass AND NOT granted`;
    while ((await admin.query(waits)).rowCount === 0) await new Promise((next) => { setTimeout(next, 20); });
    await hq.end('SIGKILL');
    expect(await answer).toBe('cut off');
    await admin.query('ROLLBACK');
    expect([await stored(), await holds()]).toEqual([[], 0]);

    hq = await start([], env);
    const line = await deadlyLine(hq);
    address = hq.url;
    await laptop.fresh();
    address = line.url;
    await expect(laptop.push(items)).rejects.toThrow('fetch failed');
    expect(hq.child.signalCode).toBe('SIGKILL');
    line.close();
    const kept = await stored();
    expect([kept.length, await holds()]).toEqual([items.length, 1]);
    hq = await start([], env);
    address = hq.url;
    await expectOnce(laptop, items, kept);
    await hq.end('SIGTERM');
    await admin.query(`DROP SCHEMA ${schema} CASCADE`);
    await admin.end();
  }, 240_000);

  if (databaseUrl) it('[0.4 item 7] on PostgreSQL: killed between the commit of a late suspension and its look-back review, which the next process opens once', async () => {
    const schema = `hq_killed_${randomBytes(6).toString('hex')}`;
    const admin = new pg.Client({ connectionString: databaseUrl });
    await admin.connect();
    await admin.query(`CREATE SCHEMA ${schema}`);
    const url = new URL(databaseUrl);
    url.searchParams.set('options', `-c search_path=${schema}`);
    const env = { HQ_DATABASE_URL: url.href };
    let hq = await start([], env);
    let address = hq.url;
    const { laptop, items } = await prepared(() => address);
    await laptop.push(items);
    await admin.query('BEGIN');
    // The suspension can be written; a review cannot.
    await admin.query(`LOCK TABLE ${schema}.lookback_reviews IN EXCLUSIVE MODE`);
    const late = { officerId: DIO, event: { kind: 'suspended', at: '2026-11-23T11:00:00.000Z', details: { ground: 'safety', why: 'Told by the jail', orderedBy: 'Sheriff' } } };
    const { receipts } = await laptop.push([laptop.item('officer.record', late)]);
    expect(receipts.map((r) => r.outcome)).toEqual(['in_effect']);
    const waits = async (): Promise<boolean> => ((await admin.query<{ n: string }>(`SELECT count(*) AS n FROM pg_locks WHERE NOT granted AND relation = '${schema}.lookback_reviews'::regclass`)).rows[0]?.n ?? '0') !== '0';
    while (!(await waits()));
    await hq.end('SIGKILL');
    await admin.query('ROLLBACK');
    const reviews = async (): Promise<readonly unknown[]> => (await admin.query(`SELECT packet_id, cause FROM ${schema}.lookback_reviews`)).rows;
    expect(await reviews()).toEqual([]);
    hq = await start([], env);
    address = hq.url;
    while ((await reviews()).length === 0);
    await hq.end('SIGTERM');
    hq = await start([], env);
    await hq.end('SIGTERM');
    expect(await reviews()).toEqual([{ packet_id: 'pk-2', cause: 'late-lapse' }]);
    await admin.query(`DROP SCHEMA ${schema} CASCADE`);
    await admin.end();
  }, 240_000);
});
