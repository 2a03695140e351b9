/**
 * The only caller of HQ: enrolment, tokens, and the cycle of push and pull. Push comes before pull [SYN-8]; four independent wake-ups [SYN-13].
 * 1. wake (timer, connectivity, unlock, user)  2. token by device key  3. push every unsent command in order  4. pull page by page.
 * Retries only what could not be reached (network, 5xx, 429): a refusal is an answer.
 */
import { randomUUID } from 'node:crypto';
import { StoreError, transact } from '../db/open.ts';
import { get, set } from '../db/sync-state.ts';
import type { ConnectionTest, SyncStatus } from '../shared/api.ts';
import { no, ok, type Result } from '../shared/result.ts';
import { enrolReplySchema, PROTOCOL_VERSION, type EnrolReply, type EnrolRequest } from '../shared/sync.ts';
import { chunks, IDLE_TIMEOUT_MS, json, problemOf, refuse, retryAfterMs, Stop, unreachable } from './hq-answer.ts';
import { fetchSlice } from './attachment-sync.ts';
import { isSafeHq } from './hq-address.ts';
import type { LoopState, SyncLink, SyncSession } from './sync-link.ts';
import { createPull } from './sync-pull.ts';
import { createPush } from './sync-push.ts';

export type { SyncSession } from './sync-link.ts';
export const BACKOFF_CAP_MS = 5 * 60_000;
/** The same HQ time is written again only when the laptop's clock moved this far against it, ms. */
const SKEW_MS = 2_000;

export type Wake = 'timer' | 'connectivity' | 'unlock' | 'user' | 'saved';
/** Full jitter: a random wait up to 1 s doubled per failure, never above five minutes. `random` in [0, 1). */
export const backoffMs = (failures: number, random: number): number => Math.floor(random * Math.min(BACKOFF_CAP_MS, 1000 * 2 ** Math.min(failures, 20)));

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
  const state: LoopState = { link: 'unknown', sending: null, stalledUntil: null, stallReason: null, isPulling: false, pulledRows: 0, isPaused: false, hqDataAsOf: null };
  const nowMs = (): number => Date.parse(options.now());
  const notify = (tables: readonly string[]): void => options.changed(tables);

  /** The open session, or the end of the cycle when the laptop was locked meanwhile. */
  const same = (session: SyncSession): SyncSession => {
    if (options.session() !== session) throw refuse('session/locked');
    return session;
  };
  /** HQ's time as last told: never goes back; the difference is stored for the status bar [SYN-9]. One write per contact. */
  const heard = (session: SyncSession, serverTime: string): void => {
    const server = Date.parse(serverTime);
    if (!Number.isFinite(server)) return;
    const last = Date.parse(get(session.store, 'lastHqTime') ?? '');
    const skew = server - nowMs();
    if (server === last && Math.abs(skew - Number(get(session.store, 'skewMs') ?? Number.NaN)) < SKEW_MS) return;
    transact(session.store, () => {
      if (!(last >= server)) set(session.store, 'lastHqTime', new Date(server).toISOString());
      set(session.store, 'skewMs', String(skew));
    });
  };
  const request = async (session: SyncSession, path: string, init: RequestInit): Promise<Response> => {
    const response = await ask(options.hqUrl, path, { ...init, signal: abort.signal }, options.now).catch((error: unknown) => {
      same(session);
      if (error instanceof Stop && error.isRetry) state.link = error.status > 0 ? 'online' : 'offline';
      throw error;
    });
    same(session);
    state.link = 'online';
    // HQ answers again: what held the last cycle up no longer does, whatever this answer says.
    state.stalledUntil = null;
    state.stallReason = null;
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

  const nextWait = (stop: Stop & { readonly wait?: number }): number => stop.wait ?? Math.max(stop.retryAfterMs, backoffMs(failures + 1, options.random()));
  const link: SyncLink = {
    version: options.version, now: options.now, nowMs, authorised, same, heard, notify, isOpen: (session) => options.session() === session, log: options.log,
  };
  const { push } = createPush(link, state, nextWait);
  const { pull } = createPull(link, state);
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
        state.stallReason = error instanceof StoreError ? error.problem : { code: 'sync/internal', details: {} };
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
      state.hqDataAsOf = null;
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
