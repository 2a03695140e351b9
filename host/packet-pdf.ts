/**
 * One PDF of one packet: cover with contents and QR code, the parts of the paper, the stored files merged in. Runs in a thread of its own
 * (packet-pdf-worker.ts) or in a test. Must never stop at a bad file: it becomes a page that says which file, its hash and why.
 */
import { createHash } from 'node:crypto';
import { EncryptedPDFError, PDFArray, PDFDict, PDFDocument, PDFName, type PDFPage } from '@cantoo/pdf-lib';
import type { AttachmentPlace } from '../shared/attachments.ts';
import type { Block, Paper, PaperFile } from '../shared/domain/packet-paper.ts';
import { drawFoot, drawMark, drawQr, HEIGHT, MARGIN, newSheet, penOn, WIDTH, wrapped, type Sheet } from './packet-pdf-layout.ts';

/** Bytes of stored files that one PDF takes in; those beyond are named on a page. Everything lies in memory while it is written. */
export const MERGE_MAX_BYTES = 320 * 1024 * 1024;
/** Side of the QR code, points: some 4 cm, which a telephone reads from a desk. */
const QR = 120;
export type Stored = { readonly bytes: Uint8Array } | { readonly why: AttachmentPlace | 'unreadable' };
export type PdfInput = { readonly paper: Paper; readonly at: string; /** The sealed machine-readable bundle, attached to the file. */ readonly bundle: { readonly name: string; readonly text: string } };
export type Progress = { readonly done: number; readonly of: number };

const WHY: Readonly<Record<AttachmentPlace | 'unreadable', string>> = {
  here: 'it could not be read', fetching: 'it is still being fetched from HQ', waiting: 'it waits to be fetched from HQ', not_at_hq: 'the agency has not sent it to HQ',
  failed: 'it arrived damaged', no_room: 'the laptop\'s disk was too full to fetch it', too_large: 'it is larger than a laptop keeps', unreadable: 'the laptop\'s copy is damaged',
};

/** Actions that a copied page could carry: nothing in a printed packet runs, opens or sends anything. What the page looks like stays. */
function disarm(page: PDFPage): void {
  const names = ['AA', 'A', 'PA', 'PresSteps', 'StructParents'].map((n) => PDFName.of(n));
  for (const name of names) page.node.delete(name);
  const notes = page.node.lookup(PDFName.of('Annots'));
  if (!(notes instanceof PDFArray)) return;
  for (let n = 0; n < notes.size(); n += 1) {
    const note = notes.lookup(n);
    if (note instanceof PDFDict) for (const name of names) note.delete(name);
  }
}

/** Adds the pages of one file, or says why not. The file's hash is looked at again: what is printed is what the packet names. */
async function merge(sheet: Sheet, file: PaperFile, bytes: Uint8Array): Promise<{ readonly pages: readonly PDFPage[] } | { readonly why: string }> {
  const hash = createHash('sha256').update(bytes).digest('hex');
  if (hash !== file.sha256) return { why: `its content has another hash: ${hash}` };
  try {
    if (file.mediaType === 'image/png' || file.mediaType === 'image/jpeg') {
      const image = file.mediaType === 'image/png' ? await sheet.pdf.embedPng(bytes) : await sheet.pdf.embedJpg(bytes);
      const { width, height } = image.scaleToFit(WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN);
      const page = sheet.pdf.addPage([WIDTH, HEIGHT]);
      page.drawImage(image, { x: (WIDTH - width) / 2, y: (HEIGHT - height) / 2, width, height });
      return { pages: [page] };
    }
    if (file.mediaType !== 'application/pdf') return { why: `it is of type ${file.mediaType}, neither a PDF nor a picture` };
    if (!Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(1024, bytes.length)).includes('%PDF-')) return { why: 'it is not a PDF, whatever the packet says' };
    const source = await PDFDocument.load(bytes, { updateMetadata: false, throwOnInvalidObject: true });
    if (source.getPageCount() === 0) return { why: 'it has no pages' };
    const pages = await sheet.pdf.copyPages(source, source.getPageIndices());
    for (const page of pages) {
      disarm(page);
      sheet.pdf.addPage(page);
    }
    return { pages };
  } catch (error) {
    if (error instanceof EncryptedPDFError || (error instanceof Error && /encrypt|password/i.test(error.message))) return { why: 'it is encrypted: the agency must send it without a password' };
    return { why: 'it is damaged or not a whole PDF' };
  }
}

/**
 * The whole PDF. `read` gives a stored file, or where it is instead; `progress` counts parts. Rejects only on a bug or when memory ends.
 */
