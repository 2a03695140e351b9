/** After a decision, in a real browser over static data: the return that can be taken back, the next packet by itself, the end of a list, and what is read ahead. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Call } from '../../shared/api.ts';
import { no, ok } from '../../shared/result.ts';
import { axeLines } from '../e2e/app.ts';
import type { FakeBackend } from './fake-backend.ts';
import { type Screens, startScreens } from './screens.ts';

let screens: Screens;
let backend: FakeBackend;
beforeAll(async () => {
  screens = await startScreens();
  ({ backend } = screens);
});
afterAll(async () => screens?.close());
beforeEach(async () => screens.reset());

const open = (hash: string, hasAutoAdvance = true, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> => screens.open(hash, { hasAutoAdvance, colorScheme });
const acts = (name: string): readonly unknown[] => backend.calls.flatMap((c) => ('act' in c && c.act === name ? [c.input] : []));
const opened = (): readonly string[] => backend.calls.flatMap((c) => ('read' in c && c.read === 'packet.open' ? [(c.input as { packetId: string }).packetId] : []));
const at = (p: Page): Promise<string> => p.evaluate(() => location.hash);
const ready = (p: Page): Promise<void> => p.getByText('Rule pack').waitFor();
const notices = (p: Page) => p.getByRole('region', { name: 'Last decisions' });
async function giveBack(p: Page): Promise<void> {
  await ready(p);
  await p.keyboard.press('r');
  await p.getByLabel('Note to the DIO').fill('Please set the hearing with the court.');
  await p.getByRole('button', { name: /^Return with/ }).click();
  await notices(p).getByText(/returning to/).waitFor();
}
async function hold(p: Page): Promise<void> {
  await ready(p);
  await p.keyboard.press('h');
  await p.getByLabel('Cause').selectOption('PK-09');
  await p.getByLabel('Reason').fill('Says that he is seventeen.');
  await p.getByRole('button', { name: 'Place the hold' }).click();
}
/** Opens the n-th row (from 0) of a split by keyboard. */
async function openFrom(p: Page, n: number): Promise<void> {
  await p.getByRole('row').nth(1).waitFor();
  await p.getByRole('grid').focus();
  for (let k = 0; k < n; k += 1) await p.keyboard.press('j');
  await p.keyboard.press('Enter');
  await ready(p);
}

describe('a return', () => {
  it('says how long it can be taken back, and Z brings the dialog back whole', async () => {
    const p = await open('#/packet/p-0000', false);
    await giveBack(p);
    expect(await notices(p).textContent()).toMatch(/Packet EXC-p-0000: returning to Reyes, D\. in \d+ s/);
    expect(acts('return.wait')).toMatchObject([{ seconds: 10, base: { 'agency:ag-tx07': 4 }, input: { packetId: 'p-0000', version: 1, note: 'Please set the hearing with the court.' } }]);
    expect(await at(p)).toBe('#/packet/p-0000');
    await p.keyboard.press('z');
    await expect.poll(() => p.getByLabel('Note to the DIO').inputValue()).toBe('Please set the hearing with the court.');
    expect(acts('return.undo')).toEqual([{ packetId: 'p-0000' }]);
    expect(await notices(p).count()).toBe(0);
  });
  it('is taken back from the next packet, which opened by itself', async () => {
    const p = await open('#/packet/p-0000');
    const all = await ids('all');
    await giveBack(p);
    expect(await at(p)).toBe(`#/packet/${all[all.indexOf('p-0000') + 1]}`);
    await p.getByRole('button', { name: /^Undo/ }).click();
    await p.getByRole('dialog').waitFor();
    expect(await at(p)).toBe('#/packet/p-0000');
    await expect.poll(() => p.getByLabel('Note to the DIO').inputValue()).toBe('Please set the hearing with the court.');
  });
  it('"Return now" makes it and says what was saved, with the sheet to print', async () => {
    const p = await open('#/packet/p-0000', false);
    await giveBack(p);
    await p.getByRole('button', { name: 'Return now' }).click();
    await notices(p).getByText(/was returned to Reyes, D\./).waitFor();
    expect(await notices(p).textContent()).toContain('Saved on this laptop');
    expect(await notices(p).getByRole('link', { name: /Return sheet/ }).getAttribute('href')).toBe('#/return-sheet/p-0000/1');
    await notices(p).getByRole('button', { name: 'Close' }).click();
    await expect.poll(() => notices(p).count()).toBe(0);
  });
  it('that a lock, a crash or a refusal ended is told until it is closed', async () => {
    const told = { packetId: 'p-0000', number: 1, eventNumber: 'EXC2611000042', preparerName: null, deficiencies: 2, zone: 'America/New_York', decidedAt: '2026-11-01T10:00:00.000Z', dueAt: '2026-11-01T10:00:10.000Z', now: '2026-11-24T17:00:00.000Z' };
    const saved = { commandId: 'c'.repeat(32), seq: 13, at: '2026-11-01T10:00:04.000Z', ms: 30 };
    backend.waiting = { ...told, outcome: { state: 'returned', by: 'restart', saved } };
    const p = await open('#/today');
    await notices(p).getByText('Packet EXC2611000042 was returned to the DIO after Fieldbook was started again, with 2 deficiencies.').waitFor();
    // Long past, and of its own time: nobody needs to be told.
    backend.waiting = { ...told, outcome: { state: 'returned', by: 'time', saved } };
    backend.changed(['drafts']);
    await expect.poll(() => notices(p).count()).toBe(0);
    backend.waiting = { ...told, outcome: { state: 'refused', by: 'time', problem: { code: 'packet/unknown', details: {} } } };
    backend.changed(['drafts']);
    await notices(p).getByRole('alert').waitFor();
    await notices(p).getByRole('button', { name: 'Open the return' }).click();
    await p.getByRole('dialog').waitFor();
    expect(await at(p)).toBe('#/packet/p-0000');
  });
  it('that is refused at once is said in the dialog, and nothing waits', async () => {
    const p = await open('#/packet/p-0000');
    const { call } = backend;
    backend.call = (c: Call) => ('act' in c && c.act === 'return.wait' ? Promise.resolve(no('store/disk-full')) : call(c));
    await ready(p);
    await p.keyboard.press('r');
    await p.getByRole('button', { name: /^Return with/ }).click();
    await p.getByRole('dialog').getByRole('alert').waitFor();
    expect(await at(p)).toBe('#/packet/p-0000');
    backend.call = call;
  });
});

