/**
 * The one backend behind both hosts: parses every call with the registries, checks the role, runs commands and queries on the
 * store, seals signatures, and turns a bug into `internal/<id>`. Runs in a worker thread (backend-worker.ts).
 * Must never answer a command or query while locked, log a passphrase, or let an error's text reach the screen.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, statfsSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import { performance } from 'node:perf_hooks';
import { z } from 'zod';
import { ACTS, FIELD_COMMANDS, QUERIES, type ActName, type Backend, type Call, type SyncStatus } from '../shared/api.ts';
import type { AnyCommand } from '../shared/command.ts';
import type { BlobReader } from '../shared/attachments.ts';
import { no, ok, type Result } from '../shared/result.ts';
import { FIELD_ROLES } from '../shared/roles.ts';
import { TABLE_NAMES } from '../shared/rows.ts';
import { SCHEMA_VERSION } from '../shared/sync.ts';
import { activePack } from '../shared/domain/published-packs.ts';
import { noteAccess } from '../db/access-log.ts';
import { distrust, forgive, readBlob } from '../db/attachments.ts';
import { dropDraft, saveDraft } from '../db/drafts.ts';
import { epochState, requeue } from '../db/outbox.ts';
import { agencyZones } from '../db/queries/agencies.ts';
import { StoreError } from '../db/store-error.ts';
import { siteDay } from '../shared/time.ts';
import { alarmsAhead } from '../db/queries/alarms.ts';
import { read } from '../db/read.ts';
import { rulePacks, run } from '../db/run.ts';
import { exportBundle } from './export.ts';
import { signJws } from './jws.ts';
import { openKeystore, type Kdf } from './keystore.ts';
import { createAlarmClock } from './alarms.ts';
import { createSession, type OpenSession } from './session.ts';
import { createSyncLoop, enrolAtHq, type Wake } from './sync-loop.ts';

export const VERSION = '0.1.0';
/** Calls slower than this are logged by name, in milliseconds. */
const SLOW_MS = 40;
const NETWORK_CHECK_MS = 5_000;

export type HostClock = { readonly now: () => string; /** Monotonic milliseconds within `bootId`. */ readonly mono: () => number; readonly bootId: string; readonly zone: string };
export type BackendOptions = {
  /** Where key file and store lie; made when absent. */
  readonly folder: string;
  readonly hqUrl: string;
  /** One-time code that the first screen fills in; its presence makes this a demo. */
  readonly demoCode?: string | null;
  readonly isDemo?: boolean;
  /** What About calls the host: `Electron` or `browser`. */
  readonly host?: string;
  readonly version?: string;
  readonly computerSecret?: Buffer | null;
  readonly clock?: HostClock;
  readonly random?: () => number;
  readonly after?: (ms: number, work: () => void) => () => void;
  readonly pollMs?: number;
  /** Tests only: a cheap passphrase hash. Never read from the environment. */
  readonly weakForTests?: Kdf;
  readonly log?: (line: Readonly<Record<string, unknown>>) => void;
};
export type HostBackend = Backend & {
  /** A slice of a verified document. Refusals: session/locked, document/not-here, document/unreadable. */
  readonly blob: BlobReader;
  /** Wakes the sync loop: the hosts pass on what only they see (resume, new network). */
  readonly wake: (why: Wake) => void;
  /** Resolves when no sync is under way. */
  readonly settled: () => Promise<void>;
  readonly close: () => Promise<void>;
};

const callSchema = z.union([
  z.strictObject({ run: z.string().max(80), input: z.unknown(), base: z.record(z.string(), z.number()), secret: z.string().max(400).optional() }),
  z.strictObject({ read: z.string().max(80), input: z.unknown() }),
  z.strictObject({ act: z.string().max(80), input: z.unknown() }),
]);
/** Acts that work before unlock. */
const SESSION_ACTS: readonly string[] = ['session.state', 'session.enrol', 'session.choosePassphrase', 'session.unlock', 'session.lock'];
/** How long after unlock the zones are looked up, ms: after the first screen. */
const WARM_MS = 500;
const COMMAND_TABLES = [...TABLE_NAMES, 'outbox', 'receipts', 'ledger_entries', 'drafts', 'sync_state'];