export async function writePacketPdf(input: PdfInput, read: (file: PaperFile) => Promise<Stored>, progress: (p: Progress) => void): Promise<Uint8Array> {
  const { paper } = input;
  const sheet = await newSheet(paper.title, input.at);
  const { pdf } = sheet;
  const of = paper.parts.length + 1;
  const pen = penOn(sheet);
  const own = new Set<PDFPage>();
  const note = (): void => { for (const page of pen.own) own.add(page); };

  // The cover and the contents, whose page numbers are known at the end.
  const entry = (title: string): string => wrapped(sheet.plain, title, 9.5, WIDTH - 2 * MARGIN - 40)[0] ?? '';
  pen.newPage();
  pen.y -= QR - 26;
  const cover = pen.page();
  pen.blocks(paper.cover);
  const room = (): number => Math.floor((pen.y - MARGIN - 60) / 14);
  const slots: { readonly page: PDFPage; readonly y: number }[] = [];
  pen.blocks([{ kind: 'heading', text: 'Contents' }]);
  for (const _part of paper.parts) {
    if (room() < 1) pen.newPage();
    pen.y -= 14;
    slots.push({ page: pen.page(), y: pen.y });
  }
  note();

  let merged = 0;
  const starts: number[] = [];
  for (const [n, part] of paper.parts.entries()) {
    progress({ done: n, of });
    pen.title(part.title);
    starts.push(pdf.getPageCount());
    pen.blocks(part.blocks);
    note();
    const { file } = part;
    if (!file) continue;
    const about: Block[] = [
      { kind: 'heading', text: `Stored file: ${file.title}` },
      { kind: 'field', label: 'SHA-256', value: file.sha256 }, { kind: 'field', label: 'Size', value: `${file.bytes} bytes, ${file.pages} pages as the packet says, ${file.mediaType}` },
    ];
    const stored: Stored | { readonly tooMuch: true } = merged + file.bytes > MERGE_MAX_BYTES ? { tooMuch: true } : await read(file);
    // The words about the file come before its pages, but how many those are is known only after them: a place is kept.
    pen.blocks([...about, { kind: 'text', text: ' ' }]);
    const [place, y] = [pen.page(), pen.y];
    note();
    const result = 'tooMuch' in stored ? { why: `one PDF takes in ${MERGE_MAX_BYTES / 1024 / 1024} MiB of files, and this one goes beyond: print it alone` }
      : 'why' in stored ? { why: WHY[stored.why] } : await merge(sheet, file, stored.bytes);
    if ('why' in result) {
      pen.blocks([{ kind: 'heading', text: 'This file is not in this PDF' }, { kind: 'text', text: `Why: ${result.why}.` }, { kind: 'text', text: 'The packet names it by the hash above; compare any copy with that.' }]);
      note();
    } else {
      merged += file.bytes;
      const count = result.pages.length;
      const differs = count === file.pages ? '' : ` The packet says ${file.pages}.`;
      place.drawText(`The hash was compared and is equal. Its ${count === 1 ? 'page follows' : `${count} pages follow`}.${differs}`, { x: MARGIN, y, size: 10, font: sheet.plain.font });
      if (paper.mark !== null) for (const page of result.pages) drawMark(sheet, page, paper.mark);
    }
  }
  progress({ done: of - 1, of });

  for (const [n, slot] of slots.entries()) {
    const [text, number] = [entry(paper.parts[n]?.title ?? ''), String(starts[n] ?? '')];
    slot.page.drawText(text, { x: MARGIN, y: slot.y, size: 9.5, font: sheet.plain.font });
    slot.page.drawText(number, { x: WIDTH - MARGIN - sheet.plain.width(number, 9.5), y: slot.y, size: 9.5, font: sheet.plain.font });
  }
  cover.drawText('Packet record', { x: MARGIN, y: HEIGHT - MARGIN - 18, size: 20, font: sheet.bold.font });
  if (paper.isSynthetic) cover.drawText('SYNTHETIC: invented for demonstration. No real person, case or officer.', { x: MARGIN, y: HEIGHT - MARGIN - 36, size: 8.5, font: sheet.plain.font });
  const codeLines = wrapped(sheet.plain, paper.code, 8.5, WIDTH - 2 * MARGIN - QR - 20);
  for (const [n, words] of [...codeLines, 'npm run ledger -- code CODE FILE compares this paper with an exported bundle.', 'The bundle that it was made from is attached to this PDF.'].entries()) {
    cover.drawText(words, { x: MARGIN, y: HEIGHT - MARGIN - 56 - n * 12, size: 8.5, font: sheet.plain.font });
  }
  drawQr(cover, paper.code, WIDTH - MARGIN - QR, HEIGHT - MARGIN - QR + 14, QR);
  const all = pdf.getPages();
  for (const [n, page] of all.entries()) {
    if (!own.has(page)) continue;
    drawFoot(sheet, page, `${paper.title}${paper.isSynthetic ? '  SYNTHETIC' : ''}  ${paper.code.slice(-32)}`, `page ${n + 1} of ${all.length}`);
    if (paper.mark !== null) drawMark(sheet, page, paper.mark);
  }
  await pdf.attach(new TextEncoder().encode(input.bundle.text), input.bundle.name, { mimeType: 'application/json', description: 'The packet as a bundle that npm run ledger -- verify accepts' });
  const bytes = await pdf.save({ addDefaultPage: false, updateFieldAppearances: false });
  progress({ done: of, of });
  return bytes;
}
