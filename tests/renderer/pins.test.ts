/** The list of pins beside a piece of evidence, and a pin made by keyboard alone. */
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Call } from '../../shared/api.ts';
import { packetDocument } from './fake-packets.ts';
import { type Screens, startScreens } from './screens.ts';

let screens: Screens;
beforeAll(async () => {
  screens = await startScreens();
});
afterAll(async () => screens?.close());

it.each(['light', 'dark'] as const)('lists what is not pinned first and pins a page without a mouse (%s)', async (colorScheme) => {
  screens.reset();
  const page = await screens.open('#/packet/p-0008', { colorScheme, viewport: { width: 1280, height: 800 } });
  await page.getByText('Rule pack').waitFor();
  await page.keyboard.press('e');
  const about = page.locator('summary', { hasText: 'About this evidence, and pins' });
  await about.focus();
  await page.keyboard.press('Enter');
  const lines = page.getByRole('list', { name: 'Elements and their pins' }).getByRole('listitem');
  await lines.first().waitFor();
  expect(await lines.first().textContent()).toContain('○ Not pinned');
  expect(await lines.filter({ hasText: 'Identity: date of birth' }).count()).toBe(1);
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
  expect(violations.map((v) => `${v.id} ${v.nodes.map((n) => n.target.join(' ')).join(' | ')}`)).toEqual([]);
  await page.getByLabel('Element', { exact: true }).focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.type('as it stands there');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByText('Saved on this laptop').first().waitFor();
  const sent = screens.backend.calls.filter((c): c is Extract<Call, { run: string }> => 'run' in c);
  expect(sent.map((c) => c.run)).toEqual(['pin.add']);
  expect(sent[0]?.input).toMatchObject({ packetId: 'p-0008', page: 1, region: null, quote: 'as it stands there', evidenceId: packetDocument(8).evidence[0]?.id });
  if (process.env.FIELDBOOK_PICTURES) await page.screenshot({ path: `${process.env.FIELDBOOK_PICTURES}/pins-${colorScheme}.png` });
}, 60_000);
