/**
 * Runs commands at HQ, inside the caller's transaction. The laptop's provisional answer becomes final here.
 * 1. parse  2. load the first stage, find the streams  3. scope  4. lock the streams' heads, in one order  5. load all reads again; then, command
 * by command, each on what the one before it wrote: 6. sealed: verify seals, compare facts, record; plain: conflict test, decide
 * 7. write rows, feed lines and the new heads, as sets. Must never drop a sealed act [SYN-17], and a command never writes a second stream.
 */
import { createHash, type JsonWebKey } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { COMMANDS } from '../shared/api.ts';
import { trustContent } from '../shared/domain/packet.ts';
import { stages, type AnyCommand, type Envelope, type Put, type Read } from '../shared/command.ts';
import type { StreamId } from '../shared/ids.ts';
import { no, type Problem } from '../shared/result.ts';
import { rowsOf, type HqConnection } from './open.ts';
import { Refusal } from './problem.ts';
import { claimKey, scopesOf, type Scope } from './scope.ts';
import { verifySeals } from './seal.ts';
import { verdictOf } from './verdict.ts';
import { workingSet, type AnyRow, type Loaded, type Written, type WorkingSet } from './working-set.ts';

export type { AnyRow } from './working-set.ts';
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
      readonly rows: readonly Written[];
    }
  | { readonly outcome: 'refused'; readonly problem: Problem };

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
/** HQ's own commands write wherever their rows are. */
const HQ_SCOPE: Scope = { mayWrite: true, hasChanged: false };
const refused = (problem: Problem): HqOutcome => ({ outcome: 'refused', problem });

/** The rows of both stages, from what the set holds; null when something has to be loaded first (then `missing` names it). */
function stateIn(set: WorkingSet, command: AnyCommand, input: unknown, env: Envelope, missing: Read[]): Readonly<Record<string, Loaded>> | null {
  let state: Record<string, Loaded> = {};
  for (const stage of stages(command)) {
    const reads = Object.entries(stage(input, env, state));
    const lacks = reads.map(([, read]) => read).filter((read) => !set.has(read));
    if (lacks.length > 0) {
      missing.push(...lacks);
      return null;
    }
    state = { ...state, ...Object.fromEntries(reads.map(([name, read]) => [name, set.get(read)])) };
  }
  return state;
}
/** Loads what commands read, stage by stage: one round trip for a stage of all of them. */
async function loadAll(set: WorkingSet, asked: readonly { readonly command: AnyCommand; readonly input: unknown; readonly env: Envelope }[]): Promise<void> {
  for (;;) {
    const missing: Read[] = [];
    for (const { command, input, env } of asked) stateIn(set, command, input, env, missing);
    if (missing.length === 0) return;
    await set.load(missing);
  }
}

/** Everything that the command reads, as HQ holds it now. For explaining a decision; takes no lock. */
export async function loadFor(db: HqConnection, name: string, input: unknown, env: Envelope): Promise<Readonly<Record<string, Loaded>>> {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) return {};
  const set = workingSet(db);
  await loadAll(set, [{ command, input, env }]);
  return stateIn(set, command, input, env, []) ?? {};
}

/**
 * Locks the heads of these streams until commit, so that versions of one stream commit in order and without holes [SYN-6].
 * Always in the order of their ids, whoever asks: two batches over the same streams wait for each other, and never each for the other.
 */
