/** The custody board and its dialogs on screen: every kind of event can be entered as the command wants it, by keyboard, and what is urgent says so. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { detailsOf, EVENT_FIELDS, missingField } from '../../renderer/features/custody/event-fields.ts';
import type { Call } from '../../shared/api.ts';
import { CUSTODY_EVENTS, custodyRecordInput, type RecordedKind } from '../../shared/domain/custody.ts';
import { utcOfLocal } from '../../shared/time.ts';
import { type Screens, startScreens } from './screens.ts';

let screens: Screens;
beforeAll(async () => { screens = await startScreens(); });
afterAll(async () => screens?.close());
beforeEach(async () => screens.reset());
const runs = (): Extract<Call, { run: string }>[] => screens.backend.calls.filter((c): c is Extract<Call, { run: string }> => 'run' in c);
const PICTURES = process.env.FIELDBOOK_PICTURES;
const picture = async (p: Page, name: string): Promise<void> => {
  if (!PICTURES) return;
  mkdirSync(PICTURES, { recursive: true });
  await p.screenshot({ path: join(PICTURES, `${name}.png`) });
};
const axe = async (p: Page): Promise<readonly string[]> => (await new AxeBuilder({ page: p }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze()).violations.map((v) => `${v.id} ${v.nodes[0]?.target}`);

describe('the fields of an event', () => {
  it.each(Object.keys(EVENT_FIELDS) as RecordedKind[])('%s: what is typed is what the command takes', (kind) => {
    const values = Object.fromEntries(EVENT_FIELDS[kind].map((f) => [f.name, f.kind === 'choice' ? (f.choices?.[0]?.[0] ?? '') : f.kind === 'time' ? '2026-11-25T09:30' : f.kind === 'yes' ? 'yes' : 'Example words here']));
    const details = detailsOf(kind, values, (local) => utcOfLocal(local, 'America/Chicago') ?? '');
    expect(custodyRecordInput.safeParse({ packetId: 'p', event: { kind, at: '2026-11-24T12:00:00.000Z', details } }).error?.issues ?? []).toEqual([]);
    expect(missingField(kind, values)).toBeNull();
    const first = EVENT_FIELDS[kind].find((f) => !f.isOptional && f.kind !== 'yes');
    if (first) expect(missingField(kind, {})).toBe(first.label);
    // Each choice is one that the shape knows.
    for (const f of EVENT_FIELDS[kind]) for (const [value] of f.choices ?? []) {
      const made = detailsOf(kind, { ...values, [f.name]: value }, () => '2026-11-25T15:30:00.000Z');
      expect(CUSTODY_EVENTS[kind].details.safeParse(made).success, `${kind}.${f.name}=${value}`).toBe(true);
    }
  });
});

describe.each(['light', 'dark'] as const)('the board, %s', (colorScheme) => {
  it('puts the passed limit first, says what to do, and is accessible', async () => {
    const p = await screens.open('#/custody', { colorScheme });
    await p.getByText('Release or notify required').first().waitFor();
    expect(await p.getByRole('row').nth(1).textContent()).toContain('Release or notify required');
    expect(await p.getByText('Cancel the detainer').count()).toBe(1);
    expect(await p.content()).not.toMatch(/extend/i);
    await p.getByText('No van before tomorrow').waitFor();
    expect(await axe(p)).toEqual([]);
    await picture(p, `custody-${colorScheme}`);
    expect(screens.complaints).toEqual([]);
  });
  it('records by keyboard alone, with the time at the site', async () => {
    const p = await screens.open('#/custody', { colorScheme, viewport: { width: 1440, height: 900 } });
    await p.getByRole('grid').focus();
    await p.keyboard.press('r');
    await p.getByLabel('What happened', { exact: true }).waitFor();
    await p.getByLabel('What happened', { exact: true }).selectOption('call.made');
    expect(await p.getByRole('button', { name: 'Record', exact: true }).isDisabled()).toBe(true);
    await p.getByText('Fill in: Whom you called.').waitFor();
    await p.getByLabel('Whom you called').fill('ERO duty officer');
    await p.getByLabel('Answer').fill('Van at 18:00');
    await p.getByLabel('When, at the site').fill('2026-11-24T09:15');
    expect(await axe(p)).toEqual([]);
    await picture(p, `custody-record-${colorScheme}`);
    await p.getByRole('button', { name: 'Record', exact: true }).focus();
    await p.keyboard.press('Enter');
    await p.getByText('Saved on this laptop').waitFor();
    expect(runs()[0]).toMatchObject({ run: 'custody.record', input: { event: { kind: 'call.made', at: '2026-11-24T15:15:00.000Z', details: { to: 'ERO duty officer', answer: 'Van at 18:00' } } } });
  });
});

describe('the board otherwise', () => {
  it('says so when nobody is in custody', async () => {
    screens.backend.total = 0;
    const p = await screens.open('#/custody');
    await p.getByText('Nobody in custody').waitFor();
    expect(await axe(p)).toEqual([]);
  });
  it('filters by state', async () => {
    const p = await screens.open('#/custody');
    await p.getByLabel('State').selectOption({ label: 'In transit' });
    await expect.poll(() => p.getByRole('row').count()).toBe(2);
  });
  it('opens from a packet with U, with what was corrected struck through', async () => {
    const p = await screens.open('#/packet/p-0000');
    await p.getByText('Rule pack').waitFor();
    await p.keyboard.press('u');
    await p.getByRole('dialog').getByText('Corrected: Another person of that name').waitFor();
    expect(await axe(p)).toEqual([]);
    await picture(p, 'custody-packet');
    await p.getByRole('button', { name: 'Record…' }).last().click();
    await p.getByLabel('What happened', { exact: true }).waitFor();
  });
});
