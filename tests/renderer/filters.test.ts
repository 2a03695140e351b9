/** The queue's filter and what a search found, in a browser: by keyboard alone, in both themes, without a complaint of axe. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { QueuePage } from '../../shared/api.ts';
import { axeLines } from '../e2e/app.ts';
import { type Screens, startScreens } from './screens.ts';

let screens: Screens;
beforeAll(async () => { screens = await startScreens(); }, 120_000);
afterAll(() => screens.close());
afterEach(() => screens.reset());
const asked = (read: string) => screens.backend.calls.flatMap((c) => ('read' in c && c.read === read ? [c.input as Record<string, unknown>] : []));
const ran = (run: string) => screens.backend.calls.flatMap((c) => ('run' in c && c.run === run ? [c.input as Record<string, unknown>] : []));

describe('the filter of the queue', () => {
  it.each(['light', 'dark'] as const)('is chosen, shown as chips and removed, without a mouse (%s)', async (colorScheme) => {
    const p = await screens.open('#/queue', { colorScheme });
    await p.getByRole('row').nth(2).waitFor();
    await p.keyboard.press('f');
    await p.getByRole('dialog', { name: 'Filter the queue' }).waitFor();
    await p.getByLabel('Custody').selectOption('detained');
    await p.getByLabel('Clock').selectOption('24h');
    expect(await axeLines(p, 'filter')).toEqual([]);
    if (process.env.FIELDBOOK_PICTURES) await p.screenshot({ path: `${process.env.FIELDBOOK_PICTURES}/dialog-filter-1280-${colorScheme}.png` });
    await p.getByRole('button', { name: 'Show these' }).press('Enter');
    await p.getByRole('button', { name: 'Custody: Detained: remove this filter' }).waitFor();
    await expect.poll(() => asked('queue.list').at(-1)?.filter).toEqual({ custody: 'detained', clock: '24h' });
    expect(await axeLines(p, 'filtered')).toEqual([]);
    if (process.env.FIELDBOOK_PICTURES) await p.screenshot({ path: `${process.env.FIELDBOOK_PICTURES}/queue-filtered-1280-${colorScheme}.png` });
    await p.getByRole('button', { name: 'Clock: Within 24 hours: remove this filter' }).press('Enter');
    await expect.poll(() => asked('queue.list').some((i) => JSON.stringify(i.filter) === '{"custody":"detained"}')).toBe(true);
    await p.locator('[role=grid]').focus();
    await p.keyboard.press('Escape');
    await p.getByRole('button', { name: /remove this filter/ }).waitFor({ state: 'detached' });
    expect(screens.complaints).toEqual([]);
  }, 60_000);
  it('is kept under a name, opened with its count, renamed and removed', async () => {
    const p = await screens.open('#/queue');
    await p.getByRole('row').nth(2).waitFor();
    await p.keyboard.press('f');
    const keep = p.getByRole('button', { name: 'Keep', exact: true });
    await p.getByLabel('Keep this filter as').fill('Blocked now');
    expect(await keep.isDisabled()).toBe(true);
    await p.getByText('Choose something first').waitFor();
    await p.getByLabel('Checks').and(p.locator('select')).selectOption('block');
    await keep.click();
    await expect.poll(() => ran('filter.save').at(-1)).toEqual({ name: 'Blocked now', filter: { split: 'all', severity: 'block' } });
    await p.getByRole('button', { name: 'Rename Detained, due soon' }).click();
    await p.getByLabel('New name of').fill('Held');
    await p.keyboard.press('Enter');
    await expect.poll(() => ran('filter.rename').at(-1)).toEqual({ filterId: 'f-1', name: 'Held' });
    await p.getByRole('button', { name: 'Remove Detained, due soon' }).click();
    await expect.poll(() => ran('filter.remove').at(-1)).toEqual({ filterId: 'f-1' });
    await p.getByRole('button', { name: /^Detained, due soon 7$/ }).click();
    await p.getByRole('button', { name: 'Custody: Detained: remove this filter' }).waitFor();
    // It holds while its packets are looked at, and not for who comes from another screen: no packet may be missing unseen.
    await p.locator('[role=grid]').focus();
    await p.keyboard.press('Enter');
    await p.getByText('Rule pack').waitFor();
    await p.keyboard.press('Escape');
    await p.getByRole('button', { name: 'Custody: Detained: remove this filter' }).waitFor();
    expect(p.url()).toContain('#/queue?custody=detained&clock=24h');
    await p.keyboard.press('g');
    await p.keyboard.press('d');
    await p.getByRole('heading', { level: 1, name: 'Today' }).waitFor();
    await p.keyboard.press('g');
    await p.keyboard.press('q');
    await p.getByRole('row').nth(2).waitFor();
    expect(await p.getByRole('button', { name: /remove this filter/ }).count()).toBe(0);
  }, 60_000);
});

describe('the address of a filtered queue', () => {
  const chip = (p: Page) => p.getByRole('button', { name: 'Custody: Detained: remove this filter' });
  it('keeps the filter over a reload, a link and the browser\'s Back from a packet; Show all ends it', async () => {
    const p = await screens.open('#/queue/clock_running?custody=detained');
    await chip(p).waitFor();
    await expect.poll(() => asked('queue.list').at(-1)).toMatchObject({ split: 'clock_running', filter: { custody: 'detained' } });
    await p.reload();
    await chip(p).waitFor();
    await p.locator('[role=grid]').focus();
    await p.keyboard.press('Enter');
    await p.getByText('Rule pack').waitFor();
    await p.goBack();
    await chip(p).waitFor();
    expect(p.url()).toContain('#/queue/clock_running?custody=detained');
    await p.getByRole('tab', { name: /^Blocked/ }).click();
    await chip(p).waitFor();
    await p.getByRole('button', { name: 'Show all', exact: true }).press('Enter');
    await chip(p).waitFor({ state: 'detached' });
    expect(p.url()).toMatch(/#\/queue\/blocked$/);
    await p.goBack();
    await chip(p).waitFor();
    await p.getByRole('link', { name: 'Queue' }).click();
    await chip(p).waitFor({ state: 'detached' });
  }, 60_000);
  it('never holds what was searched for; the way back from a packet does', async () => {
    const p = await screens.open('#/queue');
    await p.getByRole('row').nth(2).waitFor();
    await p.keyboard.press('/');
    await p.keyboard.type('a0');
    await p.getByText(/Searching \d+ of \d+ agencies on this laptop/).waitFor();
    await p.keyboard.press('Enter');
    await p.keyboard.press('Enter');
    await p.getByText('Rule pack').waitFor();
    await p.keyboard.press('Escape');
    await expect.poll(() => p.getByLabel('Search the queue').inputValue()).toBe('a0');
    expect(p.url()).toMatch(/#\/queue$/);
    await p.keyboard.press('g');
    await p.keyboard.press('d');
    await p.getByRole('heading', { level: 1, name: 'Today' }).waitFor();
    await p.keyboard.press('g');
    await p.keyboard.press('q');
    await expect.poll(() => p.getByLabel('Search the queue').inputValue()).toBe('');
  }, 60_000);
});

describe('the preparer', () => {
  it.each(['light', 'dark'] as const)('is found by parts of a name or agency, says when nobody or several fit, and is kept (%s)', async (colorScheme) => {
    const p = await screens.open('#/queue', { colorScheme });
    await p.getByRole('row').nth(2).waitFor();
    await p.keyboard.press('f');
    const field = p.getByRole('combobox', { name: 'Preparer' });
    const show = p.getByRole('button', { name: 'Show these' });
    await field.fill('zzz');
    await p.getByText('Nobody of that name prepared a packet on this laptop.').waitFor();
    expect(await show.isDisabled()).toBe(true);
    await field.fill('nunez mesa');
    await p.getByText('2 officers fit').waitFor();
    expect(await show.isDisabled()).toBe(true);
    expect(await axeLines(p, 'preparer')).toEqual([]);
    if (process.env.FIELDBOOK_PICTURES) await p.screenshot({ path: `${process.env.FIELDBOOK_PICTURES}/dialog-filter-preparer-1280-${colorScheme}.png` });
    await field.fill('José Núñez, Mesa Sample SO, dio-2');
    await p.getByText('dio-2: 1 packet').waitFor();
    await field.fill('');
    expect(await show.isEnabled()).toBe(true);
    await field.fill('luczak');
    await p.getByText('O’Brien-Łuczak, Example County SO: 12 packets').waitFor();
    await p.getByLabel('Keep this filter as').fill('His');
    await p.keyboard.press('Enter');
    await expect.poll(() => ran('filter.save').at(-1)).toEqual({ name: 'His', filter: { split: 'all', preparerId: 'dio-3' } });
    await show.press('Enter');
    await p.getByRole('button', { name: 'Preparer: O’Brien-Łuczak: remove this filter' }).waitFor();
    await expect.poll(() => asked('queue.list').at(-1)?.filter).toEqual({ preparerId: 'dio-3' });
    expect(screens.complaints).toEqual([]);
  }, 60_000);
});

describe('a search', () => {
  it('has its first row chosen, whatever was chosen before: Enter and Enter open it', async () => {
    const p = await screens.open('#/queue');
    await p.getByRole('row').nth(2).waitFor();
    const [first, second] = [await p.getByRole('row').nth(1).getAttribute('id'), await p.getByRole('row').nth(3).getAttribute('id')];
    await p.getByRole('row').nth(1).click();
    const { items } = (await screens.backend.call({ read: 'queue.list', input: { split: 'all', search: '', offset: 0, limit: 500 } }) as { readonly value: QueuePage }).value;
    // A number that the packet chosen before does not have, and few have.
    const wanted = items.find((i) => `row-${i.packet.id}` !== first && i.packet.id !== second && i.aNumber !== items[0]?.aNumber);
    await p.keyboard.press('/');
    await p.keyboard.type(wanted?.aNumber ?? '');
    await p.getByText(/Searching/).waitFor();
    // Until the answer is there the list is the old one, with the old row chosen.
    const chosenNow = async (): Promise<string> => (await p.locator('.grid-row.selected').evaluateAll((rows) => rows.map((row) => row.id))).join(' ');
    await expect.poll(chosenNow).toBe(`row-${wanted?.packet.id}`);
    const chosen = await chosenNow();
    await p.keyboard.press('Enter');
    await p.keyboard.press('Enter');
    await p.getByText('Rule pack').waitFor();
    expect(p.url()).toContain(String(chosen?.replace(/^row-/, '')));
  }, 60_000);
  it('says how much of the agencies it covers, and where each row on screen matched', async () => {
    const p = await screens.open('#/queue');
    await p.getByRole('row').nth(2).waitFor();
    await p.keyboard.press('/');
    await p.keyboard.type('a0');
    await p.getByText(/Searching \d+ of \d+ agencies on this laptop/).waitFor();
    await p.locator('mark', { hasText: 'a0' }).first().waitFor();
    expect(await p.getByRole('columnheader', { name: 'Found in' }).count()).toBe(1);
    expect(asked('queue.found').every((i) => (i.packetIds as readonly string[]).length <= 60)).toBe(true);
    expect(await axeLines(p, 'search')).toEqual([]);
    if (process.env.FIELDBOOK_PICTURES) await p.screenshot({ path: `${process.env.FIELDBOOK_PICTURES}/queue-search-1280-light.png` });
  }, 60_000);
});