export async function lockStreams(db: HqConnection, streams: readonly StreamId[]): Promise<Map<StreamId, number>> {
  const sorted = [...new Set(streams)].sort();
  const ids = sql`${sql.param(sorted)}::text[]`;
  // Locks all or none: while one has no row yet, nothing may be held.
  const lock = async () => new Map((await rowsOf<{ id: StreamId; head: number }>(db, sql`SELECT id, head FROM streams WHERE id = ANY(${ids})
    AND (SELECT count(*) FROM streams WHERE id = ANY(${ids})) = ${sorted.length}::int ORDER BY id COLLATE "C" FOR UPDATE`)).map((r) => [r.id, r.head]));
  const locked = await lock();
  if (locked.size === sorted.length) return locked;
  // In the same order: a stream's first writer makes its row, the others wait for it here.
  await db.execute(sql`INSERT INTO streams (id, head) SELECT id, 0 FROM unnest(${ids}) AS n(id) ORDER BY id COLLATE "C" ON CONFLICT (id) DO NOTHING`);
  return lock();
}
/** Locks one stream's head until commit, and gives it. */
export const lockStream = async (db: HqConnection, stream: StreamId): Promise<number> => (await lockStreams(db, [stream])).get(stream) ?? 0;

/** Rows among the reads that someone other than `device` changed after what the person looked at [SYN-4]. */
export function staleRows(state: Readonly<Record<string, Loaded>>, base: Readonly<Record<string, number>>, device: string): readonly AnyRow[] {
  const rows = Object.values(state).flatMap((v): readonly AnyRow[] => (v === null ? [] : Array.isArray(v) ? (v as readonly AnyRow[]) : [v as AnyRow]));
  return rows.filter((row) => row.version > (base[row.stream] ?? 0) && row.changedBy !== device);
}

/** Stores whole rows at the stream's next version, with the ready feed line of each. The caller holds the stream's lock. */
export async function writeRows(db: HqConnection, stream: StreamId, head: number, puts: readonly Put[], changedBy: string): Promise<readonly Written[]> {
  const set = workingSet(db);
  const written = set.put(stream, head + 1, puts, changedBy);
  await set.flush();
  return written;
}

type Asked = { readonly run: HqRun; readonly command: AnyCommand; readonly input: unknown; readonly env: Envelope };

/** Who asks for what, before any row is read: a refusal, or the command with its parsed input. */
function askedOf(run: HqRun): Asked | HqOutcome {
  const command = Object.hasOwn(COMMANDS, run.name) ? COMMANDS[run.name] : undefined;
  if (!command) return refused(no('sync/unknown-command', { name: run.name }).problem);
  if (!command.roles.includes(run.envelope.role)) return refused(no('roles/not-allowed', { name: run.name, role: run.envelope.role }).problem);
  const parsed = command.input.safeParse(run.input);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return refused(no('input/invalid', { field: issue?.path.join('.') ?? '', reason: issue?.message ?? '' }).problem);
  }
  if (command.reads.length === 0) throw new Error(`${run.name} reads nothing`);
  return { run, command, input: parsed.data, env: run.envelope };
}

/** Packet versions whose text is, by its hash, the one that intake validated and sealed need no second validation. Another text is opened the slow way, which throws. */
function trustSealed(rows: Readonly<Record<string, Loaded>>): void {
  for (const loaded of Object.values(rows)) {
    for (const row of (Array.isArray(loaded) ? loaded : [loaded]) as readonly (AnyRow | null)[]) {
      if (typeof row?.content === 'string' && sha256(row.content) === row.contentHash) trustContent(row.content);
    }
  }
}

/** Decides one command on loaded rows and puts what it writes into the set. `head` is that of its stream, locked. */
function decideOn(set: WorkingSet, { run, command, input, env }: Asked, rows: Readonly<Record<string, Loaded>>, stream: StreamId, head: number, scope: Scope): HqOutcome {
  const state = rows as never;
  const { from } = run;
  trustSealed(rows);
  const done = (puts: readonly Put[], changedBy: string, outcome: 'in_effect' | 'under_review', reasons: readonly string[]): HqOutcome => {
    const written = set.put(stream, head + 1, puts, changedBy);
    return { outcome, reasons, stream, version: written.length > 0 ? head + 1 : head, rows: written };
  };
  if (command.kind === 'sealed') {
    if (!from) return refused(no('sync/bad-seal', { what: 'count' }).problem);
    const seals = verifySeals(input, env, from.signerJwk);
    if (!seals.ok) return refused(seals.problem);
    const verdict = verdictOf(command, state, run, input, seals.value, scope);
    return done(command.record(state, input, env, seals.value, verdict), env.device, verdict.effect === 'under_review' ? 'under_review' : 'in_effect', verdict.reasons);
  }
  const stale = from ? staleRows(rows, env.base, env.device) : [];
  if (stale.length > 0 && command.conflict === 'strict') return refused(no('sync/stale', { rows: [...new Set(stale.map((r) => r.id))].slice(0, 20) }).problem);
  const decided = command.decide(state, input, env);
  if (!decided.ok) return refused(decided.problem);
  return done(decided.value, from ? env.device : 'hq', 'in_effect', stale.length > 0 ? ['sync/merged'] : []);
}

