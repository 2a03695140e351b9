/** Onboarding: schedule with its critical path against shifting each step by hand, slips by owner, the goal of 180 days, the forecast, the sequencing rule and the installers. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FACT_KINDS, installOutlook, installQueue, isStep, liveFacts, ONBOARDING_STEPS, readyTooEarly, scheduleOf, slipByOwner, STEP_IDS, type StepId, type StepStanding } from '../../shared/domain/onboarding.ts';
import type { OnboardingFactRow } from '../../shared/rows.ts';

const TODAY = '2026-11-24';
const day = (n: number): string => new Date(Date.parse(TODAY) + n * 86_400_000).toISOString().slice(0, 10);
let n = 0;
const fact = (step: StepId, kind: (typeof FACT_KINDS)[number], on: string, over: Partial<OnboardingFactRow> = {}): OnboardingFactRow => ({
  id: `f${String((n += 1)).padStart(4, '0')}`, stream: 'agency:ag-07', version: 1, changedBy: 'hq', agencyId: 'ag-07', step, kind, on, cause: null, note: '', position: null, priorityBasis: null, withdraws: null, recordedBy: 'pm-1',
  recordedAt: `${day(-200)}T00:00:${String(n % 60).padStart(2, '0')}.${String(n).padStart(3, '0').slice(-3)}Z`, ...over,
});
const at = (schedule: readonly StepStanding[], step: StepId): StepStanding => schedule.find((s) => s.step === step) as StepStanding;

describe('the schedule', () => {
  it('without the day of the MOA is unknown, never on time', () => {
    expect(new Set(scheduleOf([], TODAY).filter((s) => s.step !== 'application').map((s) => s.standing))).toEqual(new Set(['unknown']));
  });
  it('[K28] by targets alone the equipment is installed 210 days after the MOA: the steps of the report in a row do not fit into 180', () => {
    const schedule = scheduleOf([fact('moa', 'done', TODAY)], TODAY);
    expect(at(schedule, 'install').to).toBe(day(210));
    expect(installOutlook(schedule, TODAY)).toMatchObject({ elapsed: 0, left: 180, planDays: 210, isDone: false });
    // The IT track is the long one; people could slip by what they are ahead.
    expect(schedule.filter((s) => s.float === 0).map((s) => s.step)).toEqual(['it_request', 'isa', 'bids', 'delivery', 'install', 'login', 'processing']);
    expect(at(schedule, 'card').float).toBe(210 - (14 + 45 + 28 + 10 + 10));
  });
  it('a plan that what comes before it has made impossible gives way', () => {
    const facts = [fact('moa', 'done', day(-10)), fact('it_request', 'done', day(-5)), fact('isa', 'planned', day(60)), fact('bids', 'planned', day(30))];
    expect([at(scheduleOf(facts, TODAY), 'isa').to, at(scheduleOf(facts, TODAY), 'bids').to]).toEqual([day(60), day(180)]);
  });
  it('what is overdue and not done ends today at the earliest', () => expect(at(scheduleOf([fact('moa', 'done', day(-100)), fact('it_request', 'planned', day(-90))], TODAY), 'it_request')).toMatchObject({ to: TODAY, slip: 90, standing: 'running' }));
  it('the newest fact of a kind holds, what was taken back does not, and equal facts agree whatever came first', () => {
    const [first, second] = [fact('moa', 'done', day(-10)), fact('moa', 'done', day(-12))];
    const back = fact('moa', 'withdrawn', TODAY, { withdraws: second.id, note: 'the wrong agency' });
    expect(at(scheduleOf([second, first], TODAY), 'moa').doneOn).toBe(day(-12));
    expect(at(scheduleOf([back, second, first], TODAY), 'moa').doneOn).toBe(day(-10));
    expect(liveFacts([back, second, first]).map((f) => f.id)).toEqual([first.id]);
  });
  it('names only steps that there are, each after steps that stand before it', () => {
    for (const [k, step] of STEP_IDS.entries()) for (const before of ONBOARDING_STEPS[step].after) expect([step, isStep(before), STEP_IDS.indexOf(before as StepId) < k]).toEqual([step, true, true]);
  });

  const random = fc.array(fc.record({ step: fc.constantFrom(...STEP_IDS), kind: fc.constantFrom('planned', 'planned', 'started', 'done'), on: fc.integer({ min: -150, max: 150 }) }), { maxLength: 14 });
  it('the float of a step is how far it can be moved by hand without moving the first processing', () => {
    let positive = 0;
    fc.assert(fc.property(random, (made) => {
      const facts = [fact('moa', 'done', day(-120)), ...made.map((m) => fact(m.step, m.kind as 'planned', day(m.kind === 'planned' ? m.on : Math.min(0, m.on))))];
      const schedule = scheduleOf(facts, TODAY);
      const end = at(schedule, 'processing').to as string;
      for (const s of schedule) {
        if (s.float === null || s.to === null) continue;
        const endIf = (days: number): string => at(scheduleOf(facts, TODAY, { step: s.step, to: new Date(Date.parse(s.to as string) + days * 86_400_000).toISOString().slice(0, 10) }), 'processing').to as string;
        expect([s.step, s.float, endIf(s.float)]).toEqual([s.step, s.float, end]);
        expect([s.step, s.float, endIf(s.float + 1) > end]).toEqual([s.step, s.float, true]);
        if (s.float > 0) positive += 1;
      }
    }), { numRuns: 300, seed: 9 });
    expect(positive).toBeGreaterThan(300);
  });
});

describe('slips', () => {
  it('are days by owner: of the cause that was named, else of the step', () => {
    const facts = [fact('isa', 'planned', day(0)), fact('isa', 'planned', day(20), { cause: 'agency', note: 'the accreditor left' }), fact('isa', 'planned', day(15), { cause: 'agency' }), fact('isa', 'done', day(25)), fact('bids', 'planned', day(100)), fact('bids', 'planned', day(130))];
    expect(Object.fromEntries(slipByOwner(facts))).toEqual({ agency: 15, ciso: 10, oam: 30 });
  });
});

describe('the forecast from the 22 sites', () => {
  const outlook = (elapsed: number) => installOutlook(scheduleOf([fact('moa', 'done', day(-elapsed))], TODAY), TODAY);
  it('says what sites did that had waited as long: more than half passed 180 days, about half 200, none 258', () => {
    expect(outlook(0).half).toBeGreaterThan(180);
    expect(outlook(0).half).toBeLessThan(200);
    for (const [a, b] of [[0, 100], [100, 200], [200, 250]] as const) expect((outlook(a).half as number) <= (outlook(b).half as number)).toBe(true);
    for (const d of [0, 120, 200, 250]) expect([d, (outlook(d).half as number) > d, (outlook(d).half as number) <= (outlook(d).nineOfTen as number), (outlook(d).nineOfTen as number) <= 258]).toEqual([d, true, true, true]);
    expect(outlook(258)).toMatchObject({ half: null, nineOfTen: null, left: -78 });
  });
  it('ends with the installation', () => expect(installOutlook(scheduleOf([fact('moa', 'done', day(-190)), fact('install', 'done', day(-20))], TODAY), TODAY)).toMatchObject({ elapsed: 170, left: 10, isDone: true, half: null }));
});

describe('[4.4] people and terminals', () => {
  it('warns when people are ready more than 30 days before the terminal', () => {
    const moa = fact('moa', 'done', day(-200));
    const install = (on: number) => fact('install', 'planned', day(on));
    const early = (on: number) => readyTooEarly(scheduleOf([moa, fact('card', 'done', day(-10)), fact('delivery', 'done', day(-12)), install(on)], TODAY));
    expect([early(20), early(21)]).toEqual([null, 31]);
    expect(readyTooEarly([])).toBeNull();
  });
  it('one installer goes from site to site, by the place that was recorded; two do it in half the time', () => {
    const wishes = [{ agencyId: 'a', readyOn: day(0), position: null }, { agencyId: 'b', readyOn: day(0), position: 1 }, { agencyId: 'c', readyOn: day(3), position: null }];
    expect(installQueue(wishes, 1).map((q) => [q.agencyId, q.from, q.waits])).toEqual([['b', day(0), 0], ['a', day(10), 10], ['c', day(20), 17]]);
    expect(installQueue(wishes, 2).map((q) => [q.agencyId, q.from])).toEqual([['b', day(0)], ['a', day(0)], ['c', day(10)]]);
  });
});
