/**
 * The way through the list that the packet was opened from: which packet is next and which was before, in the order of that list.
 * Packets opened from elsewhere follow the whole queue.
 */
import { useEffect } from 'react';
import type { PacketView } from '../../../shared/api.ts';
import { useStore } from '../../store.ts';
import { useQuery } from '../../use-query.ts';

/** A further page is read when so few are left ahead; pages overlap by as many rows as may have left the list meanwhile. */
const NEAR = 20;
const OVERLAP = 100;

export type Walk = { readonly nextId: string | null; /** The one after the next, where the list says it. */ readonly secondId: string | null; readonly previousId: string | null; readonly isInList: boolean };

/** Where the list leads from this packet. */
export function useWalk(view: PacketView | undefined): Walk {
  const { walk, rest, growWalk } = useStore();
  const place = view ? walk.indexOf(view.packet.id) : -1;
  const isNear = rest !== null && place >= 0 && place >= walk.length - NEAR;
  const offset = Math.max(0, (rest?.seen ?? 0) - OVERLAP);
  const page = useQuery('queue.list', { split: 'all', search: '', ...rest?.input, offset, limit: 2 * OVERLAP }, { isOff: !isNear }).data;
  useEffect(() => {
    if (isNear && page) growWalk(page, offset + 2 * OVERLAP);
  }, [isNear, page, offset, growWalk]);
  if (place < 0) return { nextId: view?.nextId ?? null, secondId: null, previousId: view?.previousId ?? null, isInList: false };
  return { nextId: walk[place + 1] ?? null, secondId: walk[place + 2] ?? null, previousId: walk[place - 1] ?? null, isInList: true };
}
