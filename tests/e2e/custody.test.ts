/**
 * Custody in the whole product: a detainer without a warrant that cannot have effect and is cancelled, and a person whom nobody fetched by the limit:
 * calls, breach and release recorded with HQ away, then HQ's receipts, and nothing runs any more. Real HQ, host, store and browser.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PacketView, SyncItem } from '../../shared/api.ts';
import { packetLine, packets } from '../../synthetic/packets.ts';
import { DEMO_AGENCIES, DEMO_PM_ID } from '../../synthetic/programme.ts';
import { enrolmentCode, ingest } from '../../build/demo/seed-hq.ts';
import { packetWithFiles } from '../../synthetic/documents.ts';
import { axeLines, callFrom, type Desk, enrol, openDesk, seedProgramme, SERVICE_TOKEN } from './app.ts';

const SLOW_MS = 240_000;
const PICTURES = process.env.FIELDBOOK_PICTURES;
const NOW = new Date().toISOString();
const all = packets(287, NOW);
const noWarrant = all.find((p) => p.scenario === 7);
const overdue = all.find((p) => p.scenario === null && p.document.agencyId === DEMO_AGENCIES.jail && p.document.type === 'P-NTA' && p.document.isDetained && Date.parse(p.document.events.localReleaseAt ?? NOW) < Date.parse(NOW) - 49 * 3_600_000);
if (!noWarrant || !overdue) throw new Error('the demo lacks its cases');
const [withoutWarrant, overLimit] = [noWarrant.document.packetId, overdue.document.packetId];
let desk: Desk;
const page = () => desk.page;
const dialog = () => page().getByRole('dialog');
const call = <T>(body: unknown): Promise<T> => callFrom<T>(desk.page, body);
const open = (packetId: string) => call<PacketView>({ read: 'packet.open', input: { packetId, number: null } });
const go = (hash: string): Promise<void> => page().evaluate((to) => { location.hash = to; }, hash);
const row = (packetId: string) => page().locator(`#row-${packetId}`);
const items = async () => (await call<readonly SyncItem[]>({ read: 'sync.items', input: { filter: 'all' } })).filter((i) => i.name === 'custody.record');
async function picture(name: string): Promise<void> {
  if (!PICTURES) return;
  mkdirSync(PICTURES, { recursive: true });
  for (const scheme of ['light', 'dark'] as const) {
    await page().emulateMedia({ colorScheme: scheme });
    await page().screenshot({ path: join(PICTURES, `${name}-${scheme}.png`) });
  }
  await page().emulateMedia({ colorScheme: 'light' });
}
/** Opens the dialog by key on the chosen person and fills it in. Labels of selects take their words. */
async function fill(packetId: string, kind: string, fields: Readonly<Record<string, string>>, choices: Readonly<Record<string, string>> = {}): Promise<void> {
  await go('/custody');
  await row(packetId).click();
  await page().getByRole('complementary', { name: (await open(packetId)).subject.name }).waitFor();
  await page().keyboard.press('r');
  await dialog().waitFor();
  await dialog().getByLabel('What happened', { exact: true }).selectOption({ label: kind });
  for (const [label, words] of Object.entries(choices)) await dialog().getByLabel(label, { exact: true }).selectOption({ label: words });
  for (const [label, text] of Object.entries(fields)) await dialog().getByLabel(label, { exact: true }).fill(text);
  await dialog().getByRole('button', { name: 'Record', exact: true }).click();
}
async function saved(): Promise<void> {
  await dialog().getByText('Saved on this laptop').waitFor({ timeout: 20_000 });
  expect(await dialog().getByRole('button', { name: 'Stay on this packet' }).count()).toBe(0);
  await dialog().getByRole('button', { name: 'Close' }).last().click();
  await dialog().waitFor({ state: 'detached' });
}

beforeAll(async () => {
  desk = await openDesk();
  await desk.startHq();
  const hq = { url: desk.hqUrl, token: SERVICE_TOKEN };
  await seedProgramme(hq, NOW);
  for (const each of [noWarrant, overdue]) await ingest(hq, 'packets', [packetLine((await packetWithFiles(each)).packet)]);
  const code = await enrolmentCode(hq, DEMO_PM_ID);
  await desk.startHost();
  await desk.openPage();
  await enrol(page(), code);
  await go('/custody');
  await row(overLimit).waitFor({ timeout: 60_000 });
  await row(withoutWarrant).waitFor();
}, 300_000);
afterAll(() => desk?.close(), 60_000);

