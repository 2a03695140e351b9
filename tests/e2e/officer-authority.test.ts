/**
 * Authority of DIOs from end to end in a real browser, each scenario to its only right outcome: a refresher of October to December, a course that was withdrawn, and a DIO
 * who lapsed between the work and the signature. Real HQ, host and store.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANNUAL_COURSES } from '../../shared/domain/training.ts';
import { callFrom, type Desk, documentsHere, enrol, hqPost, openDesk, PASSPHRASE, seedDesk, SERVICE_TOKEN, signButton, stepPins } from './app.ts';

const SLOW_MS = 240_000;
const DAY_MS = 86_400_000;
let desk: Desk;
const go = (hash: string): Promise<void> => desk.page.evaluate((to) => { location.hash = to; }, hash);
const call = <T>(body: unknown): Promise<T> => callFrom<T>(desk.page, body);
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
type Packet = { readonly id: string; readonly agencyId: string; readonly preparerId: string; readonly type: string; readonly state: string; readonly isDetained: boolean; readonly blockCount: number; readonly holdCount: number; readonly warnCount: number; readonly currentVersion: number };
type Officer = {
  readonly officer: { readonly id: string; readonly agencyId: string; readonly name: string; readonly badge: string; readonly authorityState: string; readonly cardState: string; readonly lastCardLoginAt: string | null; readonly isSynthetic: boolean };
  readonly zone: string; readonly intervals: readonly { readonly id: string; readonly model: string; readonly startAt: string; readonly endAt: string | null; readonly endReason: string | null }[]; readonly base: Readonly<Record<string, number>>;
};
const packets = async (): Promise<readonly Packet[]> => (await call<{ items: readonly { readonly packet: Packet }[] }>({ read: 'queue.list', input: { split: 'all', search: '', offset: 0, limit: 300 } })).items.map((i) => i.packet);
const isClean = (p: Packet): boolean => p.type === 'P-NTA' && p.state === 'in_review' && p.blockCount + p.holdCount + p.warnCount === 0;
const officerOf = async (id: string): Promise<Officer> => {
  const found = (await call<readonly Officer[]>({ read: 'officers.list', input: { agencyId: null } })).find((o) => o.officer.id === id);
  if (!found) throw new Error(`no officer ${id}`);
  return found;
};
const hqCommand = async (name: string, input: unknown, as: string, actor: string): Promise<void> => {
  const reply = await fetch(`${desk.hqUrl}/commands`, { method: 'POST', headers: { authorization: `Bearer ${SERVICE_TOKEN}`, 'content-type': 'application/json' }, body: JSON.stringify({ name, input, as, actor }) });
  if (!reply.ok) throw new Error(`${name}: ${await reply.text()}`);
};
const sync = (): Promise<unknown> => call({ act: 'sync.now', input: {} });
/** Ends what is open of this DIO's authority at HQ, a minute ago. */
async function endAtHq({ officer, intervals }: Officer, endReason: string): Promise<string> {
  const endAt = new Date(Date.now() - 60_000).toISOString();
  const { id, agencyId, name, badge, cardState, lastCardLoginAt, isSynthetic } = officer;
  const line = { id, agencyId, name, badge, authorityState: 'LAPSED', cardState, lastCardLoginAt, isSynthetic, training: [], intervals: intervals.map((i) => ({ id: i.id, model: i.model, startAt: i.startAt, endAt, endReason })) };
  await hqPost(desk.hqUrl, '/ingest/officers', `${JSON.stringify(line)}\n`);
  return endAt;
}
/** A DIO of this agency with every annual course done thirty days ago, but for what `other` says. */
async function addOfficer(id: string, name: string, agencyId: string, other: Readonly<Record<string, string>>): Promise<void> {
  const recent = dayOf(Date.now() - 30 * DAY_MS);
  const days: Readonly<Record<string, string>> = { initial: '2024-01-10', refresher: recent, ...Object.fromEntries(ANNUAL_COURSES.map((c) => [c, recent])), ...other };
  const training = Object.entries(days).map(([requirement, completedOn]) => ({ id: `${id}.${requirement}`, requirement, title: requirement, completedOn, verifiedBy: 'hq', verifiedAt: `${completedOn}T20:00:00.000Z` }));
  await hqPost(desk.hqUrl, '/ingest/officers', `${JSON.stringify({
    id, agencyId, name, badge: 'X-77', authorityState: 'CERTIFIED', cardState: 'CARD_ACTIVE', lastCardLoginAt: new Date(Date.now() - DAY_MS).toISOString(), isSynthetic: true, training,
    intervals: [{ id: `${id}.int.1`, model: 'JEM', startAt: '2024-02-01T00:00:00.000Z', endAt: null, endReason: null }],
  })}\n`);
}
const choose = async (name: string): Promise<ReturnType<typeof desk.page.getByRole>> => {
  await go('/officers');
  await desk.page.getByRole('searchbox', { name: 'Filter officers' }).fill(name);
  const pane = desk.page.getByRole('complementary', { name });
  await pane.getByRole('heading', { name, level: 2 }).waitFor({ timeout: 30_000 });
  return pane;
};
/** Looks at every form and pin of the packet on screen. */
async function lookAtAll(id: string): Promise<void> {
  await documentsHere(desk.page, [id]);
  await go(`/packet/${id}`);
  const forms = desk.page.getByRole('navigation', { name: 'Forms and evidence' }).locator('ul').first().getByRole('button');
  await forms.first().waitFor();
  for (let n = 0; n < (await forms.count()); n += 1) {
    await forms.nth(n).click();
    await expect.poll(() => forms.nth(n).textContent(), { timeout: 10_000 }).toContain('◉');
  }
  await stepPins(desk.page);
}
let agencyId = '';

