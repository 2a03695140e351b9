/** A resubmission on the screen: the redline, what holds Sign back, what the signature carries, the return sheet on screen and on paper. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Call } from '../../shared/api.ts';
import { changedFields } from '../../shared/domain/must-be-shown.ts';
import { openContent } from '../../shared/domain/packet.ts';
import { redlineOf } from '../../renderer/features/packet/redline-model.ts';
import { STATUS } from './fake-data.ts';
import { RESUBMITTED } from './fake-resubmission.ts';
import { at } from './fake-people.ts';
import { type Screens, startScreens } from './screens.ts';
import type { PacketView } from '../../shared/api.ts';

const PICTURES = process.env.FIELDBOOK_PICTURES ?? '';
let screens: Screens;
let view: PacketView;
beforeAll(async () => {
  screens = await startScreens();
  const answer = await screens.backend.call({ read: 'packet.open', input: { packetId: RESUBMITTED, number: null } });
  if (!answer.ok) throw new Error('no packet');
  view = answer.value as PacketView;
}, 120_000);
afterAll(async () => screens?.close());
beforeEach(async () => screens.reset());

const picture = async (p: Page, name: string): Promise<void> => {
  if (!PICTURES) return;
  mkdirSync(PICTURES, { recursive: true });
  await p.screenshot({ path: join(PICTURES, `${name}.png`) });
};
const axe = async (p: Page): Promise<readonly string[]> => {
  const { violations } = await new AxeBuilder({ page: p }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
  return violations.map((v) => `${v.id} ${v.nodes.map((n) => n.target.join(' ')).slice(0, 3).join(' | ')}`);
};
const redline = (p: Page) => p.getByRole('article', { name: 'Changes since version 1' });
const sign = (p: Page) => p.getByRole('toolbar', { name: 'Decide' }).getByRole('button', { name: /^Sign/ });
/** Next change by its key until the bar has nothing against a signature. */
async function readThrough(p: Page): Promise<number> {
  let steps = 0;
  for (; steps < 60 && (await sign(p).isDisabled()); steps += 1) {
    await p.keyboard.press('n');
    await p.waitForTimeout(1200);
  }
  return steps;
}

