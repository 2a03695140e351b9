/**
 * One packet as a PDF out of the real product: real store, real documents from HQ, the bundled thread that writes it, and the browser's own download.
 * The QR code is read from the picture of the cover and compared with the bundle that the same dialog hands over.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCanvas } from '@napi-rs/canvas';
import jsQR from 'jsqr';
import { getDocument, type PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packetWithFiles, SCAN_PAGES } from '../../synthetic/documents.ts';
import { packets } from '../../synthetic/packets.ts';
import { DEMO_PM_ID } from '../../synthetic/programme.ts';
import { enrolmentCode, ingest, upload } from '../../build/demo/seed-hq.ts';
import { main } from '../../build/ledger.ts';
import { axeLines, callFrom, type Desk, enrol, openDesk, seedProgramme, SERVICE_TOKEN } from './app.ts';

const NOW = new Date().toISOString();
const pictures = process.env.FIELDBOOK_PICTURES ?? '';
const good = packets(287, NOW).find((p) => p.scenario === 5);
if (!good) throw new Error('the demo lacks its scenario');
const { packetId } = good.document;
let desk: Desk;
let files = 0;
let pdf: PDFDocumentProxy;
const go = (hash: string): Promise<void> => desk.page.evaluate((to) => { location.hash = to; }, hash);

/** The page as dots, at twice the size of print. */
async function drawn(n: number) {
  const page = await pdf.getPage(n);
  const viewport = page.getViewport({ scale: 1.5 });
  const canvas = createCanvas(Math.ceil(viewport.width), Math.ceil(viewport.height));
  await page.render({ canvas: null, canvasContext: canvas.getContext('2d') as unknown as CanvasRenderingContext2D, viewport }).promise;
  return canvas;
}
async function textOf(n: number): Promise<string> {
  return (await (await pdf.getPage(n)).getTextContent()).items.map((i) => ('str' in i ? i.str : '')).join(' ').replace(/\s+/g, ' ');
}
/** What the export dialog hands over for one choice. */
async function taken(choice: string): Promise<{ readonly name: string; readonly path: string }> {
  await desk.page.getByRole('button', { name: 'Export…' }).click();
  await desk.page.getByText(choice).click();
  const [file] = await Promise.all([desk.page.waitForEvent('download', { timeout: 120_000 }), desk.page.getByRole('button', { name: 'Save the file' }).click()]);
  await desk.page.getByText('Handed over as').waitFor();
  expect(await axeLines(desk.page, choice)).toEqual([]);
  await desk.page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
  return { name: file.suggestedFilename(), path: await file.path() };
}

beforeAll(async () => {
  desk = await openDesk();
  await desk.startHq();
  const hq = { url: desk.hqUrl, token: SERVICE_TOKEN };
  await seedProgramme(hq, NOW);
  const packet = await packetWithFiles(good);
  files = new Set(packet.files.map((f) => f.sha256)).size;
  for (const file of packet.files) await upload(hq, file);
  await ingest(hq, 'packets', [packet.packet.document]);
  const code = await enrolmentCode(hq, DEMO_PM_ID);
  await desk.startHost();
  await desk.openPage();
  await enrol(desk.page, code);
  await go(`/packet/${packetId}`);
  await desk.page.getByRole('button', { name: 'Export…' }).waitFor({ timeout: 60_000 });
  // Every document is on the laptop before the network goes.
  type State = { readonly sha256: string; readonly place: string };
  const here = async (): Promise<number> =>
    new Set((await callFrom<readonly State[]>(desk.page, { read: 'document.states', input: { packetId, number: null } })).filter((s) => s.place === 'here').map((s) => s.sha256)).size;
  for (let tries = 0; tries < 200 && await here() < files; tries += 1) await desk.page.waitForTimeout(500);
  expect(await here()).toBe(files);
  await desk.stopHq();
}, 300_000);
afterAll(async () => {
  await pdf?.loadingTask.destroy();
  await desk?.close();
}, 60_000);

describe('a packet as a PDF, with HQ out of reach', () => {
  it('is handed over whole, with every stored page', async () => {
    const { name, path } = await taken('PDF to read and print');
    expect(name).toBe(`packet-${packetId}-v1.pdf`);
    const bytes = readFileSync(path);
    pdf = await getDocument({ data: new Uint8Array(bytes), verbosity: 0 }).promise;
    expect(pdf.numPages).toBeGreaterThan(SCAN_PAGES + good.document.forms.length + good.document.evidence.length);
    const text: string[] = [];
    for (let n = 1; n <= pdf.numPages; n += 1) text.push(await textOf(n));
    const all = text.join('\n');
    for (const words of ['Packet record', 'Checks and their sources', 'Signed statements', 'Ledger extract', `Its ${SCAN_PAGES} pages follow.`, 'The hash was compared and is equal.']) expect(all, words).toContain(words);
    expect(all).not.toContain('This file is not in this PDF');
    if (pictures) {
      mkdirSync(pictures, { recursive: true });
      for (const [what, n] of [['cover', 1], ['facts', 3], ['form', 5], ['checks', text.findIndex((t) => t.startsWith('Checks and their')) + 1], ['ledger', text.findIndex((t) => t.startsWith('Ledger extract')) + 1]] as const) writeFileSync(join(pictures, `paper-${what}.png`), (await drawn(n)).toBuffer('image/png'));
    }
  }, 240_000);
  it('has a QR code on its cover that belongs to the bundle of the same dialog', async () => {
    const bundle = await taken('Bundle to verify');
    expect(bundle.name).toBe(`packet-${packetId}-v1.json`);
    const cover = await drawn(1);
    const { data, width, height } = cover.getContext('2d').getImageData(0, 0, cover.width, cover.height);
    const code = jsQR(new Uint8ClampedArray(data), width, height)?.data ?? '';
    const said: string[] = [];
    expect(main(['code', code, bundle.path], (line) => said.push(line))).toBe(0);
    expect(said.at(-1)).toBe(`SAME PAPER  ${code}`);
  }, 120_000);
});
