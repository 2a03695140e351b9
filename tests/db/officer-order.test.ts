/** Two laptops that learn the same facts of a DIO in different orders end with the same file, through the whole kernel: command, decision, rows, intervals. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AnyCommand } from '../../shared/command.ts';
import { officerRecord, trainingRecord } from '../../shared/domain/officer-commands.ts';
import { COURSE_IDS, type RequirementId } from '../../shared/domain/training.ts';
import { rowsWhere } from '../../db/rows.ts';
import { run } from '../../db/run.ts';
import { DIO } from '../domain/clean-packets.ts';
import { AGENCY, filledStore, runInput, type Fixture } from './fixture.ts';

/** One fact as a command. */
type Fact = { readonly id: string; readonly command: AnyCommand; readonly input: unknown; readonly at: string };
const step = (id: string, kind: string, at: string, details: object): Fact => ({ id, command: officerRecord, input: { officerId: DIO, event: { kind, at, details } }, at: `2026-11-24T12:${id.slice(-2)}:00.000Z` });
const done = (id: string, requirement: string, completedOn: string, isVerified: boolean): Fact => ({
  id, command: trainingRecord, at: `2026-11-24T13:${id.slice(-2)}:00.000Z`,
  input: { agencyId: AGENCY, source: null, completions: [{ officerId: DIO, requirement, completedOn, evidence: 'Certificate', provider: 'PALMS', isVerified }] },
});

/** Applies facts in this order to a fresh store. What the kernel refuses is a failure: these facts do not hang on each other. */
function learn(facts: readonly Fact[]): { readonly fixture: Fixture; readonly refused: readonly string[] } {
  const fixture = filledStore();
  const refused = facts.flatMap((f): readonly string[] => {
    const answer = run(fixture.store, runInput(f.command, f.input, { at: f.at, newId: () => f.id }));
    return answer.ok ? [] : [`${f.id}: ${answer.problem.code}`];
  });
  return { fixture, refused };
}
/** The file without what only says when and in which version this device wrote it. */
function fileOf({ store }: Fixture): unknown {
  const bare = (row: object): unknown => ({ ...row, version: 0, changedBy: '', recordedAt: '' });
  return (['officers', 'authority_intervals', 'officer_events', 'training'] as const).map((table) => rowsWhere(store, table, {}).map(bare).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)));
}
const day = fc.integer({ min: 0, max: 900 }).map((n) => new Date(Date.parse('2024-06-01T00:00:00.000Z') + n * 86_400_000).toISOString().slice(0, 10));
const completions = fc.uniqueArray(fc.tuple(fc.constantFrom<RequirementId>(...COURSE_IDS.slice(0, 5)), day, fc.boolean()), { minLength: 1, maxLength: 5, selector: ([r, d]) => `${r}${d}` });

it('[8.5] the same facts in any two orders make the same file', () => {
  let suspended = 0;
  fc.assert(fc.property(completions, fc.subarray(['suspended', 'separated', 'login', 'corrected']), fc.infiniteStream(fc.nat()), fc.infiniteStream(fc.nat()), (trained, more, one, two) => {
    const facts: Fact[] = trained.map(([r, d, isVerified], n) => done(`training-${10 + n}`, r, d, isVerified));
    const isIn = (what: string): boolean => more.includes(what);
    if (isIn('suspended')) facts.push(step('event-0020', 'suspended', '2026-11-20T15:00:00.000Z', { ground: 'complaint', why: 'A complaint', orderedBy: 'Sheriff' }));
    if (isIn('separated')) facts.push(step('event-0021', 'separated', '2026-11-22T15:00:00.000Z', { credentials: 'returned', toldBy: 'Sheriff' }));
    if (isIn('login')) facts.push(step('event-0022', 'card.login', '2026-11-21T15:00:00.000Z', { source: 'Card system' }));
    const shuffled = (keys: fc.Stream<number>): readonly Fact[] => facts.map((f): readonly [number, Fact] => [keys.next().value, f]).sort(([a], [b]) => a - b).map(([, f]) => f);
    const devices = [learn(shuffled(one)), learn(shuffled(two))] as const;
    try {
      if (isIn('corrected') && isIn('suspended')) {
        // Each device has learned the suspension; its correction comes from one of them to both.
        const [event] = rowsWhere(devices[0].fixture.store, 'officer_events', {}).filter((e) => e.kind === 'suspended');
        const correction = step('event-0030', 'corrected', '2026-11-24T12:00:00.000Z', { eventId: event?.id, why: 'It was another officer' });
        for (const { fixture } of devices) expect(run(fixture.store, runInput(correction.command, correction.input, { at: correction.at, newId: () => correction.id }))).toMatchObject({ ok: true });
      }
      expect([devices[0].refused, devices[1].refused]).toEqual([[], []]);
      expect(fileOf(devices[0].fixture)).toEqual(fileOf(devices[1].fixture));
      if (isIn('suspended')) suspended += 1;
    } finally {
      for (const { fixture } of devices) fixture.close();
    }
  }), { numRuns: 25 });
  expect(suspended).toBeGreaterThan(0);
}, 120_000);
