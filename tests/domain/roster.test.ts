/** Rosters: which column is what, days in two formats, whose row it is, what a plan would change, and a reject file that no spreadsheet runs. */
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completionId } from '../../shared/domain/officer-commands.ts';
import { type Cell, courseKey, courseTitles, guessCourse, guessMapping, headerAt, mappingGap, type RosterTable } from '../../shared/domain/roster-columns.ts';
import { hasDayFirst, readDay } from '../../shared/domain/roster-dates.ts';
import { nameKey, peopleOf } from '../../shared/domain/roster-people.ts';
import { changesOf, type OnRecord, PIECE, piecesOf, planRoster, type PlanInput } from '../../shared/domain/roster-plan.ts';
import { csvCell, rejectFile } from '../../shared/domain/roster-words.ts';

const TODAY = '2026-11-24';

describe('days', () => {
  it.each<[Cell, string]>([
    ['2026-03-31', '2026-03-31'], ['2026-03-31T00:00:00', '2026-03-31'], ['2026-3-1', '2026-03-01'], ['20260331', '2026-03-31'], [20_260_331, '2026-03-31'],
    ['3/31/2026', '2026-03-31'], ['03/04/2026', '2026-03-04'], ['3/4/2026 8:00 AM', '2026-03-04'], ['2/29/2024', '2024-02-29'], ['31-Mar-2026', '2026-03-31'], ['March 31, 2026', '2026-03-31'], ['Sept. 5 2026', '2026-09-05'],
    // Excel counts days: 46112 is 31 March 2026, with or without a time of day, as a number or as its text.
    [46_112, '2026-03-31'], [46_112.75, '2026-03-31'], ['46112', '2026-03-31'], ['\u00a02026-03-31 ', '2026-03-31'],
  ])('%s is %s', (cell, day) => expect(readDay(cell, TODAY)).toEqual({ day }));
  it.each<[Cell, string]>([
    ['', 'day-missing'], [null, 'day-missing'], ['2/30/2026', 'day-impossible'], ['31/3/2026', 'day-impossible'], ['2026-13-01', 'day-impossible'], ['2/29/2025', 'day-impossible'], ['5 Foo 2026', 'day-impossible'],
    ['3/4/26', 'day-ambiguous'], ['3-4-2026', 'day-ambiguous'], ['3.4.2026', 'day-ambiguous'], ['soon', 'day-unreadable'], ['12', 'day-unreadable'], [3, 'day-unreadable'], ['2026-11-25', 'day-future'], ['1990-01-01', 'day-too-early'],
  ])('%s is refused: %s', (cell, fault) => expect(readDay(cell, TODAY)).toEqual({ fault }));
  it('a column with a day that is only d/m/yyyy makes others ambiguous, and only those', () => {
    expect([hasDayFirst(['3/4/2026', '31/3/2026']), hasDayFirst(['3/4/2026', '3/31/2026', '45/3/2026', null])]).toEqual([true, false]);
    expect(['3/4/2026', '4/4/2026', '3/31/2026', '2026-03-04'].map((c) => readDay(c, TODAY, true))).toEqual([{ fault: 'day-ambiguous' }, { day: '2026-04-04' }, { day: '2026-03-31' }, { day: '2026-03-04' }]);
  });
  it('every day written in any of the ways is read as itself', () => {
    const days = fc.integer({ min: 0, max: 10_900 }).map((n) => new Date(Date.UTC(1996, 8, 30) + n * 86_400_000).toISOString().slice(0, 10));
    fc.assert(fc.property(days, (day) => {
      const [y, m, d] = day.split('-').map(Number) as [number, number, number];
      const serial = (Date.UTC(y, m - 1, d) - Date.UTC(1899, 11, 30)) / 86_400_000;
      for (const cell of [day, `${m}/${d}/${y}`, day.replaceAll('-', ''), serial]) expect(readDay(cell, TODAY)).toEqual({ day });
    }), { numRuns: 300 });
  });
  it('whatever a cell holds, the answer is a day that exists or a reason', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.double(), fc.constant(null), fc.stringMatching(/^\d{1,5}[/.-]\d{1,3}[/.-]\d{1,5}$/)), fc.boolean(), (cell, isDayFirst) => {
      const read = readDay(cell, TODAY, isDayFirst);
      if ('day' in read) expect(new Date(`${read.day}T00:00:00Z`).toISOString().slice(0, 10)).toBe(read.day);
      else expect(read.fault).toMatch(/^day-/);
    }));
  });
});

