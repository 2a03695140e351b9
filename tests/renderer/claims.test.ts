/** The on-call log, the claim dialog and the Claims screen in a browser: by keyboard alone, in both themes, without a complaint of axe. */
import { AxeBuilder } from '@axe-core/playwright';
import { mkdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startScreens, type Screens } from './screens.ts';

const axe = async (page: Page): Promise<readonly string[]> => {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
  return violations.map((v) => `${v.id} ${v.nodes.map((n) => n.target.join(' ')).slice(0, 3).join(' | ')}`);
};

describe('claims and calls', () => {
  let screens: Screens;
  const folder = process.env.FIELDBOOK_PICTURES;
  const picture = async (page: Page, name: string): Promise<void> => {
    if (!folder) return;
    mkdirSync(folder, { recursive: true });
    await page.screenshot({ path: `${folder}/${name}.png` });
  };
  beforeAll(async () => { screens = await startScreens(); }, 120_000);
  afterEach(async () => { await screens.reset(); });
  afterAll(async () => { await screens.close(); });
  const runs = () => screens.backend.calls.flatMap((c) => ('run' in c ? [{ name: c.run, input: c.input as Record<string, unknown> }] : []));

  it.each(['light', 'dark'] as const)('the Claims screen is clean in the %s theme, and says what is due', async (colorScheme) => {
    const page = await screens.open('#/claims', { colorScheme });
    await page.getByRole('grid', { name: 'Claims and calls' }).waitFor();
    const detail = page.locator('.detail');
    await detail.getByText('K6 Tell ICE of the citizenship claim').waitFor();
    expect(await detail.textContent()).toContain('Next:');
    expect(await axe(page)).toEqual([]);
    await picture(page, `claims-${colorScheme}`);
    expect(screens.complaints).toEqual([]);
  }, 60_000);
  it('a claim: ICE told, the draft and the memo, each a command with the looked-at versions', async () => {
    const page = await screens.open('#/claims');
    await page.getByRole('row').filter({ hasText: 'VANTERPOOL' }).click();
    const detail = page.locator('.detail');
    await detail.getByRole('button', { name: 'ICE was told now' }).click();
    await detail.getByText('◐ Recorded: ICE was told.').waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), detail.getByRole('button', { name: /Draft memo/ }).click()]);
    expect(download.suggestedFilename()).toBe('opla-memo-draft-c1.pdf');
    expect(await detail.getByRole('button', { name: 'Memo was sent' }).isDisabled()).toBe(true);
    await detail.getByLabel(/Memo: to whom/).fill('By mail to the duty attorney');
    await detail.getByRole('button', { name: 'Memo was sent' }).click();
    await detail.getByText('◐ Recorded: the memo was sent.').waitFor();
    expect(runs().map((r) => [r.name, r.input.claimId])).toEqual([['claim.consult', 'c-1'], ['claim.memo', 'c-1']]);
  }, 60_000);
  it('without anything it says so, and a broken store says what to do', async () => {
    screens.backend.total = 0;
    const page = await screens.open('#/claims');
    await page.getByText('No claim and no call').waitFor();
    expect(await axe(page)).toEqual([]);
    await screens.reset();
    screens.backend.isBroken = true;
    const broken = await screens.open('#/claims');
    await broken.getByRole('button', { name: 'Try again' }).first().waitFor();
  }, 60_000);
  it('C logs a call from any screen by keyboard alone; a person who is here gets the claim with it', async () => {
    const page = await screens.open('#/today');
    await page.locator('.risk-row').first().waitFor();
    await page.keyboard.press('c');
    const dialog = page.getByRole('dialog', { name: 'Log a call' });
    await dialog.waitFor();
    expect(await axe(page)).toEqual([]);
    await page.keyboard.type('Night desk, Sgt. Oduya');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Vanterpool');
    const found = dialog.getByRole('group', { name: 'On this laptop' });
    await found.waitFor();
    await picture(page, 'call');
    await found.getByRole('radio').first().check();
    await dialog.getByLabel('What was said and done').fill('Says that he was born in Texas. Told to stop.');
    await dialog.getByRole('button', { name: 'Save the call' }).click();
    const saved = page.getByRole('dialog', { name: 'Call logged' });
    await saved.getByText('K6').waitFor();
    expect(await axe(page)).toEqual([]);
    const [call, claim] = runs();
    expect([call?.name, claim?.name, runs().length]).toEqual(['call.log', 'claim.record', 2]);
    expect(claim?.input).toMatchObject({ kind: 'citizenship', packetId: call?.input.packetId, reportedAt: call?.input.calledAt });
    expect(screens.complaints).toEqual([]);
  }, 60_000);
  it('M on a packet records a protective matter and says who lifts it; restricted handling gets the generic hold', async () => {
    const page = await screens.open('#/packet/p-0002');
    await page.locator('.strip-name').waitFor();
    await picture(page, 'packet-claim');
    expect(await page.locator('.strip').textContent()).toContain('ICE not told yet');
    expect(await page.locator('[data-clock="K6"]').count()).toBeGreaterThan(0);
    await page.keyboard.press('m');
    const dialog = page.getByRole('dialog', { name: /Protective matter/ });
    await dialog.getByLabel('What it is').selectOption('competency');
    expect(await dialog.textContent()).toContain('Released from HQ by OPLA');
    expect(await axe(page)).toEqual([]);
    await picture(page, 'claim-dialog');
    await dialog.getByLabel('What it is').selectOption('restricted_tip');
    await dialog.getByLabel('Who told it').selectOption('unknown');
    await dialog.getByLabel(/What was said or seen/).fill('A voice on the phone named her.');
    await dialog.getByRole('button', { name: 'Record and hold' }).click();
    await page.getByRole('dialog', { name: 'Recorded and on hold' }).waitFor();
    expect(runs().map((r) => r.name)).toEqual(['claim.record', 'hold.place']);
    expect(runs()[1]?.input).toMatchObject({ rule: 'RESTRICTED', reason: 'Restricted handling asked' });
    expect(screens.complaints).toEqual([]);
  }, 60_000);
});