beforeAll(async () => {
  desk = await openDesk();
  await enrol(desk.page, await seedDesk(desk));
}, 300_000);
afterAll(() => desk?.close(), 60_000);

it('the desk is filled', async () => {
  await expect.poll(async () => (await packets()).length, { timeout: 90_000 }).toBeGreaterThan(40);
  // One of the jail model: a task force has other requirements.
  const jail = (await call<readonly { readonly agency: { readonly id: string; readonly model: string } }[]>({ read: 'agencies.list', input: {} })).find((a) => a.agency.model === 'JEM');
  agencyId = jail?.agency.id ?? '';
  expect(agencyId).not.toBe('');
}, SLOW_MS);

describe('scenario 3: a refresher that falls due from October to December', () => {
  it('is planned for 30 September, and still counts to its own day', async () => {
    const year = new Date().getUTCFullYear();
    await addOfficer('dio-e2e-3', 'Fiscal Turner', agencyId, { refresher: `${year - 1}-11-10` });
    await sync();
    await expect.poll(async () => (await call<readonly Officer[]>({ read: 'officers.list', input: { agencyId } })).some((o) => o.officer.id === 'dio-e2e-3'), { timeout: 60_000 }).toBe(true);
    const pane = await choose('Fiscal Turner');
    const row = pane.locator('.mini-row', { hasText: `due ${year + 1}-11-10` });
    expect(await row.textContent()).toContain(`plan it by ${year + 1}-09-30`);
  }, SLOW_MS);
});

