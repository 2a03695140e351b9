/** Designated officers with their authority and training as dated facts. */
import type { OfficerItem } from '../../shared/api.ts';
import type { AgencyRow, OfficerRow, Rows } from '../../shared/rows.ts';
import { intervalAt } from '../../shared/domain/authority.ts';
import type { Store } from '../open.ts';
import type { ReadContext } from '../read.ts';
import { rowsWhere } from '../rows.ts';

const grouped = <T extends { readonly officerId: string }>(rows: readonly T[]): ReadonlyMap<string, readonly T[]> => {
  const map = new Map<string, T[]>();
  for (const row of rows) {
    const list = map.get(row.officerId);
    if (list) list.push(row);
    else map.set(row.officerId, [row]);
  }
  return map;
};
const sorted = <T>(rows: readonly T[], at: (row: T) => string): readonly T[] => [...rows].sort((a, b) => (at(a) < at(b) ? -1 : at(a) > at(b) ? 1 : 0));

/** Officers of one agency or of all, by agency and name. `interval` is the one in force now; `earliestDueOn` the next training day due. */
export function listOfficers(store: Store, agencyId: string | null, { now }: ReadContext): readonly OfficerItem[] {
  const where: Readonly<Record<string, string>> = agencyId === null ? {} : { agencyId };
  const agencies = new Map(rowsWhere(store, 'agencies', {}).map((a): [string, AgencyRow] => [a.id, a]));
  const intervals = grouped<Rows['authority_intervals']>(rowsWhere(store, 'authority_intervals', where));
  const training = grouped<Rows['training']>(rowsWhere(store, 'training', where));
  const officers: readonly OfficerRow[] = rowsWhere(store, 'officers', where);
  const items = officers.map((officer): OfficerItem => {
    const own = sorted(intervals.get(officer.id) ?? [], (i) => i.startAt);
    const due = sorted(training.get(officer.id) ?? [], (t) => t.dueOn);
    return {
      officer, agencyName: agencies.get(officer.agencyId)?.name ?? officer.agencyId, zone: agencies.get(officer.agencyId)?.zone ?? 'UTC', interval: intervalAt(own, officer.id, now),
      intervals: own, training: due, earliestDueOn: due[0]?.dueOn ?? null,
    };
  });
  return sorted(items, (i) => `${i.agencyName}\u0000${i.officer.name}\u0000${i.officer.id}`);
}
