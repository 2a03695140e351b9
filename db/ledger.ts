/** Where this laptop's chain of acts stands: the newest entry of the current epoch. Reads only; `run.ts` appends. */
import type { Store } from './open.ts';
import { get } from './sync-state.ts';

export type EpochState = { readonly ledger: string; readonly epoch: string; readonly seq: number; readonly head: string; readonly lastAt: string | null };

/** The head of the current epoch: seq 0 and head '' before the first act of it. `lastAt` is the time of the newest entry of any epoch. */
export function epochState(store: Store): EpochState {
  const epoch = get(store, 'epoch') ?? '';
  const last = store.prepare('SELECT "ledger", "epoch", "seq", "hash" FROM ledger_entries WHERE "epoch" = ? ORDER BY "n" DESC LIMIT 1').get(epoch) as { ledger: string; epoch: string;
    seq: number; hash: string } | undefined;
  const lastAt = (store.prepare('SELECT "at" FROM ledger_entries ORDER BY "n" DESC LIMIT 1').pluck().get() as string | undefined) ?? null;
  const device = get(store, 'device');
  const ledger = device ? (JSON.parse(device) as { readonly ledger?: string }).ledger ?? '' : '';
  return { ledger: last?.ledger ?? ledger, epoch, seq: last?.seq ?? 0, head: last?.hash ?? '', lastAt };
}
