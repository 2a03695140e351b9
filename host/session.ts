/**
 * The phases of one laptop: enrol -> passphrase -> open, and locked after every start and lock.
 * Between `enrol` and `choosePassphrase` HQ's answer and both new private keys live in memory only: the rename of the key file is the
 * one commit point of an enrolment. A kill before it leaves a laptop that asks for a (new) code; nothing readable lies on disk.
 * Must never keep a key after lock.
 */
import { randomInt } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonWebKey } from 'node:crypto';
import type { PracticeState, SessionState } from '../shared/api.ts';
import type { Alarm } from '../shared/domain/clock-alarms.ts';
import type { AlarmClock } from './alarms.ts';
import type { Role } from '../shared/roles.ts';
import { no, ok, type Problem, type Result } from '../shared/result.ts';
import type { EnrolReply, EnrolRequest } from '../shared/sync.ts';
import { openAttachments, type Attachments } from '../db/attachments.ts';
import { openStore, type Store } from '../db/open.ts';
import { get, set } from '../db/sync-state.ts';
import { newKeyPair, signJws } from './jws.ts';
import type { Keys, Keystore } from './keystore.ts';
import type { SyncSession } from './sync-loop.ts';

export const STORE_FILE = 'fieldbook.db';
/** How many coming clocks the lock screen is told. */
const SHOWN = 12;
export type Me = { readonly id: string; readonly name: string; readonly role: Role; readonly legalTitle: string; readonly fieldOffice: string };
export type OpenSession = { readonly store: Store; readonly keys: Keys; readonly me: Me; readonly deviceId: string; readonly ledger: string; readonly attachments: Attachments | null;
  readonly sync: SyncSession };
export type SessionOptions = {
  readonly folder: string; readonly hqUrl: string; readonly demoCode: string | null; readonly isDemo: boolean; readonly deviceName: string;
  readonly keystore: Keystore; readonly now: () => string;
  /** Takes the coming clocks at lock and counts on without the store. */
  readonly alarms: AlarmClock;
  readonly enrolAtHq: (request: EnrolRequest) => Promise<Result<EnrolReply>>;
  readonly about: (open: OpenSession) => Extract<SessionState, { phase: 'open' }>['about'];
  /** Runs right after the store opened; and before it closes, with everything still readable. */
  readonly opened: (open: OpenSession) => void;
  readonly closing: () => void;
  /** The practice room: while it is open, its state is told and its clock is `now`. Closed before a lock. */
  readonly practice: { readonly now: () => string | null; readonly state: () => PracticeState | null; readonly endedBy: () => Alarm | null; readonly leave: () => void };
  /** The documents' file could not be opened; the session opens without it. */
  readonly troubled?: (problem: Problem) => void;
};
export type Session = {
  readonly state: () => SessionState;
  readonly open: () => OpenSession | null;
  readonly enrol: (code: string) => Promise<Result<SessionState>>;
  readonly choosePassphrase: (passphrase: string) => Promise<Result<SessionState>>;
  readonly unlock: (passphrase: string) => Promise<Result<SessionState>>;
  readonly lock: () => SessionState;
};

/** Five pronounceable groups, 63 bits: strong enough to stand alone, short enough to write down once. */
export function suggestPassphrase(): string {
  const [consonants, vowels] = ['bdfghjklmnprstvz', 'aeiou'];
  const pick = (from: string): string => from[randomInt(from.length)] ?? '';
  return Array.from({ length: 5 }, () => pick(consonants) + pick(vowels) + pick(consonants) + pick(vowels)).join('-');
}
/**
 * The problem that a store error carries; anything else is a bug and is thrown on. The key file has proved the key before, so
 * "wrong key" here means that the store's first page is damaged.
 */
function storeProblem(error: unknown): Problem {
  const problem = (error as { problem?: Problem } | null)?.problem;
  if (!problem || typeof problem.code !== 'string') throw error;
  return problem.code === 'store/wrong-key' ? { code: 'store/damaged', details: {} } : problem;
}

