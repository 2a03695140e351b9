/**
 * Pull: HQ's changes, page by page, each page with its cursor in one short transaction, so that calls of the screen get in between [SYN-6 to SYN-8].
 * 1. ask with our cursors  2. another generation: start over, keep rows readable  3. per line: check, gather, apply  4. at the end of a whole answer, remove what HQ no longer has.
 * Must never apply half of an HQ transaction, or a row of a stream that was not granted.
 */
import { performance } from 'node:perf_hooks';
import { applyPage, cursors, dropStream, purgeOldStatements, resetForGeneration, sweepUnseen } from '../db/pull.ts';
import { transact } from '../db/open.ts';
import { get, set } from '../db/sync-state.ts';
import { TABLE_NAMES } from '../shared/rows.ts';
import { PROTOCOL_VERSION, SCHEMA_VERSION, type PullLine } from '../shared/sync.ts';
import { json, LIMITS, lines, problemOf, refuse, unreachable } from './hq-answer.ts';
import { packToStore } from './packs.ts';
import type { LoopState, SyncLink, SyncSession } from './sync-link.ts';

/** How much one local transaction holds: a call of the screen never waits long behind it. */
const APPLY = { rows: 500, bytes: 512 * 1024 } as const;
/** Longest stretch of work between two looks at waiting calls, ms. */
const STRETCH_MS = 15;
const NOTIFY_MS = 500;
/** The time of the last contact is stored this often when it brought nothing. */
const STORE_PULL_MS = 5 * 60_000;

type Row = { readonly table: string; readonly row: Readonly<Record<string, unknown>> };

/** One answer of HQ, applied as it comes. */
class Answer {
  private rows: Row[] = [];
  private bytes = 0;
  private version = 0;
  private streams: ReadonlySet<string> | null = null;
  private told = performance.now();
  private rested = this.told;
  private readonly moved = new Set<string>();
  /** Our own cursors, which may stand inside one of HQ's pages; and HQ's, which its pages count from. */
  private readonly at: Map<string, number>;
  private readonly hqAt: Map<string, number>;
  private readonly link: SyncLink;
  private readonly state: LoopState;
  private readonly session: SyncSession;
  private readonly generation: string | null;
  private hasApplied = false;
  private isEnded = false;

  constructor(link: SyncLink, state: LoopState, session: SyncSession, generation: string | null, at: ReadonlyMap<string, number>) {
    this.link = link;
    this.state = state;
    this.session = session;
    this.generation = generation;
    this.at = new Map(at);
    this.hqAt = new Map(at);
  }

  private async breathe(): Promise<void> {
    await new Promise<void>((resolve) => { setImmediate(resolve); });
    this.rested = performance.now();
    this.link.same(this.session);
  }

  /** Moves one stream to `to` with the rows gathered for it. False: our cursor moved meanwhile. */
  private async apply(stream: string, to: number): Promise<boolean> {
    const from = this.at.get(stream) ?? 0;
    if (applyPage(this.session.store, { stream, from, to, rows: this.rows, receivedAt: this.link.now() }) === 'stale') return false;
    this.at.set(stream, to);
    this.hasApplied = true;
    this.state.pulledRows += this.rows.length;
    for (const r of this.rows) this.moved.add(r.table);
    this.rows = [];
    this.bytes = 0;
    if (this.moved.size > 0 && performance.now() - this.told > NOTIFY_MS) {
      this.link.notify([...this.moved, 'sync_state']);
      this.moved.clear();
      this.told = performance.now();
    }
    await this.breathe();
    return true;
  }

  /** Takes one line. False: this answer no longer fits, ask again. Throws `Stop` on what HQ must not send. */
  async take(line: string): Promise<boolean> {
    let entry: PullLine;
    try {
      entry = JSON.parse(line) as PullLine;
    } catch {
      throw unreachable({ cause: 'broken line' });
    }
    switch (entry.t) {
      case 'start': return this.start(entry);
      case 'row': return this.row(entry, line.length);
      case 'cursor': return this.cursor(entry);
      case 'end': {
        this.link.heard(this.session, entry.serverTime);
        this.isEnded = true;
        return true;
      }
      default: return true;
    }
  }

  private start(entry: Extract<PullLine, { t: 'start' }>): boolean {
    const { store } = this.session;
    this.link.heard(this.session, entry.serverTime);
    if (entry.generation !== this.generation) {
      resetForGeneration(store, entry.generation);
      this.link.notify([...TABLE_NAMES, 'sync_state']);
      if (this.generation !== null || this.at.size > 0) return false;
    }
    this.streams = new Set(entry.streams);
    // A lost stream's rows go only after the outbox has its answers (`dropStream` looks) [SYN-7].
    if (entry.lost.filter((stream) => dropStream(store, stream)).length > 0) this.link.notify([...TABLE_NAMES, 'drafts']);
    return true;
  }

