/**
 * The return that waits, as one encrypted draft row. Carrying it out is one transaction with the command, so that a crash leaves it either waiting or made.
 * Must never remove the dialog's draft before the return is made.
 */
import { returnDraftKey, WAITING_KEY, waitingReturn, type CarriedBy, type WaitingReturn } from '../shared/domain/waiting-return.ts';
import type { Saved } from '../shared/api.ts';
import type { Result } from '../shared/result.ts';
import { getDraft } from './drafts.ts';
import { transact, type Store } from './open.ts';
import { runInside, type RunInput } from './run.ts';

const write = (store: Store, key: string, body: string, now: string): void => {
  store.prepare(`INSERT INTO drafts ("key", "body", "savedAt") VALUES (?, ?, ?) ON CONFLICT ("key") DO UPDATE SET "body" = excluded."body", "savedAt" = excluded."savedAt"`).run(key, body, now);
  store.touch('drafts');
};
const drop = (store: Store, key: string): void => {
  store.prepare('DELETE FROM drafts WHERE "key" = ?').run(key);
  store.touch('drafts');
};

/** What waits, or what became of the last one that did; null when there is none. */
export function getWaiting(store: Store): WaitingReturn | null {
  const found = getDraft(store, WAITING_KEY);
  return found ? waitingReturn.parse(JSON.parse(found.body)) : null;
}

/** Whether the return would be made now: the whole command, rolled back. */
export const tryReturn = (store: Store, x: RunInput): Result<Saved> => transact(store, () => runInside(store, x), () => false);

/** Stores the return and its dialog's content together. Throws `store/disk-full`. */
export function storeWaiting(store: Store, waiting: WaitingReturn, dialog: string): void {
  transact(store, () => {
    write(store, returnDraftKey(waiting.input.packetId), dialog, waiting.decidedAt);
    write(store, WAITING_KEY, JSON.stringify(waiting), waiting.decidedAt);
  });
}

/** Forgets what waits or waited. The dialog's draft stays. */
export const dropWaiting = (store: Store): void => transact(store, () => drop(store, WAITING_KEY));

/** Makes the return and says so in the row, in one transaction; a refusal is kept with its problem. Throws `store/disk-full` with nothing changed. */
export function makeReturn(store: Store, waiting: WaitingReturn, x: RunInput, by: CarriedBy): Result<Saved> {
  const keep = (outcome: WaitingReturn['outcome']): void => write(store, WAITING_KEY, JSON.stringify({ ...waiting, outcome } satisfies WaitingReturn), x.clock.now());
  const made = transact(store, () => {
    const saved = runInside(store, x);
    if (!saved.ok) return saved;
    drop(store, returnDraftKey(waiting.input.packetId));
    keep({ state: 'returned', by, saved: saved.value });
    return saved;
  }, (r) => r.ok);
  if (!made.ok) transact(store, () => keep({ state: 'refused', by, problem: { code: made.problem.code, details: { ...made.problem.details } } }));
  return made;
}
