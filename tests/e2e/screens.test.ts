/**
 * Every screen and every dialog of the product over a filled demo: axe-core finds nothing in either theme, nothing runs out of its window at both sizes.
 * With FIELDBOOK_PICTURES=<folder> each is also drawn there: the pictures in docs/pictures are made so.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Screen } from '../../renderer/route.ts';
import type { QueueSplit } from '../../shared/api.ts';
import { seedSteps } from '../../build/demo/seed-hq.ts';
import { axeLines, callFrom, type Desk, documentsHere, enrol, openDesk, seedDesk, SERVICE_TOKEN, stepPins } from './app.ts';

const SLOW_MS = 400_000;
const PICTURES = process.env.FIELDBOOK_PICTURES;
const SIZES = [[1280, 800], [1920, 1080]] as const;
const SCHEMES = ['light', 'dark'] as const;
/** Steps of the demo that run in the background of a start; those of other program managers show on no screen of this one. */
const MORE = ['a rule pack that waits', 'documents', 'other program managers', 'look-back reviews'];

let desk: Desk;
let clean = '';
let returned = '';
let blocked = '';
type Item = { readonly packet: { readonly id: string; readonly type: string; readonly state: string; readonly currentVersion: number; readonly blockCount: number; readonly holdCount: number; readonly warnCount: number } };
const page = () => desk.page;
const go = (hash: string): Promise<void> => page().evaluate((to) => { location.hash = to; }, hash);
const list = async (split: QueueSplit): Promise<readonly Item[]> => (await callFrom<{ items: readonly Item[] }>(page(), { read: 'queue.list', input: { split, search: '', offset: 0, limit: 200 } })).items;
const settled = (): Promise<void> => page().waitForTimeout(700);

/** A picture names no folder of the machine that it was made on. */
const withoutFolder = (): Promise<void> => page().evaluate((folder) => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) if (texts.currentNode.nodeValue?.includes(folder)) texts.currentNode.nodeValue = texts.currentNode.nodeValue.replace(folder, '~/Fieldbook');
}, desk.folder);

/** Draws, looks for what sticks out of the window, and asks axe, in the theme and at the size that stand now. */
async function look(name: string, scheme: (typeof SCHEMES)[number], width: number): Promise<readonly string[]> {
  await settled();
  if (PICTURES) {
    mkdirSync(PICTURES, { recursive: true });
    await withoutFolder();
    await page().screenshot({ path: join(PICTURES, `${name}-${width}-${scheme}.png`) });
  }
  const wide = await page().evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  return [...(wide > 0 ? [`${name} ${width} ${scheme}: ${wide} px wider than the window`] : []), ...(await axeLines(page(), `${name} ${width} ${scheme}`))];
}
/** The same place in both themes and at both sizes. */
async function lookAround(name: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [width, height] of SIZES) {
    await page().setViewportSize({ width, height });
    for (const scheme of SCHEMES) {
      await page().emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      found.push(...(await look(name, scheme, width)));
    }
  }
  return found;
}

beforeAll(async () => {
  desk = await openDesk();
  const code = await seedDesk(desk);
  const hq = { url: desk.hqUrl, token: SERVICE_TOKEN };
  for (const step of seedSteps(287, new Date().toISOString()).rest) if (MORE.includes(step.title)) await step.run(hq);
  await enrol(page(), code);
}, SLOW_MS);
afterAll(() => desk?.close(), 60_000);

it('the desk is filled', async () => {
  await expect.poll(async () => (await list('all')).length, { timeout: 90_000 }).toBeGreaterThan(40);
  const all = await list('all');
  const isClean = ({ packet: p }: Item): boolean => p.type === 'P-NTA' && p.state === 'in_review' && p.blockCount + p.holdCount + p.warnCount === 0;
  clean = all.find(isClean)?.packet.id ?? '';
  blocked = (await list('blocked'))[0]?.packet.id ?? '';
  returned = (await list('returned'))[0]?.packet.id ?? '';
  expect([clean, blocked, returned].filter((x) => x === '')).toEqual([]);
}, SLOW_MS);

