/**
 * The only caller of HQ: enrolment, tokens, push, pull. Push comes before pull [SYN-8]; four independent wake-ups [SYN-13].
 * 1. wake (timer, connectivity, unlock, user)  2. token by device key  3. push every unsent command in order  4. pull page by page.
 * Retries only what could not be reached (network, 5xx, 429): a refusal is an answer. Never trusts HQ for sizes, cursors or streams.
 */
import { randomUUID, type JsonWebKey } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { TABLE_NAMES } from '../shared/rows.ts';
import type { ConnectionTest, SyncStatus } from '../shared/api.ts';
import { no, ok, type Problem, type Result } from '../shared/result.ts';
import {
  enrolReplySchema, PROTOCOL_VERSION, PUSH_MAX_BYTES, PUSH_MAX_ITEMS, pushReplySchema, SCHEMA_VERSION, type EnrolReply, type EnrolRequest, type PullLine, type PushItem,
} from '../shared/sync.ts';
import { accessSent, unsentAccess } from '../db/access-log.ts';
import type { Attachments } from '../db/attachments.ts';
import type { Store } from '../db/open.ts';
import { applyReply, failAttempt, markSending, nextBatch } from '../db/outbox.ts';
import { applyPage, cursors, dropStream, resetForGeneration } from '../db/pull.ts';
import { read } from '../db/read.ts';
import { get, set } from '../db/sync-state.ts';
import { fetchSlice } from './attachment-sync.ts';
import { isSafeHq } from './hq-address.ts';
import { verifyJws } from './jws.ts';

/** Guards against a hostile or broken HQ; and how much one local transaction of a pull holds, so that a call never waits long behind it. */
export const LIMITS = { lineBytes: 8 * 1024 * 1024, pageRows: 20_000, pageBytes: 128 * 1024 * 1024, replyBytes: 16 * 1024 * 1024, applyRows: 500, applyBytes: 512 * 1024 } as const;
export const BACKOFF_CAP_MS = 5 * 60_000;
const RETRY_AFTER_CAP_MS = 60 * 60_000;
const IDLE_TIMEOUT_MS = 30_000;

export type Wake = 'timer' | 'connectivity' | 'unlock' | 'user' | 'saved';
/** Full jitter: a random wait up to 1 s doubled per failure, never above five minutes. `random` in [0, 1). */
export const backoffMs = (failures: number, random: number): number => Math.floor(random * Math.min(BACKOFF_CAP_MS, 1000 * 2 ** Math.min(failures, 20)));

/** What the loop needs from an open session; replaced by null when the laptop locks. */
export type SyncSession = {
  readonly store: Store; readonly deviceId: string; readonly pmId: string; readonly issuer: string; readonly hqJwk: JsonWebKey;
  /** The second file, for documents; null where it could not be opened. */
  readonly attachments: Attachments | null;
  /** Signs with the device key. */
  readonly sign: (payload: unknown, header?: Readonly<Record<string, string>>) => string;
};
export type SyncOptions = {
  readonly hqUrl: string; readonly version: string;
  readonly session: () => SyncSession | null;
  /** Current instant, ISO 8601 UTC. */
  readonly now: () => string;
  readonly random: () => number;
  /** Calls `work` once after `ms`; returns how to cancel it. */
  readonly after: (ms: number, work: () => void) => () => void;
  readonly changed: (tables: readonly string[]) => void;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
  /** Milliseconds between two contacts while all is well. */
  readonly pollMs?: number;
  /** Free bytes on the disk, or null. */
  readonly diskFree?: () => number | null;
};
export type SyncLoop = {
  /** Fetches this packet's documents before all others. */
  readonly wantDocuments: (packetId: string) => void;
  readonly wake: (why: Wake) => void;
  readonly pause: (isPaused: boolean) => void;
  readonly test: () => Promise<ConnectionTest>;
  readonly status: () => Partial<SyncStatus>;
  /** Resolves when no cycle is running. */
  readonly settled: () => Promise<void>;
  /** Aborts what is under way; nothing touches the store after this returns. */
  readonly stop: () => void;
};

