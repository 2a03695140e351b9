/**
 * Gives a synthetic packet its files: a PDF for every form of the six packet types that agencies send on paper, one for every piece of evidence, and
 * to one packet a scan of 300 pages. Hashes, sizes and page counts in the record are those of the files. The same packet gives the same bytes.
 */
import { createHash } from 'node:crypto';
import type { Evidence, Form, PacketDocument } from '../shared/domain/packet.ts';
import type { PacketType } from '../shared/rows.ts';
import type { DemoPacket } from './packets.ts';
import { evidencePdf, formPdf, type MadePdf, type PlacedLine, scanPdf } from './pdf.ts';
import { dioPins } from './pins.ts';

/** Types whose forms come as PDF; the others are rendered from data. */
export const PRINTED_TYPES: readonly PacketType[] = ['P-NTA', 'P-DET', 'P-REIN', 'P-FARO', 'P-FINAL', 'P-WSO'];
export const SCAN_PAGES = 300;
/** The scenario whose packet carries the long scan. */
export const SCAN_SCENARIO = 5;
const SCAN_ID = 'ev-file-scan';
const SCAN_SEED = 287;

/** One file by its SHA-256. */
export type DemoFile = { readonly sha256: string; readonly bytes: Uint8Array; readonly mediaType: 'application/pdf' };
export type WithFiles = { readonly document: PacketDocument; readonly files: readonly DemoFile[] };

let scan: Promise<MadePdf> | null = null;
/** The long scan, made once per process. */
const longScan = (): Promise<MadePdf> => {
  scan ??= scanPdf(SCAN_SEED, SCAN_PAGES);
  return scan;
};

/** The document with its files named and the DIO's pins into them, and the files. Evidence that was named before keeps its id, kind and place. */
export async function withFiles(document: PacketDocument, hasScan = false): Promise<WithFiles> {
  const files = new Map<string, DemoFile>();
  const named = ({ bytes, pages }: MadePdf) => {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    files.set(sha256, { sha256, bytes, mediaType: 'application/pdf' });
    return { sha256, bytes: bytes.byteLength, mediaType: 'application/pdf', pages };
  };
  const forms: Form[] = [];
  for (const form of document.forms) forms.push(PRINTED_TYPES.includes(document.type) ? { ...form, rendition: named(await formPdf(form, document)) } : form);
  const evidence: Evidence[] = [];
  const lines = new Map<string, readonly PlacedLine[]>();
  for (const e of document.evidence) {
    const made = await evidencePdf(e, document);
    lines.set(e.id, made.lines);
    evidence.push({ ...e, ...named(made) });
  }
  if (hasScan) {
    evidence.push({ id: SCAN_ID, kind: 'other', title: 'Case file, complete scan', source: 'ice', obtainedAt: document.preparedAt, ...named(await longScan()) });
  }
  return { document: { ...document, forms, evidence, pins: [...dioPins(document, lines)] }, files: [...files.values()] };
}

/** A packet of the demo with its files. */
export async function packetWithFiles(packet: DemoPacket): Promise<{ readonly packet: DemoPacket; readonly files: readonly DemoFile[] }> {
  const { document, files } = await withFiles(packet.document, packet.scenario === SCAN_SCENARIO);
  return { packet: { ...packet, document }, files };
}