describe('scenario 4: a course that its provider withdrew', () => {
  const due = Date.now() + 10 * DAY_MS;
  const doneOn = (): string => { const d = new Date(due); d.setUTCFullYear(d.getUTCFullYear() - 1); return d.toISOString().slice(0, 10); };
  const endDay = async (): Promise<string> => (await officerOf('dio-e2e-4')).intervals.at(-1)?.endAt ?? '';
  it('filed and not answered: authority ends after the day on which it falls due, as before', async () => {
    await addOfficer('dio-e2e-4', 'Course Gone', agencyId, { 'palms-2': doneOn() });
    await sync();
    await expect.poll(async () => (await call<readonly Officer[]>({ read: 'officers.list', input: { agencyId } })).some((o) => o.officer.id === 'dio-e2e-4'), { timeout: 60_000 }).toBe(true);
    const before = await endDay();
    expect(before).not.toBe('');
    const { base } = await officerOf('dio-e2e-4');
    await call({ run: 'course.unavailable', input: { agencyId, officerId: 'dio-e2e-4', requirement: 'palms-2', evidence: 'Screenshot of the catalogue', reason: 'No longer in the catalogue' }, base });
    expect(await endDay()).toBe(before);
    const pane = await choose('Course Gone');
    await pane.getByText('course unavailable, HQ asked').waitFor();
  }, SLOW_MS);
  it('the National PM waives it at HQ: authority goes on', async () => {
    const before = await endDay();
    await sync();
    await hqCommand('course.waive', { agencyId, officerId: 'dio-e2e-4', requirement: 'palms-2', waiverId: null, substitute: null, reason: 'The provider withdrew the course', validFrom: new Date().toISOString(), expiresOn: dayOf(Date.now() + 90 * DAY_MS) }, 'national_pm', 'hq-npm');
    await sync();
    await expect.poll(async () => (await endDay()) > before, { timeout: 60_000 }).toBe(true);
  }, SLOW_MS);
});

describe('scenario 9: prepared with authority, lapsed, then signed', () => {
  it('PK-25 warns, the signature is in effect at HQ, and nothing is looked back at', async () => {
    const packet = (await packets()).find(isClean);
    if (!packet) throw new Error('no clean packet');
    const dio = await officerOf(packet.preparerId);
    const endAt = await endAtHq(dio, 'Training past due');
    await sync();
    await expect.poll(async () => (await officerOf(packet.preparerId)).intervals.some((i) => i.endAt === endAt), { timeout: 60_000 }).toBe(true);
    await lookAtAll(packet.id);
    await signButton(desk.page).click();
    const dialog = desk.page.getByRole('dialog');
    await dialog.getByText(/PK-25/).first().waitFor();
    for (const box of await dialog.getByRole('textbox').all()) if ((await box.getAttribute('type')) !== 'password' && (await box.inputValue()) === '') await box.fill('The work was done with authority; the lapse came after it.');
    await desk.page.getByLabel('Passphrase').fill(PASSPHRASE);
    await dialog.getByRole('button', { name: /^Sign \d/ }).click();
    await desk.page.getByText('Saved on this laptop').first().waitFor({ timeout: 20_000 });
    await desk.page.keyboard.press('Escape');
    await sync();
    const effects = async (): Promise<readonly string[]> => (await call<{ statements: readonly { readonly effect: string }[] }>({ read: 'packet.open', input: { packetId: packet.id, number: null } })).statements.map((s) => s.effect);
    await expect.poll(async () => [...new Set(await effects())], { timeout: 60_000 }).toEqual(['in_effect']);
    expect((await call<readonly { readonly review: { readonly packetId: string } }[]>({ read: 'lookback.list', input: {} })).filter((r) => r.review.packetId === packet.id)).toEqual([]);
    expect((await call<readonly { readonly packets: readonly { readonly packetId: string }[] }[]>({ read: 'officers.lapses', input: { officerId: packet.preparerId } })).flatMap((l) => l.packets).some((p) => p.packetId === packet.id)).toBe(false);
    const pane = await choose(dio.officer.name);
    await pane.getByText(/Revocation due .*not asked of the FOD yet/).waitFor();
  }, SLOW_MS);
  it('the revocation is asked for by keyboard, and the pane says when', async () => {
    await desk.page.getByRole('grid', { name: 'Officers' }).focus();
    await desk.page.keyboard.press('r');
    const dialog = desk.page.getByRole('dialog');
    await dialog.waitFor();
    await desk.page.keyboard.type('Revocation asked');
    await desk.page.keyboard.press('Tab');
    await dialog.getByLabel('Why').focus();
    await desk.page.keyboard.type('A course was past due');
    await dialog.getByRole('button', { name: 'Record' }).focus();
    await desk.page.keyboard.press('Enter');
    await desk.page.getByText('Saved on this laptop').first().waitFor({ timeout: 20_000 });
    await desk.page.keyboard.press('Escape');
    await desk.page.getByRole('complementary').getByText(/asked of the FOD on \d{4}-/).waitFor();
  }, SLOW_MS);
});