describe('a resubmission', () => {
  it.each(['light', 'dark'] as const)('opens as a redline against the version decided on, %s: what is not fixed first, each change with both values', async (colorScheme) => {
    const p = await screens.open(`#/packet/${RESUBMITTED}`, { colorScheme });
    await redline(p).waitFor();
    await p.getByText('1 of 2 not fixed').waitFor();
    expect(await p.locator('.mended li.open').allTextContents()).toEqual([expect.stringMatching(/Not fixed: the field is as it was.*213-02/)]);
    expect(await p.locator('.mended li:not(.open)').textContent()).toMatch(/Fixed.*NTA-06/);
    const document = openContent(view.version.content);
    const before = openContent(view.earlier?.compared?.content ?? '');
    const shown = await p.locator('[data-change]').evaluateAll((all) => all.map((e) => (e as HTMLElement).dataset.change ?? ''));
    expect([...shown].sort()).toEqual(changedFields(document, before));
    const narrative = p.locator('[data-change="forms.i213.narrative"]');
    expect(await narrative.locator('del').first().textContent()).toContain('booking');
    expect(await narrative.locator('ins').last().textContent()).toContain('قال الشخص');
    expect(await narrative.locator('ins bdi, del bdi').count()).toBeGreaterThan(2);
    expect(await axe(p)).toEqual([]);
    await picture(p, `redline-${colorScheme}`);
    expect(screens.complaints).toEqual([]);
  }, 60_000);

  it('keeps Sign off until every change was on screen, and says which versions and changes in the signature', async () => {
    const p = await screens.open(`#/packet/${RESUBMITTED}`);
    await redline(p).waitFor();
    expect(await sign(p).isDisabled()).toBe(true);
    expect(await p.locator('#why-not').textContent()).toMatch(/Not yet on screen: \d+ of \d+ changes since version 1/);
    await p.keyboard.press('s');
    expect(await p.getByRole('dialog').count()).toBe(0);
    expect(await readThrough(p)).toBeGreaterThan(2);
    expect(await sign(p).isDisabled()).toBe(false);
    await picture(p, 'redline-read');
    // Each form that is signed still has to be on screen itself.
    const forms = p.getByRole('navigation', { name: 'Forms and evidence' });
    for (const kind of ['I-213', 'I-862', 'I-200', 'I-286', 'I-247A']) {
      await forms.getByRole('button', { name: new RegExp(`${kind} `) }).click();
      await expect.poll(() => forms.getByRole('button', { name: new RegExp(`${kind} `) }).textContent(), { timeout: 10_000 }).toContain('◉');
    }
    await p.keyboard.press('s');
    const dialog = p.getByRole('dialog');
    await dialog.getByText(/Compared with version 1: \d+ changes on screen/).waitFor();
    await dialog.getByText(/^Facts as of/).waitFor();
    for (const reason of await dialog.locator('textarea').all()) await reason.fill('Looked at and accepted for this test.');
    await dialog.getByLabel('Passphrase').fill('open sesame twelve');
    expect(await axe(p)).toEqual([]);
    await picture(p, 'redline-sign');
    await dialog.getByRole('button', { name: /^Sign \d/ }).click();
    await p.getByText('Saved on this laptop').last().waitFor();
    const run = screens.backend.calls.find((c): c is Extract<Call, { run: string }> => 'run' in c);
    const input = run?.input as { version: number; comparedWith: number; shownFields: readonly { field: string; seconds: number }[]; shown: readonly { formId: string }[] };
    expect([input.version, input.comparedWith]).toEqual([2, 1]);
    expect(input.shownFields.map((f) => f.field).sort()).toEqual(changedFields(openContent(view.version.content), openContent(view.earlier?.compared?.content ?? '')));
    expect(input.shownFields.every((f) => f.seconds >= 1)).toBe(true);
    expect(input.shown.map((s) => s.formId)).toEqual(expect.arrayContaining(['i213', 'i862', 'i200', 'i286', 'i247a']));
  }, 180_000);

  it('does not count what stands behind a dialog', async () => {
    const p = await screens.open(`#/packet/${RESUBMITTED}`);
    await redline(p).waitFor();
    await p.keyboard.press('h');
    await p.getByRole('dialog').waitFor();
    const before = await p.locator('.paper-note').textContent();
    await p.waitForTimeout(2500);
    expect(await p.locator('.paper-note').textContent()).toBe(before);
  }, 60_000);

  it('goes from change to change by keys, and to the field in its form', async () => {
    const p = await screens.open(`#/packet/${RESUBMITTED}`);
    await redline(p).waitFor();
    const at_ = () => p.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset.change ?? '');
    await p.keyboard.press('n');
    await expect.poll(at_).not.toBe('');
    const first = await at_();
    await p.keyboard.press('n');
    await expect.poll(at_).not.toBe(first);
    await p.keyboard.press('b');
    await expect.poll(at_).toBe(first);
    await p.locator('[data-change="forms.i862.hearing.time"]').getByRole('button', { name: 'Show in place' }).click();
    await p.getByRole('article', { name: /^I-862/ }).waitFor();
    await expect.poll(() => p.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset.field ?? '')).toBe('forms.i862.hearing.time');
    await p.keyboard.press('n');
    await redline(p).waitFor();
  }, 60_000);

  it('cannot be signed while the version to compare with is not here, and says so', () => {
    const document = openContent(view.version.content);
    if (!view.earlier) throw new Error('no earlier version');
    expect(redlineOf({ ...view, earlier: { ...view.earlier, compared: null } }, document, [])).toMatchObject({ problem: { code: 'packet/unknown-version' }, total: 0 });
    expect(redlineOf({ ...view, earlier: null }, document, [])).toBeNull();
  });
});

