/** Clocks sound while the laptop is locked: the moments, what is told, and that nothing about a person is among it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAlarmClock } from '../../host/alarms.ts';
import type { Alarm, Ring } from '../../shared/domain/clock-alarms.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { AGENCY, createWorld, must, PASSPHRASE, type Laptop, type World } from '../support/world.ts';

const START = '2026-11-24T12:00:00.000Z';
const alarm = (deadlineAt: string, clock = 'K2B', site = 'ag-07'): Alarm => ({ deadlineAt, site, clock });
const MINUTE = 60_000;

describe('the alarm clock', () => {
  function made(first: readonly Alarm[] | null) {
    const clock = fakeClock(START);
    const rings: (readonly Ring[])[] = [];
    const state = { current: first };
    const alarms = createAlarmClock({ now: clock.now, after: clock.after, current: () => state.current, ring: (r) => { rings.push(r); } });
    return { clock, rings, state, alarms };
  }
  const words = (rings: readonly (readonly Ring[])[]) => rings.map((r) => r.map((x) => `${x.clock} ${x.leadMinutes}`).join(', '));

  it('[K2B] sounds at four hours, one hour, a quarter of an hour and at the end, locked all the while', () => {
    const { clock, rings, state, alarms } = made([alarm('2026-11-24T17:00:00.000Z')]);
    alarms.keep();
    state.current = null;
    for (let n = 0; n < 6 * 60; n += 1) clock.advance(MINUTE);
    expect(words(rings)).toEqual(['K2B 240', 'K2B 60', 'K2B 15', 'K2B 0']);
    expect(alarms.rung()).toEqual([{ deadlineAt: '2026-11-24T17:00:00.000Z', site: 'ag-07', clock: 'K2B', leadMinutes: 0 }]);
  });
  it('sounds on the second, not on the next minute', () => {
    const { clock, rings, alarms } = made([alarm('2026-11-24T13:00:20.000Z')]);
    alarms.look();
    clock.advance(19_990);
    expect(rings).toEqual([]);
    clock.advance(10);
    expect(words(rings)).toEqual(['K2B 60']);
  });
  it('sounds once what a sleeping laptop missed, at its latest moment', () => {
    const { clock, rings, alarms } = made([alarm('2026-11-24T17:00:00.000Z'), alarm('2026-11-24T15:00:00.000Z', 'K5')]);
    alarms.look();
    clock.advance(5 * 60 * MINUTE);
    expect(words(rings)).toEqual(['K5 0, K2B 0']);
  });
  it('takes up clocks that arrive, and drops those that stop, while open', () => {
    const { clock, rings, state, alarms } = made([]);
    alarms.look();
    state.current = [alarm('2026-11-24T13:30:00.000Z', 'K5')];
    clock.advance(MINUTE);
    for (let n = 0; n < 40; n += 1) clock.advance(MINUTE);
    expect(words(rings)).toEqual(['K5 60']);
    state.current = [];
    clock.advance(MINUTE);
    for (let n = 0; n < 90; n += 1) clock.advance(MINUTE);
    expect(words(rings)).toEqual(['K5 60']);
  });
  it('does not sound again when the machine\'s clock is set back, and is silent once stopped', () => {
    const { clock, rings, alarms } = made([alarm('2026-11-24T13:30:00.000Z', 'K5')]);
    alarms.look();
    for (let n = 0; n < 31; n += 1) clock.advance(MINUTE);
    clock.advance(-10 * MINUTE);
    alarms.look();
    expect(words(rings)).toEqual(['K5 60']);
    alarms.stop();
    clock.advance(300 * MINUTE);
    expect(words(rings)).toEqual(['K5 60']);
  });
});

describe('a locked laptop', () => {
  let world: World;
  let laptop: Laptop;
  beforeAll(async () => {
    world = await createWorld({ packets: 2 });
    laptop = world.laptop();
    await laptop.enrol();
  }, 120_000);
  afterAll(async () => { await world.close(); });

  it('[K4] tells of each alarm as it sounds, without a name, and forgets it at the next lock', async () => {
    const notices: string[][] = [];
    laptop.backend.onChanged((tables) => { notices.push([...tables]); });
    const { items } = await laptop.read('queue.list', { split: 'all', search: '', offset: 0, limit: 50 });
    const first = must(await laptop.act('session.lock', {}));
    if (first.phase !== 'locked') throw new Error('not locked');
    const next = first.alarms[0] as Alarm;
    notices.length = 0;
    world.clock.advance(Date.parse(next.deadlineAt) - Date.parse(world.clock.now()) - 42 * MINUTE);
    expect(notices).toEqual([['session', 'alarm']]);
    const state = must(await laptop.act('session.state', {}));
    if (state.phase !== 'locked') throw new Error('not locked');
    expect(state.rung).toMatchObject([{ site: AGENCY, clock: next.clock, deadlineAt: next.deadlineAt, leadMinutes: 60 }]);
    for (const item of items) for (const secret of [item.subjectName, item.aNumber ?? '-', item.packet.id, item.packet.eventNumber, item.agencyName]) expect(JSON.stringify(state)).not.toContain(secret);
    must(await laptop.act('session.unlock', { passphrase: PASSPHRASE }));
    await laptop.backend.settled();
    const again = must(await laptop.act('session.lock', {}));
    expect(again.phase === 'locked' && again.rung).toEqual([]);
  });
});
