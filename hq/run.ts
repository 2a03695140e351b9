/**
 * Runs one command at HQ, inside the caller's transaction. The laptop's provisional answer becomes final here.
 * 1. parse  2. load the first stage, find the stream  3. scope  4. lock the stream's head  5. load all reads again
 * 6. sealed: verify seals, compare facts, record; plain: conflict test, decide  7. write rows, feed lines and the new head.
 * Must never drop a sealed act [SYN-17], and never writes a second stream.
 */
import type { JsonWebKey } from 'node:crypto';
import { and, eq, getTableColumns, inArray, sql, type SQL } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { COMMANDS } from '../shared/api.ts';
import { stages, type AnyCommand, type Envelope, type Put, type Read, type Reads, type Verdict } from '../shared/command.ts';
import type { StreamId } from '../shared/ids.ts';
import { no, type Problem } from '../shared/result.ts';
import type { AuthorityIntervalRow, MoaIntervalRow, PacketRow, StaffRow, TableName } from '../shared/rows.ts';
import { TABLE_KEYS } from '../shared/rows.ts';
import { rowsOf, type HqConnection } from './open.ts';
import { TABLES, type SharedTable } from './schema.ts';
import { hasScopeChanged, mayWrite } from './scope.ts';
import { verifySeals, type Sealed } from './seal.ts';

/** Any stored row, as the generic runner sees it. */
export type AnyRow = Readonly<Record<string, unknown>> & { readonly id: string; readonly stream: StreamId; readonly version: number; readonly changedBy: string };
export type HqRun = {
  readonly name: string;
  readonly input: unknown;
  readonly envelope: Envelope;
  readonly receivedAt: string;
  /** Set for a command from a laptop: whose key sealed it, and since when its clock is bracketed. Absent for HQ's own roles. */
  readonly from?: { readonly signerJwk: JsonWebKey; readonly anchorAt: string };
};
export type HqOutcome =
  | {
      readonly outcome: 'in_effect' | 'under_review';
      readonly reasons: readonly string[];
      readonly stream: StreamId;
      readonly version: number;
      readonly rows: readonly { readonly table: TableName; readonly row: AnyRow }[];
    }
  | { readonly outcome: 'refused'; readonly problem: Problem };

/** Milliseconds that a laptop's clock may stand outside the bracket before a sealed act goes under review [SYN-9]. */
const CLOCK_TOLERANCE_MS = 60 * 60_000;
const tableOf = (name: TableName): SharedTable => TABLES[name] as unknown as SharedTable;
const refused = (problem: Problem): HqOutcome => ({ outcome: 'refused', problem });

async function loadRead(db: HqConnection, read: Read): Promise<AnyRow | null | readonly AnyRow[]> {
  const table = tableOf(read.table) as unknown as PgTable & Record<string, PgColumn>;
  if (read.kind === 'one') {
    if (read.id === null) return null;
    const found = await db
      .select()
      .from(table)
      .where(eq(table.id as PgColumn, read.id));
    return (found[0] as AnyRow | undefined) ?? null;
  }
  const where = Object.entries(read.where).filter((e): e is [string, string] => e[1] !== undefined);
  const keys: readonly string[] = TABLE_KEYS[read.table];
  if (where.length === 0 || where.some(([key]) => !keys.includes(key))) throw new Error(`many(${read.table}) by ${where.map(([k]) => k).join()}: not a key`);
  if (where.some(([, value]) => value === '')) return [];
  const found = await db
    .select()
    .from(table)
    .where(and(...where.map(([key, value]) => eq(table[key] as PgColumn, value))))
    .orderBy(table.id as PgColumn);
  return found as unknown as readonly AnyRow[];
}
async function loadStage(db: HqConnection, reads: Reads): Promise<Record<string, AnyRow | null | readonly AnyRow[]>> {
  const state: Record<string, AnyRow | null | readonly AnyRow[]> = {};
  for (const [name, read] of Object.entries(reads)) state[name] = await loadRead(db, read);
  return state;
}

/** Everything that the command reads, as HQ holds it now. For explaining a decision; takes no lock. */
export async function loadFor(db: HqConnection, name: string, input: unknown, env: Envelope): Promise<Readonly<Record<string, AnyRow | null | readonly AnyRow[]>>> {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  const [firstStage, secondStage] = command ? stages(command) : [];
  const first = firstStage ? await loadStage(db, firstStage(input, env, {})) : {};
  return { ...first, ...(secondStage ? await loadStage(db, secondStage(input, env, first)) : {}) };
}

