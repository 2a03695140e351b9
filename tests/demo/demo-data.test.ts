/** The synthetic programme: counts and shares of domain 9.2, scenarios of 9.3, determinism, validity, and no real agency anywhere. */
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { dailyPackets, DEMO_PM_PACKETS, packets } from '../../synthetic/packets.ts';
import { DEMO_AGENCIES, DEMO_PM_ID, LARGE_PM_ID, programme } from '../../synthetic/programme.ts';
import { normalANumber, packetSchema } from '../../shared/domain/packet.ts';

const NOW = '2026-11-24T12:00:00.000Z';
const all = programme(287, NOW);
const found = packets(287, NOW, all);
const text = JSON.stringify([all, found, dailyPackets(287, 1, NOW, all)]);
const heads = [...new Map(found.map((p) => [p.document.packetId, p])).values()];
const share = (count: number) => (100 * count) / heads.length;

describe('synthetic programme', () => {
  test('[0.4-10] no real agency or county name occurs in any demo output', () => {
    const real: readonly { name: string; county: string }[] = parse(readFileSync(new URL('../fixtures/agencies-2018.csv', import.meta.url)), { columns: true });
    expect(real).toHaveLength(78);
    for (const { name, county } of real) {
      expect(text.includes(name), name).toBe(false);
      expect(text.includes(`${county} County`), county).toBe(false);
    }
  });
  test('[9.2] has 78 agencies in 20 states, 374 DIOs and 20 PMs, all marked synthetic', () => {
    expect(all.agencies).toHaveLength(78);
    expect(new Set(all.agencies.map((a) => a.state)).size).toBe(20);
    expect(all.officers).toHaveLength(374);
    expect(all.staff.filter((s) => s.role === 'pm')).toHaveLength(20);
    expect([...all.agencies, ...all.officers].every((row) => row.isSynthetic)).toBe(true);
    expect(found.every((p) => p.document.isSynthetic)).toBe(true);
    expect(all.agencies.every((a) => Number.isInteger(a.lat * 2) && Number.isInteger(a.lon * 2))).toBe(true);
  });
  test('[9.3-1] one PM has 16 agencies, the demo PM five with all three models, every agency exactly one PM', () => {
    const of = (id: string) => all.assignments.filter((a) => a.pmId === id && a.kind === 'assigned').map((a) => a.agencyId);
    expect(of(LARGE_PM_ID)).toHaveLength(16);
    expect(of(DEMO_PM_ID).sort()).toEqual(Object.values(DEMO_AGENCIES).sort());
    expect(new Set(all.agencies.filter((a) => of(DEMO_PM_ID).includes(a.id)).map((a) => a.model))).toEqual(new Set(['JEM', 'TFM', 'WSO']));
    expect(all.assignments.filter((a) => a.kind === 'assigned').map((a) => a.agencyId).sort()).toEqual(all.agencies.map((a) => a.id).sort());
  });
  test('[9.2] has about 60 packets for the demo PM and 400 in all, with the shares of types and defects', () => {
    const own = heads.filter((p) => (Object.values(DEMO_AGENCIES) as readonly string[]).includes(p.document.agencyId));
    expect(Math.abs(own.length - DEMO_PM_PACKETS)).toBeLessThanOrEqual(5);
    expect(heads).toHaveLength(400);
    for (const [type, percent] of [['P-NTA', 55], ['P-REIN', 20], ['P-FINAL', 10], ['P-NONE', 7], ['P-FARO', 5], ['P-VR', 3]] as const) {
      expect(Math.abs(share(heads.filter((p) => p.document.type === type).length) - percent), type).toBeLessThanOrEqual(5);
    }
    expect(share(heads.filter((p) => p.defect !== null).length)).toBeGreaterThan(17);
    expect(share(heads.filter((p) => p.defect !== null).length)).toBeLessThan(30);
    expect(heads.filter((p) => p.defect === 'citizenship')).toHaveLength(4);
    expect(heads.filter((p) => p.isRestricted)).toHaveLength(3);
  });
  test('[9.2] about 8 % of DIOs have lapsed and about 12 % of cards are dead', () => {
    const percent = (n: number) => (100 * n) / all.officers.length;
    const lapsed = percent(all.officers.filter((o) => o.authorityState === 'LAPSED').length);
    expect(lapsed).toBeGreaterThan(4);
    expect(lapsed).toBeLessThan(12);
    const dead = percent(all.officers.filter((o) => o.cardState === 'CARD_DEACTIVATED').length);
    expect(dead).toBeGreaterThan(7);
    expect(dead).toBeLessThan(17);
    for (const o of all.officers) expect(o.intervals.at(-1)?.endAt === null, o.id).toBe(!['LAPSED', 'SUSPENDED', 'SEPARATED'].includes(o.authorityState));
  });
  test('[9.3] ships the scenarios that are packets: 5 to 12 and 15', () => {
    expect(found.flatMap((p) => (p.scenario === null ? [] : [p.scenario])).sort((a, b) => a - b)).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 15]);
  });
  test('[PK-02] every packet document fits the schema, and ids, A-numbers and event numbers are unique and of the synthetic block', () => {
    for (const { document } of found) {
      const parsed = packetSchema.safeParse(document);
      expect(parsed.success ? [] : parsed.error.issues, document.packetId).toEqual([]);
      expect(normalANumber(document.subject.identity.aNumber)).toMatch(/^0000\d{5}$/);
      expect(document.eventNumber).toMatch(/^[A-Z]{3}\d{10}$/);
    }
    expect(new Set(heads.map((p) => p.document.subject.identity.aNumber)).size).toBe(heads.length);
    expect(new Set(heads.map((p) => p.document.eventNumber)).size).toBe(heads.length);
  });
  test('[PK-17] nothing in a packet without a defect lies in the future except release and hearing', () => {
    for (const { document: d, defect } of found) {
      if (defect !== null) continue;
      expect(d.submittedAt <= NOW, d.packetId).toBe(true);
      const times = [d.events.bookedAt, d.events.interviewAt, d.preparedAt, d.submittedAt].filter((at): at is string => at !== null);
      expect([...times].sort(), d.packetId).toEqual(times);
      expect(d.forms.every((f) => f.preparedAt <= d.preparedAt), d.packetId).toBe(true);
    }
  });
  test('same seed and time give the same bytes, another seed does not', () => {
    expect(JSON.stringify(packets(287, NOW))).toBe(JSON.stringify(found));
    expect(JSON.stringify(programme(287, NOW))).toBe(JSON.stringify(all));
    expect(JSON.stringify(packets(288, NOW))).not.toBe(JSON.stringify(found));
  });
  test('each later day brings eight new packets with ids of their own', () => {
    const days = [0, 1, 2].flatMap((n) => dailyPackets(287, n, NOW, all));
    expect(days).toHaveLength(24);
    expect(new Set([...days, ...heads].map((p) => p.document.packetId)).size).toBe(24 + heads.length);
    for (const { document } of days) expect(packetSchema.safeParse(document).success, document.packetId).toBe(true);
    expect(dailyPackets(287, 2, NOW, all).map((p) => p.document.packetId)).toEqual(days.slice(16).map((p) => p.document.packetId));
  });
  test('any seed and any day of the year make a whole programme', () => {
    for (const [seed, now] of [[1, '2027-01-02T03:00:00.000Z'], [99, '2026-07-03T23:30:00.000Z'], [7, '2028-02-29T12:00:00.000Z']] as const) {
      const p = programme(seed, now);
      expect(p.officers).toHaveLength(374);
      const some = packets(seed, now, p);
      expect(some.every(({ document }) => packetSchema.safeParse(document).success && document.submittedAt <= now)).toBe(true);
    }
  });
});
