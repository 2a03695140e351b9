/** The list of pins and a pin made by keyboard alone; places on a turned page; what the bar says of documents that are not here. */
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Call } from '../../shared/api.ts';
import { pinnedPlaces } from '../../shared/domain/must-be-shown.ts';
import { turned, unturned } from '../../renderer/features/document/pin-place.ts';
import { packetDocument } from './fake-packets.ts';
import { type Screens, startScreens } from './screens.ts';

let screens: Screens;
beforeAll(async () => {
  screens = await startScreens();
}, 120_000);
afterAll(async () => screens?.close());

it.each(['light', 'dark'] as const)('lists what is not pinned first and pins a page without a mouse (%s)', async (colorScheme) => {
  screens.reset();
  const page = await screens.open('#/packet/p-0008', { colorScheme, viewport: { width: 1280, height: 800 } });
  await page.getByText('Rule pack').waitFor();
  // A packet of an agency that makes no pins: nothing holds the signature back for them, and the list says what nobody pinned.
  expect(await page.locator('#why-not').textContent()).not.toContain('ins not yet on screen');
  await page.keyboard.press('p');
  const lines = page.getByRole('list', { name: 'Elements and their pins' }).getByRole('listitem');
  await lines.first().waitFor();
  expect(await lines.first().textContent()).toContain('○ Not pinned');
  expect(await lines.filter({ hasText: 'Identity: date of birth' }).count()).toBe(1);
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
  expect(violations.map((v) => `${v.id} ${v.nodes.map((n) => n.target.join(' ')).join(' | ')}`)).toEqual([]);
  await page.getByRole('button', { name: 'Add a pin…' }).focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Add a pin' });
  await dialog.waitFor();
  await page.keyboard.press('ArrowDown');
  for (const text of ['', '', 'as it stands there']) {
    await page.keyboard.press('Tab');
    await page.keyboard.type(text);
  }
  expect(await dialog.getByText(/These words show something else than the field/).count()).toBe(1);
  await dialog.getByRole('button', { name: 'Pin it' }).focus();
  await page.keyboard.press('Enter');
  await page.getByText('Saved on this laptop').first().waitFor();
  const sent = screens.backend.calls.filter((c): c is Extract<Call, { run: string }> => 'run' in c);
  expect(sent.map((c) => c.run)).toEqual(['pin.add']);
  expect(sent[0]?.input).toMatchObject({ packetId: 'p-0008', page: 1, region: null, quote: 'as it stands there', evidenceId: packetDocument(8).evidence[0]?.id });
  if (process.env.FIELDBOOK_PICTURES) await page.screenshot({ path: `${process.env.FIELDBOOK_PICTURES}/pins-${colorScheme}.png` });
}, 60_000);

describe('a place on a turned page', () => {
  const region = { x: 0.1, y: 0.2, w: 0.3, h: 0.05 };
  it.each([
    [0, region], [90, { x: 0.75, y: 0.1, w: 0.05, h: 0.3 }], [180, { x: 0.6, y: 0.75, w: 0.3, h: 0.05 }], [270, { x: 0.2, y: 0.6, w: 0.05, h: 0.3 }], [360, region],
  ] as const)('by %i degrees, and back', (degrees, expected) => {
    for (const [key, value] of Object.entries(expected)) expect(turned(region, degrees)[key as 'x'], key).toBeCloseTo(value, 9);
    expect(unturned(turned(region, degrees), degrees)).toEqual(region);
  });
});

it('a packet without pins has no place to look at', () => expect(pinnedPlaces(packetDocument(8), [], new Set(packetDocument(8).forms.map((f) => f.id)))).toEqual([]));
