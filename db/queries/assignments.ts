/** Assignments as this laptop knows them: which PM answers for which agency [SYN-7]. */
import type { AssignmentRow } from '../../shared/rows.ts';
import { memoised, type Store } from '../open.ts';
import { rowsWhere } from '../rows.ts';

/** All assignments, newest first. */
export const listAssignments = (store: Store): readonly AssignmentRow[] =>
  [...rowsWhere(store, 'assignments', {})].sort((a, b) => (a.startAt < b.startAt ? 1 : a.startAt > b.startAt ? -1 : a.id < b.id ? -1 : 1));

/** How many agencies are on this laptop, and how many are assigned to the person now. */
export function agencyCoverage(store: Store, pmId: string, now: string): { readonly agenciesHere: number; readonly agenciesAssigned: number } {
  const mine = memoised(store, 'assignments.mine', ['assignments'], pmId, () => rowsWhere(store, 'assignments', { pmId }));
  const here = memoised(store, 'agencies.count', ['agencies'], '', () => store.prepare('SELECT count(*) FROM agencies').pluck().get() as number);
  return { agenciesHere: here, agenciesAssigned: new Set(mine.filter((a) => a.startAt <= now && (a.endAt === null || a.endAt > now)).map((a) => a.agencyId)).size };
}
