/** A packet on paper and out of the laptop, in the built screen: what Ctrl-P prints, read from the PDF that Chromium makes of it, and the export dialog's PDF. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PacketView } from '../../shared/api.ts';
import { no, type Result } from '../../shared/result.ts';
import { axeLines } from '../e2e/app.ts';
import { PDF_BYTES, PDF_FAILED, PDF_WORKING, type FakeBackend } from './fake-backend.ts';
import { claimsOf } from './fake-claims.ts';
import { LOOKBACKS } from './fake-lookbacks.ts';
import { packetDocument } from './fake-packets.ts';
import { type Screens, startScreens } from './screens.ts';

let screens: Screens;
let backend: FakeBackend;
beforeAll(async () => {
  screens = await startScreens();
  ({ backend } = screens);
});
afterAll(async () => screens?.close());
/** Answers on their way when a window closes are nobody's. */
let routed: Page | null = null;
const fresh = async (): Promise<void> => {
  await routed?.unrouteAll({ behavior: 'ignoreErrors' });
  routed = null;
  await screens.reset();
};
beforeEach(fresh);
afterEach(fresh);

const ready = (p: Page): Promise<void> => p.getByText('Rule pack').waitFor();
/** Opens a packet whose view is changed on its way to the screen. */
async function packet(edit: (view: PacketView) => PacketView = (v) => v, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
  const p = await screens.open('#/today', { colorScheme });
  routed = p;
  await p.route('**/call', async (route) => {
    const asked = route.request().postDataJSON() as { readonly read?: string };
    if (asked.read !== 'packet.open') return route.continue();
    const reply = await route.fetch();
    const body = await reply.json() as Result<PacketView>;
    await route.fulfill({ response: reply, json: body.ok ? { ...body, value: edit(body.value) } : body });
  });
  await p.evaluate(() => { location.hash = '#/packet/p-0001'; });
  await ready(p);
  return p;
}
type Printed = { readonly pages: readonly string[]; readonly title: string; readonly bytes: Buffer };
async function printed(p: Page): Promise<Printed> {
  const bytes = await p.pdf({ preferCSSPageSize: true, printBackground: true });
  const pdf = await getDocument({ data: new Uint8Array(bytes), verbosity: 0 }).promise;
  const pages: string[] = [];
  for (let n = 1; n <= pdf.numPages; n += 1) {
    const { items } = await (await pdf.getPage(n)).getTextContent();
    pages.push(items.map((i) => ('str' in i ? i.str : '')).join(' ').replace(/\s+/g, ' '));
  }
  const { info } = await pdf.getMetadata();
  await pdf.loadingTask.destroy();
  return { pages, bytes, title: String((info as { readonly Title?: unknown }).Title ?? '') };
}
const signed = (v: PacketView): PacketView => ({
  ...v,
  statements: [{
    id: 'st-1', stream: v.packet.stream, version: 1, changedBy: 'hq', agencyId: v.packet.agencyId, packetId: v.packet.id, number: 1, formId: packetDocument(1).forms[0]?.id ?? '', formHash: 'c'.repeat(64),
    signerId: 'pm-01', legalTitle: 'Supervisory Detention and Deportation Officer', capacity: 'Issuing officer, 8 CFR 239.1(a)', signedAt: v.now, zone: v.agency.zone, jws: 'a.b.c', effect: 'in_effect', reviewReasons: [],
  }],
});

