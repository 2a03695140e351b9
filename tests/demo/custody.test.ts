/** The demo's custody, seeded over the wire of a real HQ: people on every stretch of the way, and the two cases that ask for something. */
import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { custodyCases, seedCustody } from '../../build/demo/custody.ts';
import { ingest, PACKET_STEPS, seedSteps } from '../../build/demo/seed-hq.ts';
import { rowsOf } from '../../hq/open.ts';
import { custodyState, documentEvents, paperTask, passedLimit, shownState } from '../../shared/domain/custody.ts';
import { packetClocks } from '../../shared/domain/clocks.ts';
import { openContent } from '../../shared/domain/packet.ts';
import type { CustodyEventRow, PacketState } from '../../shared/rows.ts';
import { packetWithFiles } from '../../synthetic/documents.ts';
import { packetLine, packets } from '../../synthetic/packets.ts';
import { DEMO_AGENCIES, programme } from '../../synthetic/programme.ts';
import { openDesk, SERVICE } from '../hq/desk.ts';
import { HQ_DATABASES } from '../support/hq-databases.ts';

it('shows people in each state that needs no signature of the PM, one past the limit, one detainer without a warrant', async () => {
  const [database] = HQ_DATABASES;
  if (!database) throw new Error('no database');
  const desk = await openDesk(database);
  const now = new Date().toISOString();
  desk.time.at = now;
  try {
    const hq = { url: await desk.hq.app.listen({ port: 0 }), token: SERVICE };
    for (const step of seedSteps(287, now).own) if (!PACKET_STEPS.includes(step.title)) await step.run(hq);
    const own = packets(287, now, programme(287, now)).filter((p) => (Object.values(DEMO_AGENCIES) as readonly string[]).includes(p.document.agencyId));
    const cases = custodyCases(own, now).map((c) => c.packetId);
    const scenario = own.find((p) => p.scenario === 7)?.document.packetId ?? '';
    for (const each of own.filter((p) => [...cases, scenario].includes(p.document.packetId))) await ingest(hq, 'packets', [packetLine((await packetWithFiles(each)).packet)]);
    await seedCustody(hq, own, now);
    const events = await rowsOf<CustodyEventRow>(desk.db.db, sql`SELECT id, packet_id AS "packetId", kind, at, recorded_at AS "recordedAt", details FROM custody_events`);
    const heads = await rowsOf<{ id: string; state: PacketState; content: string; model: 'JEM' }>(desk.db.db, sql`SELECT p.id, p.state, v.content, a.model FROM packets p
      JOIN packet_versions v ON v.packet_id = p.id AND v.number = p.current_version JOIN agencies a ON a.id = p.agency_id`);
    const people = heads.map((h) => {
      const document = openContent(h.content);
      const own = events.filter((e) => e.packetId === h.id);
      const over = passedLimit(packetClocks(document, { model: h.model, custody: {} }), now);
      return { id: h.id, own, state: shownState(custodyState([...documentEvents(document), ...own]), h.state), task: paperTask(document, new Set(), own), isOver: over !== null && over.stoppedAt === null };
    });
    expect([...new Set(people.map((p) => p.state))].sort()).toEqual(['CANCELLED', 'ICE_CUSTODY', 'IN_TRANSIT', 'PACKET_IN', 'RELEASED_LIMIT', 'RELEASED_OTHER']);
    expect(people.filter((p) => p.isOver && p.own.some((e) => e.kind === 'call.made')).map((p) => p.state)).toEqual(['PACKET_IN']);
    expect(people.filter((p) => p.task === 'cancel_detainer').map((p) => p.id)).toEqual([scenario]);
    expect(people.filter((p) => p.task === 'reissue_detainer').map((p) => p.state)).toEqual(['CANCELLED']);
    // A seeding that was stopped starts again: nothing is recorded twice.
    await seedCustody(hq, own, now);
    expect(await rowsOf(desk.db.db, sql`SELECT count(*)::int AS n FROM custody_events`)).toEqual([{ n: events.length }]);
  } finally {
    await desk.close();
  }
}, 180_000);
