/** The pages of the matrix around what is visible. Keeps the counts while newer rows load; never holds the whole matrix. */
import { useCallback, useRef, useState } from 'react';
import type { MatrixInput, MatrixPage, MatrixRow } from '../../../shared/training-views.ts';
import type { Problem } from '../../../shared/result.ts';
import { useQuery } from '../../use-query.ts';

const PAGE = 100;
export type MatrixWindow = {
  readonly rows: readonly MatrixRow[]; readonly offset: number; readonly head: MatrixPage | undefined; readonly problem: Problem | null; readonly isSlow: boolean; readonly isFresh: boolean;
  readonly onVisible: (first: number, last: number) => void; readonly reload: () => void;
};

/** Two neighbouring pages cover any window of rows smaller than a page. */
export function useMatrix(input: Omit<MatrixInput, 'offset' | 'limit'>): MatrixWindow {
  const key = JSON.stringify(input);
  const [page, setPage] = useState(0);
  const seen = useRef(key);
  if (seen.current !== key) {
    seen.current = key;
    if (page !== 0) setPage(0);
  }
  const first = useQuery('training.matrix', { ...input, offset: page * PAGE, limit: PAGE }, { refreshMs: 600_000 });
  const hasMore = first.data ? first.data.total > (page + 1) * PAGE : false;
  const second = useQuery('training.matrix', { ...input, offset: (page + 1) * PAGE, limit: PAGE }, { isOff: !hasMore });
  const last = useRef<MatrixPage | undefined>(undefined);
  if (first.data) last.current = first.data;
  const onVisible = useCallback((from: number, to: number) => {
    setPage((p) => (from < p * PAGE || to >= (p + 2) * PAGE ? Math.max(0, Math.floor(((from + to) / 2 - PAGE / 2) / PAGE)) : p));
  }, []);
  return {
    rows: first.data ? [...first.data.rows, ...(second.data?.rows ?? [])] : (last.current?.rows ?? []),
    offset: first.data ? page * PAGE : 0,
    head: first.data ?? last.current,
    problem: first.problem,
    isSlow: first.isSlow,
    isFresh: first.data !== undefined,
    onVisible,
    reload: first.reload,
  };
}
