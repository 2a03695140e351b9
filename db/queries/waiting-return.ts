/** The return that waits, in words for the screen. */
import type { WaitingReturnView } from '../../shared/api.ts';
import { dueAt } from '../../shared/domain/waiting-return.ts';
import type { Store } from '../open.ts';
import type { ReadContext } from '../read.ts';
import { rowById } from '../rows.ts';
import { getWaiting } from '../waiting-return.ts';

/** What waits, or what became of the last one; null when there is none. Names stay empty for a packet that is no longer here. */
export function waitingReturnView(store: Store, { now }: ReadContext): WaitingReturnView | null {
  const found = getWaiting(store);
  if (!found) return null;
  const { packetId, version, deficiencies } = found.input;
  const packet = rowById(store, 'packets', packetId);
  return {
    packetId, number: version, eventNumber: packet?.eventNumber ?? '', preparerName: (packet && rowById(store, 'officers', packet.preparerId)?.name) ?? null, deficiencies: deficiencies.length,
    zone: (packet && rowById(store, 'agencies', packet.agencyId)?.zone) ?? 'UTC', decidedAt: found.decidedAt, dueAt: dueAt(found), outcome: found.outcome, now,
  };
}