describe('columns and courses', () => {
  it('finds the header below titles, and what its columns hold', () => {
    const rows: Cell[][] = [['PALMS report'], [null, ''], ['Learner Name', 'Badge #', 'Badge Number', 'Course Title', 'Completion Date', 'Status', 'Organization'], ['x', 1, 2, 3, 4, 5, 6]];
    expect(headerAt(rows)).toBe(2);
    expect(guessMapping((rows[2] as Cell[]).map(String))).toEqual({ name: 0, badge: 1, course: 3, completedOn: 4, status: 5, agency: 6 });
    expect([headerAt([[null], ['a', 'b']]), headerAt([[''], [null]])]).toEqual([1, -1]);
  });
  it.each([
    [{ badge: 0, course: 1, completedOn: 2 }, null], [{ lastName: 0, course: 1, completedOn: 2 }, null], [{ course: 1, completedOn: 2 }, 'person'], [{ badge: 0, completedOn: 2 }, 'course'],
    [{ badge: 0, course: 1 }, 'completedOn'], [{ badge: 0, course: 1, completedOn: 1 }, 'column-twice'], [{ badge: 0, course: 1, completedOn: 3 }, 'no-such-column'],
  ] as const)('%o lacks %s', (mapping, gap) => expect(mappingGap(mapping, 3)).toBe(gap));
  it.each([['Privacy Awareness', 'palms-6'], ['DHS – PRIVACY AWARENESS (2026)', 'palms-6'], ['Immigration and Nationality Act Overview', 'palms-1'], ['Privacy', null], ['Operations security and privacy awareness', null], ['', null]] as const)('%s is %s', (title, id) => expect(guessCourse(title)).toBe(id));
  it('counts course titles under one key', () => {
    const table: RosterTable = { headers: ['c'], rows: ['Privacy  awareness', 'PRIVACY AWARENESS', 'Other', null].map((c, n) => ({ n, cells: [c] })) };
    expect(courseTitles(table, 0)).toEqual([{ title: 'Privacy awareness', key: 'privacy awareness', rows: 2 }, { title: 'Other', key: 'other', rows: 1 }]);
  });
});

const AGENCIES = [{ id: 'ag-1', name: 'Mesa Sample SO', today: TODAY }, { id: 'ag-2', name: 'Example County', today: TODAY }, { id: 'ag-3', name: 'Example County', today: TODAY }];
const OFFICERS = [
  { id: 'dio-1', agencyId: 'ag-1', name: 'José Núñez', badge: 'B-100' }, { id: 'dio-2', agencyId: 'ag-1', name: 'José Núñez', badge: 'B-101' }, { id: 'dio-3', agencyId: 'ag-1', name: 'Ada Lind', badge: 'B-102' },
  { id: 'dio-4', agencyId: 'ag-2', name: 'Max Ortega', badge: 'B-102' }, { id: 'dio-5', agencyId: 'ag-2', name: 'Ada Lind', badge: '7' },
];
describe('whose row it is', () => {
  const people = peopleOf(OFFICERS, AGENCIES);
  const ask = (over: { readonly agency?: string; readonly badge?: string; readonly name?: string }): string => {
    const found = people.find({ agency: '', badge: '', name: '', ...over });
    return 'officer' in found ? found.officer.id : found.fault;
  };
  it.each([
    [{ badge: 'b100' }, 'dio-1'], [{ badge: 'DIO-2' }, 'dio-2'], [{ badge: 'B-100', name: 'Nunez, Jose A.' }, 'dio-1'], [{ name: 'José Núñez' }, 'person-two'], [{ name: 'José Núñez', agency: 'mesa sample so' }, 'person-two'],
    [{ badge: 'B-102' }, 'person-two'], [{ badge: 'B-102', agency: 'ag-1' }, 'dio-3'], [{ badge: 'B-102', name: 'Ortega, Max' }, 'dio-4'], [{ badge: 'B-100', name: 'Ada Lind' }, 'person-other-name'], [{ badge: 'B-101', name: 'Josefa Nunez' }, 'dio-2'],
    [{ name: 'Lind, Ada' }, 'person-two'], [{ name: 'LIND, ADA', agency: 'AG-1' }, 'dio-3'], [{ badge: '999' }, 'person-unknown'], [{ badge: 'B-100', agency: 'ag-2' }, 'person-unknown'], [{}, 'person-missing'],
    [{ badge: '7', agency: 'Nowhere PD' }, 'agency-unknown'], [{ badge: '7', agency: 'Example County' }, 'agency-two'],
  ] as const)('%o is %s', (asked, answer) => expect(ask(asked)).toBe(answer));
  it('the order of a name, initials, accents and suffixes count for nothing', () => {
    for (const name of ['José Núñez', 'NUNEZ, JOSE', 'Nunez, Jose A', 'Núñez Jr., José', 'Jose A. Nunez III']) expect(nameKey(name)).toBe('jose nunez');
  });
});