/** Locks the stream's head until commit, so that versions of one stream commit in order and without holes [SYN-6]. */
export async function lockStream(db: HqConnection, stream: StreamId): Promise<number> {
  await db.execute(sql`INSERT INTO streams (id, head) VALUES (${stream}, 0) ON CONFLICT (id) DO NOTHING`);
  const found = await rowsOf<{ head: number }>(db, sql`SELECT head FROM streams WHERE id = ${stream} FOR UPDATE`);
  return found[0]?.head ?? 0;
}

/** Rows among the reads that someone other than `device` changed after what the person looked at [SYN-4]. */
export function staleRows(state: Readonly<Record<string, AnyRow | null | readonly AnyRow[]>>, base: Readonly<Record<string, number>>, device: string): readonly AnyRow[] {
  const rows = Object.values(state).flatMap((v): readonly AnyRow[] => (v === null ? [] : Array.isArray(v) ? (v as readonly AnyRow[]) : [v as AnyRow]));
  return rows.filter((row) => row.version > (base[row.stream] ?? 0) && row.changedBy !== device);
}

/** Stores whole rows at the stream's next version, with the ready feed line of each. The caller holds the stream's lock. */
export async function writeRows(db: HqConnection, stream: StreamId, head: number, puts: readonly Put[], changedBy: string): Promise<readonly { readonly table: TableName; readonly row: AnyRow }[]> {
  const version = head + 1;
  // Two puts of one row: the last one counts.
  const last = new Map(puts.map((p) => [`${p.table}/${p.row.id}`, p]));
  const written: { readonly table: TableName; readonly row: AnyRow }[] = [];
  const byTable = new Map<TableName, AnyRow[]>();
  for (const { table, row } of last.values()) {
    if (row.stream !== stream) throw new Error(`a command of ${stream} wrote ${table} in ${row.stream}`);
    const whole: AnyRow = { ...row, version, changedBy };
    written.push({ table, row: whole });
    byTable.set(table, [...(byTable.get(table) ?? []), whole]);
  }
  for (const [name, rows] of byTable) {
    const table = tableOf(name);
    const columns = getTableColumns(table);
    const keys: readonly string[] = ['stream', ...TABLE_KEYS[name]];
    const before = (await db
      .select()
      .from(table)
      .where(
        inArray(
          table.id,
          rows.map((r) => r.id),
        ),
      )) as unknown as readonly AnyRow[];
    for (const old of before) {
      const next = rows.find((r) => r.id === old.id);
      const moved = keys.find((key) => next?.[key] !== old[key]);
      if (moved) throw new Error(`${name}.${moved} is fixed when the row is made`);
    }
    const set: Record<string, SQL> = {};
    for (const key of Object.keys(columns)) if (key !== 'id') set[key] = sql.raw(`excluded."${snake(key)}"`);
    await db
      .insert(table)
      .values(rows as never)
      .onConflictDoUpdate({ target: table.id, set: set as never });
  }
  if (written.length > 0) {
    const lines = written.map(({ table, row }) => sql`(${stream}, ${version}::int, ${table}, ${row.id}, ${JSON.stringify({ t: 'row', table, row })})`);
    await db.execute(sql`INSERT INTO feed (stream, version, tbl, row_id, line) VALUES ${sql.join(lines, sql`, `)}
      ON CONFLICT (stream, tbl, row_id) DO UPDATE SET version = excluded.version, line = excluded.line`);
    await db.execute(sql`UPDATE streams SET head = ${version}::int WHERE id = ${stream}`);
  }
  return written;
}
const snake = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

const inside = (at: string | null, from: string, to: string): boolean => at !== null && at > from && at <= to;

/** Authority that began, ended or was learned of inside the bracket: the moment of signing is known no better than that [SYN-9]. */
function authorityChanged(state: Readonly<Record<string, unknown>>, from: string, to: string): readonly string[] {
  const packet = state.packet as PacketRow | null | undefined;
  const signer = state.signer as StaffRow | null | undefined;
  const intervals = ((state.intervals ?? []) as readonly AuthorityIntervalRow[]).filter((i) => !packet || i.officerId === packet.preparerId);
  const moa = (state.moa ?? []) as readonly MoaIntervalRow[];
  const reasons: string[] = [];
  if (intervals.some((i) => inside(i.startAt, from, to) || inside(i.endAt, from, to))) reasons.push('sync/authority-changed');
  if (moa.some((m) => inside(m.startAt, from, to) || inside(m.endAt, from, to))) reasons.push('sync/moa-changed');
  if (signer && (inside(signer.activeFrom, from, to) || inside(signer.activeTo, from, to))) reasons.push('sync/signer-changed');
  return reasons;
}