/** Why a cycle ended early. */
class Stop extends Error {
  readonly problem: Problem;
  readonly isRetry: boolean;
  readonly retryAfterMs: number;
  readonly status: number;
  constructor(problem: Problem, isRetry: boolean, retryAfterMs = 0, status = 0) {
    super(problem.code);
    this.problem = problem;
    this.isRetry = isRetry;
    this.retryAfterMs = retryAfterMs;
    this.status = status;
  }
}
const refuse = (code: string, details: Readonly<Record<string, unknown>> = {}): Stop => new Stop({ code, details }, false);
const unreachable = (details: Readonly<Record<string, unknown>> = {}): Stop => new Stop({ code: 'sync/unreachable', details }, true);

function retryAfterMs(response: Response, now: number): number {
  const text = response.headers.get('retry-after');
  if (!text) return 0;
  const seconds = Number(text);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(text) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), RETRY_AFTER_CAP_MS) : 0;
}

/** One request; resolves with any answer below 500 except 429, throws `Stop` for what could not be reached. Redirects are refused. */
async function ask(hqUrl: string, path: string, init: RequestInit, now: () => string): Promise<Response> {
  if (!isSafeHq(hqUrl)) throw refuse('sync/insecure-hq', { hq: hqUrl });
  let response: Response;
  try {
    response = await fetch(new URL(path, hqUrl), { ...init, redirect: 'error' });
  } catch (error) {
    if (init.signal?.aborted && init.signal.reason instanceof Stop) throw init.signal.reason;
    throw unreachable({ cause: error instanceof Error ? (error.cause instanceof Error && 'code' in error.cause ? String(error.cause.code) : error.name) : 'unknown' });
  }
  if (response.status >= 500 || response.status === 429) {
    await response.body?.cancel().catch(() => undefined);
    throw new Stop({ code: 'sync/hq-error', details: { status: response.status } }, true, retryAfterMs(response, Date.parse(now())), response.status);
  }
  return response;
}

/** Chunks of a body; a cut connection or thirty silent seconds is "could not reach". */
async function* chunks(response: Response): AsyncGenerator<Uint8Array> {
  if (!response.body) return;
  const reader = response.body.getReader();
  try {
    for (;;) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const silence = new Promise<never>((_resolve, reject) => { timer = setTimeout(() => reject(new Error('silent')), IDLE_TIMEOUT_MS); });
      const { done, value } = await Promise.race([reader.read(), silence]).finally(() => clearTimeout(timer));
      if (done) return;
      yield value;
    }
  } catch {
    throw unreachable({ cause: 'cut' });
  } finally {
    reader.cancel().catch(() => undefined);
  }
}
async function text(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks(response)) {
    size += chunk.byteLength;
    if (size > LIMITS.replyBytes) throw refuse('sync/reply-too-large', { limit: LIMITS.replyBytes });
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString('utf8');
}
async function json(response: Response): Promise<unknown> {
  const body = await text(response);
  try {
    return JSON.parse(body);
  } catch {
    throw refuse('sync/not-hq', { status: response.status });
  }
}
/** The problem that HQ's answer carries, else one that names the status. */
function problemOf(body: unknown, status: number): Problem {
  const found = (body as { problem?: Problem; error?: string } | null)?.problem;
  return found && typeof found.code === 'string' ? { code: found.code, details: found.details ?? {} } : { code: 'sync/refused', details: { status } };
}

/** Lines of an NDJSON body, decompressed on the way; each at most `LIMITS.lineBytes`. */
async function* lines(response: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks(response)) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    if (rest.length > LIMITS.lineBytes) throw refuse('sync/line-too-long', { limit: LIMITS.lineBytes });
    yield* parts;
  }
  if (rest) yield rest;
}