/** One laptop's session. Refusals of `unlock` are the key store's and the store's own. */
export function createSession(options: SessionOptions): Session {
  const { keystore, alarms, now } = options;
  const file = join(options.folder, STORE_FILE);
  let open: OpenSession | null = null;
  let pending: { readonly reply: EnrolReply; readonly deviceKey: Buffer; readonly signerKey: Buffer; readonly suggestion: string } | null = null;
  let isBusy = false;
  let trouble: Problem | null = null;

  const dropPending = (): void => {
    pending?.deviceKey.fill(0);
    pending?.signerKey.fill(0);
    pending = null;
  };
  /** The second file; without it (disk full, another version wrote it) everything but documents works. */
  const documents = (keys: Keys): Attachments | null => {
    try {
      return openAttachments(options.folder, keys.dataKey);
    } catch (error) {
      options.troubled?.(storeProblem(error));
      return null;
    }
  };
  const begin = (store: Store, keys: Keys): void => {
    const value = (key: Parameters<typeof get>[1]): string => {
      const found = get(store, key);
      if (found === null || found === undefined) throw new Error(`store lacks ${key}`);
      return found;
    };
    const me: Me = JSON.parse(value('pm'));
    const { deviceId, ledger }: { deviceId: string; ledger: string } = JSON.parse(value('device'));
    const hqJwk: JsonWebKey = JSON.parse(value('hqJwk'));
    const attachments = documents(keys);
    open = {
      store, keys, me, deviceId, ledger, attachments,
      sync: { store, attachments, deviceId, pmId: me.id, issuer: value('issuer'), hqJwk, sign: (payload, header) => signJws(keys.deviceKey, payload, header) },
    };
    trouble = null;
    options.opened(open);
  };
  const state = (): SessionState => {
    if (open) return { phase: 'open', me: open.me, deviceId: open.deviceId, isDemo: options.isDemo, about: options.about(open), now: options.practice.now() ?? now(), rung: alarms.rung(), practice: options.practice.state(), practiceEndedBy: options.practice.endedBy() };
    if (pending) return { phase: 'passphrase', pmName: pending.reply.pmName, suggestion: pending.suggestion };
    const info = keystore.info();
    if (!info) return { phase: 'enrol', demoCode: options.demoCode, hq: options.hqUrl, isDemo: options.isDemo };
    const problem = info.ok ? trouble : info.problem;
    return {
      phase: 'locked', pmName: info.ok ? info.value.pmName : '', retryAt: info.ok ? info.value.retryAt : null, now: now(), alarms: alarms.alarms().slice(0, SHOWN), rung: alarms.rung(), problem,
      protection: info.ok && info.value.protection === 'passphrase and computer' ? 'passphrase and this computer' : 'passphrase only',
    };
  };
  /** One session act at a time: a double click must not enrol or unlock twice. */
  const alone = async (work: () => Promise<Result<SessionState>>): Promise<Result<SessionState>> => {
    if (isBusy) return no('session/busy', {});
    isBusy = true;
    try {
      return await work();
    } finally {
      isBusy = false;
    }
  };
  /** A store without key file is the rest of an interrupted enrolment: set aside, never deleted. */
  const setAside = (): void => {
    if (!existsSync(file)) return;
    const n = readdirSync(options.folder).filter((name) => name.startsWith('interrupted-')).length + 1;
    for (const tail of ['', '-wal', '-shm']) if (existsSync(file + tail)) renameSync(file + tail, join(options.folder, `interrupted-${n}-${STORE_FILE}${tail}`));
  };

  return {
    state, open: () => open,
    enrol: (code) => alone(async () => {
      if (keystore.exists()) return no('session/already-enrolled', {});
      const [device, signer] = [newKeyPair(), newKeyPair()];
      const reply = await options.enrolAtHq({ code, deviceJwk: { ...device.jwk }, signerJwk: { ...signer.jwk }, deviceName: options.deviceName });
      if (!reply.ok) {
        device.pkcs8.fill(0);
        signer.pkcs8.fill(0);
        return reply;
      }
      dropPending();
      pending = { reply: reply.value, deviceKey: device.pkcs8, signerKey: signer.pkcs8, suggestion: suggestPassphrase() };
      return ok(state());
    }),
    choosePassphrase: (passphrase) => alone(async () => {
      if (!pending) return no(keystore.exists() ? 'session/already-enrolled' : 'session/not-enrolled', {});
      const { reply, deviceKey, signerKey } = pending;
      let store: Store | null = null;
      const fill = (dataKey: Buffer): void => {
        mkdirSync(options.folder, { recursive: true, mode: 0o700 });
        setAside();
        store = openStore({ file, key: dataKey, isNew: true });
        set(store, 'device', JSON.stringify({ deviceId: reply.deviceId, ledger: reply.ledger }));
        set(store, 'pm', JSON.stringify({ id: reply.pmId, name: reply.pmName, role: reply.role, legalTitle: reply.legalTitle, fieldOffice: reply.fieldOffice }));
        set(store, 'hqJwk', JSON.stringify(reply.hqJwk));
        set(store, 'issuer', reply.issuer);
        set(store, 'generation', reply.generation);
        set(store, 'lastHqTime', reply.serverTime);
        set(store, 'skewMs', String(Date.parse(reply.serverTime) - Date.parse(options.now())));
      };
      try {
        const made = await keystore.create({ passphrase, pmName: reply.pmName, deviceKey, signerKey, recoveryJwk: reply.recoveryJwk as JsonWebKey, beforeCommit: fill });
        if (!made.ok) return made;
        dropPending();
        begin(store as unknown as Store, made.value);
        return ok(state());
      } catch (error) {
        (store as Store | null)?.close();
        return { ok: false, problem: storeProblem(error) };
      }
    }),
    unlock: (passphrase) => alone(async () => {
      if (open) return ok(state());
      if (!keystore.exists()) return no('session/not-enrolled', {});
      const keys = await keystore.unlock(passphrase);
      if (!keys.ok) return keys;
      let store: Store | null = null;
      try {
        store = openStore({ file, key: keys.value.dataKey });
        begin(store, keys.value);
        return ok(state());
      } catch (error) {
        open = null;
        store?.close();
        keys.value.wipe();
        trouble = storeProblem(error);
        return { ok: false, problem: trouble };
      }
    }),
    lock: () => {
      dropPending();
      options.practice.leave();
      if (!open) return state();
      const closing = open;
      try {
        // All that stays in memory while locked: time, the agency's id as site code, the clock's id.
        alarms.keep();
      } finally {
        options.closing();
        open = null;
        closing.attachments?.close();
        closing.store.close();
        closing.keys.wipe();
      }
      return state();
    },
  };
}
