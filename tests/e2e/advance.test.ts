/** One decision after another in a real browser with the real backend: the next packet opens by itself, a return is taken back from there, and a lock within its seconds makes it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callFrom, type Desk, enrol, openDesk, PASSPHRASE, seedDesk } from './app.ts';

const SLOW_MS = 240_000;
let desk: Desk;
let code = '';
beforeAll(async () => {
  desk = await openDesk({ hasAutoAdvance: true });
  code = await seedDesk(desk);
}, 240_000);
afterAll(() => desk?.close(), 60_000);

const call = <T>(body: unknown): Promise<T> => callFrom<T>(desk.page, body);
const at = (): Promise<string> => desk.page.evaluate(() => location.hash);
type Item = { readonly packet: { readonly id: string } };
const queue = async (): Promise<readonly string[]> => (await call<{ items: readonly Item[] }>({ read: 'queue.list', input: { split: 'all', search: '', offset: 0, limit: 20 } })).items.map((i) => i.packet.id);
const acts = async (): Promise<readonly string[]> => (await call<readonly { name: string; packetId: string | null }[]>({ read: 'sync.items', input: { filter: 'all' } })).map((i) => `${i.name} ${i.packetId}`).reverse();
async function giveBack(): Promise<void> {
  await desk.page.getByText('Rule pack').waitFor({ timeout: 30_000 });
  await desk.page.getByRole('button', { name: /^Return…/ }).click();
  const dialog = desk.page.getByRole('dialog');
  await dialog.getByLabel('Note to the DIO').fill('Please call me about the hearing.');
  if ((await dialog.getByLabel('Field').count()) === 0) {
    await dialog.getByRole('button', { name: 'Add a deficiency' }).click();
    await dialog.getByLabel('Field').selectOption({ index: 1 });
    await dialog.getByLabel('What to correct').fill('Please correct.');
  }
  await dialog.getByRole('button', { name: /^Return with/ }).click();
  await desk.page.getByText(/returning to/).waitFor({ timeout: 20_000 });
}

describe('one decision after another', () => {
  it('enrols, and gives a return two minutes', async () => {
    await enrol(desk.page, code);
    await expect.poll(async () => (await queue()).length, { timeout: 60_000 }).toBe(20);
    await desk.page.evaluate(() => { location.hash = '/settings'; });
    await desk.page.getByLabel('2 minutes').focus();
    await desk.page.keyboard.press('Space');
    await desk.stopHq();
  }, SLOW_MS);

  it('holds the first, and the second one of the list opens by itself', async () => {
    const [first, second] = await queue();
    await desk.page.evaluate((id) => { location.hash = `/packet/${id}`; }, first);
    await desk.page.getByText('Rule pack').waitFor({ timeout: 30_000 });
    await desk.page.getByRole('button', { name: /^Hold…/ }).click();
    await desk.page.getByLabel('Cause').selectOption('OTHER');
    await desk.page.getByLabel('Reason').fill('Told on the telephone by the shift sergeant.');
    await desk.page.getByRole('button', { name: 'Place the hold' }).click();
    await expect.poll(at, { timeout: 20_000 }).toBe(`#/packet/${second}`);
    await desk.page.getByText(/is on hold\. Signing it is off/).waitFor();
    expect(await acts()).toEqual([`hold.place ${first}`]);
  }, SLOW_MS);

  it('returns the second, takes it back with Z from the third, and a lock within its time makes the new one', async () => {
    const second = (await at()).slice('#/packet/'.length);
    await giveBack();
    expect(await at()).not.toBe(`#/packet/${second}`);
    expect((await acts()).length).toBe(1);
    await desk.page.getByText('Rule pack').waitFor({ timeout: 30_000 });
    await desk.page.keyboard.press('z');
    await desk.page.getByRole('dialog').waitFor({ timeout: 20_000 });
    expect(await at()).toBe(`#/packet/${second}`);
    await expect.poll(() => desk.page.getByLabel('Note to the DIO').inputValue()).toBe('Please call me about the hearing.');
    await desk.page.getByRole('dialog').getByRole('button', { name: /^Return with/ }).click();
    await desk.page.getByText(/returning to/).waitFor({ timeout: 20_000 });
    expect((await acts()).length).toBe(1);
    await desk.page.getByRole('button', { name: /^Lock/ }).click();
    await desk.page.getByLabel(/^Passphrase of/).fill(PASSPHRASE);
    await desk.page.getByRole('button', { name: /^Unlock$/ }).click();
    await desk.page.getByText(/was returned to .* when Fieldbook was locked or closed/).waitFor({ timeout: 30_000 });
    expect((await acts()).at(-1)).toBe(`signoff.return ${second}`);
  }, SLOW_MS);

  it('loses none to kill -9: after the unlock it waits on, and "Return now" makes it', async () => {
    await desk.page.getByRole('region', { name: 'Last decisions' }).getByRole('button', { name: 'Close' }).click();
    const before = await acts();
    await giveBack();
    const { packetId } = await call<{ packetId: string }>({ read: 'return.waiting', input: {} });
    await desk.killHost();
    await desk.startHost();
    await desk.openPage();
    await desk.page.getByLabel(/^Passphrase of/).fill(PASSPHRASE);
    await desk.page.getByRole('button', { name: /^Unlock$/ }).click();
    await desk.page.getByText(/returning to/).waitFor({ timeout: 30_000 });
    expect(await acts()).toEqual(before);
    await desk.page.getByRole('button', { name: 'Return now' }).click();
    await desk.page.getByText(/was returned to/).waitFor({ timeout: 20_000 });
    expect(await acts()).toEqual([...before, `signoff.return ${packetId}`]);
  }, SLOW_MS);
});
