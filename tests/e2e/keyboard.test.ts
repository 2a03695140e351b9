/**
 * A whole review and its decisions with the keyboard only: enrol, queue, packet, every form, checks by digit, sign, return, hold, back.
 * No pointer event may happen; what has the focus must be seen to have it; letters act only where the focus is and can be switched off.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callFrom, type Desk, openDesk, PASSPHRASE, seedDesk } from './app.ts';

const SLOW_MS = 240_000;

let desk: Desk;
let code = '';
let pressed = 0;
/** A clean packet is decided in this many keystrokes at most, beside page turns and the passphrase. */
const MOST = 12;

const press = async (...keys: readonly string[]): Promise<void> => {
  for (const key of keys) {
    pressed += 1;
    await desk.page.keyboard.press(key);
  }
};
const type = (text: string): Promise<void> => desk.page.keyboard.type(text);
const call = <T>(body: unknown): Promise<T> => callFrom<T>(desk.page, body);
const hash = (): Promise<string> => desk.page.evaluate(() => location.hash);

type Focus = { readonly words: string; readonly region: string; readonly isSeen: boolean; readonly check: string };
/** What has the focus, in which region, and whether a ring shows it: on itself, on the field around it, or on the chosen row of a grid. */
const focus = (): Promise<Focus> => desk.page.evaluate(() => {
  const at = document.activeElement as HTMLElement;
  const hasRing = (e: Element | null): boolean => e !== null && getComputedStyle(e).outlineStyle !== 'none' && Number.parseFloat(getComputedStyle(e).outlineWidth) >= 1;
  const isIn = (box: DOMRect | undefined): boolean => box !== undefined && box.width > 0 && box.bottom > 0 && box.top < innerHeight;
  const shown = at.getAttribute('role') === 'grid' ? at.querySelector('.grid-row.selected') : at;
  const box = shown?.getBoundingClientRect();
  const label = at.closest('label') ?? (at.id ? document.querySelector(`label[for="${at.id}"]`) : null) ?? at;
  return {
    words: (at.getAttribute('aria-label') ?? label.textContent ?? '').trim(),
    region: at.closest('dialog') ? 'dialog' : (at.closest<HTMLElement>('[data-region]')?.dataset.region ?? ''),
    isSeen: at.matches(':focus-visible') && at !== document.body && (hasRing(shown) || hasRing(at.parentElement)) && isIn(box),
    check: at.dataset.check ?? '',
  };
});
/** The focus arrives in this region, visibly. */
const focusIn = (region: string): Promise<void> => expect.poll(focus, { timeout: 10_000 }).toMatchObject({ region, isSeen: true });
/** Tab until what is named has the focus; every stop on the way must be visible. */
async function tabTo(words: RegExp): Promise<void> {
  for (let n = 0; n < 40; n += 1) {
    await press('Tab');
    const at = await focus();
    expect(at.isSeen, `focus on "${at.words.slice(0, 80)}" is not visible`).toBe(true);
    if (words.test(at.words)) return;
  }
  throw new Error(`Tab never came to ${words}`);
}
const saved = (): Promise<void> => desk.page.getByText('Saved on this laptop').first().waitFor({ timeout: 20_000 });

beforeAll(async () => {
  desk = await openDesk();
  code = await seedDesk(desk);
  await desk.page.evaluate(() => {
    for (const kind of ['pointerdown', 'mousedown', 'touchstart']) addEventListener(kind, () => { document.body.dataset.pointed = kind; }, true);
  });
}, 240_000);
afterAll(() => desk?.close(), 60_000);

type Item = { readonly packet: { readonly id: string; readonly type: string; readonly blockCount: number; readonly holdCount: number; readonly warnCount: number; readonly state: string } };
const list = async (): Promise<readonly Item[]> => (await call<{ items: readonly Item[] }>({ read: 'queue.list', input: { split: 'all', search: '', offset: 0, limit: 200 } })).items;

