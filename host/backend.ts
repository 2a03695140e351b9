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
import { ACTS, FIELD_COMMANDS, QUERIES, type ActIn, type ActName, type Backend, type Call, type SyncStatus } from '../shared/api.ts';
import { LOOKBACK_ALARM } from '../shared/domain/clock-alarms.ts';
import type { AnyCommand } from '../shared/command.ts';
import type { BlobReader } from '../shared/attachments.ts';
import { no, ok, type Result } from '../shared/result.ts';
import { FIELD_ROLES } from '../shared/roles.ts';
import { trainingRecord, trainingWithdraw } from '../shared/domain/officer-commands.ts';
import { signoffReturn } from '../shared/domain/signoff.ts';
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
import { rulePacks, run, type RunInput } from '../db/run.ts';
import { sealBundle } from './export.ts';
import { holdsOf, packetsToFollow } from '../db/same-person.ts';
import { holdFollow } from '../shared/domain/person.ts';
import { draftMemo } from './claim-memo.ts';
import { signJws } from './jws.ts';
import { createRosterJobs } from './roster-jobs.ts';
import { createPdfJobs } from './packet-pdf-jobs.ts';
import { openKeystore, type Kdf } from './keystore.ts';
import { createAlarmClock } from './alarms.ts';
import { createPracticeRoom, type PracticeDesk } from './practice-room.ts';
import { createWaitingReturns, type ReturnRequest } from './waiting-return.ts';
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
  z.strictObject({ run: z.string().max(80), input: z.unknown(), base: z.record(z.string(), z.number()), secret: z.string().max(400).optional(), room: z.string().max(64).optional() }),
  z.strictObject({ read: z.string().max(80), input: z.unknown(), room: z.string().max(64).optional() }),
  z.strictObject({ act: z.string().max(80), input: z.unknown(), room: z.string().max(64).optional() }),
]);
/** Acts that work before unlock. */
const SESSION_ACTS: readonly string[] = ['session.state', 'session.enrol', 'session.choosePassphrase', 'session.unlock', 'session.lock'];
/** How long after unlock the zones are looked up, ms: after the first screen. */
const WARM_MS = 500;
/** Acts that mean the laptop, whichever room is open. */
const ANY_ROOM = /^(session|practice)\./;
/** Acts that would send, fetch or take out: there is nothing of the kind in practice. */
const NOT_IN_PRACTICE: readonly string[] = ['sync.now', 'sync.pause', 'sync.test', 'sync.requeue', 'document.want', 'packet.export', 'claim.draft',
  'import.begin', 'import.chunk', 'import.plan', 'import.write', 'import.state', 'import.stop', 'import.rejects', 'import.undo'];
