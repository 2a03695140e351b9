/** The demo's files: real PDFs whose hashes, sizes and pages are those that the packets name; the same bytes every time; SYNTHETIC on every page. */
import { createHash } from 'node:crypto';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { describe, expect, it } from 'vitest';
import { packetWithFiles, PRINTED_TYPES, SCAN_PAGES, withFiles } from '../../synthetic/documents.ts';
import { packets } from '../../synthetic/packets.ts';
import { scanPdf } from '../../synthetic/pdf.ts';
import { attachmentsOf } from '../../shared/attachments.ts';
import { packetSchema, type PacketDocument } from '../../shared/domain/packet.ts';
import { PACKET_TYPES } from '../../shared/rows.ts';
import { buildPacket } from '../../synthetic/packet-builder.ts';
import { programme } from '../../synthetic/programme.ts';

const NOW = '2026-11-24T12:00:00.000Z';
const all = packets(287, NOW);
const [agency] = programme(287, NOW).agencies;
/** One packet of a type as the builder makes it: the programme itself holds no P-DET. */
const ofType = (type: PacketDocument['type']): PacketDocument => buildPacket({
  packetId: `pk-${type}`, serial: 7, number: 1, changeReason: null, type, agency: agency as never, preparerId: 'dio-1', examinerId: 'dio-2', isDetained: true, charge: 'overstay',
  person: { subjectId: 'su-1', familyName: 'O’Brien-Ñandú', givenName: 'Ana (María)', bornOn: '1990-01-01', sex: 'F', country: { name: 'Canada', language: 'English' }, aNumber: 'A000000001', fin: '1', needsInterpreter: false },
  bookedAt: '2026-11-23T01:00:00.000Z', interviewAt: '2026-11-23T08:00:00.000Z', preparedAt: '2026-11-23T10:00:00.000Z', submittedAt: '2026-11-23T10:10:00.000Z', localReleaseAt: null, hearingOn: '2027-01-13', hearingTime: '09:00',
  offense: { offense: 'Trespass', statute: 'Example Code 1' }, story: ['A synthetic story.', 'قصة مصطنعة'],
});
async function pagesOf(bytes: Uint8Array): Promise<{ readonly pages: number; readonly texts: readonly string[]; readonly rotations: readonly number[] }> {
  const task = getDocument({ data: new Uint8Array(bytes), useSystemFonts: false, verbosity: 0 });
  const pdf = await task.promise;
  const [texts, rotations]: [string[], number[]] = [[], []];
  for (let n = 1; n <= Math.min(pdf.numPages, 40); n += 1) {
    const page = await pdf.getPage(n);
    texts.push((await page.getTextContent()).items.map((i) => ('str' in i ? i.str : '')).join(' '));
    rotations.push(page.rotate);
  }
  const pages = pdf.numPages;
  await task.destroy();
  return { pages, texts, rotations };
}

describe('documents of the demo', () => {
  it.each(PRINTED_TYPES)('of a %s: every form and every piece of evidence is a real PDF with the hash, size and pages that the packet names', async (type) => {
    const { document, files } = await withFiles(ofType(type));
    expect(packetSchema.safeParse(document).success).toBe(true);
    expect(document.forms.every((f) => f.rendition)).toBe(true);
    const byHash = new Map(files.map((f) => [f.sha256, f.bytes]));
    for (const named of attachmentsOf(document)) {
      const bytes = byHash.get(named.sha256) ?? new Uint8Array();
      expect([createHash('sha256').update(bytes).digest('hex'), bytes.byteLength, named.mediaType]).toEqual([named.sha256, named.bytes, 'application/pdf']);
      const found = await pagesOf(bytes);
      expect([named.item, found.pages]).toEqual([named.item, named.pages]);
      for (const text of found.texts) expect(text, named.item).toContain('SYNTHETIC');
      if (document.evidence.find((e) => `evidence:${e.id}` === named.item)?.kind === 'booking_sheet') expect(found.rotations).toEqual([0, 90]);
    }
    const form = document.forms[0];
    const shown = await pagesOf(byHash.get(form?.rendition?.sha256 ?? '') ?? new Uint8Array());
    expect(shown.texts.join(' ')).toContain(`Form ${form?.kind}`);
    expect(shown.texts.join(' ').toUpperCase()).toContain('ÑANDÚ');
  });
  it('leave the other types to be rendered from data', async () => {
    for (const type of PACKET_TYPES.filter((t) => !PRINTED_TYPES.includes(t))) expect((await withFiles(ofType(type))).document.forms.some((f) => f.rendition), type).toBe(false);
  });
  it('are the same bytes every time', async () => {
    const own = all.slice(0, 6);
    const hashes = async () => (await Promise.all(own.map(packetWithFiles))).map((p) => p.files.map((f) => createHash('sha256').update(f.bytes).digest('hex')));
    expect(await hashes()).toEqual(await hashes());
    const [a, b, other] = [await scanPdf(1, 3), await scanPdf(1, 3), await scanPdf(2, 3)];
    expect([Buffer.from(a.bytes).equals(b.bytes), Buffer.from(a.bytes).equals(other.bytes)]).toEqual([true, false]);
  });
  it('give one packet a scan of 300 pages without a word of text', async () => {
    const with5 = all.filter((p) => p.scenario === 5);
    expect(with5).toHaveLength(1);
    const { packet, files } = await packetWithFiles(with5[0] as (typeof all)[number]);
    const scan = packet.document.evidence.find((e) => e.id === 'ev-file-scan');
    expect(scan?.pages).toBe(SCAN_PAGES);
    const found = await pagesOf(files.find((f) => f.sha256 === scan?.sha256)?.bytes ?? new Uint8Array());
    expect([found.pages, found.texts.join(''), found.rotations[6]]).toEqual([SCAN_PAGES, '', 90]);
  });
});
