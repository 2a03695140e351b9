/**
 * Applies what HQ sends: whole pages, each in one transaction with its cursor, only if the cursor still equals the page's start [SYN-8].
 * A row that an unanswered command touches waits instead of overwriting it. Must never skip a row or move a cursor without its rows.
 */
import { TABLE_NAMES, type TableName } from '../shared/rows.ts';
import { msOf, utcInstant } from '../shared/time.ts';
import { draftKeys } from './drafts.ts';
import { transact, type Store } from './open.ts';
import { writeRow } from './rows.ts';
import { PAPER_TABLES, unindex } from './search.ts';
import { get, set } from './sync-state.ts';

export type Page = {
  readonly stream: string; readonly from: number; readonly to: number; readonly receivedAt: string;
  readonly rows: readonly { readonly table: string; readonly row: Readonly<Record<string, unknown>> }[];
};

/** The version that this laptop holds of each stream. */
export function cursors(store: Store): Readonly<Record<string, number>> {
  const rows = store.prepare('SELECT "stream", "version" FROM cursors').all() as { readonly stream: string; readonly version: number }[];
  return Object.fromEntries(rows.map((r) => [r.stream, r.version]));
}

/** Applies a page, or answers 'stale' and writes nothing when the cursor is no longer at `from`. Throws on a row of another stream or table. */
export function applyPage(store: Store, page: Page): 'applied' | 'stale' {
  return transact(store, () => {
    const at = (store.prepare('SELECT "version" FROM cursors WHERE "stream" = ?').pluck().get(page.stream) as number | undefined) ?? 0;
    if (at !== page.from) return 'stale';
    const isPending = store.prepare('SELECT 1 FROM pending_rows WHERE "tableName" = ? AND "rowId" = ? LIMIT 1');
    const hasPending = store.prepare('SELECT 1 FROM pending_rows LIMIT 1').get() !== undefined;
    const wait = store.prepare(`INSERT INTO waiting_rows ("tableName", "rowId", "stream", "version", "row") VALUES (?, ?, ?, ?, ?)
      ON CONFLICT ("tableName", "rowId") DO UPDATE SET "stream" = excluded."stream", "version" = excluded."version", "row" = excluded."row"`);
    const renamed = { agencies: new Set<string>(), officers: new Set<string>() };
    const nameOf = { agencies: store.prepare('SELECT "name" FROM agencies WHERE "id" = ?').pluck(), officers: store.prepare('SELECT "name" FROM officers WHERE "id" = ?').pluck() };
    const subjects = new Set<string>();
    for (const { table: name, row } of page.rows) {
      if (!(TABLE_NAMES as readonly string[]).includes(name) || row.stream !== page.stream || typeof row.id !== 'string') {
        throw new Error(`a page of ${page.stream} holds a row of ${name} in ${String(row.stream)}`);
      }
      const table = name as TableName;
      if (hasPending && isPending.get(table, row.id) !== undefined) {
        wait.run(table, row.id, page.stream, row.version ?? 0, JSON.stringify(row));
        continue;
      }
      if ((table === 'agencies' || table === 'officers') && nameOf[table].get(row.id) !== row.name) renamed[table].add(row.id);
      if (table === 'subjects') subjects.add(row.id);
      writeRow(store, table, row);
    }
    const also = (sql: string, ids: ReadonlySet<string>): void => {
      const find = store.prepare(sql).pluck();
      for (const id of ids) for (const packet of find.all(id) as string[]) if (!store.searchDue.has(packet)) store.searchDue.set(packet, 'names');
    };
    also('SELECT "id" FROM packets WHERE "subjectId" = ?', subjects);
    also('SELECT "id" FROM packets WHERE "agencyId" = ?', renamed.agencies);
    also('SELECT "id" FROM packets WHERE "preparerId" = ?', renamed.officers);
    store.prepare(`INSERT INTO cursors ("stream", "version", "receivedAt") VALUES (?, ?, ?)
      ON CONFLICT ("stream") DO UPDATE SET "version" = excluded."version", "receivedAt" = excluded."receivedAt"`).run(
      page.stream, page.to, page.receivedAt);
    store.touch('cursors');
    return 'applied';
  });
}

/**
 * Removes a stream that this person may no longer read. One's own sealed statements, the ledger and receipts stay [SYN-7].
 * False, and nothing removed, while a command in it still has no answer.
 */
