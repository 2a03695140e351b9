/** The built screen in Chromium over static data: content policy, accessibility, the review loop by keyboard, the ceremony, drafts. */
import { readFileSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Call } from '../../shared/api.ts';
import { formHash } from '../../shared/domain/packet.ts';
import { no } from '../../shared/result.ts';
import { type FakeBackend, SESSIONS } from './fake-backend.ts';
import { packetDocument } from './fake-packets.ts';
import { type Screens, startScreens } from './screens.ts';

let screens: Screens;
let backend: FakeBackend;
let complaints: string[];
beforeAll(async () => {
  screens = await startScreens();
  ({ backend, complaints } = screens);
});
afterAll(async () => screens?.close());
beforeEach(async () => screens.reset());
const open = (hash: string, colorScheme: 'light' | 'dark' = 'light', viewport = { width: 1280, height: 800 }): Promise<Page> => screens.open(hash, { colorScheme, viewport });
const runs = (): Extract<Call, { run: string }>[] => backend.calls.filter((c): c is Extract<Call, { run: string }> => 'run' in c);
const SCREENS = [
  ['#/today', 'Running out'],
  ['#/queue', 'Time left'],
  ['#/packet/p-0001', 'Checks'],
  ['#/packet/p-0002', 'Hold: US citizenship'],
  ['#/agencies', 'Agreement'],
  ['#/officers', 'Authority'],
  ['#/training', 'Past due'],
  ['#/officer-file/dio-1', 'Authority over time'],
  ['#/itinerary', 'Annual MOA meeting'],
  ['#/custody', 'Next step'],
  ['#/sync', 'Ready to send'],
  ['#/settings', 'Single-letter'],
  ['#/lookback', 'What changed'],
  ['#/packet/p-0016', 'Under review: I-862'],
  ['#/packet/p-0014', 'Look-back review closed'],
  ['#/rules', 'Find a rule'],
] as const;

const packetReady = (p: Page): Promise<void> => p.getByText('Rule pack').waitFor();
const dialog = (p: Page): Promise<void> => p.getByRole('dialog').waitFor();
/** Dialogs and the states of screens that a route alone does not show. */
const STATES: readonly (readonly [what: string, hash: string, act: (p: Page) => Promise<unknown>])[] = [
  [
    'the sign dialog',
    '#/packet/p-0008',
    (p) =>
      packetReady(p)
        .then(() => p.keyboard.press('s'))
        .then(() => dialog(p)),
  ],
  [
    'the return dialog',
    '#/packet/p-0000',
    (p) =>
      packetReady(p)
        .then(() => p.keyboard.press('r'))
        .then(() => p.getByLabel('What to correct').first().waitFor()),
  ],
  [
    'the hold dialog',
    '#/packet/p-0000',
    (p) =>
      packetReady(p)
        .then(() => p.keyboard.press('h'))
        .then(() => p.getByLabel('Cause').selectOption('RESTRICTED')),
  ],
  [
    'the export dialog',
    '#/packet/p-0000',
    (p) =>
      packetReady(p)
        .then(() => p.getByRole('button', { name: 'Export…' }).click())
        .then(() => dialog(p)),
  ],
  [
    'a decision that is saved',
    '#/packet/p-0000',
    async (p) => {
      await packetReady(p);
      await p.keyboard.press('h');
      await p.getByLabel('Cause').selectOption('PK-09');
      await p.getByLabel('Reason').fill('Says that he is seventeen.');
      await p.getByRole('button', { name: 'Place the hold' }).click();
      await p.getByText('Saved on this laptop').last().waitFor();
    },
  ],
  [
    'an opened check',
    '#/packet/p-0000',
    (p) =>
      packetReady(p)
        .then(() => p.keyboard.press('1'))
        .then(() => p.getByText('Stands there').first().waitFor()),
  ],
  [
    'evidence',
    '#/packet/p-0000',
    (p) =>
      packetReady(p)
        .then(() => p.keyboard.press('e'))
        .then(() => p.getByText('About this evidence').click())
        .then(() => p.getByText('SHA-256').waitFor()),
  ],
  [
    'the palette',
    '#/queue',
    (p) =>
      p
        .getByRole('row')
        .nth(2)
        .waitFor()
        .then(() => p.keyboard.press('Control+k'))
        .then(() => dialog(p)),
  ],
  [
    'the shortcut sheet',
    '#/packet/p-0000',
    (p) =>
      packetReady(p)
        .then(() => p.keyboard.press('?'))
        .then(() => dialog(p)),
  ],
  [
    'the preview',
    '#/queue',
    (p) =>
      p
        .getByRole('row')
        .nth(2)
        .waitFor()
        .then(() => p.keyboard.press(' '))
        .then(() => p.getByRole('complementary').waitFor()),
  ],
  ['one agency', '#/queue/all/ag-tx07', (p) => p.getByRole('button', { name: /remove this filter/ }).waitFor()],
  ['nothing found', '#/queue/all/nowhere', (p) => p.getByText('No open packet of').waitFor()],
  [
    'an opened item of the outbox',
    '#/sync',
    (p) =>
      p
        .locator('.sync-line')
        .nth(3)
        .click()
        .then(() => p.getByText('Copy details').waitFor()),
  ],
  [
    'the connection test',
    '#/sync',
    (p) =>
      p
        .getByRole('button', { name: 'Test connection' })
        .click()
        .then(() => p.getByText('HQ did not answer in 5 s.').waitFor()),
  ],
  ['the collapsed rail', '#/today', (p) => p.keyboard.press('Control+b').then(() => p.getByText('Expand').waitFor({ state: 'attached' }))],
];