describe('every screen', () => {
  /** A screen that is missing here does not compile. `title`: its heading. */
  const SCREENS: Readonly<Record<Screen, { readonly at: () => string; readonly title: RegExp }>> = {
    today: { at: () => 'today', title: /Today/ }, queue: { at: () => 'queue', title: /Queue/ }, packet: { at: () => `packet/${blocked}`, title: /./ }, agencies: { at: () => 'agencies', title: /Agencies/ },
    officers: { at: () => 'officers', title: /Officers|DIOs/ }, itinerary: { at: () => 'itinerary', title: /Itinerary/ }, sync: { at: () => 'sync', title: /Sync/ }, settings: { at: () => 'settings', title: /Settings/ },
    practice: { at: () => 'practice', title: /Practice/ }, custody: { at: () => 'custody', title: /Custody/ }, 'return-sheet': { at: () => `return-sheet/${returned}/1`, title: /Return/ },
    claims: { at: () => 'claims', title: /Claims/ }, lookback: { at: () => 'lookback', title: /Look-back/ }, rules: { at: () => 'rules', title: /Rules/ },
  };
  it.each(Object.entries(SCREENS))('%s', async (name, { at, title }) => {
    await go(`/${at()}`);
    await page().getByRole('heading', { level: 1, name: title }).waitFor({ timeout: 30_000 });
    await expect.poll(() => page().locator('.skeleton').count()).toBe(0);
    expect(await lookAround(name)).toEqual([]);
  }, SLOW_MS);
});

describe('every dialog', () => {
  const isPacketOpen = async (): Promise<void> => {
    await go(`/packet/${clean}`);
    await page().getByRole('navigation', { name: 'Forms and evidence' }).getByRole('button').first().waitFor();
    await settled();
  };
  it.each([
    ['sign', 's'], ['return', 'r'], ['hold', 'h'], ['custody-record', 'u'], ['claim', 'm'], ['call', 'c'], ['shortcuts', '?'], ['palette', 'Control+k'],
  ] as const)('%s', async (name, key) => {
    await page().setViewportSize({ width: 1280, height: 800 });
    await isPacketOpen();
    if (name === 'sign') {
      await documentsHere(page(), [clean]);
      await stepPins(page());
    }
    await page().keyboard.press(key);
    await page().getByRole('dialog').waitFor();
    expect(await lookAround(`dialog-${name}`)).toEqual([]);
    await page().keyboard.press('Escape');
    await page().getByRole('dialog').waitFor({ state: 'detached' });
  }, SLOW_MS);
  it('filter', async () => {
    await go('/queue');
    await page().getByRole('row').nth(1).waitFor();
    await page().keyboard.press('f');
    await page().getByRole('dialog').waitFor();
    expect(await lookAround('dialog-filter')).toEqual([]);
    await page().keyboard.press('Escape');
    await page().getByRole('dialog').waitFor({ state: 'detached' });
  }, SLOW_MS);
  it('a step of an officer', async () => {
    await go('/officers');
    await page().getByRole('complementary').getByRole('heading', { level: 2 }).waitFor();
    await page().keyboard.press('r');
    await page().getByRole('dialog').waitFor();
    await page().getByLabel('What to record').selectOption('separated');
    expect(await lookAround('dialog-officer-step')).toEqual([]);
    await page().keyboard.press('Escape');
    await page().getByRole('dialog').waitFor({ state: 'detached' });
  }, SLOW_MS);
  it('export', async () => {
    await isPacketOpen();
    await page().getByRole('button', { name: 'Export…' }).click();
    await page().getByRole('dialog').waitFor();
    expect(await lookAround('dialog-export')).toEqual([]);
    await page().keyboard.press('Escape');
    await page().getByRole('dialog').waitFor({ state: 'detached' });
  }, SLOW_MS);
});

describe('a document beside its fields', () => {
  it('is drawn, with pins and checks in view', async () => {
    await go(`/packet/${clean}`);
    await page().getByRole('navigation', { name: 'Forms and evidence' }).getByRole('button', { name: /I-862/ }).click();
    await page().getByRole('button', { name: 'Side by side' }).click();
    await page().locator('canvas').first().waitFor({ timeout: 60_000 });
    expect(await lookAround('document')).toEqual([]);
  }, SLOW_MS);
});

it('the lock screen says which clocks run', async () => {
  await callFrom(page(), { act: 'session.lock', input: {} });
  await page().getByLabel(/^Passphrase of/).waitFor({ timeout: 30_000 });
  expect(await lookAround('lock')).toEqual([]);
}, SLOW_MS);
