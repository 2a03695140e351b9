/** Names as they come: long, of one word, with apostrophes, right to left. None may cover a clock, widen a dialog or lose its beginning. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PacketView, QueuePage } from '../../shared/api.ts';
import type { Result } from '../../shared/result.ts';
import { axeLines } from '../e2e/app.ts';
import { type Screens, startScreens } from './screens.ts';

let screens: Screens;
beforeAll(async () => { screens = await startScreens(); }, 120_000);
afterAll(() => screens.close());
let routed: Page | null = null;
afterEach(async () => {
  // Answers on their way when a window closes are nobody's.
  await routed?.unrouteAll({ behavior: 'ignoreErrors' });
  routed = null;
  await screens.reset();
});

const LONG = 'Wolfeschlegelsteinhausenbergerdorff'.repeat(6).slice(0, 200);
const NAMES = { long: `${LONG}, ${LONG}`, apostrophes: "O'Brien-D’Angelo, Séamus-Lúc", 'one word': 'Sukarno', 'right to left': 'الحسيني, محمد عبد الرحمن' } as const;

/** The stand-in's packets under one name, prepared by it, at an agency of that name. */
async function openAs(name: string, viewport: { width: number; height: number }): Promise<Page> {
  const p = await screens.open('#/today', { viewport });
  routed = p;
  await p.route('**/call', async (route) => {
    const asked = route.request().postDataJSON() as { readonly read?: string };
    const reply = await route.fetch();
    const body = await reply.json() as Result<unknown>;
    if (body.ok && asked.read === 'packet.open') {
      const view = body.value as PacketView;
      return route.fulfill({ response: reply, json: { ...body, value: { ...view, subject: { ...view.subject, name }, agency: { ...view.agency, name: name.slice(0, 200) }, preparer: view.preparer && { ...view.preparer, name: name.slice(0, 200) } } } });
    }
    if (body.ok && asked.read === 'queue.list') {
      const page = body.value as QueuePage;
      return route.fulfill({ response: reply, json: { ...body, value: { ...page, items: page.items.map((i) => ({ ...i, subjectName: name, agencyName: name, preparerName: name })) } } });
    }
    if (body.ok && asked.read === 'queue.preparers') return route.fulfill({ response: reply, json: { ...body, value: [{ id: 'dio-1', name: name.slice(0, 200), agencyName: name.slice(0, 200), packets: 3 }] } });
    return route.fulfill({ response: reply });
  });
  return p;
}
/** Elements of these kinds whose content is wider than they are. */
const tooWide = (p: Page, selector: string): Promise<readonly string[]> => p.evaluate((s) => [...document.querySelectorAll<HTMLElement>(s)].flatMap((e) => (e.scrollWidth > e.clientWidth + 1 ? [`${e.className}: ${e.scrollWidth} in ${e.clientWidth}`] : [])), selector);

describe.each([[1280, 800], [1920, 1080]] as const)('names at %i px', (width, height) => {
  it.each(Object.entries(NAMES))('%s', async (_what, name) => {
    const p = await openAs(name, { width, height });
    await p.evaluate(() => { location.hash = '#/packet/p-0001'; });
    await p.getByText('Rule pack').waitFor();
    expect(await p.locator('.strip-name b').textContent()).toBe(name);
    expect(await tooWide(p, '.strip, .strip-who, .strip-who > p')).toEqual([]);
    // The strip's own text stays left of the clocks.
    const [who, clocks] = [await p.locator('.strip-who').boundingBox(), await p.locator('.strip-clocks').boundingBox()];
    expect(who && clocks && (who.x + who.width <= clocks.x || who.y + who.height <= clocks.y)).toBe(true);
    await p.keyboard.press('h');
    await p.getByRole('dialog').waitFor();
    expect(await tooWide(p, 'dialog, .dialog-head, .dialog-body')).toEqual([]);
    await p.keyboard.press('Escape');
    await p.evaluate(() => { location.hash = '#/queue'; });
    await p.getByRole('row').nth(2).waitFor();
    await p.locator('[role=grid]').focus();
    await p.keyboard.press('Space');
    await p.locator('.preview h2').waitFor();
    expect(await tooWide(p, '.preview, .filter-bar')).toEqual([]);
    await p.keyboard.press('f');
    await p.getByRole('combobox', { name: 'Preparer' }).fill(name.slice(0, 5));
    await p.getByText(/: 3 packets$/).waitFor();
    expect(await tooWide(p, 'dialog, .dialog-body, .filter-fields')).toEqual([]);
    expect(await axeLines(p, name.slice(0, 20))).toEqual([]);
    expect(screens.complaints).toEqual([]);
  }, 60_000);
  it('a return that waits keeps its Undo in the window, whoever it goes to; an empty queue stands together', async () => {
    const at = '2026-11-24T16:00:00.000Z';
    screens.backend.total = 0;
    screens.backend.waiting = { packetId: 'p-0001', number: 1, eventNumber: 'EXC-1', preparerName: LONG, deficiencies: 1, zone: 'America/New_York', decidedAt: at, dueAt: at, outcome: { state: 'waiting' }, now: at };
    const p = await screens.open('#/queue', { viewport: { width, height } });
    const undo = await p.getByRole('button', { name: /^Undo/ }).boundingBox();
    expect(undo && undo.x + undo.width <= width).toBe(true);
    expect(await tooWide(p, '.decision-notices, .decision-notice, .decision-words')).toEqual([]);
    const [title, button] = [await p.getByRole('heading', { name: 'The queue is empty' }).boundingBox(), await p.getByRole('button', { name: 'Ask HQ now' }).boundingBox()];
    expect(button && button.height < 50 && title && button.y - title.y < 120).toBe(true);
    expect(await axeLines(p, 'waiting and empty')).toEqual([]);
  }, 60_000);
  it('a cut name right to left loses its end, not its beginning', async () => {
    const p = await openAs(NAMES['right to left'].repeat(6), { width, height });
    await p.evaluate(() => { location.hash = '#/queue'; });
    await p.getByRole('row').nth(2).waitFor();
    expect(await p.locator('.subject-cell .cut').first().evaluate((e) => getComputedStyle(e).direction)).toBe('rtl');
  }, 60_000);
});
