/** The training matrix, its dialogs and the file of a DIO on screen: worked by keyboard alone, and what stands in a cell is never told by colour alone. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Call } from '../../shared/api.ts';
import { COURSE_IDS } from '../../shared/domain/training.ts';
import type { MatrixInput } from '../../shared/training-views.ts';
import { REFUSED_EVIDENCE } from './fake-backend.ts';
import { type Screens, startScreens } from './screens.ts';

let screens: Screens;
beforeAll(async () => { screens = await startScreens(); });
afterAll(async () => screens?.close());
beforeEach(async () => screens.reset());
const runs = (): Extract<Call, { run: string }>[] => screens.backend.calls.filter((c): c is Extract<Call, { run: string }> => 'run' in c);
const asked = (): readonly MatrixInput[] => screens.backend.calls.flatMap((c) => ('read' in c && c.read === 'training.matrix' ? [c.input as MatrixInput] : []));
const axe = async (p: Page): Promise<readonly string[]> => (await new AxeBuilder({ page: p }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze()).violations.map((v) => `${v.id} ${v.nodes[0]?.target}`);
async function openMatrix(): Promise<Page> {
  const p = await screens.open('#/training');
  await p.getByRole('grid').getByRole('row').nth(1).waitFor();
  return p;
}

async function openFile(): Promise<Page> {
  const p = await screens.open('#/officer-file/dio-1');
  await p.getByRole('heading', { name: 'Completions' }).waitFor();
  return p;
}

describe('the matrix', () => {
  it('says each state in shape and word, and unknown is not current', async () => {
    const p = await openMatrix();
    const first = await p.getByRole('grid').getByRole('row').nth(1).textContent();
    for (const said of ['✓ done', '▲ 1 Nov 26', '○ 20 Dec 26', '◇ 31 May 27', '? unknown', 'overdue, was due 2026-11-01, done 2026-11-10, waits to be verified: does not count', 'course unavailable, HQ asked', 'waived by HQ, until 2027-05-31', 'not asked of this model']) expect(first).toContain(said);
    expect(screens.complaints).toEqual([]);
  });
  it('opens with G then T, and the look-ahead filters with a link that keeps it', async () => {
    const p = await screens.open('#/today');
    await p.getByRole('heading', { level: 1, name: 'Today' }).waitFor();
    await p.keyboard.press('g');
    await p.keyboard.press('t');
    await p.getByRole('button', { name: 'Past due' }).click();
    await expect.poll(() => p.getByRole('grid').getByRole('row').count()).toBe(2);
    expect(await p.evaluate(() => location.hash)).toBe('#/training?part=overdue');
    expect(await p.getByRole('button', { name: 'Past due' }).getAttribute('aria-pressed')).toBe('true');
    await p.getByRole('button', { name: 'Clear all' }).click();
    await expect.poll(() => p.getByRole('grid').getByRole('row').count()).toBe(7);
  });
  it('asks as of a past day, by what is known now or was known then', async () => {
    const p = await openMatrix();
    await p.getByLabel('As of').fill('2026-06-01');
    await p.getByText('As of the end of 2026-06-01 at each site').waitFor();
    await p.getByLabel(/^By/).selectOption({ label: 'what was known then' });
    await p.getByText('by what was on record then').waitFor();
    await expect.poll(() => asked().at(-1)?.asOf).toEqual({ day: '2026-06-01', known: 'then' });
    expect(asked().map((i) => i.asOf)).toContainEqual({ day: '2026-06-01', known: 'now' });
    expect(await axe(p)).toEqual([]);
  });
  it('a search narrows it and stays out of the link', async () => {
    const p = await openMatrix();
    await p.keyboard.press('/');
    await p.getByLabel('Search officers').fill('okafor');
    await expect.poll(() => p.getByRole('grid').getByRole('row').count()).toBe(2);
    expect(await p.evaluate(() => location.hash)).toBe('#/training');
    await p.getByLabel('Search officers').fill('nobody of that name');
    await p.getByText('No officer matches').waitFor();
  });
});

describe('dialogs by keyboard alone', () => {
  it('verifies the completion of the chosen cell', async () => {
    const p = await openMatrix();
    await p.getByRole('grid').focus();
    await p.keyboard.press('ArrowRight');
    await p.keyboard.press('ArrowRight');
    expect(await p.getByRole('grid').getAttribute('aria-activedescendant')).toBe('cell-dio-1-palms-1');
    await p.keyboard.press('v');
    await p.getByRole('dialog').getByRole('checkbox', { name: /Immigration and Nationality Act overview/ }).waitFor();
    expect(await p.getByRole('checkbox').first().isChecked()).toBe(true);
    await p.getByRole('button', { name: 'Verify', exact: true }).focus();
    await p.keyboard.press('Enter');
    await p.getByText('Saved on this laptop').waitFor();
    expect(runs()[0]).toMatchObject({ run: 'training.verify', input: { agencyId: 'ag-tx07', completionIds: ['palms-1/2026-11-10'] }, base: { 'agency:ag-tx07': 3 } });
  });
  it('records one by hand, says what is missing, and keeps what was typed', async () => {
    const p = await openMatrix();
    await p.getByRole('grid').focus();
    await p.keyboard.press('r');
    const dialog = p.getByRole('dialog');
    await dialog.getByText('Choose the requirement.').waitFor();
    await dialog.getByLabel('Requirement').selectOption({ label: 'Privacy awareness' });
    await dialog.getByLabel('Day of completion').fill('2026-11-20');
    await dialog.getByLabel('Evidence', { exact: true }).fill('Transcript 12');
    await dialog.getByText('Say who gave the course.').waitFor();
    await dialog.getByLabel('Provider').fill('PALMS');
    await dialog.getByRole('button', { name: 'Record', exact: true }).press('Enter');
    await p.getByText('It does not count until somebody has verified it').waitFor();
    expect(runs()[0]).toMatchObject({ run: 'training.record', input: { completions: [{ officerId: 'dio-1', requirement: 'palms-6', completedOn: '2026-11-20', evidence: 'Transcript 12', provider: 'PALMS', isVerified: false }], source: null } });
  });
  it('a refusal stands at the field that it is about', async () => {
    const p = await openFile();
    await p.keyboard.press('r');
    const dialog = p.getByRole('dialog');
    await dialog.getByLabel('Requirement').selectOption('palms-6');
    await dialog.getByLabel('Day of completion').fill('2026-11-20');
    await dialog.getByLabel('Evidence', { exact: true }).fill(REFUSED_EVIDENCE);
    await dialog.getByLabel('Provider').fill('PALMS');
    await dialog.getByRole('button', { name: 'Record', exact: true }).press('Enter');
    await dialog.getByRole('alert').filter({ hasText: 'Field: day of completion' }).waitFor();
    expect(await dialog.locator('[aria-invalid=true]').getAttribute('id')).toBe('record-completedOn');
    expect(await dialog.locator('#record-completedOn-wrong').textContent()).toContain('The completion lies in the future');
    expect(await dialog.getByLabel('Evidence', { exact: true }).inputValue()).toBe(REFUSED_EVIDENCE);
    expect(await axe(p)).toEqual([]);
  });
  it('withdraws with a reason of ten characters or more', async () => {
    const p = await openFile();
    await p.keyboard.press('w');
    const dialog = p.getByRole('dialog');
    await dialog.getByRole('checkbox', { name: /Immigration fundamentals/ }).press('Space');
    await dialog.getByLabel('Reason').fill('Wrong');
    await dialog.getByText('Say why in 10 characters or more.').waitFor();
    await dialog.getByLabel('Reason').fill('Wrong person on it.');
    await dialog.getByRole('button', { name: 'Withdraw', exact: true }).press('Enter');
    await p.getByText('Saved on this laptop').waitFor();
    expect(runs()[0]).toMatchObject({ run: 'training.withdraw', input: { which: { completionIds: ['palms-2/2025-12-20'] }, reason: 'Wrong person on it.' } });
  });
  it('reports a course for the whole agency, and names who answers for every requirement', async () => {
    const p = await openMatrix();
    await p.getByRole('grid').focus();
    await p.keyboard.press('n');
    await p.getByLabel('Course', { exact: true }).selectOption('palms-5');
    await p.getByLabel('For whom').selectOption('agency');
    await p.getByLabel('Evidence, with its date').fill('Notice of 2 November');
    await p.getByLabel('What is wrong with the course').fill('Taken out of the catalogue.');
    await p.getByRole('button', { name: 'Report', exact: true }).press('Enter');
    await p.getByText('nothing is extended').last().waitFor();
    await p.keyboard.press('Escape');
    await p.getByRole('dialog').waitFor({ state: 'detached' });
    await p.keyboard.press('o');
    await p.getByLabel('Training officer').fill('Sergeant Example');
    await p.getByLabel('Title').fill('Training sergeant');
    await p.getByLabel('Telephone or mail').fill('555-0100');
    await p.getByRole('dialog').getByRole('button', { name: 'Name', exact: true }).press('Enter');
    await p.getByText('The newest name counts').waitFor();
    expect(runs().map((r) => r.run)).toEqual(['course.unavailable', 'requirement.own']);
    expect(runs()[0]?.input).toMatchObject({ officerId: null, requirement: 'palms-5' });
    expect(runs()[1]?.input).toMatchObject({ name: 'Sergeant Example', requirements: COURSE_IDS.filter((r) => r !== 'authorization') });
  });
  it('does not offer the annual verification while something does not count, and says what', async () => {
    const p = await openMatrix();
    await p.getByRole('grid').focus();
    await p.keyboard.press('a');
    await p.getByText('Not done or not verified: Immigration and Nationality Act overview, Information awareness.').waitFor();
    expect(await p.getByRole('button', { name: 'Verify for FY2027' }).isDisabled()).toBe(true);
  });
});

describe('the file of an officer', () => {
  it('shows gaps, what was corrected and withdrawn, who recorded it, and leads to the packets', async () => {
    const p = await openFile();
    for (const said of ['▲ No authority: lapsed', 'corrected later', 'The transcript names another person.', '▲ not verified', 'Nobody is named']) await p.getByText(said).first().waitFor();
    expect(await p.getByText('Dana Whitfield').count()).toBeGreaterThan(2);
    expect(await axe(p)).toEqual([]);
    await p.getByRole('button', { name: 'Open 3 packets in the queue' }).click();
    expect(await p.evaluate(() => location.hash)).toBe('#/queue?preparerId=dio-1');
  });
  it('prints the file and nothing else', async () => {
    const p = await openFile();
    await p.emulateMedia({ media: 'print' });
    for (const hidden of ['.rail', '.top', '.statusbar, footer', '.officer-file button']) expect(await p.locator(hidden).filter({ visible: true }).count(), hidden).toBe(0);
    expect(await p.getByRole('heading', { name: 'Authority over time' }).isVisible()).toBe(true);
    expect(await p.evaluate(() => getComputedStyle(document.querySelector('.officer-file') as Element).overflowY)).toBe('visible');
  });
});
