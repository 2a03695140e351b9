/**
 * Documents in a real browser under the real policy: a PDF beside the fields, pages by keyboard, search, a scan of 300 pages, and every kind of bad
 * file, each with its sentence while the rest keeps working.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { PDFDocument } from '@cantoo/pdf-lib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packetWithFiles, SCAN_PAGES, withFiles, type DemoFile } from '../../synthetic/documents.ts';
import { packets } from '../../synthetic/packets.ts';
import { formPdf } from '../../synthetic/pdf.ts';
import { DEMO_PM_ID } from '../../synthetic/programme.ts';
import { enrolmentCode, ingest, upload } from '../../build/demo/seed-hq.ts';
import type { PacketDocument } from '../../shared/domain/packet.ts';
import { type Desk, enrol, openDesk, seedProgramme, SERVICE_TOKEN } from './app.ts';

const NOW = new Date().toISOString();
const LARGE = 24 * 1024 * 1024;
let desk: Desk;
const complaints: string[] = [];
const pictures = process.env.FIELDBOOK_PICTURES ?? '';
const good = packets(287, NOW).find((p) => p.scenario === 5);
const other = packets(287, NOW).find((p) => p.scenario === 6);
if (!good || !other) throw new Error('the demo lacks its scenarios');
const broken: PacketDocument = { ...other.document, packetId: 'pk-broken', subject: { ...other.document.subject, subjectId: 'su-broken' } };
const go = (hash: string): Promise<void> => desk.page.evaluate((to) => { location.hash = to; }, hash);
const list = () => desk.page.getByRole('navigation', { name: 'Forms and evidence' });
const choose = (name: string | RegExp) => list().getByRole('button', { name }).click();
const pages = () => desk.page.locator('.pdf-pages');
const pageText = () => desk.page.getByTestId('page').textContent();
const found = () => desk.page.getByTestId('found').textContent();
const drawnPage = (n: number) => desk.page.locator(`[data-page="${n}"][data-state="drawn"]`);
async function picture(name: string): Promise<void> {
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  await desk.page.screenshot({ path: join(pictures, `${name}.png`) });
}
async function axe(name: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page: desk.page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
  expect(violations.map((v) => `${name}: ${v.id} ${v.nodes.map((n) => n.target.join(' ')).slice(0, 3).join(' | ')}`)).toEqual([]);
}
const fileOf = (bytes: Uint8Array): DemoFile => ({ sha256: createHash('sha256').update(bytes).digest('hex'), bytes, mediaType: 'application/pdf' });

/** Files that are what their hash says, and still cannot be shown. */
async function badFiles(): Promise<Readonly<Record<string, DemoFile>>> {
  const form = await formPdf(broken.forms[0] as PacketDocument['forms'][number], broken);
  const locked = await PDFDocument.load(form.bytes, { updateMetadata: false });
  locked.encrypt({ userPassword: 'synthetic', ownerPassword: 'synthetic owner' });
  const large = await PDFDocument.create({ updateMetadata: false });
  for (let n = 1; n <= 12; n += 1) large.addPage([612, 792]).drawText(`SYNTHETIC large page ${n}`, { x: 50, y: 700 });
  large.context.register(large.context.stream(Buffer.alloc(LARGE, 'SYNTHETIC filler ')));
  return {
    encrypted: fileOf(await locked.save({ useObjectStreams: false })), truncated: fileOf(form.bytes.slice(0, 400)), 'not a PDF': fileOf(Buffer.from('SYNTHETIC: a letter that was saved as text.')),
    'other pages': fileOf(form.bytes), large: fileOf(await large.save({ useObjectStreams: false })), absent: fileOf(Buffer.from('SYNTHETIC: never sent')),
  };
}

