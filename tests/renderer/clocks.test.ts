/** Clocks on the screen: the strip's order and words, the lock screen, and what is heard and read when a clock sounds. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stripOrder } from '../../renderer/features/packet/strip-order.ts';
import { clockFrom, packetClocks } from '../../shared/domain/clocks.ts';
import { type FakeBackend, SESSIONS } from './fake-backend.ts';
import { packetDocument } from './fake-packets.ts';
import { at, NOW } from './fake-people.ts';
import { type Screens, startScreens } from './screens.ts';

describe('the order of the strip', () => {
  const ids = (clocks: readonly { readonly id: string }[]) => clocks.map((c) => c.id);
  const zone = 'America/Chicago';
  const made = (id: Parameters<typeof clockFrom>[0], start: string, stoppedAt?: string) => {
    const clock = clockFrom(id, { start, zone, stoppedAt });
    if (!clock) throw new Error(id);
    return clock;
  };
  it('[K4] [K2B] puts the custody limit first once local release has passed, and the release first before', () => {
    const release = (hours: number) => [made('K2', at(hours)), made('K2B', at(hours)), made('K4', at(hours))];
    expect(ids(stripOrder(release(2), NOW).running)).toEqual(['K4', 'K2B']);
    expect(ids(stripOrder(release(-2), NOW).running)).toEqual(['K2B', 'K4']);
    expect(ids(stripOrder(release(-50), NOW).running)).toEqual(['K2B', 'K4']);
  });
  it('keeps floors, targets and stopped clocks apart', () => {
    const order = stripOrder([made('K9', at(-1)), made('K12', at(-80)), made('K1', at(-1)), made('K3', at(-1)), made('K5', at(-3), at(-1)), made('K11', at(-24 * 20))], NOW);
    expect(ids(order.running)).toEqual(['K3', 'K1', 'K12']);
    expect(ids(order.floors)).toEqual(['K9']);
    expect(ids(order.stopped)).toEqual(['K5']);
  });
  it('shows every clock that runs: none is lost between the three lists', () => {
    for (let n = 0; n < 12; n += 1) {
      const clocks = packetClocks(packetDocument(n));
      const { running, floors, stopped } = stripOrder(clocks, NOW);
      expect([...ids(running), ...ids(floors), ...ids(stopped)].sort()).toEqual(ids(clocks).filter((id) => id !== 'K2').sort());
    }
  });
});

let screens: Screens;
let backend: FakeBackend;
let complaints: string[];
beforeAll(async () => {
  screens = await startScreens();
  ({ backend, complaints } = screens);
});
afterAll(async () => screens?.close());
beforeEach(async () => screens.reset());
/** A window in which every started tone is counted. */
const open = (hash: string): Promise<Page> =>
  screens.open(hash, {
    before: () => {
      const counted = window as unknown as { tones: number };
      counted.tones = 0;
      const start = OscillatorNode.prototype.start;
      OscillatorNode.prototype.start = function counting(this: OscillatorNode, when?: number) {
        counted.tones += 1;
        start.call(this, when);
      };
    },
  });
const tones = (p: Page): Promise<number> => p.evaluate(() => (window as unknown as { tones: number }).tones);

describe('the clock strip', () => {
  it('[K2B] heads a packet whose local release has passed: release or notify required, at the site and in UTC', async () => {
    const p = await open('#/packet/p-0000');
    const first = p.locator('.clock').first();
    await first.waitFor();
    expect(await first.getAttribute('data-clock')).toBe('K2B');
    expect(await first.textContent()).toMatch(/Release or notify required at.*(CST|CDT).*UTC.*48 h straight, Form I-247A: the alarm\..*Outer limit K2, 8 CFR 287\.7\(d\):.*UTC/);
    const release = p.locator('.clock[data-clock=K4]');
    expect(await release.textContent()).toMatch(/1 d 17 h ago.*Local custody was due to end/);
    expect(await release.getAttribute('class')).not.toMatch(/over|urgent/);
    expect(await p.locator('.strip-clocks').textContent()).not.toMatch(/extend/i);
    expect(complaints).toEqual([]);
  });
  it('[K4] heads it while local release lies ahead', async () => {
    const p = await open('#/packet/p-0001');
    await p.locator('.clock').first().waitFor();
    expect(await p.locator('.clock').evaluateAll((cards) => cards.map((c) => (c as HTMLElement).dataset.clock))).toEqual(['K4', 'K2B']);
  });
});