const HEADERS = ['Name', 'Badge', 'Agency', 'Course', 'Completion date', 'Status'];
const MAPPING = { name: 0, badge: 1, agency: 2, course: 3, completedOn: 4, status: 5 };
const planInput = (rows: readonly (readonly Cell[])[], over: Partial<PlanInput> = {}): PlanInput => ({
  table: { headers: HEADERS, rows: rows.map((cells, n) => ({ n: n + 2, cells })) }, mapping: MAPPING, courses: {}, kind: 'PALMS', isVerified: false, officers: OFFICERS, agencies: AGENCIES, onRecord: new Map(), ...over,
});
/** The record after a plan was carried out. */
const after = (onRecord: OnRecord, x: PlanInput): OnRecord => {
  const map = new Map(onRecord);
  for (const c of planRoster(x).agencies.flatMap((a) => a.completions)) {
    const id = completionId(c.officerId, c.requirement, c.completedOn);
    map.set(id, { isVerified: c.isVerified || map.get(id)?.isVerified === true, isWithdrawn: false });
  }
  return map;
};
describe('a plan', () => {
  const done = (badge: string, day: string, course = 'Privacy awareness', status: Cell = 'Completed'): readonly Cell[] => [null, badge, 'Mesa Sample SO', course, day, status];
  const idOf = (officer: string, day: string): string => completionId(officer, 'palms-6', day);
  it('tells each kind of row apart', () => {
    const onRecord = new Map([
      [idOf('dio-1', '2026-01-01'), { isVerified: true, isWithdrawn: false }], [idOf('dio-1', '2026-01-02'), { isVerified: true, isWithdrawn: true }], [idOf('dio-1', '2026-01-03'), { isVerified: false, isWithdrawn: false }],
    ]);
    const rows = [done('B-100', '2026-01-01'), done('B-100', '1/2/2026'), done('B-100', '2026-01-03'), done('B-100', '2026-01-04'), done('B-100', '1/4/2026'), done('B-100', '2026-02-30'), done('x', '2026-01-04'), done('B-100', '2026-01-04', 'Knots'), done('B-100', '2026-01-04', 'Privacy awareness', 'In progress')];
    const plan = planRoster(planInput(rows, { onRecord }));
    expect(plan.counts).toEqual({ new: 1, same: 2, again: 1, verified: 0, twice: 1, rejected: 4 });
    expect(plan.rejects.map((r) => [r.n, r.code, r.value])).toEqual([[7, 'day-impossible', '2026-02-30'], [8, 'person-unknown', 'x'], [9, 'course-unknown', 'Knots'], [10, 'not-completed', 'In progress']]);
    expect(plan.unknownCourses).toEqual(['Knots']);
    expect(planRoster(planInput(rows, { onRecord, isVerified: true })).counts).toMatchObject({ verified: 1, same: 1 });
    expect(planRoster(planInput(rows, { onRecord, courses: { [courseKey('Knots')]: 'palms-7' } })).counts).toMatchObject({ new: 2, rejected: 3 });
  });
  it.each([['70', true], ['69%', false], ['95.5 %', true], ['', true], ['PASSED', true], ['Failed', false], ['Incomplete', false]] as const)('status %s: done %s', (status, isDone) =>
    expect(planRoster(planInput([done('B-100', '2026-01-01', 'Privacy awareness', status)])).counts.new).toBe(isDone ? 1 : 0));
  const someRow = fc.tuple(fc.constantFrom('José Núñez', 'Ada Lind', null), fc.constantFrom('B-100', 'B-101', 'B-102', 'nobody', null), fc.constantFrom('ag-1', 'ag-2', 'Example County', null), fc.constantFrom('Privacy awareness', 'Operations security', 'Knots', null), fc.constantFrom<Cell>('2026-03-31', '3/31/2026', '3/4/2026', 46_112, '2/30/2026', null), fc.constantFrom('Completed', 'Failed', null));
  it('every row is counted once, and a plan that was carried out leaves nothing to plan', () => {
    fc.assert(fc.property(fc.array(someRow, { maxLength: 60 }), fc.boolean(), (rows, isVerified) => {
      const x = planInput(rows, { isVerified });
      const { counts, rejects, agencies } = planRoster(x);
      expect(Object.values(counts).reduce((a, b) => a + b, 0)).toBe(rows.length);
      expect(rejects).toHaveLength(counts.rejected);
      expect(agencies.flatMap((a) => a.completions)).toHaveLength(changesOf(counts));
      const again = planRoster({ ...x, onRecord: after(x.onRecord, x) });
      expect(changesOf(again.counts)).toBe(0);
      expect(again.counts.rejected).toBe(counts.rejected);
    }));
  });
  it('the order of the rows changes only which of two equal ones is called the repeat', () => {
    fc.assert(fc.property(fc.array(someRow, { maxLength: 30 }), (rows) => {
      expect(planRoster(planInput([...rows].reverse())).counts).toEqual(planRoster(planInput(rows)).counts);
    }));
  });
  it('pieces are of one agency each, and together the whole plan', () => {
    const completions = Array.from({ length: PIECE * 2 + 1 }, (_, n) => ({ officerId: `d${n}`, requirement: 'palms-1' as const, completedOn: '2026-01-01', evidence: 'x', provider: 'PALMS', isVerified: false }));
    const pieces = piecesOf([{ agencyId: 'a', completions }, { agencyId: 'b', completions: completions.slice(0, 3) }, { agencyId: 'c', completions: [] }]);
    expect(pieces.map((p) => [p.agencyId, p.completions.length])).toEqual([['a', PIECE], ['a', PIECE], ['a', 1], ['b', 3]]);
  });
});

describe('the file of rejected rows', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '|calc', '%0a=1'])('%s stays text', (text) => expect(csvCell(text)).toBe(`"'${text}"`));
  it('numbers stay numbers, quotes are doubled', () => expect([csvCell(-5), csvCell('a"b'), csvCell(null)]).toEqual(['"-5"', '"a""b"', '""']));
  it('reads back as what was rejected, whatever stood there, and no cell begins a formula', () => {
    const cell = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('=cmd|x', 'a,b', 'a\r\nb', '"'), fc.constant(null));
    fc.assert(fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }), { maxLength: 10 }), (rows) => {
      const text = rejectFile(['A', '=B'], rows.map((cells, n) => ({ n, code: 'course-unknown', value: String(cells[0] ?? ''), cells })));
      const back = parse(text, { bom: true }) as string[][];
      expect(back).toHaveLength(rows.length + 1);
      for (const line of back) for (const c of line.slice(2)) expect(c).not.toMatch(/^\s*[=+\-@|%]/);
      expect(back.slice(1).map((l) => l.slice(3).map((c) => c.replace(/^'/, '')))).toEqual(rows.map((r) => r.map((c) => (c ?? '').replace(/^'/, ''))));
    }));
  });
});
