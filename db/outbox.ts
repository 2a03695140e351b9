/**
 * The outbox: what goes to HQ, in order, and what HQ's answers do to it. Only a receipt with our id and hash makes an item received [SYN-10];
 * a refused one is quarantined and never blocks the rest [SYN-3]. Must never delete an item, and takes any duplicate answer in its stride.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { COMMANDS, type Saved } from '../shared/api.ts';
import type { Envelope } from '../shared/command.ts';
import { sha256Hex } from '../shared/ids.ts';
import { no, type Problem, type Result } from '../shared/result.ts';
import type { TableName } from '../shared/rows.ts';
import type { Checkpoint, PushItem, PushReply, Receipt } from '../shared/sync.ts';
import { epochState } from './ledger.ts';
import { transact, type Store } from './open.ts';
import { removeRow, writeRow } from './rows.ts';
import { runInside, type RunInput } from './run.ts';
import { unindex } from './search.ts';
import { StoreError } from './store-error.ts';
import { get, set } from './sync-state.ts';

export { epochState } from './ledger.ts';
export type { EpochState } from './ledger.ts';

type OutboxRow = { readonly n: number; readonly commandId: string; readonly epoch: string; readonly ledger: string; readonly seq: number; readonly name: string; readonly input: string;
  readonly envelope: string; readonly hash: string; readonly state: string; readonly stream: string };

/** The next unsent commands in seq order, all of one epoch: at most `maxItems` and `maxBytes` of JSON, but always the first. The loop owns when to try. */
export function nextBatch(store: Store, { maxItems, maxBytes }: { readonly maxItems: number; readonly maxBytes: number; readonly now?: string }): readonly PushItem[] {
  const rows = store.prepare(`SELECT "n", "epoch", "name", "input", "envelope", "hash" FROM outbox WHERE "n" >= coalesce((SELECT min("n") FROM outbox WHERE "state" IN ('ready', 'sending')), 9e15)
    AND "state" IN ('ready', 'sending') ORDER BY "n" LIMIT ?`).all(maxItems) as OutboxRow[];
  return batchOf(rows, maxBytes);
}

/** Rows as wire items: one epoch, at most `maxBytes` of JSON, but always the first. */
function batchOf(rows: readonly OutboxRow[], maxBytes: number): readonly PushItem[] {
  const items: PushItem[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (row.epoch !== rows[0]?.epoch) break;
    bytes += Buffer.byteLength(row.input) + Buffer.byteLength(row.envelope) + row.name.length + 120;
    if (items.length > 0 && bytes > maxBytes) break;
    items.push({ name: row.name, input: JSON.parse(row.input), envelope: JSON.parse(row.envelope) as Envelope, hash: row.hash });
  }
  return items;
}

/**
 * What this laptop sent before, answered or not, from `from` up to (not including) `before`, in seq order: for an HQ that was restored behind us.
 * Bounded like `nextBatch`.
 */
export function storedBatch(
  store: Store,
  { ledger, epoch, from, before, maxItems, maxBytes }: { readonly ledger: string; readonly epoch: string; readonly from: number; readonly before: number; readonly maxItems: number; readonly maxBytes: number },
): readonly PushItem[] {
  return batchOf(store.prepare('SELECT "n", "epoch", "name", "input", "envelope", "hash" FROM outbox WHERE "ledger" = ? AND "epoch" = ? AND "seq" >= ? AND "seq" < ? ORDER BY "seq" LIMIT ?')
    .all(ledger, epoch, from, before, maxItems) as OutboxRow[], maxBytes);
}

/** The epoch of the oldest unsent command, or the current one: the epoch that a `seq` from a batch belongs to. */
const sendingEpoch = (store: Store): string =>
  (store.prepare("SELECT \"epoch\" FROM outbox WHERE \"state\" IN ('ready', 'sending') ORDER BY \"n\" LIMIT 1").pluck().get() as string | undefined) ?? epochState(store).epoch;

