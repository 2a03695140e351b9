/**
 * A program manager's day in a real browser: enrol, pull, HQ stopped, five decisions offline, the app killed and started again,
 * HQ back, five receipts, the ledger verified. Every screen under axe-core is in screens.test.ts.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeLines, callFrom, type Desk, documentsHere, openDesk, PASSPHRASE, seedDesk, SERVICE_TOKEN, stepPins } from './app.ts';

/** A busy machine may take this long for one step of the day; it says nothing about the product. */
const SLOW_MS = 240_000;

let desk: Desk;
let code = '';
const pictures = process.env.FIELDBOOK_PICTURES ?? '';

/** Keeps a picture when FIELDBOOK_PICTURES names a folder; tests do not depend on it. */
async function picture(name: string): Promise<void> {
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  await desk.page.screenshot({ path: join(pictures, `${name}.png`) });
}
const go = (hash: string): Promise<void> => desk.page.evaluate((to) => { location.hash = to; }, hash);
const button = (name: RegExp) => desk.page.getByRole('button', { name });
const call = <T>(body: unknown): Promise<T> => callFrom<T>(desk.page, body);

type Item = { readonly packet: { readonly id: string; readonly type: string; readonly blockCount: number; readonly holdCount: number; readonly warnCount: number; readonly state: string } };
type Outgoing = { readonly seq: number; readonly name: string; readonly state: string; readonly receipt: { readonly code: string } | null };

/** Opens a packet and looks at every form long enough to count as seen. */
async function lookAtForms(packetId: string): Promise<void> {
  await go(`/packet/${packetId}`);
  const list = desk.page.getByRole('navigation', { name: 'Forms and evidence' });
  await list.getByRole('button').first().waitFor();
  const forms = list.locator('ul').first().getByRole('button');
  for (let n = 0; n < (await forms.count()); n += 1) {
    const form = forms.nth(n);
    await form.click();
    await expect.poll(() => form.textContent(), { timeout: 10_000 }).toContain('◉');
  }
}
async function sign(packetId: string): Promise<void> {
  await lookAtForms(packetId);
  await stepPins(desk.page);
  await button(/^Sign \d/).click();
  await desk.page.getByLabel('Passphrase').fill(PASSPHRASE);
  await picture(`sign-${packetId}`);
  await desk.page.getByRole('dialog').getByRole('button', { name: /^Sign \d/ }).click();
  await desk.page.getByText('Saved on this laptop').first().waitFor({ timeout: 20_000 });
  await button(/Stay on this packet/).click();
}
async function unlock(): Promise<void> {
  await desk.page.getByLabel(/^Passphrase of/).fill(PASSPHRASE);
  await button(/^Unlock$/).click();
  await desk.page.getByRole('navigation', { name: 'Screens' }).waitFor({ timeout: 30_000 });
}
async function axe(name: string): Promise<void> {
  expect(await axeLines(desk.page, name)).toEqual([]);
}

beforeAll(async () => {
  desk = await openDesk();
  code = await seedDesk(desk);
}, 240_000);
afterAll(() => desk?.close(), 60_000);