beforeAll(async () => {
  desk = await openDesk();
  await desk.startHq();
  const hq = { url: desk.hqUrl, token: SERVICE_TOKEN };
  await seedProgramme(hq, NOW);
  const first = await packetWithFiles(good);
  const bad = await badFiles();
  const second = await withFiles(broken);
  const base = second.document.evidence[0] as PacketDocument['evidence'][number];
  const evidence = Object.entries(bad).map(([title, f], n) => ({ ...base, id: `ev-bad-${n}`, kind: 'other' as const, title, sha256: f.sha256, bytes: f.bytes.byteLength, pages: title === 'large' ? 12 : 9 }));
  for (const file of [...first.files, ...second.files, ...Object.entries(bad).filter(([t]) => t !== 'absent').map(([, f]) => f)]) await upload(hq, file);
  // One form without a PDF, one whose PDF cannot be shown.
  const locked = bad.encrypted as DemoFile;
  const forms = second.document.forms.map((f, n) => { const { rendition: _r, ...plain } = f; return n === 0 ? plain : n === 1 ? { ...f, rendition: { sha256: locked.sha256, bytes: locked.bytes.byteLength, mediaType: locked.mediaType, pages: 1 } } : f; });
  await ingest(hq, 'packets', [first.packet.document, { ...second.document, forms, evidence: [...second.document.evidence, ...evidence] }]);
  const code = await enrolmentCode(hq, DEMO_PM_ID);
  await desk.startHost();
  desk.page.on('console', (m) => { if (m.type() === 'error') complaints.push(m.text()); });
  desk.page.on('pageerror', (e) => complaints.push(`${e.name}: ${e.message} ${e.stack ?? ''}`));
  await desk.openPage();
  await enrol(desk.page, code);
  await go(`/packet/${good.document.packetId}`);
  await list().getByRole('button').first().waitFor({ timeout: 60_000 });
}, 300_000);
afterAll(() => desk?.close(), 60_000);

describe('a document beside the facts', () => {
  it('shows a form as PDF and as fields, side by side, divided by a separator that the keyboard moves', async () => {
    await choose(/I-862/);
    await desk.page.getByRole('button', { name: 'Side by side' }).click();
    await drawnPage(1).waitFor({ timeout: 30_000 });
    await desk.page.getByRole('article').first().waitFor();
    const divider = desk.page.getByRole('separator', { name: 'Width of the fields' });
    const before = Number(await divider.getAttribute('aria-valuenow'));
    await divider.focus();
    await desk.page.keyboard.press('ArrowLeft');
    expect(Number(await divider.getAttribute('aria-valuenow'))).toBe(before + 16);
    await picture('document-side-by-side');
    await axe('side by side');
  });
  it('folds the checks where all three do not fit, and opens them again by keyboard', async () => {
    const room = async () => (await desk.page.locator('.document-both > .document-half').boundingBox())?.width ?? 0;
    const rail = desk.page.getByRole('region', { name: 'Checks' }).getByRole('button', { name: /^Checks/, expanded: false });
    const folded = await room();
    expect(folded).toBeGreaterThan(1280 * 0.33);
    await rail.focus();
    await desk.page.keyboard.press('Enter');
    await desk.page.getByText('Rule pack').waitFor();
    await expect.poll(room).toBeLessThan(folded - 200);
    await expect.poll(() => desk.page.getByRole('button', { name: 'Fold the checks' }).evaluate((e) => e === document.activeElement)).toBe(true);
    await desk.page.keyboard.press('v');
    await expect.poll(room).toBe(folded);
    // A check that is asked for by its number is never hidden.
    await desk.page.keyboard.press('1');
    await expect.poll(() => desk.page.evaluate(() => (document.activeElement as HTMLElement).dataset.check !== undefined)).toBe(true);
    await desk.page.keyboard.press('v');
    await rail.waitFor();
    await desk.page.getByRole('button', { name: 'Fields' }).click();
    await desk.page.getByText('Rule pack').waitFor();
    await desk.page.getByRole('button', { name: 'Side by side' }).click();
    await rail.waitFor();
    await axe('folded checks');
  });
  it('has a text layer with the words of the page, where they stand', async () => {
    await desk.page.getByRole('button', { name: 'Document', exact: true }).click();
    await drawnPage(1).waitFor();
    const text = await desk.page.locator('[data-page="1"] .pdf-text').textContent();
    expect(text).toContain('SYNTHETIC');
    expect(text).toContain('Form I-862');
    const box = await desk.page.locator('[data-page="1"] .pdf-text span', { hasText: 'Form I-862' }).first().boundingBox();
    const sheet = await desk.page.locator('[data-page="1"]').boundingBox();
    expect(box && sheet && box.x > sheet.x && box.y > sheet.y && box.y < sheet.y + sheet.height / 4 && box.width > 40).toBe(true);
    // Drawn, not blank: the canvas has ink.
    expect(await desk.page.locator('[data-page="1"] canvas').evaluate((c: HTMLCanvasElement) => c.getContext('2d')?.getImageData(0, 0, c.width, c.height).data.some((v, n) => n % 4 === 0 && v < 120))).toBe(true);
    await axe('document');
  });
  it('counts a form as seen when its document was on screen', async () => {
    await choose(/I-200/);
    await drawnPage(1).waitFor();
    await expect.poll(() => list().getByRole('button', { name: /I-200/ }).textContent(), { timeout: 10_000 }).toContain('◉');
  });
  it('finds words, says where and how many, and marks them', async () => {
    await choose(/Record of sworn statement/);
    await drawnPage(1).waitFor();
    await desk.page.keyboard.press('Control+f');
    await desk.page.keyboard.type('synthetic');
    await expect.poll(found, { timeout: 10_000 }).toMatch(/^1 of \d+, page 1$/);
    expect(await desk.page.evaluate(() => (CSS as unknown as { highlights: Map<string, Set<Range>> }).highlights.get('document-find')?.size)).toBeGreaterThan(0);
    await desk.page.keyboard.press('Enter');
    expect(await found()).toMatch(/^2 of/);
    await desk.page.keyboard.press('Shift+Enter');
    expect(await found()).toMatch(/^1 of/);
    for (let n = 0; n < 4; n += 1) await desk.page.keyboard.press('Enter');
    await expect.poll(pageText).not.toBe('Page 1 of 4');
    await picture('document-find');
    await axe('find');
    await desk.page.getByLabel('Find in the document').fill('no such words here');
    await expect.poll(found, { timeout: 10_000 }).toBe('Not found');
    await desk.page.keyboard.press('Escape');
  });
  it('turns pages, enlarges and turns the sheet by keyboard', async () => {
    await pages().focus();
    await desk.page.keyboard.press('Home');
    await expect.poll(pageText).toBe('Page 1 of 4');
    await desk.page.keyboard.press('PageDown');
    await expect.poll(pageText).toBe('Page 2 of 4');
    await desk.page.keyboard.press('PageDown');
    await expect.poll(pageText).toBe('Page 3 of 4');
    await desk.page.keyboard.press('PageUp');
    await desk.page.keyboard.press('PageUp');
    await expect.poll(pageText).toBe('Page 1 of 4');
    await desk.page.keyboard.press('End');
    await expect.poll(pageText).toBe('Page 4 of 4');
    await desk.page.keyboard.press('Home');
    const width = async () => (await desk.page.locator('[data-page="1"]').boundingBox())?.width ?? 0;
    const before = await width();
    await desk.page.keyboard.press('+');
    await expect.poll(width).toBeGreaterThan(before);
    await desk.page.keyboard.press('w');
    await expect.poll(width).toBe(before);
    const box = await desk.page.locator('[data-page="1"]').boundingBox();
    await desk.page.keyboard.press('t');
    await expect.poll(async () => { const b = await desk.page.locator('[data-page="1"]').boundingBox(); return b ? b.width > b.height : false; }).toBe(true);
    expect(box && box.height > box.width).toBe(true);
    for (let n = 0; n < 3; n += 1) await desk.page.keyboard.press('t');
  });
  it('draws a page that lies on its side upright: wider than high', async () => {
    await choose(/Booking sheet/);
    await desk.page.keyboard.press('PageDown');
    await drawnPage(2).waitFor();
    const canvas = await desk.page.locator('[data-page="2"] canvas').evaluate((c: HTMLCanvasElement) => c.width > c.height);
    expect(canvas).toBe(true);
  });
});