/** Notes that these commands are on their way: one more attempt each. */
export function markSending(store: Store, seqs: readonly number[], now: string): void {
  transact(store, () => {
    const epoch = sendingEpoch(store);
    const mark = store.prepare(`UPDATE outbox SET "state" = 'sending', "attempts" = "attempts" + 1, "lastAttemptAt" = ?, "nextAttemptAt" = NULL
      WHERE "epoch" = ? AND "seq" = ? AND "state" IN ('ready', 'sending')`);
    for (const seq of seqs) mark.run(now, epoch, seq);
  });
  store.touch('outbox');
}

/** Puts unanswered commands back to ready, with what went wrong and when the next try is due. Answered ones stay as they are. */
export function failAttempt(store: Store, seqs: readonly number[], problem: Problem, nextAttemptAt: string | null): void {
  transact(store, () => {
    const epoch = sendingEpoch(store);
    const mark = store.prepare(`UPDATE outbox SET "state" = 'ready', "nextAttemptAt" = ?, "reasonCode" = ?, "reasonDetails" = ?
      WHERE "epoch" = ? AND "seq" = ? AND "state" IN ('ready', 'sending')`);
    for (const seq of seqs) mark.run(nextAttemptAt, problem.code, JSON.stringify(problem.details), epoch, seq);
  });
  store.touch('outbox');
}

/**
 * Applies HQ's answer in one transaction. A duplicate, or a receipt with another hash, changes nothing. `checkpointJws` must be verified before.
 * `isResend`: the answer to what was sent again because HQ had lost it; only then may an item that has its receipt take another state.
 */
export function applyReply(store: Store, reply: Pick<PushReply, 'receipts' | 'checkpointJws'>, now: string, { isResend = false } = {}): void {
  transact(store, () => {
    for (const receipt of [...reply.receipts].sort((a, b) => a.seq - b.seq)) applyReceipt(store, receipt, now, isResend);
    if (reply.checkpointJws !== null) applyCheckpoint(store, reply.checkpointJws);
  });
  for (const table of ['outbox', 'receipts', 'sync_state']) store.touch(table);
}

function applyReceipt(store: Store, receipt: Receipt, now: string, isResend: boolean): void {
  const item = store.prepare('SELECT "n", "commandId", "seq", "hash", "state" FROM outbox WHERE "commandId" = ?').get(receipt.commandId) as OutboxRow | undefined;
  if (!item || item.hash !== receipt.hash || item.seq !== receipt.seq) return;
  const told = store.prepare('SELECT "outcome" FROM receipts WHERE "commandId" = ?').pluck().get(receipt.commandId) as Receipt['outcome'] | undefined;
  if (told !== undefined) {
    if (isResend && told !== receipt.outcome) answerChanged(store, item, receipt, told);
    return;
  }
  store.prepare('INSERT INTO receipts ("commandId", "seq", "hash", "outcome", "code", "receivedAt", "reasons", "problem", "storedAt") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)').run(
    receipt.commandId, receipt.seq, receipt.hash, receipt.outcome, receipt.code, receipt.receivedAt, JSON.stringify(receipt.reasons), receipt.problem ? JSON.stringify(receipt.problem) : null, now);
  const isRefused = receipt.outcome === 'refused';
  const reason = isRefused ? receipt.problem ?? { code: 'sync/refused', details: {} } : null;
  store.prepare('UPDATE outbox SET "state" = ?, "nextAttemptAt" = NULL, "reasonCode" = ?, "reasonDetails" = ? WHERE "commandId" = ?').run(
    isRefused ? 'refused' : receipt.outcome === 'under_review' ? 'under_review' : 'received', reason?.code ?? null, reason ? JSON.stringify(reason.details) : null, receipt.commandId);
  if (reason) store.prepare('INSERT INTO quarantine ("commandId", "at", "code", "details") VALUES (?, ?, ?, ?)').run(receipt.commandId, receipt.receivedAt, reason.code,
    JSON.stringify(reason.details));
  settleRows(store, item, isRefused);
}