/** A command's own bug as its outcome; without one it is thrown. */
export type OnBug = ((error: unknown) => HqOutcome) | undefined;
function guarded<T>(onBug: OnBug, work: () => T): T | HqOutcome {
  try {
    return work();
  } catch (error) {
    if (!onBug) throw error;
    return onBug(error);
  }
}
const isAsked = (a: Asked | HqOutcome): a is Asked => 'command' in a;
const streamIn = (set: WorkingSet, { command, input, env }: Asked): StreamId | null => {
  const reads = Object.entries(stages(command)[0]?.(input, env, {}) ?? {});
  return command.stream(Object.fromEntries(reads.map(([name, read]) => [name, set.get(read)])) as never, input, env);
};

/**
 * Decides commands in order, each on what the ones before put into the set. `heads` are those of their streams, and are moved on.
 * Stops early, after at least one, at a command whose stream only an earlier one made known.
 */
async function decideAll(set: WorkingSet, asked: readonly (Asked | HqOutcome)[], streams: ReadonlyMap<Asked, StreamId>, heads: Map<StreamId, number>, scopeOf: (a: Asked, stream: StreamId) => Scope, onBug: OnBug, between?: () => Promise<void>): Promise<HqOutcome[]> {
  const outcomes: HqOutcome[] = [];
  for (const a of asked) {
    if (between && outcomes.length > 0) await between();
    if (!isAsked(a)) {
      outcomes.push(a);
      continue;
    }
    let rows = stateIn(set, a.command, a.input, a.env, []);
    if (!rows) {
      // An earlier command changed which rows this one reads.
      await loadAll(set, [a]);
      rows = stateIn(set, a.command, a.input, a.env, []) ?? {};
    }
    const stream = streams.get(a) ?? null;
    if (streamIn(set, a) !== stream) {
      if (outcomes.length > 0) break;
      throw new Refusal(503, 'sync/internal', { name: a.run.name });
    }
    if (!stream) {
      // The row that would name the stream is missing; `decide` says it in its own words.
      const missing = rows as never;
      outcomes.push(guarded(onBug, () => {
        const answer = a.command.kind === 'plain' ? a.command.decide(missing, a.input, a.env) : a.command.statements(missing, a.input, a.env);
        return refused(answer.ok ? no('sync/out-of-scope', {}).problem : answer.problem);
      }));
      continue;
    }
    const scope = scopeOf(a, stream);
    if (!scope.mayWrite) {
      outcomes.push(refused(no('sync/out-of-scope', { stream }).problem));
      continue;
    }
    const head = heads.get(stream) ?? 0;
    const state = rows;
    const outcome = guarded(onBug, () => decideOn(set, a, state, stream, head, scope));
    if (outcome.outcome !== 'refused') heads.set(stream, outcome.version);
    outcomes.push(outcome);
  }
  return outcomes;
}

/**
 * Runs commands in order and writes their rows. Call inside a transaction: a throw must undo everything. Refusals come back as data; what
 * throws is a bug or the database, unless `onBug` turns a command's own bug into its outcome: that command then writes nothing.
 * May stop early, after at least one: a command whose stream only an earlier one made known is left to the next transaction, under its lock.
 */