describe('a scan of 300 pages', () => {
  it('scrolls from end to end with only a few pages drawn, under 400 MB', async () => {
    await choose(/Case file, complete scan/);
    await drawnPage(1).waitFor({ timeout: 60_000 });
    expect(await pageText()).toBe(`Page 1 of ${SCAN_PAGES}`);
    const session = await desk.context.browser()?.newBrowserCDPSession();
    if (!session) throw new Error('no browser session');
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    const renderers = processInfo.filter((p) => p.type === 'renderer').map((p) => p.id);
    const memory = () => Math.max(...renderers.map((pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0))) / 1024;
    // What the tests before this one left behind (the accessibility checker above all) is not the scan's.
    await (await desk.context.newCDPSession(desk.page)).send('HeapProfiler.collectGarbage');
    let most = 0;
    let drawn = 0;
    for (let n = 2; n <= SCAN_PAGES; n += 1) {
      await desk.page.keyboard.press('PageDown');
      if (n % 10 !== 0) continue;
      await expect.poll(pageText, { timeout: 20_000 }).toBe(`Page ${n} of ${SCAN_PAGES}`);
      await drawnPage(n).waitFor({ timeout: 20_000 });
      most = Math.max(most, memory());
      drawn = Math.max(drawn, await desk.page.locator('.pdf-page').count());
    }
    expect(drawn).toBeLessThanOrEqual(6);
    expect(most).toBeLessThan(400);
    if (pictures) console.log(`scan: ${Math.round(most)} MB, ${drawn} pages drawn`);
    await picture('document-scan');
    await axe('scan');
  }, 180_000);
  it('tells a screen reader that the pages are pictures, and the search that there is no text', async () => {
    await expect.poll(() => desk.page.locator('.pdf-page .hidden-text').first().textContent()).toBe('This page is a picture without text.');
    await desk.page.keyboard.press('Control+f');
    await desk.page.keyboard.type('anything');
    await expect.poll(found, { timeout: 60_000 }).toBe('No text: these pages are pictures');
    await desk.page.keyboard.press('Escape');
  }, 90_000);
});

