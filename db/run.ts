/**
 * Runs one command on the laptop in one transaction [SYN-1]: 1 envelope  2 load reads  3 decide, or state and seal  4 before images
 * 5 rows  6 ledger entry  7 outbox. Nothing is saved before that transaction committed; a throw or refusal leaves nothing.
 * The only writer of ledger and outbox. Must never do anything asynchronous.
 */
import type { Saved } from '../shared/api.ts';
import { canonical } from '../shared/canonical.ts';
import { stages, type AnyCommand, type Envelope, type Put, type Reads } from '../shared/command.ts';
import { no, ok, type Result } from '../shared/result.ts';
import type { Role } from '../shared/roles.ts';
import { type RulePackRow, TABLE_KEYS, type TableName } from '../shared/rows.ts';
import { entryHash, ledgerEntry } from '../shared/sync.ts';
import { epochState } from './ledger.ts';
import { memoised, transact, type Store } from './open.ts';
import { rowById, rowsWhere, writeRow } from './rows.ts';
import { StoreError } from './store-error.ts';
import { get, set } from './sync-state.ts';

export type RunInput = {
  readonly command: AnyCommand; /** Already parsed by `command.input`. */ readonly input: unknown; readonly base: Readonly<Record<string, number>>;
  readonly who: { readonly actor: string; readonly role: Role; readonly actingFor?: string; readonly device: string; readonly ledger: string };
  /** `mono`: milliseconds within `bootId`; `zone`: IANA. */
  readonly clock: { readonly now: () => string; readonly mono: () => number; readonly bootId: string; readonly zone: string };
  readonly newId: () => string; readonly salt: () => string; readonly packs: readonly string[]; readonly tz: string;
  /** Seals one statement as compact JWS, synchronously. Sealed commands need it. */
  readonly sign?: (statement: unknown) => string;
  /** The refused command that this one stands in for. */
  readonly replaces?: string;
};

/** No act may bear an earlier time than the last own act and HQ's last time [SYN-9]. Null when nothing was seen yet. */
export const earliestCredible = (lastAct: string | null, lastHqTime: string | null): string | null => [lastAct, lastHqTime].filter((t) => t !== null).sort().at(-1) ?? null;

/** Runs the command: ok once it is committed and synced to disk. Refusals: the command's own, `clock/behind`, `store/disk-full`. */
export function run(store: Store, x: RunInput): Result<Saved> {
  try {
    return transact(store, () => runInside(store, x), (r) => r.ok);
  } catch (error) {
    if (error instanceof StoreError && error.problem.code === 'store/disk-full') return { ok: false, problem: error.problem };
    throw error;
  }
}

/** What a command's reads load to on this laptop. */
export function load(store: Store, reads: Reads): Record<string, unknown> {
  const rowsOf = (r: Extract<Reads[string], { kind: 'many' }>) => (r.table === 'rule_packs' ? rulePacks(store) : rowsWhere(store, r.table, r.where));
  return Object.fromEntries(Object.entries(reads).map(([name, r]) => [name, r.kind === 'one' ? rowById(store, r.table, r.id) : rowsOf(r)]));
}
/** Every published pack: long texts that change a few times a year and are asked for at each signature. They share one stream, so there is no other filter. */
export const rulePacks = (store: Store): readonly RulePackRow[] => memoised(store, 'rule_packs.all', ['rule_packs'], '', () => rowsWhere(store, 'rule_packs', {}));