export function dropStream(store: Store, stream: string): boolean {
  return transact(store, () => {
    if (store.prepare("SELECT 1 FROM outbox WHERE \"stream\" = ? AND \"state\" IN ('ready', 'sending') LIMIT 1").get(stream) !== undefined) return false;
    const gone = store.prepare('SELECT "id" FROM packets WHERE "stream" = ?').pluck().all(stream) as string[];
    const ids = new Set(gone);
    for (const key of draftKeys(store)) if (key.split(/[/:|]/).some((part) => ids.has(part))) dropDraftInside(store, key);
    unindex(store, '"stream" = ?', stream);
    for (const table of TABLE_NAMES) {
      if (table === 'statements') store.prepare('DELETE FROM statements WHERE "stream" = ? AND "signerId" <> ?').run(stream, ownId(store));
      else store.prepare(`DELETE FROM "${table}" WHERE "stream" = ?`).run(stream);
      store.touch(table);
    }
    store.memo.delete('queue.columns');
    store.prepare('DELETE FROM waiting_rows WHERE "stream" = ?').run(stream);
    store.prepare('DELETE FROM cursors WHERE "stream" = ?').run(stream);
    return true;
  });
}
function dropDraftInside(store: Store, key: string): void {
  store.prepare('DELETE FROM drafts WHERE "key" = ?').run(key);
  store.touch('drafts');
}
function ownId(store: Store): string {
  const pm = get(store, 'pm');
  return pm ? (JSON.parse(pm) as { readonly id?: string }).id ?? '' : '';
}

/** Version of a row that the last generation of HQ had and this one has not confirmed yet. */
const UNSEEN = -1;

/** Starts over against another generation of HQ's store: cursors go; rows stay readable and are marked until the pull that follows confirms each. */
export function resetForGeneration(store: Store, generation: string | null): void {
  transact(store, () => {
    store.prepare('DELETE FROM cursors').run();
    store.prepare('DELETE FROM waiting_rows').run();
    for (const table of TABLE_NAMES) {
      store.prepare(`UPDATE "${table}" SET "version" = ${UNSEEN} WHERE "id" NOT IN (SELECT "rowId" FROM pending_rows WHERE "tableName" = ?)`).run(table);
      store.touch(table);
    }
    store.memo.delete('queue.columns');
    set(store, 'sweep', 'due');
    set(store, 'generation', generation);
  });
}

/**
 * After a whole answer of a new generation: removes the rows that HQ no longer has. One's own sealed statements stay [SYN-7].
 * False when nothing was due. Call inside a transaction.
 */
export function sweepUnseen(store: Store): boolean {
  if (get(store, 'sweep') === null) return false;
  unindex(store, `"version" = ${UNSEEN}`);
  for (const table of PAPER_TABLES) {
    for (const id of store.prepare(`SELECT DISTINCT "packetId" FROM "${table}" WHERE "version" = ${UNSEEN}`).pluck().all() as string[]) store.searchDue.set(id, 'all');
  }
  for (const table of TABLE_NAMES) {
    if (table === 'statements') store.prepare(`DELETE FROM statements WHERE "version" = ${UNSEEN} AND "signerId" <> ?`).run(ownId(store));
    else store.prepare(`DELETE FROM "${table}" WHERE "version" = ${UNSEEN}`).run();
    store.touch(table);
  }
  store.memo.delete('queue.columns');
  set(store, 'sweep', null);
  return true;
}

/** How long one's own sealed statements stay after the stream was lost [SYN-7]. */
const OWN_STATEMENT_DAYS = 90;

/** Removes one's own statements of streams that this laptop no longer pulls, 90 days after they were signed; ledger and receipts stay. Answers how many. */
export function purgeOldStatements(store: Store, now: string): number {
  const before = utcInstant(msOf(now) - OWN_STATEMENT_DAYS * 86_400_000);
  const { changes } = store.prepare(`DELETE FROM statements WHERE "signedAt" < ? AND "stream" NOT IN (SELECT "stream" FROM cursors)
    AND "id" NOT IN (SELECT "rowId" FROM pending_rows WHERE "tableName" = 'statements')`).run(before);
  if (changes > 0) store.touch('statements');
  return changes;
}