describe('a document that cannot be shown', () => {
  beforeAll(async () => {
    await go('/packet/pk-broken');
    await list().getByRole('button', { name: /encrypted/ }).waitFor({ timeout: 60_000 });
  }, 90_000);
  it.each([
    [/encrypted/, 'The PDF is encrypted and asks for a password.'], [/truncated/, 'The PDF is damaged or cut off and cannot be shown.'], [/not a PDF/, 'The file says that it is application/pdf, but it is not.'],
    [/absent/, 'HQ does not have this document.'],
  ])('%s: says so in a sentence, and the rest keeps working', async (name, text) => {
    await choose(name);
    await desk.page.getByText(text).waitFor({ timeout: 30_000 });
    await axe(String(name));
    await choose(/Booking sheet/);
    await drawnPage(1).waitFor({ timeout: 30_000 });
    // What was never on screen is not called seen.
    await expect.poll(() => list().getByRole('button', { name: /Booking sheet/ }).textContent()).toContain('◉');
    expect(await list().getByRole('button', { name }).textContent()).toContain('○');
  });
  it('says when the document has other pages than the packet says, and shows it', async () => {
    await choose(/other pages/);
    await desk.page.getByText(/The packet says 9 pages; the document has \d/).waitFor();
    await drawnPage(1).waitFor();
  });
  it('opens a large document page by page out of ranges', async () => {
    const asked: string[] = [];
    desk.page.on('request', (r) => { if (r.url().includes('/blob/')) asked.push(r.headers().range ?? 'whole'); });
    await choose(/large/);
    await desk.page.getByText(/Large document \(2\d.*MB\)/).waitFor({ timeout: 120_000 });
    await drawnPage(1).waitFor();
    await desk.page.keyboard.press('End');
    await drawnPage(12).waitFor();
    expect(asked).not.toContain('whole');
    const bytes = asked.map((r) => /bytes=(\d+)-(\d+)/.exec(r)).reduce((sum, m) => sum + Number(m?.[2] ?? 0) - Number(m?.[1] ?? 0), 0);
    expect(bytes).toBeLessThan(LARGE / 2);
  }, 180_000);
  it('does not count a form as seen while a sentence stands in the place of its document', async () => {
    const second = list().locator('ul').first().getByRole('button').nth(1);
    await second.click();
    await desk.page.getByRole('button', { name: 'Document', exact: true }).click();
    await desk.page.getByText('The PDF is encrypted and asks for a password.').waitFor({ timeout: 30_000 });
    const seconds = Date.now();
    // Counted once a second: after two more of them it would be.
    await expect.poll(() => Date.now() - seconds, { timeout: 5_000 }).toBeGreaterThan(2_500);
    expect(await second.textContent()).toContain('○');
    await desk.page.getByRole('button', { name: 'Fields' }).click();
    await expect.poll(() => second.textContent(), { timeout: 10_000 }).toContain('◉');
  });
  it('renders a form without a PDF from its fields, and says that', async () => {
    await list().locator('ul').first().getByRole('button').first().click();
    await desk.page.getByText(/Rendered from data/).waitFor();
    expect(await pages().count()).toBe(0);
  });
});

describe('the policy', () => {
  it('was never broken: no violation, no error in the console', () => {
    expect(complaints).toEqual([]);
  });
  it('shows no document while locked', async () => {
    const answer = await desk.page.evaluate(async () => {
      await fetch('/call', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ act: 'session.lock', input: {} }) });
      const reply = await fetch(`/blob/${'a'.repeat(64)}`);
      return { status: reply.status, body: (await reply.json()) as { problem: { code: string } } };
    });
    expect([answer.status, answer.body.problem.code]).toEqual([403, 'session/locked']);
    await expect.poll(() => desk.page.locator('canvas').count()).toBe(0);
  });
});