/** `run` without its transaction: for a caller that has one open. A refusal may have written: roll back. */
export function runInside(store: Store, x: RunInput): Result<Saved> {
  const { command, input, who, clock } = x;
  const from = clock.mono();
  const head = epochState(store);
  let { epoch } = head;
  if (epoch === '') {
    epoch = x.newId();
    set(store, 'epoch', epoch);
  }
  const at = clock.now();
  if (command.kind === 'sealed') {
    // [SYN-9] An act whose time is before what this laptop has already seen cannot be placed in time.
    const latest = earliestCredible(head.lastAt, get(store, 'lastHqTime'));
    if (latest !== null && at < latest) return no('clock/behind', { now: at, latest });
  }
  const dataAsOf = get(store, 'lastPullAt');
  const draft: Envelope = {
    id: x.newId(), ledger: who.ledger, epoch, seq: head.seq + 1, prev: head.head, device: who.device, actor: who.actor, role: who.role, ...(who.actingFor ? { actingFor: who.actingFor } : {}),
    at, zone: clock.zone, mono: from, bootId: clock.bootId, anchor: get(store, 'anchor') ?? '', base: x.base, packs: x.packs, tz: x.tz, salt: x.salt(),
    ...(dataAsOf === null ? {} : { dataAsOf }),
  };
  const [first, second] = stages(command);
  const firstRows = first ? load(store, first(input, draft, {})) : {};
  const state = { ...firstRows, ...(second ? load(store, second(input, draft, firstRows)) : {}) };
  const stream = command.stream(firstRows as never, input, draft);

  let env = draft;
  let puts: readonly Put[];
  if (command.kind === 'plain') {
    const decided = command.decide(state as never, input, draft);
    if (!decided.ok) return decided;
    puts = decided.value;
  } else {
    const { sign } = x;
    if (!sign) throw new Error(`${command.name} needs a signer`);
    const statements = command.statements(state as never, input, draft);
    if (!statements.ok) return statements;
    const sealed = statements.value.map((statement) => ({ statement, jws: sign(statement) }));
    env = { ...draft, seal: sealed.map((s) => s.jws) };
    puts = command.record(state as never, input, env, sealed, { effect: 'provisional', reasons: [], receivedAt: at });
  }
  if (stream === null) return no('command/no-stream', { name: command.name });

  const entry = ledgerEntry(command.name, input, env);
  const hash = entryHash(entry);
  const inputText = JSON.stringify(input);
  const envelopeText = JSON.stringify(env);
  const packetId = (input as { readonly packetId?: unknown } | null)?.packetId;
  store.prepare(`INSERT INTO outbox ("commandId", "ledger", "epoch", "seq", "name", "input", "envelope", "hash", "stream", "packetId", "savedAt", "bytes", "state", "attempts", "replaces")
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'ready', 0, ?)`).run(
    env.id, env.ledger, epoch, env.seq, command.name, inputText, envelopeText, hash, stream, typeof packetId === 'string' ? packetId : null, at,
    Buffer.byteLength(inputText) + Buffer.byteLength(envelopeText), x.replaces ?? null);
  for (const { table, row } of puts) writePut(store, env, stream, table, row as unknown as Readonly<Record<string, unknown>>);
  store.prepare('INSERT INTO ledger_entries ("ledger", "epoch", "seq", "commandId", "at", "entry", "hash") VALUES (?, ?, ?, ?, ?, ?, ?)').run(env.ledger, epoch, env.seq, env.id, at,
    canonical(entry), hash);
  store.touch('outbox');
  store.touch('ledger_entries');
  return ok({ commandId: env.id, seq: env.seq, at, ms: clock.mono() - from });
}

/** Writes one put with its before image. Asserts the kernel's laws: one stream, immutable keys. */
function writePut(store: Store, env: Envelope, stream: string, table: TableName, row: Readonly<Record<string, unknown>>): void {
  const id = row.id as string;
  if (row.stream !== stream) throw new Error(`${env.id} writes ${table} in ${String(row.stream)}, not in ${stream}`);
  const before = rowById(store, table, id) as Readonly<Record<string, unknown>> | null;
  for (const key of TABLE_KEYS[table] as readonly string[]) {
    if (before && before[key] !== row[key]) throw new Error(`${env.id} changes the fixed column ${key} of ${table}`);
  }
  store.prepare('INSERT INTO pending_rows ("commandId", "tableName", "rowId", "stream", "before") VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING').run(
    env.id, table, id, stream, before ? JSON.stringify(before) : null);
  writeRow(store, table, { ...row, version: before?.version ?? 0, changedBy: env.device });
}