const own = <T extends object>(table: T, name: string): T[keyof T] | null => (Object.hasOwn(table, name) ? table[name as keyof T] : null);
/** Where the input was wrong, without its values: `packetId: Invalid input`. */
const inputProblem = (error: z.ZodError): Result<never> => no('call/bad-input', { fields: error.issues.map((i) => `${i.path.join('.') || 'input'}: ${i.message}`).slice(0, 10) });

/** This machine's clock. */
export function systemClock(): HostClock {
  return { now: () => new Date().toISOString(), mono: () => performance.now(), bootId: randomUUID(), zone: Intl.DateTimeFormat().resolvedOptions().timeZone };
}
const systemAfter = (ms: number, work: () => void): (() => void) => {
  const timer = setTimeout(work, ms);
  return () => clearTimeout(timer);
};
/** One JSON line per event on standard error; never personal data. */
const systemLog = (line: Readonly<Record<string, unknown>>): void => { process.stderr.write(`${JSON.stringify(line)}\n`); };

/** Opens one laptop's backend over `folder`. It starts locked, or at enrolment when the folder is new. */
export function createBackend(options: BackendOptions): HostBackend {
  const clock = options.clock ?? systemClock();
  const after = options.after ?? systemAfter;
  const log = options.log ?? systemLog;
  const isDemo = options.isDemo ?? Boolean(options.demoCode);
  const version = options.version ?? VERSION;
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const listeners = new Set<(tables: readonly string[]) => void>();
  const changed = (tables: readonly string[]): void => { for (const listener of listeners) listener(tables); };

  const keystore = openKeystore({ folder: options.folder, now: clock.now, computerSecret: options.computerSecret ?? null, ...(options.weakForTests ? { kdf: options.weakForTests } : {}) });
  const loop = createSyncLoop({
    hqUrl: options.hqUrl, version, now: clock.now, random: options.random ?? Math.random, after, changed, log, session: () => session.open()?.sync ?? null, diskFree: () => diskFree(),
    ...(options.pollMs === undefined ? {} : { pollMs: options.pollMs }),
  });
  const about = (open: OpenSession) => {
    const head = epochState(open.store);
    return {
      version, host: options.host ?? 'browser', hq: options.hqUrl, cipher: 'sqlcipher', schema: SCHEMA_VERSION, pack: activePack(rulePacks(open.store), clock.now()).pack.version, tz: process.versions.tz ?? '',
      ledgerHead: head.head, seq: head.seq, dataFolder: options.folder,
    };
  };
  const alarms = createAlarmClock({
    now: clock.now, after,
    current: () => {
      const open = session.open();
      try {
        return open ? alarmsAhead(open.store, clock.now()) : null;
      } catch (error) {
        // A damaged row must stop neither the lock nor the alarms already counted on.
        log({ event: 'alarms', error: error instanceof Error ? error.stack : String(error) });
        return null;
      }
    },
    ring: () => changed(['session', 'alarm']),
  });
  const session = createSession({
    alarms, folder: options.folder, hqUrl: options.hqUrl, demoCode: options.demoCode ?? null, isDemo, deviceName: hostname().slice(0, 80), keystore, now: clock.now,
    enrolAtHq: (request) => enrolAtHq(options.hqUrl, request, clock.now), about,
    opened: () => queueMicrotask(() => {
      alarms.look();
      loop.wake('unlock');
      after(WARM_MS, warmZones);
    }), closing: () => loop.stop(),
    troubled: (problem) => log({ event: 'documents/unavailable', code: problem.code }),
  });

  /** The first look at a time zone loads its rules, some 50 ms each: before the first signature, not during it. */
  const warmZones = (): void => {
    const open = session.open();
    if (!open) return;
    for (const zone of agencyZones(open.store)) siteDay(clock.now(), zone);
    // Reading a published pack takes longer than all checks of a packet.
    activePack(rulePacks(open.store), clock.now());
  };

  // Wake-up "connectivity": the set of this machine's addresses changed.
  const network = (): string => Object.values(networkInterfaces()).flat().filter((a) => a && !a.internal).map((a) => a?.address).sort().join(' ');
  let seenNetwork = network();
  const watch = setInterval(() => {
    const seen = network();
    if (seen === seenNetwork) return;
    seenNetwork = seen;
    loop.wake('connectivity');
  }, NETWORK_CHECK_MS);
  watch.unref();

  const diskFree = (): number | null => {
    try {
      const { bavail, bsize } = statfsSync(options.folder);
      return bavail * bsize;
    } catch {
      return null;
    }
  };
  const status = (): Partial<SyncStatus> => ({ ...loop.status(), diskFreeBytes: diskFree(), now: clock.now() });

  /** A command: parse, role, passphrase for a sealed one, then one transaction. */
  async function runCommand(call: { readonly run: string; readonly input: unknown; readonly base: Readonly<Record<string, number>>; readonly secret?: string | undefined }): Promise<Result<unknown>> {
    const command = own(FIELD_COMMANDS, call.run) as AnyCommand | null;
    if (!command) return no('call/unknown', { name: call.run });
    const asked = session.open();
    if (!asked) return no('session/locked', {});
    if (!command.roles.includes(asked.me.role) || !(FIELD_ROLES as readonly string[]).includes(asked.me.role)) return no('call/not-your-role', { name: call.run, role: asked.me.role });
    const input = command.input.safeParse(call.input);
    if (!input.success) return inputProblem(input.error);
    if (command.kind === 'plain') return transact(asked, command, input.data, call.base);
    if (!call.secret) return no('session/passphrase-needed', {});
    const signer = await keystore.signer(call.secret);
    if (!signer.ok) return signer;
    try {
      if (session.open() !== asked) return no('session/locked', {});
      return transact(asked, command, input.data, call.base, (statement) => signJws(signer.value.pkcs8, statement));
    } finally {
      signer.value.wipe();
    }
  }
  function transact(open: OpenSession, command: AnyCommand, input: unknown, base: Readonly<Record<string, number>>, sign?: (statement: unknown) => string): Result<unknown> {
    const from = performance.now();
    const saved = run(open.store, {
      command, input, base, who: { actor: open.me.id, role: open.me.role, device: open.deviceId, ledger: open.ledger }, clock,
      newId: () => randomUUID(), salt: () => randomBytes(16).toString('hex'), packs: [activePack(rulePacks(open.store), clock.now()).pack.version], tz: process.versions.tz ?? '', ...(sign ? { sign } : {}),
    });
    if (!saved.ok) return saved;
    const ms = performance.now() - from;
    if (ms > SLOW_MS) log({ event: 'slow', call: command.name, ms: Math.round(ms) });
    changed(COMMAND_TABLES);
    queueMicrotask(() => loop.wake('saved'));
    return ok({ ...saved.value, ms });
  }

  function runQuery(name: string, raw: unknown): Result<unknown> {
    const found = own(QUERIES, name);
    if (!found) return no('call/unknown', { name });
    const open = session.open();
    if (!open) return no('session/locked', {});
    const input = found.input.safeParse(raw);
    if (!input.success) return inputProblem(input.error);
    return read(open.store, name as keyof typeof QUERIES, input.data, { now: clock.now(), pmId: open.me.id, status: status(), attachments: open.attachments });
  }

  async function runAct(name: string, raw: unknown): Promise<Result<unknown>> {
    const schema = own(ACTS, name) as z.ZodType | null;
    if (!schema) return no('call/unknown', { name });
    const parsed = schema.safeParse(raw);
    if (!parsed.success) return inputProblem(parsed.error);
    const open = session.open();
    if (!open && !SESSION_ACTS.includes(name)) return no('session/locked', {});
    const input = parsed.data as { readonly code: string; readonly passphrase: string; readonly key: string; readonly body: string; readonly isPaused: boolean; readonly commandId: string;
      readonly what: 'packet' | 'search'; readonly packetId: string | null };
    const told = async (result: Promise<Result<unknown>>): Promise<Result<unknown>> => {
      const answer = await result;
      changed(['session', ...(answer.ok ? COMMAND_TABLES : [])]);
      return answer;
    };
    switch (name as ActName) {
      case 'session.state': return ok(session.state());
      case 'session.enrol': return told(session.enrol(input.code));
      case 'session.choosePassphrase': return told(session.choosePassphrase(input.passphrase));
      case 'session.unlock': return told(session.unlock(input.passphrase));
      case 'session.lock': {
        const state = session.lock();
        changed(['session']);
        return ok(state);
      }
      case 'sync.now': {
        loop.wake('user');
        return ok(null);
      }
      case 'sync.pause': {
        loop.pause(input.isPaused);
        return ok(null);
      }
      case 'sync.test': return ok(await loop.test());
      default: break;
    }
    if (!open) return no('session/locked', {});
    switch (name as ActName) {
      case 'draft.save': {
        saveDraft(open.store, input.key, input.body, clock.now());
        changed(['drafts']);
        return ok(null);
      }
      case 'draft.drop': {
        dropDraft(open.store, input.key);
        changed(['drafts']);
        return ok(null);
      }
      case 'sync.requeue': {
        const answer = requeue(open.store, input.commandId, { clock, newId: () => randomUUID(), salt: () => randomBytes(16).toString('hex') });
        changed(COMMAND_TABLES);
        loop.wake('user');
        return answer;
      }
      case 'document.want': {
        const states = open.attachments ? read(open.store, 'document.states', { packetId: input.packetId, number: null }, { now: clock.now(), pmId: open.me.id, status: {}, attachments: open.attachments }) : no('document/unavailable', {});
        if (!states.ok || !open.attachments) return states;
        for (const { sha256, place } of states.value as readonly { readonly sha256: string; readonly place: string }[]) if (place === 'failed' || place === 'not_at_hq') forgive(open.attachments, sha256);
        loop.wantDocuments(String(input.packetId));
        return ok(null);
      }
      case 'access.note': {
        noteAccess(open.store, { id: randomUUID(), at: clock.now(), what: input.what, packetId: input.packetId });
        return ok(null);
      }
      case 'packet.export': {
        const packetId = String(input.packetId);
        // Noted before it is decided, so that a refused one is too: without its note there is no export.
        noteAccess(open.store, { id: randomUUID(), at: clock.now(), what: 'export', packetId });
        return exportBundle(open, packetId, (parsed.data as { readonly number: number | null }).number, clock.now());
      }
      default: return no('call/unknown', { name });
    }
  }

  async function call(raw: Call): Promise<Result<unknown>> {
    const from = performance.now();
    const parsed = callSchema.safeParse(raw);
    if (!parsed.success) return no('call/malformed', {});
    const asked = parsed.data;
    const name = 'run' in asked ? asked.run : 'read' in asked ? asked.read : asked.act;
    try {
      if ('run' in asked) return await runCommand(asked);
      if ('read' in asked) return runQuery(asked.read, asked.input);
      return await runAct(asked.act, asked.input);
    } catch (error) {
      // A full or broken disk has its own sentence; nothing of the call was stored.
      if (error instanceof StoreError) {
        log({ event: error.problem.code, call: name.slice(0, 80) });
        return { ok: false, problem: error.problem };
      }
      const id = randomBytes(4).toString('hex');
      log({ event: `internal/${id}`, call: name.slice(0, 80), error: error instanceof Error ? error.stack : String(error) });
      return no(`internal/${id}`, {});
    } finally {
      const ms = performance.now() - from;
      if (ms > SLOW_MS && 'read' in asked) log({ event: 'slow', call: name.slice(0, 80), ms: Math.round(ms) });
    }
  }

  const blob: BlobReader = async ({ sha256, start, length }) => {
    const open = session.open();
    if (!open) return no('session/locked', {});
    if (!open.attachments) return no('document/unavailable', {});
    try {
      const slice = readBlob(open.attachments, sha256, start, length);
      return slice ? ok(slice) : no('document/not-here', {});
    } catch (error) {
      log({ event: 'documents/unreadable', error: error instanceof Error ? error.message : String(error) });
      distrust(open.attachments, sha256);
      changed(['attachments']);
      return no('document/unreadable', {});
    }
  };

  return {
    call, blob,
    onChanged: (listener) => {
      listeners.add(listener);
      return () => { listeners.delete(listener); };
    },
    wake: (why) => {
      alarms.look();
      loop.wake(why);
    },
    settled: loop.settled,
    close: async () => {
      clearInterval(watch);
      session.lock();
      alarms.stop();
      await loop.settled();
      listeners.clear();
    },
  };
}
