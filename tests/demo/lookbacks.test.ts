/** The demo's look-back reviews, seeded over the wire of a real HQ. */
import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { seedLookbacks } from '../../build/demo/lookbacks.ts';
import { rowsOf } from '../../hq/open.ts';
import { AGENCIES, fillDesk, openDesk, packetFor, PM_TWO, SERVICE, staffLine } from '../hq/desk.ts';
import { HQ_DATABASES } from '../support/hq-databases.ts';

it('shows two open reviews, one with an owner and a comparison, and one that is closed', async () => {
  const [database] = HQ_DATABASES;
  if (!database) throw new Error('no database');
  const desk = await openDesk(database);
  desk.time.at = new Date().toISOString();
  try {
    await fillDesk(desk);
    await desk.must('staff.receive', staffLine('hq-sddo', 'sddo'));
    await desk.must('staff.receive', staffLine('hq-fod', 'fod'));
    for (const n of [901, 902, 903, 904]) await desk.must('packet.receive', { document: packetFor(`pk-${n}`) });
    const url = await desk.hq.app.listen({ port: 0 });
    desk.time.at = new Date(Date.now() + 1000).toISOString();
    await seedLookbacks({ url, token: SERVICE }, { pmId: PM_TWO, agencyId: AGENCIES.mine });
    const rows = await rowsOf<{ cause: string; owner_id: string | null; outcome: string | null; reasons: readonly string[] }>(desk.db.db, sql`SELECT cause, owner_id, outcome, reasons FROM lookback_reviews ORDER BY cause`);
    expect(rows.map((r) => [r.cause, r.owner_id, r.outcome])).toEqual([['facts-changed', 'hq-sddo', null], ['late-lapse', null, 'stands'], ['report', null, null]]);
    expect(rows[0]?.reasons.join()).toContain('a protective hold, open');
  } finally {
    await desk.close();
  }
}, 120_000);
