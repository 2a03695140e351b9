/** Where the search matched a row: the place and the words around it, read for the rows on screen only. */
import { createContext, useContext, useMemo } from 'react';
import type { FoundText, QueueItem } from '../../../shared/api.ts';
import { useQuery } from '../../use-query.ts';

const Found = createContext<ReadonlyMap<string, FoundText>>(new Map());
/** Rows asked for at a time: more than a window shows. */
const MOST = 60;

/** Gives the cells below what was found. `from`: the first visible row among `items`. */
export function FoundTexts({ search, items, from, children }: { readonly search: string; readonly items: readonly QueueItem[]; readonly from: number; readonly children: React.ReactNode }) {
  const start = Math.max(0, from - 5);
  const { data } = useQuery('queue.found', { search, packetIds: items.slice(start, start + MOST).map((i) => i.packet.id) }, { isOff: search === '' || items.length === 0 });
  const byPacket = useMemo(() => new Map((data ?? []).map((f) => [f.packetId, f])), [data]);
  return <Found.Provider value={byPacket}>{children}</Found.Provider>;
}

/** The cell of one row; empty until the answer is there. */
export function FoundCell({ packetId }: { readonly packetId: string }) {
  const found = useContext(Found).get(packetId);
  if (!found) return null;
  return (
    <span className="cut small" dir="auto" title={`${found.label}: ${found.parts.map((p) => p.text).join('')}`}>
      <span className="soft">{found.label}: </span>
      {found.parts.map((p, n) => (p.isHit ? <mark key={n}>{p.text}</mark> : <span key={n}>{p.text}</span>))}
    </span>
  );
}