/**
 * HQ was restored, got the act again and answers otherwise: the first receipt stays as proof, the item takes the new state and says why.
 */
function answerChanged(store: Store, item: OutboxRow, receipt: Receipt, was: Receipt['outcome']): void {
  const state = receipt.outcome === 'refused' ? 'refused' : receipt.outcome === 'under_review' ? 'under_review' : 'received';
  if (item.state === state) return;
  const details = JSON.stringify({ was, now: receipt.outcome, code: receipt.problem?.code ?? null, reasons: receipt.reasons, receivedAt: receipt.receivedAt });
  store.prepare('UPDATE outbox SET "state" = ?, "reasonCode" = \'sync/answer-changed\', "reasonDetails" = ? WHERE "commandId" = ?').run(state, details, receipt.commandId);
  if (state !== 'refused') return;
  store.prepare('INSERT INTO quarantine ("commandId", "at", "code", "details") VALUES (?, ?, \'sync/answer-changed\', ?) ON CONFLICT DO NOTHING').run(receipt.commandId, receipt.receivedAt, details);
}

type PendingRow = { readonly tableName: TableName; readonly rowId: string; readonly before: string | null };
/** Lets go of the rows that an answered command held. */
function settleRows(store: Store, item: OutboxRow, isRefused: boolean): void {
  const rows = store.prepare('SELECT "tableName", "rowId", "before" FROM pending_rows WHERE "commandId" = ?').all(item.commandId) as PendingRow[];
  store.prepare('DELETE FROM pending_rows WHERE "commandId" = ?').run(item.commandId);
  const others = store.prepare('SELECT p."commandId", o."n" FROM pending_rows p JOIN outbox o ON o."commandId" = p."commandId" WHERE p."tableName" = ? AND p."rowId" = ? ORDER BY o."n"');
  for (const { tableName, rowId, before } of rows) {
    const left = others.all(tableName, rowId) as { readonly commandId: string; readonly n: number }[];
    if (left.length === 0) {
      if (!takeWaiting(store, tableName, rowId) && isRefused) restore(store, tableName, rowId, before);
      continue;
    }
    if (!isRefused) continue;
    const next = left.find((o) => o.n > item.n);
    // The later command's own image contains this refused change: it takes over the image from before both.
    if (next) store.prepare('UPDATE pending_rows SET "before" = ? WHERE "tableName" = ? AND "rowId" = ? AND "commandId" = ?').run(before, tableName, rowId, next.commandId);
    else restore(store, tableName, rowId, before);
  }
}
function takeWaiting(store: Store, table: TableName, rowId: string): boolean {
  const waiting = store.prepare('SELECT "row" FROM waiting_rows WHERE "tableName" = ? AND "rowId" = ?').pluck().get(table, rowId) as string | undefined;
  if (waiting === undefined) return false;
  writeRow(store, table, JSON.parse(waiting));
  store.prepare('DELETE FROM waiting_rows WHERE "tableName" = ? AND "rowId" = ?').run(table, rowId);
  return true;
}
function restore(store: Store, table: TableName, rowId: string, before: string | null): void {
  if (before !== null) {
    writeRow(store, table, JSON.parse(before));
    return;
  }
  if (table === 'packets') unindex(store, '"id" = ?', rowId);
  removeRow(store, table, rowId);
}

