/**
 * An act under review from end to end in a real browser: signed offline, authority revoked at HQ meanwhile, synced; the program manager sees why,
 * HQ closes the look-back review, and the program manager sees the outcome. Real HQ, host and store.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeLines, callFrom, type Desk, documentsHere, enrol, hqPost, openDesk, PASSPHRASE, seedDesk, SERVICE_TOKEN, stepPins } from './app.ts';

const SLOW_MS = 240_000;
let desk: Desk;
let code = '';
const go = (hash: string): Promise<void> => desk.page.evaluate((to) => { location.hash = to; }, hash);
const button = (name: RegExp) => desk.page.getByRole('button', { name });
const call = <T>(body: unknown): Promise<T> => callFrom<T>(desk.page, body);
type Item = { readonly packet: { readonly id: string; readonly agencyId: string; readonly preparerId: string; readonly type: string; readonly state: string; readonly blockCount: number; readonly holdCount: number; readonly warnCount: number } };
type Review = { readonly review: { readonly id: string; readonly outcome: string | null; readonly packetId: string } };
type Officer = { readonly officer: { readonly id: string; readonly agencyId: string; readonly name: string; readonly badge: string; readonly authorityState: string; readonly cardState: string; readonly lastCardLoginAt: string | null; readonly isSynthetic: boolean };
  readonly intervals: readonly { readonly id: string; readonly model: string; readonly startAt: string; readonly endAt: string | null; readonly endReason: string | null }[] };

beforeAll(async () => {
  desk = await openDesk();
  code = await seedDesk(desk);
  await enrol(desk.page, code);
}, 300_000);
afterAll(() => desk?.close(), 60_000);

describe('[SYN-17] signed offline while HQ revoked the officer', () => {
  let packet: Item['packet'];
  let officer: Officer;
  const reviews = () => call<readonly Review[]>({ read: 'lookback.list', input: {} });

  it('signs with HQ away; then HQ comes back with the authority revoked', async () => {
    await expect.poll(async () => (await call<{ total: number }>({ read: 'queue.list', input: { split: 'all', search: '', offset: 0, limit: 1 } })).total, { timeout: 60_000 }).toBeGreaterThan(40);
    const page = await call<{ items: readonly Item[] }>({ read: 'queue.list', input: { split: 'all', search: '', offset: 0, limit: 200 } });
    const found = page.items.find((i) => i.packet.type === 'P-NTA' && i.packet.state === 'in_review' && i.packet.blockCount + i.packet.holdCount + i.packet.warnCount === 0);
    if (!found) throw new Error('no clean packet');
    packet = found.packet;
    const all = await call<readonly Officer[]>({ read: 'officers.list', input: { agencyId: packet.agencyId } });
    const dio = all.find((o) => o.officer.id === packet.preparerId);
    if (!dio) throw new Error('no preparer');
    officer = dio;
    await documentsHere(desk.page, [packet.id]);
    await desk.stopHq();
    await go(`/packet/${packet.id}`);
    const forms = desk.page.getByRole('navigation', { name: 'Forms and evidence' }).locator('ul').first().getByRole('button');
    await forms.first().waitFor();
    for (let n = 0; n < (await forms.count()); n += 1) {
      await forms.nth(n).click();
      await expect.poll(() => forms.nth(n).textContent(), { timeout: 10_000 }).toContain('◉');
    }
    await stepPins(desk.page);
    await button(/^Sign \d/).click();
    await desk.page.getByLabel('Passphrase').fill(PASSPHRASE);
    await desk.page.getByRole('dialog').getByRole('button', { name: /^Sign \d/ }).click();
    await desk.page.getByText('Saved on this laptop').first().waitFor({ timeout: 20_000 });
    await button(/Stay on this packet/).click();
    await desk.startHq();
    const { id, agencyId, name, badge, cardState, lastCardLoginAt, isSynthetic } = officer.officer;
    const endAt = new Date(Date.now() - 60_000).toISOString();
    await hqPost(desk.hqUrl, '/ingest/officers', `${JSON.stringify({
      id, agencyId, name, badge, authorityState: 'REVOKED', cardState, lastCardLoginAt, isSynthetic, training: [],
      // An end that lies ahead is when training would run out: the letter comes before it.
      intervals: officer.intervals.map((i) => ({ id: i.id, model: i.model, startAt: i.startAt, ...(i.endAt !== null && i.endAt < endAt ? { endAt: i.endAt, endReason: i.endReason } : { endAt, endReason: 'revoked by letter' }) })),
    })}\n`);
  }, SLOW_MS);

  it('shows the reasons, the owner and the due time on packet, list, Today and Sync', async () => {
    await call({ act: 'sync.now', input: {} });
    await expect.poll(async () => (await reviews()).length, { timeout: 90_000 }).toBe(1);
    await go(`/packet/${packet.id}`);
    const banner = desk.page.locator('.under-review');
    await banner.getByText(/Do not serve; if served, call HQ/).waitFor();
    const text = (await banner.textContent()) ?? '';
    for (const words of ['Look-back review due', 'Your signature stays recorded', `Authority of ${officer.officer.name}`, 'revoked by letter', 'the SDDO of']) expect(text).toContain(words);
    expect(await axeLines(desk.page, 'packet under review')).toEqual([]);
    await go('/lookback');
    await desk.page.getByRole('grid', { name: 'Look-back reviews' }).getByRole('row').nth(1).waitFor();
    expect(await axeLines(desk.page, 'look-back')).toEqual([]);
    await go('/today');
    await desk.page.getByText(/Look-back due .*signed by you/).first().waitFor();
    await go('/sync');
    await desk.page.getByText(/under review/).first().waitFor();
  }, SLOW_MS);

  it('HQ closes it for correction; the packet is back with the DIO, and every screen says so', async () => {
    const reviewId = (await reviews())[0]?.review.id;
    const run = async (input: unknown): Promise<Response> => fetch(`${desk.hqUrl}/commands`, {
      method: 'POST', headers: { authorization: `Bearer ${SERVICE_TOKEN}`, 'content-type': 'application/json' }, body: JSON.stringify({ name: 'lookback.close', input, as: 'sddo', actor: 'hq-sddo' }),
    });
    const input = { reviewId, outcome: 'reissued', note: 'To be prepared again by an officer with authority.', isServed: false, notices: [] as unknown[], releasedAt: null };
    const refused = await run(input);
    expect([refused.status, ((await refused.json()) as { problem: { code: string } }).problem.code]).toEqual([409, 'lookback/notice-missing']);
    expect((await run({ ...input, notices: [{ to: 'opla', at: new Date(Date.now() - 5000).toISOString(), what: 'Disclosed by mail' }] })).status).toBe(200);
    await call({ act: 'sync.now', input: {} });
    await expect.poll(async () => (await reviews())[0]?.review.outcome, { timeout: 90_000 }).toBe('reissued');
    await go(`/packet/${packet.id}`);
    await desk.page.getByText('Look-back review closed: Correct and re-serve.').waitFor();
    const view = await call<{ packet: { state: string; lane: number }; work: string; statements: readonly { effect: string }[] }>({ read: 'packet.open', input: { packetId: packet.id, number: null } });
    expect(view).toMatchObject({ packet: { state: 'returned', lane: 5 }, work: 'received' });
    expect(view.statements.every((s) => s.effect === 'under_review')).toBe(true);
    await go('/sync');
    await desk.page.getByText(/look-back: correct and re-serve/).first().waitFor();
  }, SLOW_MS);
});