  private async row({ table, row }: Extract<PullLine, { t: 'row' }>, length: number): Promise<boolean> {
    if (!this.streams || !(TABLE_NAMES as readonly string[]).includes(table) || typeof row !== 'object' || row === null) throw refuse('sync/malformed', { line: 'row' });
    const stream = String(row.stream);
    const v = Number(row.version);
    if (!this.streams.has(stream) || (this.rows[0] && this.rows[0].row.stream !== stream)) throw refuse('sync/malformed', { line: 'row' });
    const have = this.at.get(stream) ?? 0;
    if (!Number.isInteger(v) || v <= have || (this.rows.length > 0 && v < this.version)) throw refuse('sync/cursor-back', { stream, have, offered: row.version });
    // One version is one HQ transaction: a long page may be cut where the version changes, never inside.
    if (v !== this.version && (this.bytes >= APPLY.bytes || this.rows.length >= APPLY.rows) && !await this.apply(stream, this.version)) return false;
    this.version = v;
    this.bytes += length;
    this.rows.push({ table, row: table === 'rule_packs' ? packToStore(this.session.store, this.session.hqJwk, row) : row });
    if (this.rows.length > LIMITS.pageRows || this.bytes > LIMITS.pageBytes) throw refuse('sync/page-too-large', { rows: this.rows.length });
    if (performance.now() - this.rested > STRETCH_MS) await this.breathe();
    return true;
  }

  private async cursor({ stream, from, to }: Extract<PullLine, { t: 'cursor' }>): Promise<boolean> {
    if (!this.streams?.has(stream) || (this.rows[0] && this.rows[0].row.stream !== stream)) throw refuse('sync/malformed', { line: 'cursor' });
    const have = this.at.get(stream) ?? 0;
    if (!Number.isInteger(to) || to < have || to < from || (this.rows.length > 0 && to < this.version)) throw refuse('sync/cursor-back', { stream, have, offered: to });
    if (from !== (this.hqAt.get(stream) ?? 0)) return false;
    this.hqAt.set(stream, to);
    return to <= have && this.rows.length === 0 ? true : this.apply(stream, to);
  }

  /** After the last line: tells the screens, tidies. Throws `Stop` when the answer was cut. */
  finish(): void {
    const { store } = this.session;
    this.link.same(this.session);
    if (!this.isEnded) {
      if (this.moved.size > 0) this.link.notify([...this.moved]);
      throw unreachable({ cause: 'cut' });
    }
    const now = this.link.now();
    const stored = Date.parse(get(store, 'lastPullAt') ?? '');
    this.state.hqDataAsOf = now;
    // A contact that brought nothing costs no write to the disk; the screen reads the time from memory.
    if (this.hasApplied || !(this.link.nowMs() - stored < STORE_PULL_MS)) {
      transact(store, () => {
        if (sweepUnseen(store)) for (const table of TABLE_NAMES) this.moved.add(table);
        if (purgeOldStatements(store, now) > 0) this.moved.add('statements');
        set(store, 'lastPullAt', now);
      });
    }
    this.link.notify([...this.moved, 'sync_state']);
  }
}

export type Pull = { readonly pull: (session: SyncSession) => Promise<void> };

export function createPull(link: SyncLink, state: LoopState): Pull {
  /** One request. False when it must be asked again (new generation, or a page that was no longer current). */
  const pullOnce = async (session: SyncSession): Promise<boolean> => {
    const generation = get(session.store, 'generation') ?? null;
    const at = new Map(Object.entries(cursors(session.store)));
    const response = await link.authorised(session, '/sync/pull', { protocol: PROTOCOL_VERSION, schema: SCHEMA_VERSION, generation, cursors: Object.fromEntries(at) }, 'application/x-ndjson');
    if (!response.ok) {
      const problem = problemOf(await json(response), response.status);
      link.same(session);
      if (problem.code !== 'sync/generation' || generation === null) throw refuse(problem.code, problem.details);
      resetForGeneration(session.store, null);
      return false;
    }
    const answer = new Answer(link, state, session, generation, at);
    for await (const line of lines(response)) {
      link.same(session);
      if (line && !await answer.take(line)) return false;
    }
    answer.finish();
    return true;
  };
  return {
    pull: async (session) => {
      state.isPulling = true;
      state.pulledRows = 0;
      for (let round = 0; !await pullOnce(session); round += 1) {
        if (round >= 4) throw unreachable({ cause: 'unsettled' });
      }
    },
  };
}
