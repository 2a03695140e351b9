/** Pull: scope in SQL, pages at transaction ends, cursors, resume, generation, lost streams, compression; and streams without holes under many writers. */
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rowsOf, type HqConnection } from '../../hq/open.ts';
import { feedPage, PAGE_ROWS } from '../../hq/pull.ts';
import { lockStream, writeRows } from '../../hq/run.ts';
import { put } from '../../shared/command.ts';
import { HQ_DATABASES } from '../support/hq-databases.ts';
import { AGENCIES, fillDesk, Laptop, openDesk, packetFor, PM, PM_TWO, type Desk } from './desk.ts';

const subject = (id: string, agencyId: string, name = 'Person') => put('subjects', { id, stream: `agency:${agencyId}`, agencyId, name, aNumber: null, fin: null, bornOn: null, isSynthetic: true });

describe.each(HQ_DATABASES)('pull on $kind', (database) => {
  let desk: Desk;
  let laptop: Laptop;
  const write = (agencyId: string, ids: readonly string[], name?: string): Promise<number> =>
    desk.db.db.transaction(async (t) => {
      const tx = t as unknown as HqConnection;
      const head = await lockStream(tx, `agency:${agencyId}`);
      await writeRows(
        tx,
        `agency:${agencyId}`,
        head,
        ids.map((id) => subject(id, agencyId, name)),
        'hq',
      );
      return head + 1;
    });

  beforeAll(async () => {
    desk = await openDesk(database);
    await fillDesk(desk);
    await desk.must('packet.receive', { document: packetFor('pk-1') });
    await desk.must('packet.receive', { document: packetFor('pk-2', AGENCIES.other) });
    laptop = await Laptop.enrol(desk);
  });
  afterAll(async () => {
    await desk.close();
  });

  it('sends own, program and assigned streams, each in version order, and nothing else', async () => {
    const { start, rows, lines } = await laptop.pull();
    expect([...start.streams].sort()).toEqual([`agency:${AGENCIES.mine}`, `pm:${PM}`, 'program']);
    expect(start).toMatchObject({ lost: [], total: rows.length, generation: laptop.generation });
    expect(lines.at(-1)).toMatchObject({ t: 'end' });
    expect(new Set(rows.map((r) => r.row.stream))).toEqual(new Set(start.streams));
    for (const stream of start.streams) {
      const versions = rows.filter((r) => r.row.stream === stream).map((r) => r.row.version);
      expect(versions).toEqual([...versions].sort((a, b) => a - b));
    }
    expect(rows.some((r) => r.table === 'packet_versions' && String(r.row.id) === 'pk-1.1')).toBe(true);
  });

  it('[SYN-7] filters by the assignments in the statement itself: the same rows are there without the filter', async () => {
    const page = { now: desk.time.at, stream: `agency:${AGENCIES.other}`, from: 0, to: 1_000_000 };
    const unfiltered = await rowsOf(desk.db.db, sql`SELECT 1 FROM feed f WHERE f.stream = ${page.stream}`);
    expect(unfiltered.length).toBeGreaterThan(5);
    expect(await feedPage(desk.db.db, { ...page, pmId: PM })).toEqual([]);
    expect(await feedPage(desk.db.db, { ...page, pmId: PM_TWO })).toHaveLength(unfiltered.length);
    expect((await laptop.pull({ [page.stream]: 0 })).text).not.toContain('pk-2');
  });

  it('never sends a restricted stream, even to the PM of its agency', async () => {
    await desk.db.db.execute(sql`INSERT INTO streams (id, head) VALUES (${`restricted:${AGENCIES.mine}`}, 1)`);
    await desk.db.db.execute(sql`INSERT INTO feed (stream, version, tbl, row_id, line) VALUES (${`restricted:${AGENCIES.mine}`}, 1, 'holds', 'secret', '{"secret":true}')`);
    const { text, start } = await laptop.pull({ [`restricted:${AGENCIES.mine}`]: 0 });
    expect(text).not.toContain('secret":true');
    expect(start.lost).toEqual([`restricted:${AGENCIES.mine}`]);
  });

  it('sends stored lines as they are', async () => {
    const stored = await rowsOf<{ line: string }>(desk.db.db, sql`SELECT line FROM feed WHERE row_id = 'pk-1.1' AND tbl = 'packet_versions'`);
    expect((await laptop.pull()).text.split('\n')).toContain(stored[0]?.line);
  });

  it('[SYN-8] goes on from its cursors: nothing twice, one changed row once', async () => {
    const first = await laptop.pull();
    const again = await laptop.pull(first.cursors);
    expect(again.rows).toEqual([]);
    await write(AGENCIES.mine, ['su-new']);
    await write(AGENCIES.mine, ['su-new'], 'Changed');
    const third = await laptop.pull(first.cursors);
    expect(third.rows.map((r) => [r.row.id, r.row.name])).toEqual([['su-new', 'Changed']]);
    expect(third.cursors[`agency:${AGENCIES.mine}`]).toBe((first.cursors[`agency:${AGENCIES.mine}`] ?? 0) + 2);
  });

  it('[SYN-8] pages end where a transaction ends, hold at most 500 rows, and can be resumed at any cursor', async () => {
    const base = (await laptop.pull()).cursors;
    for (let n = 0; n < 6; n += 1)
      await write(
        AGENCIES.mine,
        Array.from({ length: 199 }, (_, i) => `su-${n}-${i}`),
      );
    await write(
      AGENCIES.mine,
      Array.from({ length: PAGE_ROWS + 40 }, (_, i) => `su-big-${i}`),
    );
    const whole = await laptop.pull(base);
    expect(whole.rows).toHaveLength(6 * 199 + PAGE_ROWS + 40);
    const pages: { from: number; to: number; versions: number[] }[] = [];
    let versions: number[] = [];
    for (const l of whole.lines) {
      if (l.t === 'row') versions.push((l.row as { version: number }).version);
      if (l.t === 'cursor') {
        pages.push({ from: l.from, to: l.to, versions });
        versions = [];
      }
    }
    for (const [n, page] of pages.entries()) {
      if (n > 0) expect(page.from).toBe(pages[n - 1]?.to);
      expect(page.versions.every((v) => v > page.from && v <= page.to)).toBe(true);
      if (new Set(page.versions).size > 1) expect(page.versions.length).toBeLessThanOrEqual(PAGE_ROWS);
    }
    expect(pages.map((p) => p.versions.length)).toEqual([398, 398, 398, 540]);
    // Cut after the second page, then resumed: the rest is exactly what was missing.
    const stream = `agency:${AGENCIES.mine}`;
    const rest = await laptop.pull({ ...base, [stream]: pages[1]?.to ?? 0 });
    expect(rest.rows).toHaveLength(398 + 540);
  });

  it('[SYN-7] names a stream as lost when the assignment ends, and sends none of it', async () => {
    const other = await Laptop.enrol(desk, PM_TWO);
    const before = await other.pull();
    desk.time.at = new Date(Date.parse(desk.time.at) + 60_000).toISOString();
    await desk.must('assignment.set', { id: 'as-2', pmId: PM_TWO, agencyId: AGENCIES.other, kind: 'assigned', startAt: '2025-01-01T00:00:00.000Z', endAt: desk.time.at });
    await write(AGENCIES.other, ['su-after']);
    const after = await other.pull(before.cursors);
    expect(after.start.lost).toEqual([`agency:${AGENCIES.other}`]);
    expect(after.rows.map((r) => r.table)).toEqual(['assignments']);
  });

  it('tells another generation to begin again, and a cursor beyond its head', async () => {
    const other = await laptop.pull({ program: 1 }, { generation: 'another-past' });
    expect(other.lines.map((l) => l.t)).toEqual(['start', 'end']);
    expect(other.start.generation).toBe(laptop.generation);
    await expect(laptop.pull({ program: 1_000_000 })).rejects.toThrow('sync/generation');
    expect((await laptop.pull({}, { generation: null })).rows.length).toBeGreaterThan(0);
  });

  it('compresses as the laptop can read it', async () => {
    const plain = (await laptop.pull({ program: 0 })).text.replace(/"serverTime":"[^"]*"/g, '');
    for (const [accept, encoding, open] of [
      ['zstd, gzip', 'zstd', zstdDecompressSync],
      ['gzip', 'gzip', gunzipSync],
    ] as const) {
      const reply = await desk.hq.app.inject({
        method: 'POST',
        url: '/sync/pull',
        headers: { authorization: `Bearer ${await laptop.fresh()}`, 'accept-encoding': accept },
        payload: { protocol: 1, schema: 1, generation: laptop.generation, cursors: { program: 0 } } as object,
      });
      expect(reply.headers['content-encoding']).toBe(encoding);
      expect(reply.headers['content-type']).toBe('application/x-ndjson');
      expect(
        open(reply.rawPayload)
          .toString('utf8')
          .replace(/"serverTime":"[^"]*"/g, ''),
      ).toBe(plain);
      expect(reply.rawPayload.length).toBeLessThan(plain.length / 3);
    }
  });

  it('[SYN-6] many writers on one stream leave no hole for a reader that follows', async () => {
    const stream = `agency:${AGENCIES.mine}` as const;
    let at = (await rowsOf<{ head: number }>(desk.db.db, sql`SELECT head FROM streams WHERE id = ${stream}`))[0]?.head ?? 0;
    const from = at;
    const seen = new Set<string>();
    const read = async (): Promise<void> => {
      const head = (await rowsOf<{ head: number }>(desk.db.db, sql`SELECT head FROM streams WHERE id = ${stream}`))[0]?.head ?? 0;
      while (at < head) {
        const rows = await feedPage(desk.db.db, { pmId: PM, now: desk.time.at, stream, from: at, to: head });
        for (const r of rows) seen.add((JSON.parse(r.line) as { row: { id: string } }).row.id);
        at = rows.at(-1)?.version ?? head;
      }
    };
    const writers = Array.from({ length: 4 }, async (_, w) => {
      for (let n = 0; n < 15; n += 1) await write(AGENCIES.mine, [`su-w${w}-${n}`]);
    });
    let isDone = false;
    const reader = (async () => {
      while (!isDone) await read();
    })();
    await Promise.all(writers);
    isDone = true;
    await reader;
    await read();
    expect(at - from).toBe(60);
    expect(seen.size).toBe(60);
  });

  it('[SYN-6] control: a feed numbered by a sequence loses a row to a reader that comes between number and commit', async () => {
    const run = (text: string): Promise<readonly { seq?: number | string }[]> => rowsOf(desk.db.db, sql.raw(text));
    await run('CREATE SEQUENCE naive_seq');
    await run('CREATE TABLE naive_feed (seq bigint PRIMARY KEY, who text NOT NULL)');
    // Two writers as they interleave: A takes its number first and commits last.
    const a = Number((await run("SELECT nextval('naive_seq') AS seq"))[0]?.seq);
    const b = Number((await run("SELECT nextval('naive_seq') AS seq"))[0]?.seq);
    await run(`INSERT INTO naive_feed VALUES (${b}, 'B')`);
    const first = await run('SELECT seq FROM naive_feed WHERE seq > 0 ORDER BY seq');
    await run(`INSERT INTO naive_feed VALUES (${a}, 'A')`);
    const cursor = Number(first.at(-1)?.seq);
    expect(await run(`SELECT seq FROM naive_feed WHERE seq > ${cursor}`)).toEqual([]);
    expect(await run('SELECT seq FROM naive_feed')).toHaveLength(2);
  });
});
