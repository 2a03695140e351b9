/** The answer key as a table, and the real clock that shuts practice. */
import { describe, expect, it } from 'vitest';
import { judgePractice, nearRealClock, PRACTICE_CASE_IDS, PRACTICE_CASES, type PracticeCaseId, type PracticeRows } from '../../shared/domain/practice.ts';
import { CLOCKS } from '../../shared/domain/clock-table.ts';
import { CORE_PACK } from '../../shared/domain/packs.ts';

const ME = 'pm-1';
type Done = { readonly state?: string; readonly signed?: number; readonly returned?: readonly string[]; readonly held?: readonly string[]; readonly claims?: readonly string[]; readonly by?: string };
type Row = readonly [id: PracticeCaseId, done: Done, is: string];
const rows = ({ state = 'in_review', signed = 0, returned = [], held = [], claims = [], by = ME }: Done): PracticeRows => ({
  packet: { state } as PracticeRows['packet'], me: ME, statements: Array.from({ length: signed }, () => ({})) as unknown as PracticeRows['statements'],
  returns: (returned.length === 0 ? [] : [{ returnedBy: by, deficiencies: returned.map((rule) => ({ rule, field: 'x', note: 'x' })) }]) as unknown as PracticeRows['returns'],
  holds: held.map((rule) => ({ rule, placedBy: by, releasedAt: null })) as unknown as PracticeRows['holds'],
  claims: claims.map((kind) => ({ kind, recordedBy: by })) as unknown as PracticeRows['claims'],
});

describe('the answer key', () => {
  it.each<Row>([
    ['5', {}, 'open'], ['5', { signed: 2 }, 'short'], ['5', { signed: 5, state: 'signed' }, 'right'], ['5', { returned: ['PK-02'] }, 'wrong'], ['5', { held: ['PK-08'] }, 'wrong'],
    ['6', {}, 'open'], ['6', { returned: ['NTA-06'] }, 'right'], ['6', { returned: ['PK-01', 'NTA-06'] }, 'right'], ['6', { returned: ['PK-01'] }, 'short'], ['6', { held: ['OTHER'] }, 'short'], ['6', { signed: 1 }, 'wrong'],
    ['6', { returned: ['NTA-06'], by: 'pm-2' }, 'open'],
    ['7', { returned: ['PK-02'] }, 'right'], ['7', { returned: ['DET-03'], signed: 1 }, 'wrong'],
    ['8', { held: ['PK-08'] }, 'right'], ['8', { held: ['OTHER'] }, 'short'], ['8', { returned: ['PK-08'] }, 'wrong'], ['8', { held: ['PK-08'], signed: 1 }, 'wrong'], ['8', { held: ['PK-08'], by: 'hq' }, 'open'],
    ['9', { signed: 4, state: 'signed' }, 'right'], ['12', { held: ['RESTRICTED'] }, 'right'], ['12', { held: ['PK-08'] }, 'short'], ['12', { claims: ['restricted_tip'] }, 'right'], ['12', { claims: ['citizenship'] }, 'open'], ['15', { returned: ['PK-04'] }, 'right'],
  ])('case %s after %j: %s', (id, done, is) => {
    expect(judgePractice(PRACTICE_CASES[id], rows(done)).is).toBe(is);
  });
  it('cites only rules and clocks that exist, and never gives the answer away in the situation', () => {
    const known = new Set<string>([...CORE_PACK.rows.map((r) => r.id), ...Object.keys(CLOCKS)]);
    for (const id of PRACTICE_CASE_IDS) {
      const { rules, situation, answer } = PRACTICE_CASES[id];
      expect(rules.filter((r) => !known.has(r)), id).toEqual([]);
      expect(rules.filter((r) => situation.includes(r)), id).toEqual([]);
      expect(answer.length, id).toBeGreaterThan(80);
    }
  });
});

describe('a real clock', () => {
  const at = (minutes: number, clock = 'K4') => ({ deadlineAt: new Date(Date.parse('2026-11-24T12:00:00.000Z') + minutes * 60_000).toISOString(), site: 'ag-x', clock });
  it.each([[[241], null], [[240], 240], [[300, 239], 239], [[239, 12, 300], 12], [[], null]] as const)('with %j minutes left: %s', (minutes, near) => {
    expect(nearRealClock(minutes.map((m) => at(m)), '2026-11-24T12:00:00.000Z')).toEqual(near === null ? null : at(near));
  });
});