describe('with the keyboard alone', () => {
  it('enrols and chooses a passphrase', async () => {
    await expect.poll(focus).toMatchObject({ words: 'Enrolment code' });
    await press('Control+a');
    await type(code);
    await press('Enter');
    await expect.poll(focus, { timeout: 30_000 }).toMatchObject({ words: 'Passphrase' });
    await type(PASSPHRASE);
    await press('Tab');
    await type(PASSPHRASE);
    await press('Enter');
    await desk.page.getByRole('navigation', { name: 'Screens' }).waitFor({ timeout: 60_000 });
    await expect.poll(async () => (await list()).length, { timeout: 60_000 }).toBeGreaterThan(40);
  }, SLOW_MS);

  it('signs a clean packet: queue, every form, a check by digit, passphrase, on to the next', async () => {
    await press('g', 'q');
    await focusIn('list');
    const clean = (await list()).find((i) => i.packet.type === 'P-NTA' && i.packet.state === 'in_review' && i.packet.blockCount + i.packet.holdCount + i.packet.warnCount === 0)?.packet.id;
    const chosen = () => desk.page.getByRole('grid').getAttribute('aria-activedescendant');
    for (let n = 0; n < 60 && (await chosen()) !== `row-${clean}`; n += 1) await press('j');
    expect(await chosen()).toBe(`row-${clean}`);
    expect(await focus()).toMatchObject({ region: 'list', isSeen: true });

    pressed = 0;
    await press('Enter');
    await focusIn('forms');
    const first = pressed;
    const forms = desk.page.getByRole('navigation', { name: 'Forms and evidence' }).locator('ul').first().getByRole('button');
    const count = await forms.count();
    for (let n = 0; n < count - 1; n += 1) {
      const form = forms.nth(n);
      await expect.poll(() => form.textContent(), { timeout: 10_000 }).toContain('◉');
      await desk.page.keyboard.press('PageDown');
      await press('j');
      await focusIn('forms');
    }
    expect(await forms.evaluateAll((all) => all.slice(0, -1).every((e) => e.textContent?.includes('◉')))).toBe(true);
    // Turning from form to form is reading, not a command.
    pressed = first;

    const before = await desk.page.locator('.checks-head').textContent();
    await press('1');
    await focusIn('checks');
    expect((await focus()).check).not.toBe('');
    expect(await desk.page.locator('.check-line:focus').getAttribute('aria-expanded')).toBe('true');
    expect(await desk.page.locator('.checks-head').textContent()).toBe(before);
    expect(await call<readonly unknown[]>({ read: 'sync.items', input: { filter: 'all' } })).toHaveLength(0);

    await press('s');
    await expect.poll(focus).toMatchObject({ words: 'Passphrase', region: 'dialog', isSeen: true });
    await type(PASSPHRASE);
    await press('Enter');
    expect(await call<readonly unknown[]>({ read: 'sync.items', input: { filter: 'all' } }), 'Enter in the passphrase must not sign').toHaveLength(0);
    pressed -= 1;
    await tabTo(/^Sign \d/);
    await press('Enter');
    await saved();
    await expect.poll(focus).toMatchObject({ words: 'Next packet', isSeen: true });
    await press('Enter');
    await expect.poll(hash).not.toContain(String(clean));
    await focusIn('forms');
    console.log(`keystrokes for a clean packet, beside page turns and the passphrase: ${pressed} (at most ${MOST})`);
    expect(pressed).toBeLessThanOrEqual(MOST);
  }, SLOW_MS);

  it('returns the next one with a coded deficiency', async () => {
    await press('r');
    await expect.poll(async () => (await focus()).region).toBe('dialog');
    if ((await focus()).words === 'Add a deficiency') {
      await press('Enter');
      await expect.poll(focus).toMatchObject({ words: 'Code', isSeen: true });
      await tabTo(/^Field/);
      await press('ArrowDown', 'ArrowDown');
      await tabTo(/^What to correct/);
      await type('The courtroom is missing.');
    }
    await tabTo(/^Return with/);
    await press('Enter');
    await desk.page.getByText(/returning to/).waitFor({ timeout: 20_000 });
    // Z from the packet brings the dialog back; given again, "Return now" is reached by F6.
    await press('z');
    await expect.poll(async () => (await focus()).region, { timeout: 10_000 }).toBe('dialog');
    await tabTo(/^Return with/);
    await press('Enter');
    await desk.page.getByText(/returning to/).waitFor({ timeout: 20_000 });
    for (let n = 0; n < 12 && (await focus()).region !== 'notices'; n += 1) await press('F6');
    await tabTo(/^Return now/);
    await press('Enter');
    await desk.page.getByText(/was returned to/).waitFor({ timeout: 20_000 });
    await focusIn('forms');
    for (let n = 0; n < 12 && (await focus()).region !== 'notices'; n += 1) await press('F6');
    await tabTo(/^Close/);
    await press('Enter');
    await focusIn('forms');
    await press('x');
    await focusIn('forms');
  }, SLOW_MS);

  it('holds the one after it and goes back to the queue', async () => {
    await press('h');
    await expect.poll(focus).toMatchObject({ words: 'Cause', region: 'dialog', isSeen: true });
    await press('ArrowDown');
    await tabTo(/^Reason/);
    await type('Said at booking that one parent is a US citizen; documents asked for.');
    await tabTo(/^Place the hold/);
    await press('Enter');
    await saved();
    await expect.poll(focus).toMatchObject({ words: 'Next packet', isSeen: true });
    await press('Shift+Tab');
    expect(await focus()).toMatchObject({ words: 'Stay on this packet', isSeen: true });
    await press('Enter');
    await desk.page.getByText(/^Hold: /).first().waitFor();
    await focusIn('forms');
    await press('Escape');
    await expect.poll(hash).toBe('#/queue');
    await focusIn('list');
    const items = await call<readonly { readonly name: string }[]>({ read: 'sync.items', input: { filter: 'all' } });
    expect(items.map((i) => i.name).sort()).toEqual(['hold.place', 'signoff.return', 'signoff.sign']);
  }, SLOW_MS);

  it('lets letters act only in the focused region', async () => {
    await press('Enter');
    await focusIn('forms');
    const here = await hash();
    const stops: string[] = [];
    for (let n = 0; n < 12; n += 1) {
      await press('F6');
      const at = await focus();
      expect(at.isSeen, `${at.region}: ${at.words}`).toBe(true);
      if (stops.includes(at.region)) break;
      stops.push(at.region);
    }
    expect(stops).toEqual(['reader', 'checks', 'actions', 'status', 'rail', 'top', 'forms']);
    for (let n = 0; n < 12 && (await focus()).region !== 'rail'; n += 1) await press('F6');
    await press('h', 'r', 'x', '1');
    expect(await desk.page.getByRole('dialog').count()).toBe(0);
    expect(await hash()).toBe(here);
    expect((await focus()).region).toBe('rail');
    for (let n = 0; n < 12 && (await focus()).region !== 'checks'; n += 1) await press('F6');
    const check = (await focus()).check;
    await press('j');
    expect((await focus()).check).not.toBe(check);
    expect(await hash()).toBe(here);
    await press('h');
    await desk.page.getByRole('dialog').waitFor();
    await press('Escape');
    expect((await focus()).region).toBe('checks');
  }, SLOW_MS);

  it('opens an agency and removes its filter', async () => {
    await press('g', 'a');
    await focusIn('list');
    await press('Enter');
    await expect.poll(hash).toMatch(/^#\/queue\/all\/./);
    await desk.page.getByRole('button', { name: /remove this filter/ }).waitFor();
    await focusIn('list');
    await press('Escape');
    await expect.poll(hash).toBe('#/queue');
  }, SLOW_MS);

  it('obeys no letter once they are switched off', async () => {
    await press('Control+k');
    await expect.poll(async () => (await focus()).region).toBe('dialog');
    await type('go to settings');
    await press('Enter');
    await expect.poll(hash).toBe('#/settings');
    await tabTo(/^Single-letter shortcuts/);
    await press('Space');
    await press('g', 'q');
    expect(await hash()).toBe('#/settings');
    await press('Control+k');
    await type('go to queue');
    await press('Enter');
    await focusIn('list');
    const chosen = () => desk.page.getByRole('grid').getAttribute('aria-activedescendant');
    await press('Home');
    const before = await chosen();
    await press('j');
    expect(await chosen()).toBe(before);
    await press('ArrowDown');
    expect(await chosen()).not.toBe(before);
  }, SLOW_MS);

  it('needed no pointer', async () => {
    expect(await desk.page.evaluate(() => document.body.dataset.pointed ?? 'none')).toBe('none');
  }, SLOW_MS);
});
