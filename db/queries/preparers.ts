/** Who prepared the packets on this laptop: what the queue's filter offers. Counts packets, grades nobody (domain 0.4 item 9). */
import type { PreparerItem } from '../../shared/api.ts';
import { memoised, type Store } from '../open.ts';
import { queueColumns } from '../queue-index.ts';
import { rowsWhere } from '../rows.ts';

const collator = new Intl.Collator('en', { sensitivity: 'base', numeric: true });

function counted(store: Store): readonly PreparerItem[] {
  const { mask, preparer, preparers, size } = queueColumns(store);
  const packets = new Uint32Array(preparers.size);
  for (let n = 0; n < size; n += 1) if (mask[n] !== 0) packets[preparer[n] as number] = (packets[preparer[n] as number] as number) + 1;
  const agencies = new Map(rowsWhere(store, 'agencies', {}).map((a): [string, string] => [a.id, a.name]));
  const officers = new Map(rowsWhere(store, 'officers', {}).map((o) => [o.id, o]));
  return [...preparers].flatMap(([id, n]): PreparerItem[] => {
    const officer = officers.get(id);
    // Somebody of an earlier version whose packets another officer has taken over since.
    if (packets[n] === 0) return [];
    return [{ id, name: officer?.name ?? id, agencyName: officer ? (agencies.get(officer.agencyId) ?? officer.agencyId) : '', packets: packets[n] as number }];
  }).sort((a, b) => collator.compare(a.name, b.name) || collator.compare(a.agencyName, b.agencyName) || (a.id < b.id ? -1 : 1));
}

/** By name, then agency. */
export const listPreparers = (store: Store): readonly PreparerItem[] => memoised(store, 'queue.preparers', ['packets', 'officers', 'agencies'], '', () => counted(store));