/** What HQ's own facts say of an act that is already sealed: no reasons = in effect. */
async function verdictOf(db: HqConnection, command: Extract<AnyCommand, { kind: 'sealed' }>, state: never, run: HqRun, input: unknown, sealed: readonly Sealed[], stream: StreamId): Promise<Verdict> {
  const reasons: string[] = [];
  const at = (statement: Readonly<Record<string, unknown>>): string => String(statement.formId);
  const own = command.statements(state, input, run.envelope);
  if (!own.ok) {
    reasons.push(own.problem.code, ...((own.problem.details.rules as readonly string[] | undefined) ?? []));
  } else {
    for (const { statement } of sealed) {
      const mine = (own.value as readonly Readonly<Record<string, unknown>>[]).find((s) => at(s) === at(statement));
      reasons.push(...(mine ? command.differences(statement, mine) : ['content']));
    }
  }
  const { anchorAt } = run.from ?? { anchorAt: run.receivedAt };
  reasons.push(...authorityChanged(state, anchorAt, run.receivedAt));
  if (await hasScopeChanged(db, stream, run.envelope.actor, anchorAt, run.receivedAt)) reasons.push('sync/assignment-changed');
  const signedAt = Date.parse(run.envelope.at);
  if (signedAt > Date.parse(run.receivedAt) + CLOCK_TOLERANCE_MS) reasons.push('sync/clock-ahead');
  if (signedAt < Date.parse(anchorAt) - CLOCK_TOLERANCE_MS) reasons.push('sync/clock-behind');
  const unique = [...new Set(reasons)];
  return { effect: unique.length > 0 ? 'under_review' : 'in_effect', reasons: unique };
}

/**
 * Runs one command and writes its rows. Call inside a transaction (or savepoint): a throw must undo everything.
 * Refusals come back as data; what throws is a bug or the database.
 */
export async function runAtHq(db: HqConnection, run: HqRun): Promise<HqOutcome> {
  const { envelope: env, from } = run;
  const command = Object.hasOwn(COMMANDS, run.name) ? COMMANDS[run.name] : undefined;
  if (!command) return refused(no('sync/unknown-command', { name: run.name }).problem);
  if (!command.roles.includes(env.role)) return refused(no('roles/not-allowed', { name: run.name, role: env.role }).problem);
  const parsed = command.input.safeParse(run.input);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return refused(no('input/invalid', { field: issue?.path.join('.') ?? '', reason: issue?.message ?? '' }).problem);
  }
  const input: unknown = parsed.data;
  const [firstStage] = stages(command);
  if (!firstStage) throw new Error(`${run.name} reads nothing`);
  const peek = await loadStage(db, firstStage(input, env, {}));
  const stream = command.stream(peek as never, input);
  if (!stream) {
    // The row that would name the stream is missing; `decide` says it in its own words.
    const state = (await loadFor(db, run.name, input, env)) as never;
    const answer = command.kind === 'plain' ? command.decide(state, input, env) : command.statements(state, input, env);
    return refused(answer.ok ? no('sync/out-of-scope', {}).problem : answer.problem);
  }
  if (from && !(await mayWrite(db, stream, env.actor, from.anchorAt, run.receivedAt))) return refused(no('sync/out-of-scope', { stream }).problem);
  const head = await lockStream(db, stream);
  const rows = await loadFor(db, run.name, input, env);
  const state = rows as never;

  if (command.kind === 'sealed') {
    if (!from) return refused(no('sync/bad-seal', { what: 'count' }).problem);
    const seals = verifySeals(input, env, from.signerJwk);
    if (!seals.ok) return refused(seals.problem);
    const verdict = await verdictOf(db, command, state, run, input, seals.value, stream);
    const puts = command.record(state, input, env, seals.value, verdict);
    const written = await writeRows(db, stream, head, puts, env.device);
    return { outcome: verdict.effect === 'under_review' ? 'under_review' : 'in_effect', reasons: verdict.reasons, stream, version: written.length > 0 ? head + 1 : head, rows: written };
  }

  const stale = from ? staleRows(rows, env.base, env.device) : [];
  if (stale.length > 0 && command.conflict === 'strict') return refused(no('sync/stale', { rows: [...new Set(stale.map((r) => r.id))].slice(0, 20) }).problem);
  const decided = command.decide(state, input, env);
  if (!decided.ok) return refused(decided.problem);
  const written = await writeRows(db, stream, head, decided.value, from ? env.device : 'hq');
  return { outcome: 'in_effect', reasons: stale.length > 0 ? ['sync/merged'] : [], stream, version: written.length > 0 ? head + 1 : head, rows: written };
}