/** `POST /enrol` with the one-time code. Nothing is stored here. Refusals come as HQ gave them; `sync/unreachable` when it did not answer. */
export async function enrolAtHq(hqUrl: string, request: EnrolRequest, now: () => string): Promise<Result<EnrolReply>> {
  try {
    const response = await ask(hqUrl, '/enrol', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(request), signal: AbortSignal.timeout(IDLE_TIMEOUT_MS) }, now);
    const body = await json(response);
    if (!response.ok) return { ok: false, problem: problemOf(body, response.status) };
    const parsed = enrolReplySchema.safeParse(body);
    return parsed.success ? ok(parsed.data) : no('sync/not-hq', { status: response.status });
  } catch (error) {
    if (error instanceof Stop) return { ok: false, problem: error.problem };
    throw error;
  }
}

/** Starts idle: the first wake comes from unlock. */
export function createSyncLoop(options: SyncOptions): SyncLoop {
  const pollMs = options.pollMs ?? 60_000;
  let running: Promise<void> | null = null;
  let wakeAgain: Wake | null = null;
  let cancelTimer: () => void = () => undefined;
  let failures = 0;
  let abort = new AbortController();
  let token: { readonly value: string; readonly until: number; readonly session: SyncSession } | null = null;
  const state = {
    link: 'unknown' as SyncStatus['link'], sending: null as SyncStatus['sending'], stalledUntil: null as string | null, stallReason: null as SyncStatus['stallReason'],
    isPulling: false, pulledRows: 0, isPaused: false,
  };
  const nowMs = (): number => Date.parse(options.now());
  const notify = (tables: readonly string[]): void => options.changed(tables);

  /** The open session, or the end of the cycle when the laptop was locked meanwhile. */
  const same = (session: SyncSession): SyncSession => {
    if (options.session() !== session) throw refuse('session/locked');
    return session;
  };
  /** HQ's time as last told: never goes back; the difference is stored for the status bar [SYN-9]. */
  const heard = (session: SyncSession, serverTime: string): void => {
    const server = Date.parse(serverTime);
    if (!Number.isFinite(server)) return;
    const last = get(session.store, 'lastHqTime');
    if (!last || Date.parse(last) < server) set(session.store, 'lastHqTime', new Date(server).toISOString());
    set(session.store, 'skewMs', String(server - nowMs()));
  };
  const request = async (session: SyncSession, path: string, init: RequestInit): Promise<Response> => {
    const response = await ask(options.hqUrl, path, { ...init, signal: abort.signal }, options.now).catch((error: unknown) => {
      same(session);
      if (error instanceof Stop && error.isRetry) state.link = error.status > 0 ? 'online' : 'offline';
      throw error;
    });
    same(session);
    state.link = 'online';
    return response;
  };

  /** A short-lived bearer token against a JWT signed by the device key (private_key_jwt). */
  const tokenFor = async (session: SyncSession): Promise<string> => {
    if (token && token.session === session && token.until > nowMs() + 30_000) return token.value;
    const skew = Number(get(session.store, 'skewMs') ?? '0') || 0;
    const claim = (ms: number): string => {
      const at = Math.floor(ms / 1000);
      return session.sign({ iss: session.deviceId, sub: session.deviceId, aud: session.issuer, jti: randomUUID(), iat: at, exp: at + 120 }, { typ: 'JWT', kid: session.deviceId });
    };
    const post = (assertion: string): Promise<Response> => request(session, '/token', {
      method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ grant_type: 'client_credentials', client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: assertion }).toString(),
    });
    let response = await post(claim(nowMs() + skew));
    if (response.status === 400 || response.status === 401) {
      // A laptop clock far from HQ's makes the claim look stale: ask once more in HQ's own time.
      const hqNow = Date.parse(response.headers.get('date') ?? '');
      if (Number.isFinite(hqNow) && Math.abs(hqNow - (nowMs() + skew)) > 30_000) {
        await response.body?.cancel().catch(() => undefined);
        response = await post(claim(hqNow));
      }
    }
    const body = await json(response);
    same(session);
    if (!response.ok) {
      const problem = problemOf(body, response.status);
      throw refuse(problem.code === 'sync/refused' ? 'sync/unauthorised' : problem.code, { ...problem.details, status: response.status });
    }
    const { access_token: value, expires_in: seconds } = body as { access_token?: unknown; expires_in?: unknown };
    if (typeof value !== 'string') throw refuse('sync/not-hq', { status: response.status });
    token = { value, until: nowMs() + (typeof seconds === 'number' ? seconds : 300) * 1000, session };
    return value;
  };
  /** A request with token; on 401 a new token once. */
  const authorised = async (session: SyncSession, path: string, body: unknown, accept: string): Promise<Response> => {
    for (let attempt = 0; ; attempt += 1) {
      const bearer = await tokenFor(session);
      const response = await request(session, path, {
        method: 'POST', headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json', accept, 'accept-encoding': 'zstd, gzip' }, body: JSON.stringify(body),
      });
      if (response.status !== 401) return response;
      const problem = problemOf(await json(response), 401);
      same(session);
      token = null;
      if (attempt > 0) throw refuse(problem.code === 'sync/refused' ? 'sync/unauthorised' : problem.code, problem.details);
    }
  };

  const heartbeat = (session: SyncSession) => {
    const found = read(session.store, 'sync.status', {}, { now: options.now(), pmId: session.pmId, status: state });
    const status = found.ok ? found.value as SyncStatus : null;
    return { unsent: status?.ready ?? 0, oldestAt: status?.oldestUnsentAt ?? null, clocksUnder12h: status?.clockAtRisk?.count ?? 0, appVersion: options.version };
  };

  const pushBatch = async (session: SyncSession, items: readonly PushItem[]): Promise<void> => {
    const last = items.at(-1) as PushItem;
    const { ledger, epoch, seq } = last.envelope;
    const access = unsentAccess(session.store);
    markSending(session.store, items.map((i) => i.envelope.seq), options.now());
    notify(['outbox']);
    const response = await authorised(session, '/sync/push', {
      protocol: PROTOCOL_VERSION, schema: SCHEMA_VERSION, ledger, epoch, headJws: session.sign({ ledger, epoch, seq, head: last.hash }), items, heartbeat: heartbeat(session), access: [...access],
    }, 'application/json');
    const body = await json(response);
    same(session);
    if (!response.ok) {
      const problem = problemOf(body, response.status);
      throw refuse(problem.code, problem.details);
    }
    const parsed = pushReplySchema.safeParse(body);
    if (!parsed.success) throw refuse('sync/not-hq', { status: response.status });
    // Only a receipt for exactly what was sent counts [SYN-10]; a checkpoint counts only under HQ's enrolled key.
    const sent = new Map(items.map((i) => [i.envelope.seq, i]));
    const receipts = parsed.data.receipts.filter((r) => sent.get(r.seq)?.hash === r.hash && sent.get(r.seq)?.envelope.id === r.commandId);
    const isCheckpointGood = parsed.data.checkpointJws !== null && verifyJws(session.hqJwk, parsed.data.checkpointJws) !== null;
    if (parsed.data.checkpointJws && !isCheckpointGood) options.log({ event: 'sync/bad-checkpoint' });
    applyReply(session.store, { ...parsed.data, receipts, checkpointJws: isCheckpointGood ? parsed.data.checkpointJws : null }, options.now());
    accessSent(session.store, access.map((a) => a.id), options.now());
    heard(session, parsed.data.serverTime);
    if (receipts.length > 0) set(session.store, 'lastReceivedAt', receipts.at(-1)?.receivedAt ?? options.now());
    notify(['outbox', 'receipts', 'statements', 'packets', 'holds', 'returns', 'sync_state']);
    if (new Set(receipts.map((r) => r.seq)).size < items.length) {
      throw new Stop({ code: 'sync/partly-received', details: { received: receipts.length, of: items.length } }, true, 0, 200);
    }
  };
  const push = async (session: SyncSession): Promise<void> => {
    let done = 0;
    for (;;) {
      const items = nextBatch(session.store, { maxItems: PUSH_MAX_ITEMS, maxBytes: PUSH_MAX_BYTES, now: options.now() });
      if (items.length === 0) break;
      const unsent = Math.max(heartbeat(session).unsent, items.length);
      state.sending = { done, of: done + unsent, bytesLeft: items.reduce((n, i) => n + Buffer.byteLength(JSON.stringify(i)), 0) };
      try {
        await pushBatch(session, items);
      } catch (error) {
        if (error instanceof Stop && options.session() === session) {
          const isPartly = error.problem.code === 'sync/partly-received';
          const wait = nextWait(error);
          failAttempt(session.store, items.map((i) => i.envelope.seq), error.problem, new Date(nowMs() + wait).toISOString());
          if (isPartly) options.log({ event: 'sync/partly-received', ...error.problem.details });
          throw Object.assign(error, { wait });
        }
        throw error;
      }
      done += items.length;
    }
    state.sending = null;
  };

  /** One pull. Resolves to true when it must be asked again (new generation, or a page that was no longer current). */
  const pullOnce = async (session: SyncSession): Promise<boolean> => {
    const generation = get(session.store, 'generation') ?? null;
    const at = new Map(Object.entries(cursors(session.store)));
    const response = await authorised(session, '/sync/pull', { protocol: PROTOCOL_VERSION, schema: SCHEMA_VERSION, generation, cursors: Object.fromEntries(at) }, 'application/x-ndjson');
    if (!response.ok) {
      const problem = problemOf(await json(response), response.status);
      same(session);
      if (problem.code !== 'sync/generation' || generation === null) throw refuse(problem.code, problem.details);
      resetForGeneration(session.store, null);
      return true;
    }
    let rows: { readonly table: string; readonly row: Readonly<Record<string, unknown>> }[] = [];
    let bytes = 0;
    let version = 0;
    let isEnded = false;
    let streams: ReadonlySet<string> | null = null;
    let told = performance.now();
    let rested = told;
    const moved = new Set<string>();
    /** HQ's own cursors, which its pages count from; ours (`at`) may be further inside a page. */
    const hqAt = new Map(at);
    const breathe = async (): Promise<void> => {
      await new Promise<void>((resolve) => { setImmediate(resolve); });
      rested = performance.now();
      same(session);
    };
    /** Moves one stream to `to` with the rows gathered for it, in one transaction, then lets calls of the screen in. False: our cursor moved meanwhile. */
    const apply = async (stream: string, to: number): Promise<boolean> => {
      const from = at.get(stream) ?? 0;
      if (applyPage(session.store, { stream, from, to, rows, receivedAt: options.now() }) === 'stale') return false;
      at.set(stream, to);
      state.pulledRows += rows.length;
      for (const r of rows) moved.add(r.table);
      rows = [];
      bytes = 0;
      if (moved.size > 0 && performance.now() - told > 500) {
        notify([...moved, 'sync_state']);
        moved.clear();
        told = performance.now();
      }
      await breathe();
      return true;
    };
    for await (const line of lines(response)) {
      same(session);
      if (!line) continue;
      let entry: PullLine;
      try {
        entry = JSON.parse(line) as PullLine;
      } catch {
        throw unreachable({ cause: 'broken line' });
      }
      if (entry.t === 'start') {
        heard(session, entry.serverTime);
        if (entry.generation !== generation) {
          resetForGeneration(session.store, entry.generation);
          notify([...TABLE_NAMES, 'sync_state']);
          if (generation !== null || at.size > 0) return true;
        }
        streams = new Set(entry.streams);
        // A lost stream's rows go only after the outbox has its answers (`dropStream` looks) [SYN-7].
        if (entry.lost.filter((stream) => dropStream(session.store, stream)).length > 0) notify([...TABLE_NAMES, 'drafts']);
      } else if (entry.t === 'row') {
        const { table, row } = entry;
        if (!streams || !(TABLE_NAMES as readonly string[]).includes(table) || typeof row !== 'object' || row === null) throw refuse('sync/malformed', { line: 'row' });
        const stream = String(row.stream);
        const v = Number(row.version);
        if (!streams.has(stream) || (rows[0] && rows[0].row.stream !== stream)) throw refuse('sync/malformed', { line: 'row' });
        if (!Number.isInteger(v) || v <= (at.get(stream) ?? 0) || (rows.length > 0 && v < version)) throw refuse('sync/cursor-back', { stream, have: at.get(stream) ?? 0, offered: row.version });
        // One version is one HQ transaction: a long page may be cut where the version changes, never inside.
        if (v !== version && (bytes >= LIMITS.applyBytes || rows.length >= LIMITS.applyRows) && !await apply(stream, version)) return true;
        version = v;
        bytes += line.length;
        rows.push({ table, row });
        if (rows.length > LIMITS.pageRows || bytes > LIMITS.pageBytes) throw refuse('sync/page-too-large', { rows: rows.length });
        if (performance.now() - rested > 15) await breathe();
      } else if (entry.t === 'cursor') {
        const { stream, from, to } = entry;
        if (!streams?.has(stream) || (rows[0] && rows[0].row.stream !== stream)) throw refuse('sync/malformed', { line: 'cursor' });
        const have = at.get(stream) ?? 0;
        if (!Number.isInteger(to) || to < have || to < from || (rows.length > 0 && to < version)) throw refuse('sync/cursor-back', { stream, have, offered: to });
        if (from !== (hqAt.get(stream) ?? 0)) return true;
        hqAt.set(stream, to);
        if ((to > have || rows.length > 0) && !await apply(stream, to)) return true;
      } else if (entry.t === 'end') {
        heard(session, entry.serverTime);
        isEnded = true;
      }
    }
    same(session);
    if (moved.size > 0) notify([...moved]);
    if (!isEnded) throw unreachable({ cause: 'cut' });
    set(session.store, 'lastPullAt', options.now());
    notify(['sync_state']);
    return false;
  };
  const pull = async (session: SyncSession): Promise<void> => {
    state.isPulling = true;
    state.pulledRows = 0;
    for (let round = 0; await pullOnce(session); round += 1) {
      if (round >= 4) throw unreachable({ cause: 'unsettled' });
    }
  };

  /** Documents come last, in slices; between two slices commands and rows have their turn [SYN-11]. */
  let wantedPacket: string | null = null;
  const documents = async (session: SyncSession): Promise<void> => {
    const { store, attachments } = session;
    if (!attachments) return;
    while (await fetchSlice({
      store, attachments, json, chunks, now: options.now, log: options.log, check: () => { same(session); }, first: () => wantedPacket, diskFree: options.diskFree ?? (() => null),
      authorised: (path, body, accept) => authorised(session, path, body, accept), shouldYield: () => wakeAgain !== null && wakeAgain !== 'timer', changed: () => notify(['attachments']),
    }) === 'more') {
      if (wakeAgain === null) continue;
      wakeAgain = null;
      await push(session);
      await pull(session);
    }
  };

  const nextWait = (stop: Stop & { readonly wait?: number }): number => stop.wait ?? Math.max(stop.retryAfterMs, backoffMs(failures + 1, options.random()));
  const cycle = async (): Promise<void> => {
    const session = options.session();
    if (!session) return;
    try {
      await push(session);
      await pull(session);
      failures = 0;
      state.stalledUntil = null;
      state.stallReason = null;
      state.isPulling = false;
      notify(['sync_state', 'outbox']);
      await documents(session);
      schedule(pollMs);
    } catch (error) {
      if (options.session() !== session) return;
      if (!(error instanceof Stop)) {
        options.log({ event: 'sync/bug', error: error instanceof Error ? error.stack : String(error) });
        failures += 1;
        state.stallReason = { code: 'sync/internal', details: {} };
        schedule(backoffMs(failures + 3, options.random()));
        return;
      }
      state.stallReason = error.problem;
      if (error.isRetry) {
        const wait = nextWait(error);
        failures += 1;
        state.stalledUntil = new Date(nowMs() + wait).toISOString();
        schedule(wait);
      } else {
        // A refusal is an answer: no retry by timer; a person, an unlock or a new connection asks again.
        state.stalledUntil = null;
        options.log({ event: 'sync/refused', code: error.problem.code });
      }
    } finally {
      state.sending = null;
      state.isPulling = false;
      if (options.session() === session) notify(['sync_state', 'outbox']);
    }
  };
  const schedule = (ms: number): void => {
    cancelTimer();
    cancelTimer = options.after(ms, () => wake('timer'));
  };
  const wake = (why: Wake): void => {
    if (!options.session() || (state.isPaused && why !== 'user')) return;
    // A new command does not jump a backoff that is already waiting; the four wake-ups do.
    if (why === 'saved' && state.stalledUntil !== null && Date.parse(state.stalledUntil) > nowMs()) return;
    if (running) {
      wakeAgain = why;
      return;
    }
    cancelTimer();
    running = cycle().finally(() => {
      running = null;
      const again = wakeAgain;
      wakeAgain = null;
      if (again && again !== 'timer') wake(again);
    });
  };

  return {
    wake,
    wantDocuments: (packetId) => {
      wantedPacket = packetId;
      wake('user');
    },
    pause: (isPaused) => {
      state.isPaused = isPaused;
      if (isPaused) cancelTimer();
      else wake('user');
      notify(['sync_state']);
    },
    status: () => ({ ...state }),
    settled: async () => {
      while (running) await running;
    },
    stop: () => {
      cancelTimer();
      wakeAgain = null;
      token = null;
      failures = 0;
      state.stalledUntil = null;
      state.stallReason = null;
      state.sending = null;
      state.isPulling = false;
      abort.abort(refuse('session/locked'));
      abort = new AbortController();
    },
    test: async () => {
      const session = options.session();
      const steps: ConnectionTest[number][] = [];
      const fail = (step: ConnectionTest[number]['step'], what: string, fix: string): ConnectionTest => [...steps, { step, ok: false, text: what, fix }];
      if (!isSafeHq(options.hqUrl)) return fail('network', 'The HQ address is neither https nor this machine.', 'Correct the HQ address in the settings of this laptop.');
      let response: Response;
      try {
        response = await ask(options.hqUrl, '/health', { signal: AbortSignal.timeout(10_000) }, options.now);
      } catch (error) {
        if (error instanceof Stop && error.status > 0) {
          steps.push({ step: 'network', ok: true, text: 'The network answers.', fix: null });
          return fail('hq', `HQ answered with an error (${error.status}).`, 'Nothing is lost. Fieldbook tries again by itself; call the service desk if it lasts.');
        }
        return fail('network', 'HQ could not be reached.', 'Connect to a network or VPN. Work goes on without one; everything is saved on this laptop.');
      }
      steps.push({ step: 'network', ok: true, text: 'The network answers.', fix: null });
      try {
        const health = await json(response) as { protocol?: unknown };
        steps.push({ step: 'hq', ok: true, text: 'HQ answers.', fix: null });
        if (typeof health.protocol === 'number' && health.protocol < PROTOCOL_VERSION) return fail('protocol', `HQ speaks protocol ${health.protocol}, this laptop ${PROTOCOL_VERSION}.`,
          'Ask the service desk to update HQ. Sending stays possible.');
        steps.push({ step: 'protocol', ok: true, text: `Both speak protocol ${PROTOCOL_VERSION}.`, fix: null });
      } catch {
        return fail('hq', 'Something answers, but it is not HQ.', 'A sign-in page of the network may be in the way: open a browser, sign in to the network, try again.');
      }
      if (!session) return fail('sign-in', 'The laptop is locked.', 'Unlock it, then test again.');
      try {
        token = null;
        await tokenFor(session);
        steps.push({ step: 'sign-in', ok: true, text: 'HQ knows this laptop.', fix: null });
      } catch (error) {
        const code = error instanceof Stop ? error.problem.code : 'sync/internal';
        return fail('sign-in', `HQ did not sign this laptop in (${code}).`, 'Call the service desk and quote the words in brackets.');
      }
      return steps;
    },
  };
}