export async function runAllAtHq(db: HqConnection, runs: readonly HqRun[], onBug?: (error: unknown) => HqOutcome): Promise<readonly HqOutcome[]> {
  const asked = runs.map((run) => guarded(onBug, () => askedOf(run)));
  const valid = asked.filter(isAsked);

  // A first look, to find the streams. What it reads may be old by the time of the locks, so it is read again.
  const peek = workingSet(db);
  await peek.load(valid.flatMap(({ command, input, env }) => Object.values(stages(command)[0]?.(input, env, {}) ?? {})));
  const streams = new Map<Asked, StreamId>();
  for (const a of valid) {
    const stream = streamIn(peek, a);
    if (stream) streams.set(a, stream);
  }
  const claims = [...streams].flatMap(([{ run, env }, stream]) => (run.from ? [{ stream, actor: env.actor, from: run.from.anchorAt, to: run.receivedAt }] : []));
  const scopes = await scopesOf(db, claims);
  const scopeOf = ({ run, env }: Asked, stream: StreamId): Scope =>
    run.from ? (scopes.get(claimKey({ stream, actor: env.actor, from: run.from.anchorAt, to: run.receivedAt })) ?? { mayWrite: false, hasChanged: false }) : HQ_SCOPE;
  // Only streams that the caller may write are locked: nobody can hold up another field office.
  const heads = await lockStreams(db, [...streams].filter(([a, stream]) => scopeOf(a, stream).mayWrite).map(([, stream]) => stream));

  const set = workingSet(db);
  await loadAll(set, valid);
  const outcomes = await decideAll(set, asked, streams, heads, scopeOf, onBug);
  await set.flush();
  return outcomes;
}

/** Writes, inside a transaction, what was decided ahead. Null: rows that it rests on changed meanwhile; nothing is written, and it has to be decided again. */
export type DecidedAhead = (tx: HqConnection) => Promise<readonly HqOutcome[] | null>;
/**
 * Decides HQ's own commands before any lock, so that streams are locked only for as long as writing takes. Under the locks every row that was read is
 * compared with the database by its version, and rows that joined count too: what is written is what `runAllAtHq` would have decided there.
 * `between` has its turn between two commands: nothing is locked, so others may be answered meanwhile.
 */
export async function decideAhead(db: HqConnection, runs: readonly HqRun[], onBug?: (error: unknown) => HqOutcome, between?: () => Promise<void>): Promise<DecidedAhead> {
  if (runs.some((r) => r.from)) throw new Error('a laptop\'s command is decided under its locks');
  const asked = runs.map((run) => guarded(onBug, () => askedOf(run)));
  const valid = asked.filter(isAsked);
  const set = workingSet(db);
  await loadAll(set, valid);
  const streams = new Map<Asked, StreamId>();
  for (const a of valid) {
    const stream = streamIn(set, a);
    if (stream) streams.set(a, stream);
  }
  const outcomes = await decideAll(set, asked, streams, new Map(), () => HQ_SCOPE, onBug, between);
  return async (tx) => {
    const heads = await lockStreams(tx, [...streams.values()]);
    if (!(await set.isCurrent(tx))) return null;
    set.rebase(heads);
    await set.flush(tx);
    const after = (stream: StreamId, version: number): number => (heads.get(stream) ?? 0) + version;
    return outcomes.map((o): HqOutcome => (o.outcome === 'refused' ? o
      : { ...o, version: after(o.stream, o.version), rows: o.rows.map(({ table, row }) => ({ table, row: { ...row, version: after(o.stream, row.version) } })) }));
  };
}

/** Runs one command and writes its rows, as `runAllAtHq` does. */
export async function runAtHq(db: HqConnection, run: HqRun): Promise<HqOutcome> {
  const [outcome] = await runAllAtHq(db, [run]);
  if (!outcome) throw new Error(`${run.name} came to nothing`);
  return outcome;
}