describe('the age of facts', () => {
  it('stands in the packet\'s head when it is old, and only then', async () => {
    const p = await screens.open('#/packet/p-0008');
    await p.getByText('Rule pack').waitFor();
    expect(await p.locator('.strip .facts-as-of').count()).toBe(0);
    screens.backend.status = { ...STATUS, hqDataAsOf: at(-52.2) };
    const old = await screens.open('#/packet/p-0008');
    await old.locator('.strip .facts-as-of').waitFor();
    expect(await old.locator('.strip .facts-as-of').textContent()).toContain('Facts as of 2 d 4 h ago');
    expect(await axe(old)).toEqual([]);
    await picture(old, 'facts-as-of');
    await old.keyboard.press('s');
    expect(await old.getByRole('dialog').locator('.facts-as-of').textContent()).toContain('Facts as of 2 d 4 h ago');
    screens.backend.status = { ...STATUS, hqDataAsOf: null };
    const never = await screens.open('#/packet/p-0008');
    await never.locator('.strip .facts-as-of', { hasText: 'unknown time' }).waitFor();
  }, 60_000);
});

describe('the return sheet', () => {
  it.each(['light', 'dark'] as const)('lists every deficiency with its rule, field, value and what is asked, and the clocks, %s', async (colorScheme) => {
    const p = await screens.open(`#/return-sheet/${RESUBMITTED}/1`, { colorScheme });
    const sheet = p.getByRole('article', { name: /^Return of packet/ });
    await sheet.waitFor();
    const text = (await sheet.textContent()) ?? '';
    for (const words of ['I-862', 'NTA-06', 'hearing · time', 'TBD', 'The time of the hearing is missing.', 'I-213', '213-02', 'Spouse and one child in the county', 'Please send both today.', 'The clocks go on', 'UTC', view.agency.name]) expect(text).toContain(words);
    expect(text).not.toContain(view.subject.name);
    expect(text).not.toMatch(/restrict|PK-10|protected/i);
    expect(await axe(p)).toEqual([]);
    await picture(p, `return-sheet-${colorScheme}`);
  }, 60_000);
  it('is on paper alone, black on white, in either theme', async () => {
    const p = await screens.open(`#/return-sheet/${RESUBMITTED}/1`, { colorScheme: 'dark' });
    await p.getByRole('article').waitFor();
    await p.emulateMedia({ media: 'print' });
    for (const part of ['.rail', '.top', '.bar', '.demo']) expect(await p.locator(part).isVisible(), part).toBe(false);
    expect(await p.getByRole('article').evaluate((e) => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor])).toEqual(['rgb(0, 0, 0)', 'rgb(255, 255, 255)']);
    await picture(p, 'return-sheet-paper');
  }, 60_000);
  it('opens the browser\'s print, and leads back', async () => {
    const p = await screens.open(`#/return-sheet/${RESUBMITTED}/1`, { before: () => { window.print = () => { document.body.dataset.printed = 'yes'; }; } });
    await p.getByRole('button', { name: 'Print…' }).click();
    expect(await p.evaluate(() => document.body.dataset.printed)).toBe('yes');
    await p.getByRole('button', { name: 'Back to the packet' }).click();
    await redline(p).waitFor();
  }, 60_000);
  it('says so when that version was not returned, and when the packet is unknown', async () => {
    await (await screens.open('#/return-sheet/p-0008/1')).getByText('was not returned').waitFor();
    await (await screens.open('#/return-sheet/p-9999/1')).getByRole('alert').first().waitFor();
  }, 60_000);
  it('in the return dialog names every field of the packet once, and no restricted code', async () => {
    const p = await screens.open('#/packet/p-0000');
    await p.getByText('Rule pack').waitFor();
    await p.keyboard.press('r');
    await p.getByLabel('Code').first().waitFor();
    const codes = await p.getByLabel('Code').first().locator('option').allTextContents();
    expect(codes).toContain('NTA-06');
    expect(codes).not.toContain('PK-10');
    const fields = await p.getByLabel('Field').first().locator('option').evaluateAll((all) => all.map((o) => (o as HTMLOptionElement).value));
    for (const path of ['forms.i862.hearing.time', 'forms.i862.court', 'forms.i862.lastEntry', 'forms.i213', 'consular', 'evidence', 'evidence.ev-match']) expect(fields).toContain(path);
    expect(new Set(fields).size).toBe(fields.length);
  }, 60_000);
});