describe('a packet on paper', () => {
  it('has facts, clocks, checks with sources, every form and the statements, and neither rail nor buttons', async () => {
    const p = await packet(signed);
    const { pages, title } = await printed(p);
    const text = pages.join('\n');
    for (const words of ['Clocks', 'UTC', 'Holds and returns', 'Checks and their sources', 'CFR', 'Facts outside the forms', 'Signed statements', 'Issuing officer, 8 CFR 239.1(a)', 'c'.repeat(64)]) expect(text, words).toContain(words);
    for (const form of packetDocument(1).forms) expect(pages.some((page) => page.trim().startsWith(form.kind)), form.kind).toBe(true);
    for (const words of ['Export…', 'Place a hold', 'Settings', 'Itinerary', 'Received by HQ ·', 'Back to the queue']) expect(text, words).not.toContain(words);
    expect(title).toBe('packet-p-0001-v1');
    // Put back afterwards, and nothing stays in the page.
    expect(await p.title()).toMatch(/^Fieldbook: /);
    expect(await p.locator('.print-paper').count()).toBe(0);
    expect(backend.calls.filter((c) => 'act' in c && c.act === 'access.note').map((c) => ('act' in c ? c.input : null))).toContainEqual({ what: 'export', packetId: 'p-0001' });
  });
  it('has the claims as they were told, the custody events and the look-back reviews, as the exported PDF has them', async () => {
    const [claim] = claimsOf('p-0004', 'ag-1');
    const [lookback] = LOOKBACKS;
    if (!claim || !lookback) throw new Error('the stand-in has no closed claim and no look-back review');
    const { pages } = await printed(await packet((v) => ({ ...v, claims: [claim], lookbacks: [lookback] })));
    const text = pages.join('\n');
    for (const words of ['Claims and indicia', claim.statement, 'no evidence', 'Nothing found.', 'CORRECTED afterwards: Another person of that name', 'No van before tomorrow', 'Look-back reviews', 'Recorded by']) expect(text, words).toContain(words);
    await fresh();
    const empty = (await printed(await packet((v) => ({ ...v, claims: [], custody: [], lookbacks: [] })))).pages.join('\n');
    for (const words of ['No claim or indicia was recorded.', 'Nothing was recorded beside what the packet itself says.', 'No look-back review was opened.']) expect(empty, words).toContain(words);
  });
  it('is black on white in the dark theme too', async () => {
    const p = await packet((v) => v, 'dark');
    await p.evaluate(() => dispatchEvent(new Event('beforeprint')));
    await p.emulateMedia({ media: 'print', colorScheme: 'dark' });
    const colors = await p.evaluate(() => [...document.querySelectorAll('body, .print-paper, .print-paper h2, .print-paper dd, .print-paper td')].map((e) => {
      const { color, backgroundColor } = getComputedStyle(e);
      return `${color} ${backgroundColor}`;
    }));
    expect([...new Set(colors)].filter((c) => !/^rgb\(0, 0, 0\) (rgb\(255, 255, 255\)|rgba\(0, 0, 0, 0\))$/.test(c))).toEqual([]);
    expect(colors.length).toBeGreaterThan(20);
    expect(await p.locator('#root').isVisible()).toBe(false);
    expect(await axeLines(p, 'paper')).toEqual([]);
  });
  it('prints one refusal for restricted handling, whatever the cause, and nothing of the packet', async () => {
    const held = (reason: string) => (v: PacketView): PacketView => ({
      ...v, holds: [{ id: 'h-1', stream: v.packet.stream, version: 1, changedBy: 'hq', agencyId: v.packet.agencyId, packetId: v.packet.id, subjectId: v.subject.id, rule: 'RESTRICTED', reason, placedBy: 'hq-1', placedAt: v.now, releasedBy: null, releasedRole: null, releasedAt: null, releaseNote: null }],
    });
    const first = await printed(await packet(held('One cause.')));
    await fresh();
    const second = await printed(await packet(held('Another cause.')));
    expect(first.pages).toEqual(['This packet is under restricted handling and is not exported. Ask the officer for restricted handling at HQ.']);
    expect(second.pages).toEqual(first.pages);
  });
});

describe('the PDF of the export dialog', () => {
  const asked = (name: string): number => backend.calls.filter((c) => 'act' in c && c.act === name).length;
  it('hands the file over under a name of ids and lets the host forget it', async () => {
    const p = await packet();
    await p.getByRole('button', { name: 'Export…' }).click();
    const [file] = await Promise.all([p.waitForEvent('download'), p.keyboard.press('Enter')]);
    expect(file.suggestedFilename()).toBe('packet-p-0000-v1.pdf');
    expect(readFileSync((await file.path()) ?? '', 'utf8')).toBe(PDF_BYTES);
    await p.getByText('Handed over as packet-p-0000-v1.pdf.').waitFor();
    expect(asked('packet.pdfStop')).toBe(1);
    expect(await axeLines(p, 'handed over')).toEqual([]);
    expect(screens.complaints).toEqual([]);
  });
  it.each(['light', 'dark'] as const)('shows how far it is, can be stopped on its way, and is accessible meanwhile (%s)', async (theme) => {
    backend.pdf = [PDF_WORKING];
    const p = await packet((v) => v, theme);
    await p.getByRole('button', { name: 'Export…' }).click();
    await p.getByRole('button', { name: 'Save the file' }).click();
    await p.getByText('5 of 12 parts').waitFor();
    expect(await axeLines(p, 'working')).toEqual([]);
    if (process.env.FIELDBOOK_PICTURES) await p.screenshot({ path: `${process.env.FIELDBOOK_PICTURES}/export-${theme}.png` });
    await p.getByRole('button', { name: 'Stop' }).click();
    await p.getByRole('button', { name: 'Save the file' }).waitFor();
    expect(await p.getByText('5 of 12 parts').count()).toBe(0);
    await expect.poll(() => asked('packet.pdfStop')).toBe(1);
    await p.keyboard.press('Escape');
    await p.getByRole('dialog').waitFor({ state: 'detached' });
  });
  it('ends with its dialog', async () => {
    backend.pdf = [PDF_WORKING];
    const p = await packet();
    await p.getByRole('button', { name: 'Export…' }).click();
    await p.getByRole('button', { name: 'Save the file' }).click();
    await p.getByText('5 of 12 parts').waitFor();
    await p.keyboard.press('Escape');
    await expect.poll(() => asked('packet.pdfStop')).toBe(1);
  });
  it.each([
    ['a failure', [PDF_WORKING, PDF_FAILED], 'The PDF could not be written.'],
    ['restricted handling', [no('export/restricted')], 'This packet is under restricted handling and is not exported.'],
    ['a lock in the middle', [PDF_WORKING, no('session/locked')], 'locked'],
  ] as const)('says %s in words and hands over nothing', async (_what, states, words) => {
    backend.pdf = states;
    const p = await packet();
    await p.getByRole('button', { name: 'Export…' }).click();
    await p.getByRole('button', { name: 'Save the file' }).click();
    await p.getByRole('dialog').getByText(words).first().waitFor();
    expect(await p.getByText('Handed over').count()).toBe(0);
    expect(await axeLines(p, 'refused')).toEqual([]);
  });
});
