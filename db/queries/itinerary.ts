/** Where this PM goes next, and what is open there. */
import type { ItineraryItem } from '../../shared/api.ts';
import type { Store } from '../open.ts';
import type { ReadContext } from '../read.ts';
import { rowById, rowsWhere } from '../rows.ts';
import { openPerAgency } from './agencies.ts';

/** The person's own stops, by arrival; past ones included. */
export function listItinerary(store: Store, { pmId, now }: ReadContext): readonly ItineraryItem[] {
  const open = openPerAgency(store, now);
  return [...rowsWhere(store, 'itinerary_stops', { pmId })].sort((a, b) => (a.arriveAt < b.arriveAt ? -1 : a.arriveAt > b.arriveAt ? 1 : a.id < b.id ? -1 : 1)).map((stop) => {
    const agency = rowById(store, 'agencies', stop.agencyId);
    return { stop, agencyName: agency?.name ?? stop.agencyId, zone: agency?.zone ?? 'UTC', openPackets: open.get(stop.agencyId)?.openPackets ?? 0 };
  });
}