describe('[DET-03] a detainer that was issued without a warrant', () => {
  it('asks on the board to be cancelled', async () => {
    expect(await row(withoutWarrant).textContent()).toContain('Cancel the detainer');
    expect(await axeLines(page(), 'custody')).toEqual([]);
    await picture('custody-board');
  }, SLOW_MS);
  it('cannot be recorded as served: nothing is saved', async () => {
    await fill(withoutWarrant, 'Detainer served', { 'Served by': 'Example DIO', Language: 'English', 'Who at the agency has the copy': 'Jail desk' }, { 'How it was served': 'In person', 'Copy to the person': 'Given' });
    await dialog().getByRole('alert').waitFor();
    expect(await dialog().textContent()).not.toContain('Saved on this laptop');
    expect(await axeLines(page(), 'custody refused')).toEqual([]);
    await picture('custody-refused');
    await page().keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    expect((await open(withoutWarrant)).custody).toEqual([]);
  }, SLOW_MS);
  it('is cancelled, and waits to be issued again after the warrant', async () => {
    await fill(withoutWarrant, 'Detainer cancelled', { Why: 'No warrant was signed when it was issued', 'Whom at the agency you told': 'Jail desk' }, { Afterwards: 'Issue again after the warrant' });
    await saved();
    expect((await open(withoutWarrant)).custody.map((e) => e.kind)).toEqual(['detainer.cancelled', 'reissue.planned']);
    await expect.poll(() => row(withoutWarrant).textContent()).toContain('Issue the detainer again');
    expect(await row(withoutWarrant).textContent()).toContain('Detainer cancelled');
  }, SLOW_MS);
});

describe('[K2B] nobody comes by the limit', () => {
  it('says release first, and records calls, breach and release with HQ away', async () => {
    await desk.stopHq();
    expect(await page().getByRole('row').nth(1).getAttribute('id')).toBe(`row-${overLimit}`);
    expect(await row(overLimit).textContent()).toContain('Release or notify required');
    for (const answer of ['No van before tomorrow', 'Nobody answered']) {
      await fill(overLimit, 'Call made', { 'Whom you called': 'ERO duty officer', Answer: answer });
      await saved();
    }
    await fill(overLimit, 'No pickup by the limit: release', { 'Why nobody came': 'ERO had no van' });
    await saved();
    const breach = (await open(overLimit)).custody.find((e) => e.kind === 'limit.passed');
    expect(breach?.details).toMatchObject({ limit: 'K2B', calls: 2, source: 'Form I-247A and its guidance', words: 'Release or notify required' });
    expect(breach?.details.callList).toMatch(/ERO duty officer: No van before tomorrow\n.*ERO duty officer: Nobody answered/);
    await page().getByText(/ERO duty officer: Nobody answered/).waitFor();
    expect(await page().content()).not.toMatch(/extend/i);
    expect(await axeLines(page(), 'custody breach')).toEqual([]);
    await picture('custody-breach');
    await fill(overLimit, 'Released', { 'Confirmed by': 'Jail desk' }, { Reason: 'The limit was reached' });
    await saved();
  }, SLOW_MS);
  it('leaves no clock running, on the board and on the packet', async () => {
    const { packet, custody } = await open(overLimit);
    expect(packet).toMatchObject({ custodyLimitAt: null, deadlineAt: null, deadlineClock: null, isDetained: false });
    expect(custody.map((e) => e.version)).toEqual([0, 0, 0, 0]);
    await expect.poll(() => row(overLimit).textContent()).toContain('Released at the limit');
    expect(await row(overLimit).textContent()).not.toContain('Release or notify required');
    expect(await row(overLimit).textContent()).toContain('none');
  }, SLOW_MS);
  it('reaches HQ: every record has its receipt, and the rows come back with HQ\'s version', async () => {
    await desk.startHq();
    await call({ act: 'sync.now', input: {} });
    await expect.poll(async () => (await items()).map((i) => i.state), { timeout: 90_000 }).toEqual(Array.from({ length: 5 }, () => 'received'));
    await expect.poll(async () => (await open(overLimit)).custody.every((e) => e.version > 0), { timeout: 60_000 }).toBe(true);
    expect((await open(overLimit)).packet).toMatchObject({ custodyLimitAt: null, isDetained: false });
    await row(overLimit).click();
    await expect.poll(() => page().getByText('not yet at HQ').count()).toBe(0);
    await picture('custody-released');
  }, SLOW_MS);
});
