/** A person's kept filters, by name, each with how many packets it shows now. Another person's never: their stream is not on this laptop. */
import type { SavedFilter } from '../../shared/api.ts';
import { keptFilter } from '../../shared/domain/filters.ts';
import { pmStream } from '../../shared/ids.ts';
import { memoised, type Store } from '../open.ts';
import { countIn } from '../queue-index.ts';
import type { ReadContext } from '../read.ts';
import { rowsWhere } from '../rows.ts';
import { SEARCHED_TABLES, searchPackets } from '../search.ts';
import { baseOf } from './packet.ts';
import { chosen, queueCounts } from './queue.ts';

const collator = new Intl.Collator('en', { sensitivity: 'base', numeric: true });

export function listFilters(store: Store, { now, pmId }: ReadContext): readonly SavedFilter[] {
  const base = baseOf(store, [pmStream(pmId)]);
  return rowsWhere(store, 'saved_filters', { pmId }).filter((row) => !row.isRemoved).map((row): SavedFilter => {
    const { split, search = '', agencyId, ...filter } = keptFilter(row.filter);
    const found = search.trim() === '' ? null : memoised(store, `filter.${row.id}`, SEARCHED_TABLES, search, () => searchPackets(store, search) ?? new Set<number>());
    const hits = chosen(store, found, agencyId, filter, now);
    return { id: row.id, name: row.name, split, search, ...(agencyId === undefined ? {} : { agencyId }), filter, count: hits === null ? queueCounts(store, now)[split] : countIn(store, hits, split, now), base };
  }).sort((a, b) => collator.compare(a.name, b.name) || (a.id < b.id ? -1 : 1));
}
