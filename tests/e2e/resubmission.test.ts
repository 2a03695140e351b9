/**
 * A return and what comes of it, through the whole product: returned on the laptop, read by the agency's system from HQ, sent again by intake,
 * pulled, opened as a redline, not signable before all of it was on screen, signed, in effect at HQ.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PacketView, SyncItem } from '../../shared/api.ts';
import { formHash, type PacketDocument, SIGNABLE } from '../../shared/domain/packet.ts';
import { axeLines, callFrom, type Desk, documentsHere, enrol, hqPost, openDesk, PASSPHRASE, seedDesk, SERVICE_TOKEN, stepPins } from './app.ts';

const SLOW_MS = 240_000;
let desk: Desk;
let id = '';
let agencyId = '';
const page = () => desk.page;
const call = <T>(body: unknown): Promise<T> => callFrom<T>(desk.page, body);
const open = () => call<PacketView>({ read: 'packet.open', input: { packetId: id, number: null } });
const go = (hash: string): Promise<void> => page().evaluate((to) => { location.hash = to; }, hash);
const sign = () => page().getByRole('toolbar', { name: 'Decide' }).getByRole('button', { name: /^Sign/ });
const fromHq = async <T>(path: string): Promise<T> => (await fetch(`${desk.hqUrl}${path}`, { headers: { authorization: `Bearer ${SERVICE_TOKEN}` } })).json() as Promise<T>;
const received = async (name: string): Promise<void> => {
  await call({ act: 'sync.now', input: {} });
  await expect.poll(async () => (await call<readonly SyncItem[]>({ read: 'sync.items', input: { filter: 'all' } })).find((i) => i.name === name)?.state, { timeout: 60_000 }).toBe('received');
};
const NARRATIVE = 'كرر الشخص أقواله بحضور مترجم.';

beforeAll(async () => {
  desk = await openDesk();
  const code = await seedDesk(desk);
  await enrol(page(), code);
}, 300_000);
afterAll(() => desk?.close(), 60_000);

describe('a return and the version that answers it', () => {
  it('begins with a clean packet', async () => {
    type Item = { readonly packet: PacketView['packet'] };
    const list = async () => (await call<{ items: readonly Item[] }>({ read: 'queue.list', input: { split: 'all', search: '', offset: 0, limit: 200 } })).items;
    await expect.poll(async () => (await list()).length, { timeout: 60_000 }).toBeGreaterThan(40);
    const clean = (await list()).find(({ packet: p }) => p.type === 'P-NTA' && p.state === 'in_review' && p.currentVersion === 1 && p.blockCount + p.holdCount + p.warnCount === 0)?.packet;
    if (!clean) throw new Error('the demo lacks a clean packet');
    ({ id, agencyId } = clean);
  }, SLOW_MS);

  it('goes back with a coded deficiency; the clock stays, and the sheet can be printed', async () => {
    await go(`/packet/${id}`);
    await page().getByText('Rule pack').waitFor({ timeout: 30_000 });
    await page().keyboard.press('r');
    await page().getByRole('button', { name: 'Add a deficiency' }).click();
    await page().getByLabel('Code').selectOption('NTA-06');
    await page().getByLabel('Field').selectOption({ label: 'I-862 · You are ordered to appear before an immigration judge · Time' });
    await page().getByLabel('What to correct').fill('The court has moved this hearing to the afternoon.');
    await page().getByRole('button', { name: /^Return with 1 deficiency/ }).click();
    await page().getByRole('button', { name: 'Return now' }).click();
    await page().getByText(/was returned to/).waitFor();
    await page().getByRole('region', { name: 'Last decisions' }).getByRole('link', { name: /Return sheet/ }).click();
    const sheet = page().getByRole('article', { name: /^Return of packet/ });
    await sheet.getByText('The court has moved this hearing to the afternoon.').waitFor();
    expect(await sheet.textContent()).toMatch(/NTA-06.*hearing · time/);
    expect(await axeLines(page(), 'return sheet')).toEqual([]);
    await page().getByRole('button', { name: 'Back to the packet' }).click();
    await page().getByText('Returned to the DIO').first().waitFor();
    expect(await page().locator('.strip-clocks .clock').count()).toBeGreaterThan(0);
    expect(await sign().isDisabled()).toBe(true);
  }, SLOW_MS);

  it('reaches the agency\'s own system, which sends the next version', async () => {
    await received('signoff.return');
    const { returns } = await fromHq<{ returns: readonly { packetId: string; version: number; deficiencies: readonly { rule: string; field: string; note: string }[] }[] }>(`/agencies/${agencyId}/returns`);
    const mine = returns.find((r) => r.packetId === id);
    const { version } = await open();
    const first = JSON.parse(version.content) as PacketDocument;
    const nta = first.forms.find((f) => f.kind === 'I-862');
    expect(mine).toMatchObject({ version: 1, deficiencies: [{ rule: 'NTA-06', field: `forms.${nta?.id}.hearing.time`, note: 'The court has moved this hearing to the afternoon.' }] });
    const second = {
      ...first, number: 2, changeReason: 'Corrected after return: NTA-06', submittedAt: new Date().toISOString(),
      forms: first.forms.map((f) => (f.kind === 'I-862' ? { ...f, hearing: { ...f.hearing, time: '14:00' } } : f.kind === 'I-213' ? { ...f, narrative: `${f.narrative}\n\n${NARRATIVE}` } : f)),
    };
    expect(await hqPost(desk.hqUrl, '/ingest/packets', `${JSON.stringify(second)}\n`)).toMatchObject({ landed: 1 });
    await call({ act: 'sync.now', input: {} });
    await expect.poll(async () => (await open()).packet.currentVersion, { timeout: 60_000 }).toBe(2);
  }, SLOW_MS);

  it('opens as a redline against the returned version, and Sign is off', async () => {
    await go('/queue');
    await page().getByRole('grid').waitFor();
    await go(`/packet/${id}`);
    const redline = page().getByRole('article', { name: 'Changes since version 1' });
    await redline.waitFor({ timeout: 30_000 });
    await redline.getByText('Returned with version 1: all fixed').waitFor();
    expect(await redline.locator('ins').allTextContents()).toEqual(expect.arrayContaining([expect.stringContaining('14'), expect.stringContaining(NARRATIVE)]));
    expect(await sign().isDisabled()).toBe(true);
    expect(await axeLines(page(), 'redline')).toEqual([]);
  }, SLOW_MS);

  it('is refused by the laptop itself, whatever a screen says, while the changes were not shown', async () => {
    const view = await open();
    const document = JSON.parse(view.version.content) as PacketDocument;
    const form = document.forms.find((f) => SIGNABLE.includes(f.kind));
    if (!form) throw new Error('nothing to sign');
    const body = {
      run: 'signoff.sign', base: view.base, secret: PASSPHRASE,
      input: { packetId: id, version: 2, forms: [{ formId: form.id, contentHash: formHash(form), capacity: 'Issuing officer' }], shown: [{ formId: form.id, seconds: 9 }], warnReasons: [] },
    };
    const answer = await page().evaluate(async (b) => (await fetch('/call', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(b) })).json(), body) as { ok: boolean; problem: { code: string; details: { fields: readonly string[] } } };
    expect(answer).toMatchObject({ ok: false, problem: { code: 'signoff/changes-not-shown', details: { comparedWith: 1 } } });
    expect(answer.problem.details.fields.map((f) => f.split('.').slice(2).join('.')).sort()).toEqual(['hearing.time', 'narrative']);
  }, SLOW_MS);

  it('is signed once all of it was on screen, and stands in effect at HQ with what was shown', async () => {
    const why = () => page().locator('#why-not').textContent();
    for (let n = 0; n < 20 && (await why())?.includes('changes since version'); n += 1) {
      await page().keyboard.press('n');
      await page().waitForTimeout(1300);
    }
    // The changes are read; the evidence is not.
    expect(await why()).toMatch(/^Pins not yet on screen: \d of \d/);
    expect(await sign().isDisabled()).toBe(true);
    await documentsHere(page(), [id]);
    await stepPins(page());
    expect(await sign().isDisabled()).toBe(false);
    const forms = page().getByRole('navigation', { name: 'Forms and evidence' }).locator('ul').nth(1).getByRole('button');
    for (let n = 0; n < (await forms.count()) - 1; n += 1) {
      // A form counts once it was in view for a while; a busy machine may need a second look.
      await expect.poll(async () => {
        await forms.nth(n).click();
        return forms.nth(n).textContent();
      }, { timeout: 60_000, interval: 2_000 }).toContain('◉');
    }
    await page().keyboard.press('s');
    await page().getByRole('dialog').getByText('Compared with version 1: 2 changes on screen.').waitFor();
    await page().getByLabel('Passphrase').fill(PASSPHRASE);
    await page().getByRole('dialog').getByRole('button', { name: /^Sign \d/ }).click();
    await page().getByText('Saved on this laptop').first().waitFor({ timeout: 20_000 });
    await received('signoff.sign');
    // HQ has the act; what HQ made of it comes with the next pull.
    const effects = async () => [...new Set((await open()).statements.map((s) => `${s.number} ${s.effect}`))];
    await expect.poll(effects, { timeout: 60_000 }).toEqual(['2 in_effect']);
    const { statements } = await open();
    const says = JSON.parse(Buffer.from(statements[0]?.jws.split('.')[1] ?? '', 'base64url').toString('utf8')) as Record<string, unknown>;
    expect(says).toMatchObject({ comparedWith: 1, shownFields: { count: 2 }, asOf: { ages: { packet: { ageMs: expect.any(Number) } } }, pins: { count: expect.any(Number) } });
    for (const pin of (says as unknown as { pins: { pins: readonly { element: string; seconds: number | null }[] } }).pins.pins) expect(pin.seconds, pin.element).toBeGreaterThanOrEqual(1);
    const { reviews } = await fromHq<{ reviews: readonly { packetId: string; seconds: number }[] }>('/reviews/shortest?as=fod&actor=hq-fod&percent=100');
    expect(reviews.filter((r) => r.packetId === id).length).toBe(statements.length);
    expect(reviews.every((r) => r.seconds >= 1)).toBe(true);
  }, SLOW_MS);
});
