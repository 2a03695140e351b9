/** The pages of the queue around what is visible. Keeps what it had while newer pages load; never holds the whole list. */
import { useCallback, useMemo, useRef, useState } from 'react';
import type { QueueItem, QueuePage, QueueSplit } from '../../../shared/api.ts';
import type { QueueFilter } from '../../../shared/domain/filters.ts';
import type { Problem } from '../../../shared/result.ts';
import { useQuery } from '../../use-query.ts';

const PAGE = 100;
export type QueueWindow = {
  readonly items: readonly QueueItem[];
  readonly offset: number;
  readonly total: number;
  readonly head: QueuePage | undefined;
  readonly problem: Problem | null;
  readonly isSlow: boolean;
  readonly isFresh: boolean;
  readonly onVisible: (first: number, last: number) => void;
  readonly reload: () => void;
};

/** Two neighbouring pages cover any window of rows smaller than a page. */
export function useQueuePages(split: QueueSplit, search: string, agencyId: string | undefined, narrowed: QueueFilter): QueueWindow {
  const filter = { split, search, ...(agencyId === undefined ? {} : { agencyId }), ...(Object.keys(narrowed).length > 0 ? { filter: narrowed } : {}) };
  const list = `${split} ${agencyId ?? ''} ${JSON.stringify(narrowed)}`;
  const [page, setPage] = useState(0);
  const key = `${list} ${search}`;
  const seen = useRef(key);
  if (seen.current !== key) {
    seen.current = key;
    if (page !== 0) setPage(0);
  }
  const first = useQuery('queue.list', { ...filter, offset: page * PAGE, limit: PAGE }, { refreshMs: 60_000 });
  const hasMore = first.data ? first.data.total > (page + 1) * PAGE : false;
  const second = useQuery('queue.list', { ...filter, offset: (page + 1) * PAGE, limit: PAGE }, { isOff: !hasMore });
  const last = useRef<{ key: string; list: string; page: QueuePage } | null>(null);
  if (first.data) last.current = { key, list, page: first.data };
  // While a new search of the same split loads, the old rows stay.
  const head = first.data ?? (last.current && last.current.list === list ? last.current.page : undefined);
  const items = useMemo(() => {
    if (first.data) return [...first.data.items, ...(second.data?.items ?? [])];
    return head && last.current?.key !== key ? head.items : [];
  }, [first.data, second.data, head, key]);
  const onVisible = useCallback((from: number, to: number) => {
    setPage((p) => (from < p * PAGE || to >= (p + 2) * PAGE ? Math.max(0, Math.floor(((from + to) / 2 - PAGE / 2) / PAGE)) : p));
  }, []);
  return {
    items,
    offset: first.data ? page * PAGE : 0,
    total: head?.total ?? 0,
    head,
    problem: first.problem,
    isSlow: first.isSlow,
    isFresh: first.data !== undefined,
    onVisible,
    reload: first.reload,
  };
}
