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
const MORE = ['a rule pack that waits', 'onboarding', 'documents', 'other program managers', 'look-back reviews'];

let desk: Desk;
let clean = '';
let returned = '';
let blocked = '';
let officer = '';
type Item = { readonly packet: { readonly id: string; readonly type: string; readonly state: string; readonly currentVersion: number; readonly blockCount: number; readonly holdCount: number; readonly warnCount: number } };
const page = () => desk.page;
const MATRIX = { agencyId: null, requirement: null, state: null, part: null, search: '', sort: 'due', asOf: null, offset: 0, limit: 1 };
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
  officer = (await callFrom<{ rows: readonly { officerId: string }[] }>(page(), { read: 'training.matrix', input: MATRIX })).rows[0]?.officerId ?? '';
  expect([clean, blocked, returned, officer].filter((x) => x === '')).toEqual([]);
}, SLOW_MS);

describe('every screen', () => {
  /** A screen that is missing here does not compile. `title`: its heading. */
  const SCREENS: Readonly<Record<Screen, { readonly at: () => string; readonly title: RegExp }>> = {
    today: { at: () => 'today', title: /Today/ }, queue: { at: () => 'queue', title: /Queue/ }, packet: { at: () => `packet/${blocked}`, title: /./ }, agencies: { at: () => 'agencies', title: /Agencies/ },
    officers: { at: () => 'officers', title: /Officers|DIOs/ }, itinerary: { at: () => 'itinerary', title: /Itinerary/ }, sync: { at: () => 'sync', title: /Sync/ }, onboarding: { at: () => 'onboarding', title: /Onboarding/ }, settings: { at: () => 'settings', title: /Settings/ },
    practice: { at: () => 'practice', title: /Practice/ }, custody: { at: () => 'custody', title: /Custody/ }, 'return-sheet': { at: () => `return-sheet/${returned}/1`, title: /Return/ },
    training: { at: () => 'training', title: /Training/ }, 'officer-file': { at: () => `officer-file/${officer}`, title: /^(?!File)/ },
    claims: { at: () => 'claims', title: /Claims/ }, lookback: { at: () => 'lookback', title: /Look-back/ }, rules: { at: () => 'rules', title: /Rules/ }, import: { at: () => 'import', title: /Import/ },
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
  it.each([['verify', 'v'], ['record', 'r'], ['withdraw', 'w'], ['unavailable', 'n'], ['attest', 'a'], ['owner', 'o']] as const)('training: %s', async (name, key) => {
    await page().setViewportSize({ width: 1280, height: 800 });
    await go('/training');
    await page().getByRole('grid').getByRole('row').nth(1).waitFor();
    await page().getByLabel('State').selectOption('unverified');
    await page().getByRole('grid').focus();
    await page().keyboard.press(key);
    await page().getByRole('dialog').waitFor();
    expect(await lookAround(`dialog-training-${name}`)).toEqual([]);
    await page().keyboard.press('Escape');
    await page().getByRole('dialog').waitFor({ state: 'detached' });
  }, SLOW_MS);
  it.each([['step', 'r'], ['prospect', 'n']] as const)('onboarding %s', async (name, key) => {
    await go('/onboarding');
    await page().getByRole('row').nth(1).waitFor();
    await page().keyboard.press(key);
    await page().getByRole('dialog').waitFor();
    expect(await lookAround(`dialog-onboarding-${name}`)).toEqual([]);
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
  it('packets touched by a lapse', async () => {
    // A suspension from before the work on somebody in custody, recorded here; not of who prepared the packets that other tests open.
    const all = (await list('all')).map((i) => i.packet as Item['packet'] & { readonly preparerId: string; readonly isDetained: boolean });
    const spared = all.filter((p) => [clean, blocked, returned].includes(p.id)).map((p) => p.preparerId);
    const officers = await callFrom<readonly { readonly officer: { readonly id: string }; readonly steps: readonly string[]; readonly base: Readonly<Record<string, number>> }[]>(page(), { read: 'officers.list', input: { agencyId: null } });
    const found = officers.find((o) => o.steps.includes('suspended') && !spared.includes(o.officer.id) && all.some((p) => p.preparerId === o.officer.id && p.isDetained && p.state === 'in_review'));
    const at = new Date(Date.now() - 200 * 86_400_000).toISOString();
    await callFrom(page(), { run: 'officer.record', input: { officerId: found?.officer.id, event: { kind: 'suspended', at, details: { ground: 'safety', why: 'Told by the jail', orderedBy: 'Sheriff' } } }, base: found?.base });
    await go('/lookback');
    await page().getByRole('button', { name: /Packets touched by a lapse/ }).waitFor();
    await page().keyboard.press('t');
    await page().getByRole('dialog').waitFor();
    expect(await lookAround('dialog-lapses')).toEqual([]);
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

it('the matrix as of a past day, with the officer beside it', async () => {
  await go('/training?day=2026-11-20&part=overdue');
  await page().getByRole('status').filter({ hasText: 'As of the end of 2026-11-20' }).waitFor();
  await page().setViewportSize({ width: 1280, height: 800 });
  await page().getByRole('button', { name: 'Show the officer' }).click();
  expect(await lookAround('training-as-of')).toEqual([]);
}, SLOW_MS);

describe('a document beside its fields', () => {
  it('is drawn, with pins and checks in view', async () => {
    await go(`/packet/${clean}`);
    await page().getByRole('navigation', { name: 'Forms and evidence' }).getByRole('button', { name: /I-862/ }).click();
    await page().getByRole('button', { name: 'Side by side' }).click();
    await page().locator('canvas').first().waitFor({ timeout: 60_000 });
    expect(await lookAround('document')).toEqual([]);
  }, SLOW_MS);
});

describe('an import of a roster, by keyboard alone', () => {
  /** Tab until the focus stands on the button or field of this name. */
  const tabTo = async (name: RegExp): Promise<void> => {
    for (let n = 0; n < 80; n += 1) {
      const focused = await page().evaluate(() => {
        const e = document.activeElement;
        return e instanceof HTMLElement ? (e.getAttribute('aria-label') ?? (e instanceof HTMLInputElement ? e.labels?.[0]?.textContent : null) ?? e.textContent ?? '') : '';
      });
      if (name.test(focused)) return;
      await page().keyboard.press('Tab');
    }
    throw new Error(`nothing called ${name} has the focus`);
  };
  it('columns, dry run with rejected rows, result, undo', async () => {
    await page().setViewportSize({ width: 1280, height: 800 });
    const officers = await callFrom<readonly { readonly officer: { readonly badge: string; readonly name: string }; readonly agencyName: string }[]>(page(), { read: 'officers.list', input: { agencyId: null } });
    const rows = officers.slice(0, 40).flatMap(({ officer, agencyName }) => ['Privacy awareness', 'Operations security'].map((course) => [`"${officer.name}"`, officer.badge, `"${agencyName}"`, course, '3/31/2026', 'Completed'].join(',')));
    const bad = ['Nobody Here,XX-1,,Privacy awareness,3/31/2026,Completed', `,${officers[0]?.officer.badge},,Knots and ropes,2026-03-31,Completed`, `,${officers[0]?.officer.badge},,Privacy awareness,2/30/2026,Completed`];
    const buffer = Buffer.from(['Learner name,Badge,Agency,Course title,Completion date,Status', ...rows, ...bad].join('\r\n'));
    await go('/officers');
    await page().getByRole('button', { name: 'Import…' }).waitFor();
    await tabTo(/^Import…$/);
    await page().keyboard.press('Enter');
    await page().getByRole('heading', { level: 1, name: 'Import' }).waitFor();
    await tabTo(/^Roster of PALMS/);
    const [chooser] = await Promise.all([page().waitForEvent('filechooser'), page().keyboard.press('Space')]);
    await chooser.setFiles({ name: 'palms-march.csv', mimeType: 'text/csv', buffer });
    await page().getByRole('heading', { name: 'Columns' }).waitFor();
    expect(await lookAround('import-columns')).toEqual([]);
    await page().setViewportSize({ width: 1280, height: 800 });
    await tabTo(/^Show what would change$/);
    await page().keyboard.press('Enter');
    await page().getByRole('heading', { name: 'What would change' }).waitFor();
    await page().getByText('There is no such day').waitFor();
    expect(await page().getByRole('region', { name: 'Rejected rows' }).getByRole('row').count()).toBeGreaterThanOrEqual(4);
    expect(await lookAround('import-plan')).toEqual([]);
    await page().setViewportSize({ width: 1280, height: 800 });
    await tabTo(/^Save rejected rows$/);
    const [download] = await Promise.all([page().waitForEvent('download'), page().keyboard.press('Enter')]);
    expect(download.suggestedFilename()).toBe('palms-march-rejected.csv');
    await tabTo(/^Import \d+ rows$/);
    await page().keyboard.press('Enter');
    await page().getByText('Saved on this laptop', { exact: false }).first().waitFor();
    await page().getByRole('button', { name: 'Undo the import of palms-march.csv' }).waitFor();
    expect(await lookAround('import-done')).toEqual([]);
    await page().setViewportSize({ width: 1280, height: 800 });
    await tabTo(/^Undo the import of palms-march/);
    await page().keyboard.press('Enter');
    await page().getByRole('dialog').waitFor();
    expect(await lookAround('dialog-import-undo')).toEqual([]);
    await page().keyboard.type('The file was of another year.');
    await tabTo(/^Undo the import$/);
    await page().keyboard.press('Enter');
    await page().getByText(/^undone /).waitFor();
  }, SLOW_MS);
});

it('the lock screen says which clocks run', async () => {
  await callFrom(page(), { act: 'session.lock', input: {} });
  await page().getByLabel(/^Passphrase of/).waitFor({ timeout: 30_000 });
  expect(await lookAround('lock')).toEqual([]);
}, SLOW_MS);