describe('the lock screen', () => {
  it('says the next clocks by id and site code, and names nobody', async () => {
    backend.session = SESSIONS.locked;
    const p = await open('');
    await p.getByText('Clock K2B at ag-tx11 in 42 m').waitFor();
    expect(await p.getByRole('list', { name: 'Next clocks' }).getByRole('listitem').allTextContents()).toEqual(['Clock K4 at ag-tx11 in 1 h 36 m', 'Clock K5 at ag-tx07 in 7 h 00 m']);
    const { violations } = await new AxeBuilder({ page: p }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze();
    expect(violations.map((v) => v.id)).toEqual([]);
  });
  it('sounds and speaks when a clock sounds, and says at the end what is required', async () => {
    backend.session = SESSIONS.locked;
    const p = await open('');
    await p.getByLabel(/^Passphrase of/).fill('x');
    backend.session = { ...SESSIONS.locked, rung: [{ deadlineAt: at(0.25), site: 'ag-tx11', clock: 'K2B', leadMinutes: 15 }] };
    backend.changed(['session', 'alarm']);
    await p.getByRole('alert').getByText('Clock K2B at ag-tx11 in 15 m').waitFor();
    await expect.poll(() => tones(p)).toBe(3);
    backend.session = { ...SESSIONS.locked, rung: [{ deadlineAt: at(0), site: 'ag-tx11', clock: 'K2B', leadMinutes: 0 }] };
    backend.changed(['session', 'alarm']);
    await p.getByRole('alert').getByText('release or notify required').waitFor();
    await expect.poll(() => tones(p)).toBe(6);
  });
  it('a new page does not sound for what sounded before', async () => {
    backend.session = { ...SESSIONS.locked, rung: [{ deadlineAt: at(0.25), site: 'ag-tx11', clock: 'K2B', leadMinutes: 15 }] };
    const p = await open('');
    await p.getByLabel(/^Passphrase of/).waitFor();
    backend.changed(['packets']);
    await p.waitForTimeout(300);
    expect(await tones(p)).toBe(0);
  });
  it('is silent when the sound is switched off in Settings, and speaks all the same', async () => {
    const p = await open('#/settings');
    await p.getByText('Sound when a clock comes near its end').click();
    await p.getByRole('button', { name: /^Lock/ }).click();
    await p.getByLabel(/^Passphrase of/).fill('x');
    backend.session = { ...SESSIONS.locked, rung: [{ deadlineAt: at(1), site: 'ag-tx07', clock: 'K5', leadMinutes: 60 }] };
    backend.changed(['session', 'alarm']);
    await p.getByRole('alert').getByText('Clock K5 at ag-tx07 in 1 h 00 m').waitFor();
    await p.waitForTimeout(200);
    expect(await tones(p)).toBe(0);
  });
});

describe('an open laptop', () => {
  it('shows the alarm over any screen until it is closed', async () => {
    const p = await open('#/officers');
    await p.getByText('Authority').first().waitFor();
    backend.session = { ...SESSIONS.open, rung: [{ deadlineAt: at(4), site: 'ag-tx07', clock: 'K2B', leadMinutes: 240 }] };
    backend.changed(['session', 'alarm']);
    await p.locator('.alarm-bell').getByText('Clock K2B at ag-tx07 in 4 h 00 m').waitFor();
    const { violations } = await new AxeBuilder({ page: p }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze();
    expect(violations.map((v) => v.id)).toEqual([]);
    await p.getByRole('button', { name: 'Close' }).click();
    expect(await p.getByText('Clock K2B at ag-tx07').count()).toBe(0);
  });
  it('plays the tone once on request', async () => {
    const p = await open('#/settings');
    await p.getByRole('button', { name: 'Play it once' }).click();
    await expect.poll(() => tones(p)).toBe(3);
  });
});