describe('the day', () => {
  let clean: string[] = [];

  it('enrols with a one-time code and chooses a passphrase', async () => {
    await desk.page.getByLabel('Enrolment code').fill(code);
    await picture('01-enrol');
    await axe('enrol');
    await button(/^Set up$/).click();
    const field = desk.page.locator('input[type=password]').first();
    await field.waitFor();
    await picture('02-passphrase');
    await axe('passphrase');
    for (const input of await desk.page.locator('input[type=password]').all()) await input.fill(PASSPHRASE);
    await button(/^Use this passphrase$/).click();
    await desk.page.getByRole('navigation', { name: 'Screens' }).waitFor({ timeout: 60_000 });
  }, SLOW_MS);

  it('pulls the packets of its own agencies, the earliest limit first', async () => {
    await expect.poll(async () => (await call<{ total: number }>({ read: 'queue.list', input: { split: 'all', search: '', offset: 0, limit: 1 } })).total, { timeout: 60_000 }).toBeGreaterThan(40);
    await go('/queue');
    await desk.page.getByRole('row').nth(5).waitFor();
    const page = await call<{ items: readonly Item[] }>({ read: 'queue.list', input: { split: 'all', search: '', offset: 0, limit: 200 } });
    clean = page.items.filter((i) => i.packet.type === 'P-NTA' && i.packet.state === 'in_review' && i.packet.blockCount + i.packet.holdCount + i.packet.warnCount === 0).map((i) => i.packet.id);
    expect(clean.length).toBeGreaterThan(6);
    await picture('03-queue');
  }, SLOW_MS);

  it('makes five decisions with HQ stopped: three ceremonies of several forms, a return, a hold', async () => {
    await documentsHere(desk.page, clean.slice(0, 3));
    await desk.stopHq();
    for (const id of clean.slice(0, 3)) await sign(id);
    await go(`/packet/${clean[3]}`);
    await button(/^Return…/).click();
    const dialog = desk.page.getByRole('dialog');
    if ((await dialog.getByLabel('Field').count()) === 0) await button(/^Add a deficiency$/).click();
    await dialog.getByLabel('Field').first().selectOption('forms.i862.hearing.place');
    await dialog.getByLabel('What to correct').first().fill('The courtroom is missing.');
    await dialog.getByRole('button', { name: /^Return/ }).click();
    await button(/^Return now$/).click();
    await desk.page.getByText(/was returned to/).waitFor({ timeout: 20_000 });
    await go(`/packet/${clean[4]}`);
    await button(/^Hold…/).click();
    await desk.page.getByLabel('Cause').selectOption({ index: 1 });
    await desk.page.getByLabel('Reason').fill('Said at booking that one parent is a US citizen; documents asked for.');
    await desk.page.getByRole('dialog').getByRole('button', { name: /hold/i }).last().click();
    await desk.page.getByText('Saved on this laptop').first().waitFor({ timeout: 20_000 });
    await desk.page.getByRole('dialog').getByRole('button', { name: /^Close$/ }).last().click();
    const items = await call<readonly Outgoing[]>({ read: 'sync.items', input: { filter: 'all' } });
    expect(items.map((i) => i.name).sort()).toEqual(['hold.place', 'signoff.return', 'signoff.sign', 'signoff.sign', 'signoff.sign']);
    expect(items.every((i) => i.receipt === null)).toBe(true);
    await go('/sync');
    await desk.page.getByText(/Ready to send/).first().waitFor();
    await picture('04-sync-offline');
  }, SLOW_MS);

  it('keeps a draft and every decision through kill -9', async () => {
    await go(`/packet/${clean[5]}`);
    await button(/^Return…/).click();
    await desk.page.getByLabel('Note to the DIO').fill('Half a sentence that must survive');
    await new Promise((next) => setTimeout(next, 3_000));
    await desk.killHost();
    await desk.startHost();
    await desk.openPage();
    await desk.page.getByRole('button', { name: /^Unlock$/ }).waitFor();
    await picture('05-lock');
    await axe('lock');
    await desk.page.getByLabel(/^Passphrase of/).fill('not the passphrase at all');
    await button(/^Unlock$/).click();
    await desk.page.getByText('The passphrase is wrong.').waitFor();
    await unlock();
    const items = await call<readonly Outgoing[]>({ read: 'sync.items', input: { filter: 'all' } });
    expect(items).toHaveLength(5);
    await go(`/packet/${clean[5]}`);
    await button(/^Return…/).click();
    await expect.poll(() => desk.page.getByLabel('Note to the DIO').inputValue(), { timeout: 10_000 }).toBe('Half a sentence that must survive');
    await desk.page.keyboard.press('Escape');
  }, SLOW_MS);

  it('[SYN-10] shows five receipts once HQ is back, and HQ verifies the ledger', async () => {
    await desk.startHq();
    await go('/sync');
    await button(/^Send now/).click();
    await expect.poll(async () => (await call<readonly Outgoing[]>({ read: 'sync.items', input: { filter: 'all' } })).map((i) => i.state).sort(), { timeout: 60_000 })
      .toEqual(['received', 'received', 'received', 'received', 'received']);
    await desk.page.getByText(/Received by HQ/).first().waitFor();
    await picture('06-sync-received');
    const items = await call<readonly Outgoing[]>({ read: 'sync.items', input: { filter: 'all' } });
    expect(new Set(items.map((i) => i.receipt?.code)).size).toBe(5);
    const session = await call<{ deviceId: string }>({ act: 'session.state', input: {} });
    const exported = await (await fetch(`${desk.hqUrl}/ledger/${session.deviceId}`, { headers: { authorization: `Bearer ${SERVICE_TOKEN}` } })).text();
    const file = join(desk.folder, 'ledger.json');
    writeFileSync(file, exported);
    const good = spawnSync('node_modules/.bin/node', ['build/ledger.ts', 'verify', file], { encoding: 'utf8' });
    expect(good.status, good.stdout + good.stderr).toBe(0);
    const broken = JSON.parse(exported);
    broken.epochs[0].entries[2].entry.actor = 'someone-else';
    writeFileSync(file, JSON.stringify(broken));
    const bad = spawnSync('node_modules/.bin/node', ['build/ledger.ts', 'verify', file], { encoding: 'utf8' });
    expect(bad.status).not.toBe(0);
    expect(bad.stdout + bad.stderr).toMatch(/\b3\b/);
  }, SLOW_MS);

  it('takes a signed packet out as a file that proves itself, and names what was touched in it', async () => {
    await go(`/packet/${clean[0]}`);
    await button(/^Export…/).click();
    await desk.page.getByText('Bundle to verify').click();
    const [download] = await Promise.all([desk.page.waitForEvent('download'), button(/^Save the file/).click()]);
    const file = join(desk.folder, 'packet.json');
    await download.saveAs(file);
    await desk.page.keyboard.press('Escape');
    const verify = () => spawnSync('node_modules/.bin/node', ['build/ledger.ts', 'verify', file], { encoding: 'utf8' });
    const good = verify();
    expect(good.status, good.stdout + good.stderr).toBe(0);
    const touched = JSON.parse(readFileSync(file, 'utf8')) as { versions: { content: string }[] };
    const version = touched.versions[0];
    if (!version) throw new Error('an export without a version');
    version.content = version.content.replace('"isDetained":true', '"isDetained":false');
    writeFileSync(file, JSON.stringify(touched));
    const bad = verify();
    expect(bad.status).not.toBe(0);
    expect(bad.stdout + bad.stderr).toMatch(/version/i);
  }, SLOW_MS);

  it('shows the queue as it is after the decisions', async () => {
    const page = await call<{ items: readonly Item[] }>({ read: 'queue.list', input: { split: 'all', search: '', offset: 0, limit: 200 } });
    const stateOf = (id: string | undefined) => page.items.find((i) => i.packet.id === id)?.packet.state ?? 'done';
    for (const id of clean.slice(0, 3)) expect(['done', 'signed']).toContain(stateOf(id));
    expect(stateOf(clean[3])).toBe('returned');
    expect(page.items.findIndex((i) => i.packet.id === clean[4])).toBeLessThan(page.items.findIndex((i) => i.packet.id === clean[5]));
  }, SLOW_MS);
});
