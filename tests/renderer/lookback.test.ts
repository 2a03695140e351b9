/** The look-back list and the packet's banner in Chromium: order, words, keyboard, and what is missing. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Screens, startScreens } from './screens.ts';

let screens: Screens;
beforeAll(async () => {
  screens = await startScreens();
});
afterAll(async () => screens?.close());
beforeEach(async () => screens.reset());

describe('the look-back list', () => {
  it('says who is late, whose it is and what came of the closed one; keys move and open', async () => {
    const page = await screens.open('#/lookback');
    const rows = page.getByRole('grid', { name: 'Look-back reviews' }).getByRole('row');
    await rows.nth(1).waitFor();
    expect(await rows.nth(1).textContent()).toMatch(/overdue by 6 h[\s\S]*NGUYEN[\s\S]*detained/);
    expect(await rows.nth(2).textContent()).toMatch(/in 9 h[\s\S]*TUPOU/);
    expect(await rows.nth(3).textContent()).toMatch(/Correct and re-serve[\s\S]*VANTERPOOL/);
    const detail = page.getByRole('complementary', { name: 'Look-back review' });
    expect(await detail.textContent()).toContain('Do not serve; if served, call HQ.');
    expect(await detail.getByRole('row', { name: /Authority of Lindqvist/ }).textContent()).toContain('(revoked)');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await expect.poll(() => detail.textContent()).toContain('The packet is with the DIO for a new version');
    expect(await detail.textContent()).toMatch(/OPLA[\s\S]*Disclosed by mail[\s\S]*counsel/);
    await page.keyboard.press('Enter');
    await page.getByText('Look-back review closed: Correct and re-serve.').waitFor();
    expect(page.url()).toContain('#/packet/p-0014');
    expect(screens.complaints).toEqual([]);
  });
  it('the rail counts the open ones and leads there, and an empty list says what will come', async () => {
    const page = await screens.open('#/today');
    const link = page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: /Look-back/ });
    await expect.poll(() => link.textContent()).toMatch(/2/);
    screens.backend.lookbacks = [];
    screens.backend.changed(['lookback_reviews']);
    await link.click();
    await page.getByText('Nothing under review').waitFor();
  });
  it('a packet under review says why, until when and that the signature stays', async () => {
    const page = await screens.open('#/packet/p-0016');
    const banner = page.locator('.under-review');
    await banner.getByText('Under review: I-862, I-200').waitFor();
    const text = (await banner.textContent()) ?? '';
    for (const words of ['overdue by 6 h', 'owner the SDDO of', 'Your signature stays recorded', 'PK-03: ', 'a protective hold, open']) expect(text).toContain(words);
  });
});