/** Keeps HQ's countersignature when it is over our own chain, and anchors later acts to it; an older one never takes the anchor back. */
function applyCheckpoint(store: Store, jws: string): void {
  let checkpoint: Checkpoint;
  try {
    checkpoint = JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8')) as Checkpoint;
  } catch {
    return;
  }
  const ours = store.prepare('SELECT "hash" FROM ledger_entries WHERE "ledger" = ? AND "epoch" = ? AND "seq" = ?').pluck().get(checkpoint.ledger, checkpoint.epoch,
    checkpoint.seq) as string | undefined;
  if (ours === undefined || ours !== checkpoint.head) return;
  const hash = sha256Hex(jws);
  store.prepare('INSERT INTO checkpoints ("hash", "ledger", "epoch", "seq", "head", "serverTime", "jws") VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING').run(
    hash, checkpoint.ledger, checkpoint.epoch, checkpoint.seq, checkpoint.head, checkpoint.serverTime, jws);
  const anchor = get(store, 'anchor');
  const last = anchor === null ? undefined : store.prepare('SELECT "serverTime" FROM checkpoints WHERE "hash" = ?').pluck().get(anchor) as string | undefined;
  if (last === undefined || last <= checkpoint.serverTime) set(store, 'anchor', hash);
}

/** What a requeued command takes from the host; left out, the machine's own. */
export type RequeueContext = Pick<RunInput, 'clock' | 'newId' | 'salt'>;
const machine = (zone: string): RequeueContext => ({
  clock: { now: () => new Date().toISOString(), mono: () => performance.now(), bootId: `requeue-${process.pid}`, zone }, newId: () => randomUUID(), salt: () => randomBytes(16).toString('hex'),
});

/**
 * Returns a refused command to the outbox as a new command at the ledger's end that names the refused one [SYN-3]; decided again on what the laptop knows now.
 * Refusals: outbox/unknown, outbox/not-refused, outbox/sealed-must-be-signed-again, and the command's own.
 */
export function requeue(store: Store, commandId: string, context?: RequeueContext): Result<Saved> {
  const item = store.prepare('SELECT * FROM outbox WHERE "commandId" = ?').get(commandId) as OutboxRow | undefined;
  if (!item) return no('outbox/unknown', { commandId });
  const isOpen = store.prepare('SELECT 1 FROM quarantine WHERE "commandId" = ? AND "resolvedAt" IS NULL').get(commandId) !== undefined;
  if (item.state !== 'refused' || !isOpen) return no('outbox/not-refused', { commandId, state: item.state });
  const command = Object.hasOwn(COMMANDS, item.name) ? COMMANDS[item.name] : undefined;
  if (!command) return no('outbox/unknown', { commandId });
  if (command.kind === 'sealed') return no('outbox/sealed-must-be-signed-again', { name: item.name });
  const env = JSON.parse(item.envelope) as Envelope;
  // Asked for from the Sync screen, the person acts on what is here now.
  const seen = store.prepare('SELECT "version" FROM cursors WHERE "stream" = ?').pluck().get(item.stream) as number | undefined;
  const { clock, newId, salt } = context ?? machine(env.zone);
  try {
    return transact(store, () => {
      const saved = runInside(store, {
        command, input: JSON.parse(item.input), base: seen === undefined ? env.base : { ...env.base, [item.stream]: seen }, clock, newId, salt, packs: env.packs, tz: env.tz, replaces: commandId,
        who: { actor: env.actor, role: env.role, device: env.device, ledger: env.ledger, ...(env.actingFor ? { actingFor: env.actingFor } : {}) },
      });
      if (saved.ok) store.prepare('UPDATE quarantine SET "resolvedBy" = ?, "resolvedAt" = ? WHERE "commandId" = ?').run(saved.value.commandId, saved.value.at, commandId);
      return saved;
    }, (r) => r.ok);
  } catch (error) {
    if (error instanceof StoreError && error.problem.code === 'store/disk-full') return { ok: false, problem: error.problem };
    throw error;
  }
}

/** Opens a new epoch: the next act starts a new chain. For a store put back from a backup, whose old seq numbers may be used already [SYN-2]. */
export function openEpoch(store: Store, epoch: string): void {
  set(store, 'epoch', epoch);
}
