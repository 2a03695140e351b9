/** The screen of the rules: what counts, who stands for it, what may not count and why; found by any word; usable by everybody. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { AxeBuilder } from '@axe-core/playwright';
import { type Screens, startScreens } from './screens.ts';

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];
let screens: Screens;
beforeAll(async () => { screens = await startScreens(); }, 120_000);
afterAll(async () => screens?.close());
beforeEach(async () => screens.reset());

it('says of each pack where it stands, and of one that does not count why', async () => {
  const p = await screens.open('#/rules');
  await p.getByRole('heading', { name: 'Pack p-2026.12' }).waitFor();
  const packs = p.getByRole('region', { name: 'Packs' }).getByRole('listitem');
  expect(await packs.nth(0).textContent()).toMatch(/p-2027\.01\s+from /);
  expect(await packs.nth(1).textContent()).toContain('names the predicate PK-16@9');
  expect(await packs.nth(1).textContent()).toContain('The pack before stays active.');
  expect(await packs.nth(2).textContent()).toContain('waits for a second approval');
  expect(await p.getByRole('region', { name: 'Lowered rules' }).textContent()).toMatch(/PK-16 severity: WARN to INFO[\s\S]*approved by Alida Renwick and Jovan Tellis/);
});
it('finds rows by any of their words, and says when there is none', async () => {
  const p = await screens.open('#/rules');
  await p.getByLabel('Find a rule').fill('nta-06');
  await p.getByText('1 row found').waitFor();
  await p.getByLabel('Find a rule').fill('no such words');
  await p.getByText('No row says that').waitFor();
});
it.each(['light', 'dark'] as const)('is clean for axe in %s, and asks for nothing outside', async (colorScheme) => {
  const p = await screens.open('#/rules', { colorScheme });
  await p.getByLabel('Find a rule').waitFor();
  if (process.env.PICTURES) await p.screenshot({ path: `${process.env.PICTURES}/rules-${colorScheme}.png` });
  expect((await new AxeBuilder({ page: p }).withTags(WCAG).analyze()).violations).toEqual([]);
  expect(screens.complaints).toEqual([]);
});
it('shows beside a packet\'s checks what was lowered', async () => {
  const p = await screens.open('#/packet/p-0000');
  await p.getByText('1 rule asks less than before: PK-16').click();
  await p.getByText('severity: WARN to INFO').waitFor();
  const { violations } = await new AxeBuilder({ page: p }).include('.checks').withTags(WCAG).analyze();
  expect(violations).toEqual([]);
});