describe('every screen', () => {
  it.each(SCREENS)('%s keeps the content policy, asks nobody else and says nothing on the console', async (hash, words) => {
    const p = await open(hash);
    await p.getByText(words).first().waitFor();
    await p.waitForTimeout(200);
    expect(complaints).toEqual([]);
  });
  it.each(SCREENS.flatMap(([hash, words]) => (['light', 'dark'] as const).map((scheme) => [hash, scheme, words] as const)))(
    '%s is accessible in %s',
    async (hash, scheme, words) => {
      const p = await open(hash, scheme);
      await p.getByText(words).first().waitFor();
      const { violations } = await new AxeBuilder({ page: p }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze();
      expect(
        violations.map(
          (v) =>
            `${v.id}: ${v.nodes
              .map((n) => n.target.join(' '))
              .slice(0, 3)
              .join(' | ')}`,
        ),
      ).toEqual([]);
    },
  );
  it.each(STATES.flatMap(([what, hash, act]) => (['light', 'dark'] as const).map((scheme) => [what, scheme, hash, act] as const)))(
    '%s is accessible in %s',
    async (_what, scheme, hash, act) => {
      const p = await open(hash, scheme);
      await p.locator('main').waitFor();
      await act(p);
      const { violations } = await new AxeBuilder({ page: p }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze();
      expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(' | ')}`)).toEqual([]);
      expect(complaints).toEqual([]);
    },
  );
  it.each(['enrol', 'passphrase', 'locked'] as const)('%s is accessible and quiet', async (phase) => {
    backend.session = SESSIONS[phase];
    const p = await open('');
    await p.getByRole('heading', { level: 1 }).waitFor();
    const { violations } = await new AxeBuilder({ page: p }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze();
    expect(violations.map((v) => v.id)).toEqual([]);
    expect(complaints).toEqual([]);
  });
  it('never scrolls the window at 1024x700, and never sideways at 320 px', async () => {
    for (const [hash] of SCREENS) {
      const p = await open(hash, 'light', { width: 1024, height: 700 });
      await p.locator('main').waitFor();
      expect(await p.evaluate(() => document.documentElement.scrollHeight <= innerHeight && document.documentElement.scrollWidth <= innerWidth), hash).toBe(
        true,
      );
      await p.setViewportSize({ width: 320, height: 640 });
      expect(await p.evaluate(() => document.documentElement.scrollWidth), hash).toBeLessThanOrEqual(320);
      await p.close();
    }
  });
});

describe('queue', () => {
  it('is worked by keyboard: J, Space, Enter, X, G then D', async () => {
    const p = await open('#/queue');
    const grid = p.getByRole('grid');
    await p.getByRole('row').nth(2).waitFor();
    const second = await p.getByRole('row').nth(2).getAttribute('id');
    await p.keyboard.press('j');
    expect(await grid.getAttribute('aria-activedescendant')).toBe(second);
    await p.keyboard.press(' ');
    await p.getByRole('complementary', { name: /^Preview of/ }).waitFor();
    await p.keyboard.press('Enter');
    await p.getByRole('heading', { name: /^Packet / }).waitFor();
    const first = p.url();
    await p.keyboard.press('x');
    await expect.poll(() => p.url()).not.toBe(first);
    await p.keyboard.press('g');
    await p.keyboard.press('d');
    await p.getByRole('heading', { name: 'Today' }).waitFor();
  });
  it('draws only the rows in view and reaches the last one', async () => {
    const p = await open('#/queue');
    await p.getByRole('row').nth(5).waitFor();
    expect(await p.getByRole('row').count()).toBeLessThan(60);
    expect(await p.getByRole('grid').getAttribute('aria-rowcount')).toBe('481');
    await p.getByRole('grid').evaluate((g) => {
      g.scrollTop = g.scrollHeight;
    });
    await p.locator('[aria-rowindex="481"]:not(.waiting)').waitFor();
  });
  it('has a designed state for nothing found, nothing there and an error', async () => {
    const p = await open('#/queue');
    await p.getByRole('row').nth(1).waitFor();
    await p.keyboard.press('/');
    await p.keyboard.type('nobody of that name');
    await p.getByText('No packet matches').waitFor();
    await p.getByRole('button', { name: 'Clear the search' }).click();
    await p.getByRole('row').nth(1).waitFor();
    backend.total = 0;
    await p.reload();
    await p.getByText('The queue is empty').waitFor();
    backend.isBroken = true;
    await p.reload();
    await p.getByRole('alert').first().waitFor();
    expect(await p.getByRole('alert').first().textContent()).toContain('store/busy');
  });
  it('ignores single letters when they are switched off', async () => {
    const p = await open('#/settings');
    await p.getByText('Single-letter shortcuts').click();
    await p.keyboard.press('g');
    await p.keyboard.press('q');
    await p.waitForTimeout(150);
    expect(p.url()).toContain('/settings');
    await p.keyboard.press('Control+k');
    await p.getByRole('combobox').waitFor();
  });
});

describe('one agency', () => {
  it('is opened from the list of agencies and from a stop, and left by its chip', async () => {
    const p = await open('#/agencies');
    await p.getByRole('grid').getByRole('button', { name: /^Sample County SO ?TX-11$/ }).click();
    await p.getByRole('button', { name: 'Agency Sample County SO TX-11: remove this filter' }).waitFor();
    await p.getByRole('row').nth(2).waitFor();
    expect(p.url()).toContain('#/queue/all/ag-tx11');
    const asked = backend.calls.filter((c) => 'read' in c && c.read === 'queue.list').at(-1);
    expect(asked).toMatchObject({ input: { agencyId: 'ag-tx11', split: 'all' } });
    await p.getByRole('tab', { name: /^Blocked/ }).click();
    expect(p.url()).toContain('#/queue/blocked/ag-tx11');
    await p.getByRole('button', { name: /remove this filter/ }).click();
    await expect.poll(() => p.url()).toMatch(/#\/queue\/blocked$/);
    await p.evaluate(() => {
      location.hash = '/itinerary';
    });
    await p.getByRole('grid').getByRole('button', { name: /^Mesa Sample SO ?NM-02$/ }).click();
    await expect.poll(() => p.url()).toContain('#/queue/all/ag-nm02');
  });
  it('leads from packet to packet of that agency only', async () => {
    const p = await open('#/queue/all/ag-tx11');
    const second = await p.getByRole('row').nth(2).getAttribute('id');
    await p.keyboard.press('Enter');
    await packetReady(p);
    await p.keyboard.press('x');
    await expect.poll(() => p.url()).toContain(`#/packet/${second?.slice(4)}`);
    await p.keyboard.press('Escape');
    await expect.poll(() => p.url()).toContain('#/queue/all/ag-tx11');
  });
});

describe('packet and ceremony', () => {
  it('[PK-08] says why signing is off, and keeps return and hold on', async () => {
    const p = await open('#/packet/p-0002');
    await p.getByRole('button', { name: /^Sign/ }).waitFor();
    expect(await p.getByRole('button', { name: /^Sign/ }).isDisabled()).toBe(true);
    expect(await p.locator('#why-not').textContent()).toContain('PK-08');
    expect(await p.getByRole('button', { name: /^Return…/ }).isEnabled()).toBe(true);
    expect(await p.getByRole('button', { name: /^Hold…/ }).isEnabled()).toBe(true);
  });
  it('[NTA-06] jumps from a digit to the check and on to the field', async () => {
    const p = await open('#/packet/p-0000');
    await p.getByText('NTA-06').first().waitFor();
    await p.keyboard.press('1');
    await p.getByRole('button', { name: /hearing · time/ }).click();
    expect(await p.evaluate(() => (document.activeElement as HTMLElement).dataset.field)).toBe('forms.i862.hearing.time');
    expect(await p.locator('[data-field="forms.i862.hearing.time"]').textContent()).toContain('TBD');
  });
  it('[K2] [K2B] shows both computations of the detainer clock', async () => {
    const p = await open('#/packet/p-0001');
    const clock = p.locator('.clock', { hasText: 'Detainer hold' });
    await clock.waitFor();
    expect(await clock.textContent()).toMatch(/48 h straight, Form I-247A: the alarm.*Outer limit K2, 8 CFR 287\.7\(d\)/);
  });
  it('signs only forms that were on screen, with their hashes, and never keeps the passphrase', async () => {
    const p = await open('#/packet/p-0008');
    await p.getByRole('button', { name: /^Sign/ }).waitFor();
    await p.keyboard.press('s');
    await p.getByText('Not yet on screen:').waitFor();
    expect(
      await p
        .getByRole('button', { name: /^Sign \d/ })
        .last()
        .isDisabled(),
    ).toBe(true);
    await p.keyboard.press('Escape');
    for (const kind of ['I-213', 'I-862', 'I-200', 'I-286', 'I-247A']) {
      await p
        .getByRole('navigation', { name: 'Forms and evidence' })
        .getByRole('button', { name: new RegExp(`${kind} `) })
        .click();
      await p.waitForTimeout(1150);
    }
    await p.keyboard.press('s');
    await p.getByLabel('Passphrase').fill('wrong words here');
    await p.keyboard.press('Enter');
    expect(runs()).toEqual([]);
    await p.getByRole('button', { name: 'Sign 5 forms' }).last().click();
    await p.getByRole('alert').waitFor();
    expect(await p.getByRole('alert').textContent()).toContain('passphrase');
    await p.getByLabel('Passphrase').fill('open sesame twelve');
    await p.getByRole('button', { name: 'Sign 5 forms' }).last().click();
    await p.getByText('Saved on this laptop').last().waitFor();
    const signed = runs().at(-1);
    const input = signed?.input as {
      packetId: string;
      version: number;
      forms: { formId: string; contentHash: string; capacity: string }[];
      shown: { formId: string; seconds: number }[];
    };
    expect(input.forms.map((f) => f.contentHash)).toEqual(input.forms.map((f) => formHash(packetDocument(8).forms.find((x) => x.id === f.formId) as never)));
    expect(input.forms.map((f) => f.formId)).toEqual(['i213', 'i862', 'i200', 'i286', 'i247a']);
    expect(input.shown.every((s) => s.seconds >= 1)).toBe(true);
    expect(signed?.base).toEqual({ 'agency:ag-tx07': 4 });
    expect(JSON.stringify([...backend.drafts])).not.toContain('sesame');
  });
  it('[PK-00] returns with deficiencies from the failed checks; an unfinished return survives a lock', async () => {
    const p = await open('#/packet/p-0000');
    await p.getByText('NTA-06').first().waitFor();
    await p.keyboard.press('r');
    await p.getByLabel('Note to the DIO').fill('Please set the hearing with the court.');
    await expect.poll(() => backend.drafts.get('return:p-0000'), { timeout: 2000 }).toContain('Please set the hearing');
    await p.keyboard.press('Escape');
    await p.getByRole('button', { name: /^Lock/ }).click();
    await p.getByLabel(/^Passphrase of/).fill('anything');
    await p.keyboard.press('Enter');
    await p.getByRole('heading', { name: /^Packet / }).waitFor();
    await p.getByText('NTA-06').first().waitFor();
    await p.keyboard.press('r');
    await p.getByText('Your unfinished text was kept.').waitFor();
    await p.getByRole('button', { name: /^Return with/ }).click();
    await p.getByRole('button', { name: 'Return now' }).click();
    await p.getByText('Saved on this laptop').last().waitFor();
    const { input } = backend.calls.flatMap((c) => ('act' in c && c.act === 'return.wait' ? [c.input] : [])).at(-1) as { input: { deficiencies: { rule: string; field: string }[]; note: string } };
    expect(input.deficiencies).toContainEqual(expect.objectContaining({ rule: 'NTA-06', field: 'forms.i862.hearing.time' }));
    expect(input.note).toBe('Please set the hearing with the court.');
    expect(backend.drafts.has('return:p-0000')).toBe(false);
  });
  it('[PK-09] places a hold with its cause and a reason', async () => {
    const p = await open('#/packet/p-0000');
    await p.getByRole('button', { name: /^Hold…/ }).click();
    await p.getByLabel('Cause').selectOption('PK-09');
    await p.getByLabel('Reason').fill('Says that he is seventeen.');
    await p.getByRole('button', { name: 'Place the hold' }).click();
    await p.getByText('Saved on this laptop').last().waitFor();
    expect(runs().at(-1)).toMatchObject({ run: 'hold.place', input: { packetId: 'p-0000', rule: 'PK-09', reason: 'Says that he is seventeen.' } });
  });
});

describe('words', () => {
  it('quotes receipts with time, zone and code, and says what a refusal asks for', async () => {
    const p = await open('#/sync');
    await p
      .getByText(/Received by HQ · 13:04 EST · R-7F3A1\d/)
      .first()
      .waitFor();
    await p.getByText('Read the new version, then sign that one.').waitFor();
  });
  it('calls a lapse what it is', async () => {
    const p = await open('#/officers');
    await p.getByText('lapsed: ICE policy requires revocation').first().waitFor();
  });
});

describe('export of a packet', () => {
  it('hands over the file that the host made, by the palette and without a mouse', async () => {
    const p = await open('#/packet/p-0000');
    await packetReady(p);
    await p.keyboard.press('Control+k');
    await p.keyboard.type('export');
    await p.keyboard.press('Enter');
    await p.getByRole('dialog', { name: /^Export packet/ }).waitFor();
    await p.keyboard.press('Shift+Tab');
    await p.keyboard.press('ArrowDown');
    await p.keyboard.press('Tab');
    const [file] = await Promise.all([p.waitForEvent('download'), p.keyboard.press('Enter')]);
    expect(file.suggestedFilename()).toBe('packet-p-0000-v1.json');
    expect(readFileSync((await file.path()) ?? '', 'utf8')).toBe('{"kind":"packet-export"}');
    await p.getByText('Handed over as packet-p-0000-v1.json.').waitFor();
    expect(complaints).toEqual([]);
  });
  it('says a refusal in words and hands over nothing', async () => {
    backend.exported = no('export/restricted');
    const p = await open('#/packet/p-0000');
    await packetReady(p);
    await p.getByRole('button', { name: 'Export…' }).click();
    await p.getByText('Bundle to verify').click();
    await p.getByRole('button', { name: 'Save the file' }).click();
    await p.getByText('This packet is under restricted handling and is not exported.').waitFor();
    expect(await p.getByText('Handed over').count()).toBe(0);
  });
});
