/** Reads the next two packets ahead and keeps them fresh, so that the next one is on screen with the key. Draws nothing. */
import { useEffect } from 'react';
import { prefetch, useQuery } from '../../use-query.ts';
import type { Walk } from './use-walk.ts';

/** A part of its own: an answer for a packet that is not on screen must not draw the one that is again. */
export function Ahead({ nextId, secondId, previousId, isInList }: Walk) {
  const next = useQuery('packet.open', { packetId: nextId ?? '', number: null }, { isOff: nextId === null }).data;
  const second = isInList ? secondId : (next?.nextId ?? null);
  useQuery('packet.open', { packetId: second ?? '', number: null }, { isOff: second === null });
  useEffect(() => {
    if (previousId) prefetch('packet.open', { packetId: previousId, number: null });
  }, [previousId]);
  useEffect(() => {
    // Which of its documents are here: the first thing that a document asks.
    if (nextId) prefetch('document.states', { packetId: nextId, number: next?.version.number ?? null });
  }, [nextId, next?.version.number]);
  return null;
}
