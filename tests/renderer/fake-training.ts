/** A synthetic training matrix and the file of its first officer, for looking at the screen alone. */
import { LOOK_AHEAD, REQUIREMENT_IDS } from '../../shared/domain/training.ts';
import type { MatrixCell, MatrixInput, MatrixPage, MatrixRow, OfficerFileView } from '../../shared/training-views.ts';
import type { TrainingRow } from '../../shared/rows.ts';
import { agency, at, NOW, OFFICERS } from './fake-people.ts';

const none = { unverifiedOn: null, isUnavailable: false };
const CELLS: readonly MatrixCell[] = [
  { ...none, standing: 'current', dueOn: null }, { ...none, standing: 'overdue', dueOn: '2026-11-01', unverifiedOn: '2026-11-10' }, { ...none, standing: 'due_soon', dueOn: '2026-12-20', isUnavailable: true }, { ...none, standing: 'waived', dueOn: '2027-05-31' },
  { ...none, standing: 'unknown', dueOn: null }, ...Array.from({ length: 5 }, (_, n): MatrixCell => ({ ...none, standing: 'current', dueOn: `2027-0${n + 3}-15` })), { ...none, standing: 'not_required', dueOn: null }, { ...none, standing: 'unknown', dueOn: null },
];
const ROWS: readonly MatrixRow[] = OFFICERS.map((o, n) => ({
  officerId: o.id, name: o.name, badge: o.badge, agencyId: o.agencyId, agencyName: agency(n % 2).name, zone: agency(n % 2).zone, model: 'JEM', authority: n === 5 ? 'NONE' : o.authorityState,
  cells: n === 0 ? CELLS : CELLS.map((c): MatrixCell => (c.standing === 'not_required' ? c : { ...none, standing: 'current', dueOn: '2027-06-30' })), first: 'palms-1',
}));
/** A page: filtered by agency and words alone. `dueCount`: of what is past due. */
export function matrixPage(input: MatrixInput): MatrixPage {
  const words = input.search.toLowerCase().split(' ').filter(Boolean);
  const found = ROWS.filter((r) => (input.agencyId === null || r.agencyId === input.agencyId) && words.every((w) => r.name.toLowerCase().includes(w)) && (input.part !== 'overdue' || r === ROWS[0]));
  return { rows: found.slice(input.offset, input.offset + input.limit), total: found.length, officers: ROWS.length, left: 1, counts: Object.fromEntries(LOOK_AHEAD.map((p, n) => [p, n === 0 ? 1 : n * 2])) as MatrixPage['counts'], now: NOW };
}

const done = (requirement: string, completedOn: string, over: Partial<TrainingRow> = {}): TrainingRow => ({
  id: `${requirement}/${completedOn}`, stream: 'agency:ag-tx07', version: 1, changedBy: 'hq', agencyId: 'ag-tx07', officerId: 'dio-1', requirement, title: requirement, completedOn, verifiedBy: 'pm-1', verifiedAt: `${completedOn}T20:00:00.000Z`,
  evidence: 'Transcript 4711', provider: 'PALMS', importId: null, recordedBy: 'hq', recordedAt: `${completedOn}T20:00:00.000Z`, withdrawnBy: null, withdrawnAt: null, withdrawnReason: null, ...over,
});
/** The file of any officer: that of the first one under another name. */
export function officerFileView(officerId: string): OfficerFileView | null {
  const officer = OFFICERS.find((o) => o.id === officerId);
  if (!officer) return null;
  const bare = { requirement: 'palms-1', dueOn: null, planBy: null, completion: null, waiver: null, unverified: null, unavailable: null } as const;
  return {
    officer, agency: agency(0), authority: officer.authorityState, card: { state: 'CARD_ACTIVE', lastLoginAt: at(-48), diesAt: at(24 * 28) },
    spells: [
      { state: 'CERTIFIED', from: at(-24 * 100), to: null, because: 'e3', rule: 'AUT-5', words: 'Certified and authorized', intervalId: 'i2', model: 'JEM' },
      { state: 'LAPSED', from: at(-24 * 130), to: at(-24 * 100), because: 'palms-1', rule: 'AUT-8', words: 'Training past due: Privacy awareness', intervalId: null, model: 'JEM' },
      { state: 'CERTIFIED', from: at(-24 * 500), to: at(-24 * 130), because: 'e1', rule: 'AUT-5', words: 'Certified and authorized', intervalId: 'i1', model: 'JEM' },
    ],
    events: [{ id: 'e1', stream: 'agency:ag-tx07', version: 1, changedBy: 'hq', agencyId: 'ag-tx07', officerId, kind: 'suspended', at: at(-500), details: { ground: 'safety', why: 'A word of the sheriff', orderedBy: 'PM' }, recordedBy: 'pm-1', recordedRole: 'pm', recordedAt: at(-400), isCorrected: true }],
    standings: REQUIREMENT_IDS.flatMap((requirement, n) => (CELLS[n]?.standing === 'not_required' ? [] : [{ ...bare, requirement, standing: CELLS[n]?.standing ?? 'unknown', dueOn: CELLS[n]?.dueOn ?? null }])),
    completions: [done('palms-1', '2026-11-10', { verifiedBy: null, verifiedAt: null }), done('palms-2', '2025-12-20'), done('palms-1', '2025-11-01', { withdrawnBy: 'pm-1', withdrawnAt: at(-20), withdrawnReason: 'The transcript names another person.' })],
    waivers: [], attestations: [], owners: [], packets: { open: 3, done: 9 }, period: 'FY2027', people: { 'pm-1': 'Dana Whitfield' }, base: { 'agency:ag-tx07': 3 }, now: NOW,
  };
}