/** Acts that send, show or judge what was decided, or close the desk: a return that waits is made before. A command does the same. */
const MAKES_RETURNS: readonly string[] = ['sync.requeue', 'packet.export', 'packet.pdf', 'practice.start', 'practice.reveal', 'session.lock', 'import.write', 'import.undo'];
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
  const practice = createPracticeRoom({
    folder: options.folder, clock, after, me: () => session.open()?.me ?? null, /* A review is HQ's to end: it sounds, and does not end practice. */ realClocks: () => alarms.alarms().filter((a) => a.deadlineAt > clock.now() && a.clock !== LOOKBACK_ALARM),
    changed: () => {
      if (!practice.desk()) {
        pdfs.stopAll();
        resumeReturn();
      }
      changed(['session', ...COMMAND_TABLES, 'attachments']);
    },
  });
  /** What commands and queries run on: the practice room while it is open, else the real session. */
  type Desk = Omit<PracticeDesk, 'signer'> & { readonly signer: PracticeDesk['signer'] | null };
  const desk = (): Desk | null => {
    const room = practice.desk();
    if (room) return room;
    const open = session.open();
    return open ? { ...open, clock, signer: null } : null;
  };
  const session = createSession({
    practice: { now: () => practice.desk()?.clock.now() ?? null, state: practice.state, endedBy: practice.endedBy, leave: practice.leave },
    alarms, folder: options.folder, hqUrl: options.hqUrl, demoCode: options.demoCode ?? null, isDemo, deviceName: hostname().slice(0, 80), keystore, now: clock.now,
    enrolAtHq: (request) => enrolAtHq(options.hqUrl, request, clock.now), about,
    opened: () => queueMicrotask(() => {
      alarms.look();
      resumeReturn();
      loop.wake('unlock');
      after(WARM_MS, warmZones);
    }),
    closing: () => {
      loop.stop();
      pdfs.stopAll();
      rosters.stopAll();
    },
    troubled: (problem) => log({ event: 'documents/unavailable', code: problem.code }),
  });

  const returns = createWaitingReturns<Desk>({
    after, log, isOpen: (open) => desk()?.store === open.store, changed: () => changed(['drafts']), made: settle,
    runInput: (open, input, base) => runInput(open, signoffReturn as unknown as AnyCommand, input, base),
  });
  const resumeReturn = (): void => {
    const open = desk();
    if (open) returns.resume(open);
  };
  const makeReturn = (by: 'decision' | 'lock'): void => {
    const open = desk();
    if (open) returns.finish(open, by);
  };

  const rosters = createRosterJobs<Desk>({
    log, settle, isOpen: (open) => desk()?.store === open.store,
    commands: { record: (open, input) => runOne(open, trainingRecord as unknown as AnyCommand, input, {}), withdraw: (open, input) => runOne(open, trainingWithdraw as unknown as AnyCommand, input, {}) },
  });
  const pdfs = createPdfJobs({ isOpen: (open) => desk()?.store === open.store, log });

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
    const asked = desk();
    if (!asked) return no('session/locked', {});
    if (!command.roles.includes(asked.me.role) || !(FIELD_ROLES as readonly string[]).includes(asked.me.role)) return no('call/not-your-role', { name: call.run, role: asked.me.role });
    const input = command.input.safeParse(call.input);
    if (!input.success) return inputProblem(input.error);
    if (command.kind === 'plain') {
      makeReturn('decision');
      return transact(asked, command, input.data, call.base);
    }
    if (!call.secret) return no('session/passphrase-needed', {});
    const signer = asked.signer ? asked.signer(call.secret) : await keystore.signer(call.secret);
    if (!signer.ok) return signer;
    try {
      if (desk()?.store !== asked.store) return no('session/locked', {});
      makeReturn('decision');
      return transact(asked, command, input.data, call.base, (statement) => signJws(signer.value.pkcs8, statement));
    } finally {
      signer.value.wipe();
    }
  }
  const runInput = (open: Desk, command: AnyCommand, input: unknown, base: Readonly<Record<string, number>>, sign?: (statement: unknown) => string): RunInput => ({
    command, input, base, who: { actor: open.me.id, role: open.me.role, device: open.deviceId, ledger: open.ledger }, clock: open.clock,
    newId: () => randomUUID(), salt: () => randomBytes(16).toString('hex'), packs: [activePack(rulePacks(open.store), open.clock.now()).pack.version], tz: process.versions.tz ?? '', ...(sign ? { sign } : {}),
  });
  const runOne = (...args: Parameters<typeof runInput>) => run(args[0].store, runInput(...args));
  /** After an act was saved: what it means for alarms, screens and sync. */
  function settle(): void {
    alarms.look();
    changed(COMMAND_TABLES);
    if (!practice.desk()) queueMicrotask(() => loop.wake('saved'));
  }
  function transact(open: Desk, command: AnyCommand, input: unknown, base: Readonly<Record<string, number>>, sign?: (statement: unknown) => string): Result<unknown> {
    const from = performance.now();
    const saved = runOne(open, command, input, base, sign);
    if (!saved.ok) return saved;
    // A person's hold reaches every packet of the person that lies here, each in an act of its own; HQ reaches the rest, and those that a crash left out.
    for (const hold of holdsOf(open.store, saved.value.commandId)) {
      for (const packetId of packetsToFollow(open.store, hold)) runOne(open, holdFollow, { holdId: hold.id, packetId }, {});
    }
    settle();
    const ms = performance.now() - from;
    if (ms > SLOW_MS) log({ event: 'slow', call: command.name, ms: Math.round(ms) });
    return ok({ ...saved.value, ms });
  }

  function runQuery(name: string, raw: unknown): Result<unknown> {
    const found = own(QUERIES, name);
    if (!found) return no('call/unknown', { name });
    const open = desk();
    if (!open) return no('session/locked', {});
    const input = found.input.safeParse(raw);
    if (!input.success) return inputProblem(input.error);
    // In practice nothing is known of a link: there is none.
    const told = practice.desk() ? { link: 'offline' as const, diskFreeBytes: diskFree(), now: open.clock.now() } : status();
    return read(open.store, name as keyof typeof QUERIES, input.data, { now: open.clock.now(), pmId: open.me.id, status: told, attachments: open.attachments });
  }

  async function runAct(name: string, raw: unknown): Promise<Result<unknown>> {
    const schema = own(ACTS, name) as z.ZodType | null;
    if (!schema) return no('call/unknown', { name });
    const parsed = schema.safeParse(raw);
    if (!parsed.success) return inputProblem(parsed.error);
    const open = desk();
    if (!open && !SESSION_ACTS.includes(name)) return no('session/locked', {});
    if (practice.desk() && NOT_IN_PRACTICE.includes(name)) return no('practice/not-here', {});
    const input = parsed.data as { readonly code: string; readonly passphrase: string; readonly key: string; readonly body: string; readonly isPaused: boolean; readonly commandId: string;
      readonly what: 'packet' | 'search' | 'export'; readonly packetId: string | null };
    const told = async (result: Promise<Result<unknown>>): Promise<Result<unknown>> => {
      const answer = await result;
      changed(['session', ...(answer.ok ? COMMAND_TABLES : [])]);
      return answer;
    };
    if (MAKES_RETURNS.includes(name)) makeReturn(name === 'session.lock' ? 'lock' : 'decision');
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
      case 'practice.start': {
        // A clock that came near since the last look counts.
        alarms.look();
        const started = await practice.start((parsed.data as { readonly caseId: string }).caseId);
        return started.ok ? ok(session.state()) : started;
      }
      case 'practice.reveal': {
        practice.reveal();
        return ok(session.state());
      }
      case 'practice.leave': {
        practice.leave();
        return ok(session.state());
      }
      default: break;
    }
    if (!open) return no('session/locked', {});
    switch (name as ActName) {
      case 'draft.save': {
        saveDraft(open.store, input.key, input.body, open.clock.now());
        changed(['drafts']);
        return ok(null);
      }
      case 'draft.drop': {
        dropDraft(open.store, input.key);
        changed(['drafts']);
        return ok(null);
      }
      case 'return.wait': {
        if (!signoffReturn.roles.includes(open.me.role)) return no('call/not-your-role', { name, role: open.me.role });
        return returns.wait(open, parsed.data as ReturnRequest);
      }
      case 'return.undo': return returns.undo(open, String(input.packetId));
      case 'return.now': return returns.now(open, String(input.packetId));
      case 'return.dismiss': {
        returns.dismiss(open);
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
        noteAccess(open.store, { id: randomUUID(), at: open.clock.now(), what: input.what, packetId: input.packetId });
        return ok(null);
      }
      case 'packet.export': {
        const real = session.open();
        if (!real) return no('session/locked', {});
        const packetId = String(input.packetId);
        // Noted before it is decided, so that a refused one is too: without its note there is no export.
        noteAccess(open.store, { id: randomUUID(), at: clock.now(), what: 'export', packetId });
        const sealed = sealBundle(real, packetId, (parsed.data as { readonly number: number | null }).number, clock.now());
        return sealed.ok ? ok(sealed.value.file) : sealed;
      }
      case 'packet.pdf': {
        const room = practice.desk();
        const from = room ?? session.open();
        if (!from) return no('session/locked', {});
        const packetId = String(input.packetId);
        noteAccess(open.store, { id: randomUUID(), at: open.clock.now(), what: 'export', packetId });
        return pdfs.start(from, packetId, (parsed.data as { readonly number: number | null }).number, open.clock.now(), room ? 'PRACTICE' : undefined);
      }
      case 'packet.pdfState': return pdfs.state((parsed.data as { readonly id: string }).id);
      case 'packet.pdfStop': {
        pdfs.stop((parsed.data as { readonly id: string }).id);
        return ok(null);
      }
      case 'import.begin': return rosters.begin(parsed.data as ActIn<'import.begin'>);
      case 'import.chunk': return rosters.chunk(open, parsed.data as ActIn<'import.chunk'>);
      case 'import.plan': return rosters.plan(open, parsed.data as ActIn<'import.plan'>);
      case 'import.write': return trainingRecord.roles.includes(open.me.role) ? rosters.write(open, (parsed.data as ActIn<'import.write'>).id) : no('call/not-your-role', { name, role: open.me.role });
      case 'import.undo': return trainingWithdraw.roles.includes(open.me.role) ? rosters.undo(open, parsed.data as ActIn<'import.undo'>) : no('call/not-your-role', { name, role: open.me.role });
      case 'import.state': return rosters.state((parsed.data as ActIn<'import.state'>).id);
      case 'import.stop': return rosters.stop((parsed.data as ActIn<'import.stop'>).id);
      case 'import.rejects': return rosters.rejects((parsed.data as ActIn<'import.rejects'>).id);
      case 'claim.draft': {
        // By the claim's packet: the access log has no name and no kind. Without its note there is no draft.
        return draftMemo(open, (parsed.data as { readonly claimId: string }).claimId, open.clock.now(), (packetId) => noteAccess(open.store, { id: randomUUID(), at: open.clock.now(), what: 'export', packetId }));
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
    // Practice may have ended while the call was on its way: what was meant for it must never reach the real store, nor the other way round.
    if ((asked.room ?? null) !== practice.room() && !('act' in asked && ANY_ROOM.test(name))) return no('practice/other-room', {});
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
    const open = desk();
    if (!open) return no('session/locked', {});
    const made = pdfs.slice(sha256, start, length);
    if (made) return ok(made);
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
      makeReturn('lock');
      session.lock();
      alarms.stop();
      await loop.settled();
      listeners.clear();
    },
  };
}
