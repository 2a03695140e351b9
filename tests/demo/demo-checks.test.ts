/** What the checks say of the synthetic packets: good ones can be signed in one ceremony, each planted defect is found by its rule. */
import { describe, expect, test } from 'vitest';
import { dailyPackets, type DemoPacket, packets } from '../../synthetic/packets.ts';
import { DEMO_AGENCIES, DEMO_PM_ID, programme, suspension } from '../../synthetic/programme.ts';
import { type FormKind, SIGNABLE } from '../../shared/domain/packet.ts';
import { type Act, blockersFor, evaluate, warningsFor } from '../../shared/domain/sufficiency.ts';
import type { AgencyRow, AuthorityIntervalRow, MoaIntervalRow, StaffRow } from '../../shared/rows.ts';

const NOW = '2026-11-24T12:00:00.000Z';
const all = programme(287, NOW);
const placed = { version: 1, changedBy: 'hq' };
const intervals: readonly AuthorityIntervalRow[] = all.officers.flatMap((o) => o.intervals.map((i) => ({ ...i, ...placed, stream: `agency:${o.agencyId}` as const, agencyId: o.agencyId, officerId: o.id, recordedAt: NOW })));
const signer: StaffRow = { ...(all.staff.find((s) => s.id === DEMO_PM_ID) ?? (() => { throw new Error('no demo PM'); })()), ...placed, stream: 'program' };

function moaOf(agencyId: string): readonly MoaIntervalRow[] {
  const gap = suspension(NOW);
  const row = (n: number, status: MoaIntervalRow['status'], startAt: string, endAt: string | null): MoaIntervalRow => ({ ...placed, id: `${agencyId}.moa.${n}`, stream: `agency:${agencyId}`, agencyId, status, startAt, endAt, recordedAt: NOW });
  return agencyId === DEMO_AGENCIES.suspended
    ? [row(1, 'in_force', '2016-01-01T00:00:00.000Z', gap.from), row(2, 'suspended', gap.from, gap.to), row(3, 'in_force', gap.to, null)]
    : [row(1, 'in_force', '2016-01-01T00:00:00.000Z', null)];
}

/** Rules that stand in the way of signing each form, and warnings that need a reason. */
function verdict({ document }: DemoPacket): { readonly blocked: readonly string[]; readonly warned: readonly string[]; readonly forms: readonly FormKind[] } {
  const line = all.agencies.find((a) => a.id === document.agencyId);
  if (!line) throw new Error(`no agency ${document.agencyId}`);
  const agency: AgencyRow = { ...line, ...placed, stream: `agency:${line.id}` };
  const blocked = new Set<string>();
  const warned = new Set<string>();
  const forms = document.forms.filter((f) => SIGNABLE.includes(f.kind));
  for (const form of forms) {
    const act: Act = `sign:${form.kind}`;
    const results = evaluate(document, { agency, moa: moaOf(agency.id), intervals: intervals.filter((i) => i.agencyId === agency.id), holds: [], statements: [], now: NOW, proposed: { act, formId: form.id, at: NOW, signer } });
    for (const b of blockersFor(results, act)) blocked.add(b.rule);
    for (const w of warningsFor(results, act)) warned.add(w.rule);
  }
  return { blocked: [...blocked].sort(), warned: [...warned].sort(), forms: forms.map((f) => f.kind) };
}

const found = packets(287, NOW, all);
const good = [...found, ...dailyPackets(287, 0, NOW, all)].filter((p) => p.defect === null && p.scenario === null);

describe('synthetic packets under the checks', () => {
  test('every packet without a planted defect can be signed, with no warning', () => {
    expect(good.length).toBeGreaterThan(280);
    for (const packet of good) expect(verdict(packet), packet.document.packetId).toMatchObject({ blocked: [], warned: [] });
  });
  test('the demo PM has several P-NTA packets with five forms to sign in one ceremony', () => {
    const own: readonly string[] = Object.values(DEMO_AGENCIES);
    const five = good.filter((p) => own.includes(p.document.agencyId) && p.document.type === 'P-NTA' && ['I-213', 'I-862', 'I-200', 'I-286', 'I-247A'].every((kind) => verdict(p).forms.includes(kind as FormKind)));
    expect(five.length).toBeGreaterThanOrEqual(10);
  });
  for (const [defect, rules] of [
    ['no-hearing', ['NTA-06']], ['identity', ['PK-01']], ['interpreter', ['PK-11']], ['no-warrant', ['DET-04', 'PK-02']], ['allegation-gap', ['NTA-03']], ['service', ['PK-17']],
    ['date-order', ['PK-17']], ['minor', ['PK-09']], ['fear', ['PK-15', 'REIN-03']], ['moa-suspended', ['PK-04']], ['wso-i213', ['PK-03', 'WSO-01']], ['issuer-decides', ['FARO-03']],
  ] as const) {
    test(`[${rules.join('] [')}] and nothing else stops a packet with the planted defect "${defect}"`, () => {
      const those = found.filter((p) => p.defect === defect);
      expect(those.length).toBeGreaterThan(0);
      for (const packet of those) expect(verdict(packet).blocked, packet.document.packetId).toEqual(rules);
    });
  }
  test('[PK-08] [DET-10] a claim of citizenship stops every signature, and the detainer once more', () => {
    const those = found.filter((p) => p.defect === 'citizenship');
    expect(those.length).toBe(4);
    for (const packet of those) {
      const { blocked, forms } = verdict(packet);
      expect(blocked, packet.document.packetId).toEqual(forms.includes('I-247A') ? ['DET-10', 'PK-08'] : ['PK-08']);
    }
  });
  test('[PK-25] scenario 9: lapsed last Tuesday, prepared on Monday: can be signed with a reason', () => {
    const packet = found.find((p) => p.scenario === 9);
    if (!packet) throw new Error('scenario 9 is missing');
    expect(verdict(packet)).toMatchObject({ blocked: [], warned: ['PK-25'] });
  });
  test('[PK-18] counsel who was not served is a warning', () => {
    expect(found.filter((p) => p.defect === 'counsel').map((p) => verdict(p).warned)).toEqual([['PK-18']]);
  });
});
