/**
 * The practice room of one laptop: a store of its own in a file of its own, under a key that is made at the start, kept in memory only and wiped at the end,
 * with a fake clock. It is made of the same kernel, and of nothing that sends: no address of any HQ is known here, and nothing leaves it.
 * Must never run while locked, nor go on while a real clock has four hours or less (`nearRealClock`); a leftover file is unreadable and is removed.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { PracticeState } from '../shared/api.ts';
import type { Alarm } from '../shared/domain/clock-alarms.ts';
import { judgePractice, nearRealClock, PRACTICE_CASES, PRACTICE_PASSPHRASE, type PracticeCaseId } from '../shared/domain/practice.ts';
import { no, ok, type Result } from '../shared/result.ts';
import { openAttachments, type Attachments } from '../db/attachments.ts';
import { openStore, type Store } from '../db/open.ts';
import { rowById, rowsWhere } from '../db/rows.ts';
import type { HostClock } from './backend.ts';
import { newKeyPair } from './jws.ts';
import type { Exporter } from './export.ts';
import type { Me } from './session.ts';

/** How often the real clocks are looked at while practising, ms. */
const LOOK_MS = 30_000;
/** Real clocks that stay in view. */
const SHOWN = 3;

/** What commands and queries run on while practising. */
export type PracticeDesk = {
  readonly store: Store; readonly attachments: Attachments | null; readonly me: Me; readonly deviceId: string; readonly ledger: string; readonly clock: HostClock;
  /** Keys of this room alone: a file made here proves nothing anywhere else. */
  readonly keys: Exporter['keys']; readonly sync: Exporter['sync'];
  /** The practice signer; the same refusal as for a wrong passphrase. */
  readonly signer: (secret: string) => Result<{ readonly pkcs8: Buffer; readonly wipe: () => void }>;
};
export type PracticeRoom = {
  readonly desk: () => PracticeDesk | null;
  /** The id that calls for this room carry; null while it is shut. */
  readonly room: () => string | null;
  readonly state: () => PracticeState | null;
  /** The real clock that ended the last practice; null when the person left it. */
  readonly endedBy: () => Alarm | null;
  /** Refusals: practice/real-clock-near, practice/unknown-case, session/locked, session/busy, and the store's own. */
  readonly start: (id: string) => Promise<Result<null>>;
  readonly reveal: () => void;
  readonly leave: () => void;
};
export type PracticeRoomOptions = {
  readonly folder: string; readonly clock: HostClock; readonly after: (ms: number, work: () => void) => () => void;
  /** Who is at the laptop; null while locked. */
  readonly me: () => Me | null;
  /** The real clocks ahead, soonest first. */
  readonly realClocks: () => readonly Alarm[];
  /** The room opened, ended or changed. */
  readonly changed: () => void;
};
type Running = { readonly desk: PracticeDesk; readonly room: string; readonly id: PracticeCaseId; readonly packetId: string; readonly close: () => void; isRevealed: boolean };

const isCase = (id: string): id is PracticeCaseId => Object.hasOwn(PRACTICE_CASES, id);

/** A clock that starts at `startsAt` and goes on at the pace of the real one. */
function fakeClock(real: HostClock, startsAt: string): HostClock {
  const [from, mono] = [Date.parse(startsAt), real.mono()];
  return { ...real, now: () => new Date(from + Math.round(real.mono() - mono)).toISOString() };
}

/** Makes the room; it is empty until `start`. */
export function createPracticeRoom({ folder, clock, after, me, realClocks, changed }: PracticeRoomOptions): PracticeRoom {
  const place = join(folder, 'practice');
  let running: Running | null = null;
  let ended: Alarm | null = null;
  let isStarting = false;
  let stopLooking = (): void => undefined;

  const clear = (): void => rmSync(place, { recursive: true, force: true });
  const end = (by: Alarm | null): void => {
    if (!running) return;
    stopLooking();
    const { close } = running;
    running = null;
    ended = by;
    close();
    changed();
  };
  const look = (): void => {
    const near = nearRealClock(realClocks(), clock.now());
    if (near) end(near);
    else stopLooking = after(LOOK_MS, look);
  };

  async function open(id: PracticeCaseId, person: Me): Promise<Running> {
    // The cases and their PDFs are loaded only when somebody practises.
    const { fillPractice } = await import('./practice-fill.ts');
    clear();
    mkdirSync(place, { recursive: true, mode: 0o700 });
    const key = randomBytes(32);
    const signer = newKeyPair();
    let store: Store | null = null;
    let attachments: Attachments | null = null;
    const close = (): void => {
      attachments?.close();
      store?.close();
      key.fill(0);
      signer.pkcs8.fill(0);
      clear();
    };
    try {
      store = openStore({ file: join(place, 'practice.db'), key, isNew: true });
      attachments = openAttachments(place, key);
      const fake = fakeClock(clock, PRACTICE_CASES[id].startsAt);
      const packetId = await fillPractice(id, { store, attachments, person, signerJwk: { ...signer.jwk }, at: fake.now() });
      return {
        room: randomUUID(), id, packetId, close, isRevealed: false,
        desk: {
          store, attachments, me: person, deviceId: 'practice', ledger: 'practice', clock: fake, keys: { deviceKey: signer.pkcs8 }, sync: { hqJwk: signer.jwk },
          signer: (secret) => (secret.trim().toLowerCase() === PRACTICE_PASSPHRASE ? ok({ pkcs8: signer.pkcs8, wipe: () => undefined }) : no('practice/passphrase', { type: PRACTICE_PASSPHRASE })),
        },
      };
    } catch (error) {
      close();
      throw error;
    }
  }

  return {
    desk: () => running?.desk ?? null,
    room: () => running?.room ?? null,
    endedBy: () => ended,
    state: () => {
      if (!running) return null;
      const { room, id, packetId, desk: { store, me: person } } = running;
      const { title, situation, answer, rules } = PRACTICE_CASES[id];
      const where = { packetId };
      const claims = rowsWhere(store, 'claims', where);
      const verdict = judgePractice(PRACTICE_CASES[id], {
        packet: rowById(store, 'packets', packetId), statements: rowsWhere(store, 'statements', where), returns: rowsWhere(store, 'returns', where), holds: rowsWhere(store, 'holds', where), claims, me: person.id,
      });
      return { room, caseId: id, title, situation, packetId, answer: running.isRevealed ? { text: answer, rules, verdict } : null, realNow: clock.now(), realClocks: realClocks().slice(0, SHOWN) };
    },
    start: async (id) => {
      if (!isCase(id)) return no('practice/unknown-case', { id });
      const person = me();
      if (!person) return no('session/locked', {});
      const near = nearRealClock(realClocks(), clock.now());
      if (near) return no('practice/real-clock-near', { clock: near.clock, site: near.site, deadlineAt: near.deadlineAt });
      if (isStarting) return no('session/busy', {});
      isStarting = true;
      try {
        end(null);
        const opened = await open(id, person);
        // Locked, or overtaken by a clock, while the case was laid out.
        const late = nearRealClock(realClocks(), clock.now());
        if (me()?.id !== person.id || late) {
          opened.close();
          return late ? no('practice/real-clock-near', { clock: late.clock, site: late.site, deadlineAt: late.deadlineAt }) : no('session/locked', {});
        }
        running = opened;
        ended = null;
        look();
        changed();
        return ok(null);
      } finally {
        isStarting = false;
      }
    },
    reveal: () => {
      if (!running) return;
      running.isRevealed = true;
      changed();
    },
    leave: () => end(null),
  };
}
