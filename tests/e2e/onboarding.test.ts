/** An agency that is being set up, without a mouse: a plan that slips says whose days they are, the goal and the forecast follow, a prospect is kept, and HQ receives it all. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callFrom, type Desk, enrol, openDesk, seedProgramme, SERVICE_TOKEN } from './app.ts';
import { readFileSync } from 'node:fs';
import { DEMO_AGENCIES, DEMO_PM_ID, programme } from '../../synthetic/programme.ts';
import { enrolmentCode, seedSteps } from '../../build/demo/seed-hq.ts';
import type { OnboardingView } from '../../shared/api.ts';

let desk: Desk;
const page = () => desk.page;
const detail = () => page().getByRole('complementary');
const view = () => callFrom<OnboardingView>(page(), { read: 'onboarding.list', input: {} });
const NOW = new Date().toISOString();
const idleMs = (agencyId: string): readonly number[] => programme(287, NOW).officers.filter((o) => o.agencyId === agencyId && !o.isSeparated).map((o) => Date.parse(NOW) - Date.parse(o.lastCardLoginAt ?? ''));
const DAY = 86_400_000;
const dead = (): number => idleMs(DEMO_AGENCIES.suspended).filter((ms) => ms > 31 * DAY).length;

beforeAll(async () => {
  desk = await openDesk();
  await desk.startHq();
  const hq = { url: desk.hqUrl, token: SERVICE_TOKEN };
  await seedProgramme(hq, NOW);
  for (const step of seedSteps(287, NOW).rest) if (step.title === 'onboarding') await step.run(hq);
  const code = await enrolmentCode(hq, DEMO_PM_ID);
  await desk.startHost();
  await desk.openPage();
  await enrol(page(), code);
  await page().evaluate(() => { location.hash = '/onboarding'; });
  await page().getByRole('row', { name: /NE-01/ }).waitFor({ timeout: 60_000 });
}, 300_000);
afterAll(() => desk?.close(), 60_000);

describe('onboarding', () => {
  it('shows what is over the goal first, what holds it up and whose days the slips were', async () => {
    const { items } = await view();
    expect(items.map((i) => i.agencyId)).toEqual([DEMO_AGENCIES.plains, DEMO_AGENCIES.suspended]);
    expect(items[0]).toMatchObject({ outlook: { elapsed: 196, left: -16 }, position: 3, readyEarly: expect.any(Number) });
    expect(Object.fromEntries(items[0]?.slips ?? [])).toMatchObject({ vendor: 20, oam: 30 });
    await detail().getByText(/day 196 of 180, 16 days over/).waitFor();
    await detail().getByText(/People are ready \d+ days before the terminal/).waitFor();
    await detail().getByRole('row', { name: /Delivery/ }).getByText(/may slip 23 days, 20 days later than planned/).waitFor();
  });
  it('records a slip with its owner and its reason, by keyboard alone', async () => {
    const keys = page().keyboard;
    const dialog = page().getByRole('dialog');
    await page().getByRole('grid').focus();
    await keys.press('r');
    await dialog.getByLabel('Step').selectOption('delivery');
    const later = new Date(Date.now() + 25 * 86_400_000).toISOString().slice(0, 10);
    await dialog.getByLabel('Day').fill(later);
    await dialog.getByText(/say whose days they are/).waitFor();
    expect(await dialog.getByRole('button', { name: 'Record' }).isDisabled()).toBe(true);
    await dialog.getByLabel('Whose days').selectOption('vendor');
    await dialog.getByLabel('Reason').fill('The carrier lost a pallet');
    await dialog.getByRole('button', { name: 'Record' }).press('Enter');
    await dialog.getByText(/Delivery: recorded/).waitFor();
    await keys.press('Escape');
    await expect.poll(async () => Object.fromEntries((await view()).items[0]?.slips ?? []).vendor).toBe(27);
    await detail().getByRole('row', { name: /Delivery/ }).getByText(new RegExp(`until ${later}`)).waitFor();
  });
  it('[K17] forecasts the cards that die before the installation, and asks for those that are dead in one request', async () => {
    const alive = idleMs(DEMO_AGENCIES.plains).filter((ms) => ms < 30 * DAY).length;
    const count = dead();
    expect([alive > 1, count > 1]).toEqual([true, true]);
    // The installation is more than a month away: every card that is alive now dies before it.
    await detail().getByText(new RegExp(`${alive} cards die before the installation`)).waitFor();
    await page().getByRole('grid').focus();
    await page().keyboard.press('j');
    await detail().getByText(`${count} cards dead, 0 asked to be reactivated.`).waitFor();
    await detail().getByRole('button', { name: `Ask for reactivation of ${count} cards…` }).press('Enter');
    const dialog = page().getByRole('dialog');
    await dialog.getByText(/number of the ticket/).waitFor();
    await dialog.getByLabel('Ticket').fill('HD-4711');
    await dialog.getByRole('button', { name: `Ask for ${count} cards` }).press('Enter');
    const download = page().waitForEvent('download');
    await dialog.getByRole('button', { name: 'Save the list as CSV' }).press('Enter');
    const lines = readFileSync(await (await download).path(), 'utf8').trim().split('\r\n');
    expect(lines).toHaveLength(count + 1);
    expect(lines.slice(1).every((l) => l.includes('"HD-4711"') && l.includes('OK-01'))).toBe(true);
    await page().keyboard.press('Escape');
    await detail().getByText(`${count} cards dead, ${count} asked to be reactivated.`).waitFor();
    expect((await view()).items.find((i) => i.agencyId === DEMO_AGENCIES.suspended)?.cards?.dead.every((d) => d.isAsked)).toBe(true);
  });
  it('keeps a prospect with its contacts', async () => {
    const dialog = page().getByRole('dialog');
    await page().getByRole('grid').focus();
    await page().keyboard.press('n');
    await dialog.getByLabel('Agency').fill('Example County SO TX-71');
    await dialog.getByLabel('State').fill('tx');
    await dialog.getByLabel('County').fill('Example');
    await dialog.getByLabel('With whom').fill('Undersheriff');
    await dialog.getByText('A contact needs who and what.').waitFor();
    await dialog.getByLabel('What was said').fill('Asked for the text of the MOA');
    await dialog.getByRole('button', { name: 'Save' }).press('Enter');
    await page().keyboard.press('Escape');
    await detail().getByRole('button', { name: 'Example County SO TX-71' }).waitFor();
    expect((await view()).prospects).toMatchObject([{ state: 'TX', stage: 'contact', contacts: [{ who: 'Undersheriff' }] }]);
  });
  it('HQ has received it all', async () => {
    type Item = { readonly name: string; readonly state: string };
    await expect.poll(async () => (await callFrom<readonly Item[]>(page(), { read: 'sync.items', input: { filter: 'all' } })).map((i) => [i.name, i.state]).sort(), { timeout: 60_000 })
      .toEqual([...Array<readonly string[]>(dead()).fill(['officer.record', 'received']), ['onboarding.record', 'received'], ['prospect.save', 'received']].sort());
  });
});
