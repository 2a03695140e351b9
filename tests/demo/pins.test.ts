/** The DIO's pins of the demo: at the words that they quote, on turned pages too; for every required element but a planned few; and no check changes by them. */
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { packetWithFiles, type DemoFile } from '../../synthetic/documents.ts';
import { type DemoPacket, packets } from '../../synthetic/packets.ts';
import { DEMO_AGENCIES, programme } from '../../synthetic/programme.ts';
import { pinnedPlaces } from '../../shared/domain/must-be-shown.ts';
import { packetSchema } from '../../shared/domain/packet.ts';
import { elementPins } from '../../shared/domain/pins.ts';
import { evaluate } from '../../shared/domain/sufficiency.ts';

const NOW = '2026-11-24T12:00:00.000Z';
const all = programme(287, NOW);
const own: readonly string[] = Object.values(DEMO_AGENCIES);
type Made = { readonly packet: DemoPacket; readonly files: readonly DemoFile[]; readonly before: DemoPacket };
let made: readonly Made[] = [];
beforeAll(async () => {
  const list: Made[] = [];
  for (const before of packets(287, NOW, all).filter((p) => own.includes(p.document.agencyId))) list.push({ ...(await packetWithFiles(before)), before });
  made = list;
}, 120_000);
const states = ({ packet }: Made) => elementPins(packet.document, []);

/** Words of a page with the middle of each, in fractions of the page as it is shown. */
async function wordsOf(bytes: Uint8Array, number: number): Promise<readonly { readonly text: string; readonly x: number; readonly y: number }[]> {
  const task = getDocument({ data: new Uint8Array(bytes), useSystemFonts: false, verbosity: 0 });
  const page = await (await task.promise).getPage(number);
  const { transform, width, height } = page.getViewport({ scale: 1 });
  const { items } = await page.getTextContent();
  const words = items.flatMap((i) => {
    if (!('str' in i) || i.str.trim() === '') return [];
    const [, , , , x = 0, y = 0] = i.transform as number[];
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = transform as number[];
    const [mx, my] = [x + i.width / 2, y + i.height / 3];
    return [{ text: i.str, x: (a * mx + c * my + e) / width, y: (b * mx + d * my + f) / height }];
  });
  await task.destroy();
  return words;
}

describe('pins of the demo', () => {
  it('stand at the words that they quote, on the page that lies on its side too', async () => {
    const looked = made.filter((m) => m.packet.document.packetId.endsWith('1021') || m.packet.document.packetId.endsWith('1013') || m.packet.document.packetId.endsWith('1023'));
    expect(looked).toHaveLength(3);
    let turned = 0;
    for (const { packet: { document }, files } of looked) {
      for (const pin of document.pins ?? []) {
        const file = files.find((f) => f.sha256 === document.evidence.find((e) => e.id === pin.evidenceId)?.sha256);
        const { x, y, w, h } = pin.region ?? { x: 0, y: 0, w: 1, h: 1 };
        const inside = (await wordsOf(file?.bytes ?? new Uint8Array(), pin.page)).filter((t) => t.x >= x && t.x <= x + w && t.y >= y && t.y <= y + h);
        expect(inside.map((t) => t.text).join(' '), `${document.packetId} ${pin.element}`).toBe(pin.quote);
        if (h > w) turned += 1;
      }
    }
    expect(turned).toBe(3);
  });
  it('are sound, fit the schema, and leave only a few places to look at', () => {
    for (const m of made) {
      expect(packetSchema.safeParse(m.packet.document).success).toBe(true);
      expect(states(m).flatMap((e) => e.faulty)).toEqual([]);
      expect(pinnedPlaces(m.packet.document, [], new Set(m.packet.document.forms.map((f) => f.id))).length).toBeLessThanOrEqual(8);
    }
  });
  it('cover every element of a packet in order, but for the one that an officer forgot and the one that he mistook', () => {
    const good = made.filter((m) => m.before.defect === null);
    const open = good.map((m) => states(m).filter((e) => e.state === 'unpinned').map((e) => e.element.id));
    const wrong = good.map((m) => states(m).filter((e) => e.state === 'mismatch').map((e) => e.element.id));
    for (const ids of open) expect([[], ['alienage']]).toContainEqual(ids);
    for (const ids of wrong) expect([[], ['identity.bornOn']]).toContainEqual(ids);
    for (const some of [open, wrong]) {
      const n = some.filter((ids) => ids.length > 0).length;
      expect(n).toBeGreaterThan(good.length / 12);
      expect(n).toBeLessThan(good.length / 2);
    }
  });
  it('change the outcome of no check', () => {
    for (const { packet, before } of made) {
      const agency = { ...(all.agencies.find((a) => a.id === before.document.agencyId) as (typeof all.agencies)[number]), version: 1, changedBy: 'hq', stream: `agency:${before.document.agencyId}` as const };
      const failed = (p: DemoPacket) => evaluate(p.document, { agency, moa: [], intervals: [], holds: [], statements: [], now: NOW, pins: [] }).filter((r) => r.outcome === 'fail').map((r) => r.rule);
      expect(failed(packet), packet.document.packetId).toEqual(failed(before));
    }
  });
  it('are the same every time', async () => {
    const again = await packetWithFiles(made[3]?.before as DemoPacket);
    expect(again.packet.document.pins).toEqual(made[3]?.packet.document.pins);
  });
});