describe('the next packet', () => {
  it('opens after a hold, in the order of the split, and the notice says what was saved', async () => {
    const p = await open('#/queue/clock_running');
    await openFrom(p, 1);
    const [, here, next] = await ids('clock_running');
    expect(await at(p)).toBe(`#/packet/${here}`);
    await hold(p);
    await expect.poll(() => at(p)).toBe(`#/packet/${next}`);
    await notices(p).getByText(/is on hold\. Signing it is off from now on\./).waitFor();
    expect(await p.getByRole('dialog').count()).toBe(0);
    await p.keyboard.press('Escape');
    await expect.poll(() => at(p)).toBe('#/queue/clock_running');
  });
  it('stays when Settings says so, and the dialog says what was saved', async () => {
    const p = await open('#/settings');
    await p.getByLabel('Open the next packet of the list by itself').focus();
    await p.keyboard.press('Space');
    await p.getByLabel('30 seconds').focus();
    await p.keyboard.press('Space');
    await p.evaluate(() => { location.hash = '/packet/p-0000'; });
    await hold(p);
    await p.getByRole('dialog').getByText('Saved on this laptop').waitFor();
    expect(await at(p)).toBe('#/packet/p-0000');
    await p.getByRole('button', { name: 'Stay on this packet' }).click();
    await giveBack(p);
    expect(acts('return.wait')).toMatchObject([{ seconds: 30 }]);
  });
  it('at the end of the list there is nothing left, with ways on', async () => {
    const p = await open('#/queue/resubmitted');
    const all = await ids('resubmitted');
    await openFrom(p, all.length - 1);
    expect(await at(p)).toBe(`#/packet/${all.at(-1)}`);
    await hold(p);
    await p.getByText('Nothing left in this list').waitFor();
    expect(await axeLines(p, 'end of the list')).toEqual([]);
    await p.getByRole('button', { name: 'Stay on this packet' }).click();
    await ready(p);
    expect(await p.getByRole('button', { name: /^Next/ }).isDisabled()).toBe(true);
  });
  it('reaches what the list had not loaded: page after page', async () => {
    const p = await open('#/queue/clock_running');
    const { call } = backend;
    // The list tells of five rows at first, and of ten in all.
    const ten = (await read('clock_running')).slice(0, 10);
    backend.call = async (c: Call) => {
      const input = c as { read?: string; input: { offset: number; limit: number } };
      if (input.read !== 'queue.list') return call(c);
      const answer = await call(c);
      const shown = input.input.limit === 100 ? ten.slice(0, 5) : ten.slice(input.input.offset, input.input.offset + input.input.limit);
      return answer.ok ? ok({ ...(answer.value as object), items: input.input.limit === 100 && input.input.offset > 0 ? [] : shown, total: 10 }) : answer;
    };
    await p.reload();
    await openFrom(p, 4);
    expect(await at(p)).toBe(`#/packet/${ten[4]?.packet.id}`);
    for (const item of ten.slice(5)) {
      await p.getByRole('button', { name: /^Next/ }).click();
      await expect.poll(() => at(p)).toBe(`#/packet/${item.packet.id}`);
    }
    await expect.poll(() => p.getByRole('button', { name: /^Next/ }).isDisabled()).toBe(true);
    backend.call = call;
  });
  it('is read ahead with the one after it, and read again when a row changes', async () => {
    const [, , , here = '', next = '', second = '', third = ''] = await ids('all');
    const p = await open(`#/packet/${here}`);
    await ready(p);
    await expect.poll(opened).toEqual(expect.arrayContaining([here, next, second]));
    backend.calls.length = 0;
    backend.changed(['packets']);
    await expect.poll(opened).toEqual(expect.arrayContaining([here, next, second]));
    backend.calls.length = 0;
    await p.keyboard.press('x');
    await expect.poll(() => at(p)).toBe(`#/packet/${next}`);
    await ready(p);
    // The next one needed no question; the second after it is asked for.
    await expect.poll(opened).toContain(third);
    expect(opened()).not.toContain(next);
  });
});

describe('under axe-core', () => {
  it.each(['light', 'dark'] as const)('the notice of a waiting return and of a decision, %s', async (scheme) => {
    const p = await open('#/packet/p-0000', true, scheme);
    await hold(p);
    await notices(p).getByText(/is on hold/).waitFor();
    await giveBack(p);
    expect(await axeLines(p, 'notices')).toEqual([]);
    expect(screens.complaints).toEqual([]);
  });
});

/** The rows of a split as the stand-in has them. */
async function read(split: string): Promise<readonly { readonly packet: { readonly id: string } }[]> {
  const answer = await backend.call({ read: 'queue.list', input: { split, search: '', offset: 0, limit: 500 } });
  return answer.ok ? (answer.value as { items: readonly { packet: { id: string } }[] }).items : [];
}
const ids = async (split: string): Promise<readonly string[]> => (await read(split)).map((i) => i.packet.id);
