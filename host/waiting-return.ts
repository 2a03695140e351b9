/**
 * Lets a return wait some seconds before it is made, so that it can be taken back [ADR 0011]. The row in the store is the truth; memory holds only the timer.
 * Must never lose a return: what stops the wait (lock, quit, a later decision, a start after a crash) carries it out, and a full disk leaves it waiting.
 */
import { no, ok, type Result } from '../shared/result.ts';
import { msLeft, type CarriedBy, type GraceSeconds, type WaitingReturn } from '../shared/domain/waiting-return.ts';
import type { Saved } from '../shared/api.ts';
import type { Store } from '../db/open.ts';
import type { RunInput } from '../db/run.ts';
import { StoreError } from '../db/store-error.ts';
import { dropWaiting, getWaiting, makeReturn, storeWaiting, tryReturn } from '../db/waiting-return.ts';

/** How soon it is tried again when the disk was full, ms. */
const RETRY_MS = 10_000;

export type ReturnDesk = { readonly store: Store; readonly clock: RunInput['clock'] };
export type WaitingReturnsOptions<D extends ReturnDesk> = {
  readonly after: (ms: number, work: () => void) => () => void;
  /** Whether this desk is still the one that is open. */
  readonly isOpen: (desk: D) => boolean;
  /** The command as the kernel runs it for this desk's person. */
  readonly runInput: (desk: D, input: WaitingReturn['input'], base: WaitingReturn['base']) => RunInput;
  /** After a return was made: alarms, sync, notices. */
  readonly made: (saved: Saved) => void;
  /** The row changed. */
  readonly changed: () => void;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
};
export type ReturnRequest = { readonly input: WaitingReturn['input']; readonly base: WaitingReturn['base']; readonly seconds: GraceSeconds; /** The dialog's content, as its draft. */ readonly dialog: string };
export type WaitingReturns<D> = {
  /** Refusals: those of `signoff.return`, store/disk-full. */
  readonly wait: (desk: D, request: ReturnRequest) => Result<null>;
  /** Takes it back. Refusal: return/not-waiting. */
  readonly undo: (desk: D, packetId: string) => Result<null>;
  /** Makes it now. Refusals: return/not-waiting and those of `signoff.return`. */
  readonly now: (desk: D, packetId: string) => Result<Saved>;
  /** Forgets what became of the last one; what still waits stays. */
  readonly dismiss: (desk: D) => void;
  /** Carries out what waits, if anything does. Never throws: the caller has something of its own to do. */
  readonly finish: (desk: D, by: CarriedBy) => void;
  /** Goes on where an earlier run of the program stopped. */
  readonly resume: (desk: D) => void;
};

/** One per backend. */
export function createWaitingReturns<D extends ReturnDesk>({ after, isOpen, runInput, made, changed, log }: WaitingReturnsOptions<D>): WaitingReturns<D> {
  let stopTimer = (): void => undefined;
  const waitingOf = (desk: D): WaitingReturn | null => {
    const found = getWaiting(desk.store);
    return found?.outcome.state === 'waiting' ? found : null;
  };
  const carryOut = (desk: D, waiting: WaitingReturn, by: CarriedBy): Result<Saved> => {
    const saved = makeReturn(desk.store, waiting, runInput(desk, waiting.input, waiting.base), by);
    stopTimer();
    if (saved.ok) made(saved.value);
    else log({ event: 'return/refused', code: saved.problem.code });
    changed();
    return saved;
  };
  const arm = (desk: D, ms: number, by: CarriedBy): void => {
    stopTimer();
    stopTimer = after(ms, () => {
      if (isOpen(desk)) finish(desk, by);
    });
  };
  function finish(desk: D, by: CarriedBy): void {
    try {
      const waiting = waitingOf(desk);
      if (waiting) carryOut(desk, waiting, by);
    } catch (error) {
      // Nothing was written: it waits on, and the caller goes on.
      log({ event: 'return/waits-on', error: error instanceof StoreError ? error.problem.code : error instanceof Error ? error.stack : String(error) });
      arm(desk, RETRY_MS, by);
    }
  }
  const asked = (desk: D, packetId: string): WaitingReturn | null => {
    const waiting = waitingOf(desk);
    return waiting?.input.packetId === packetId ? waiting : null;
  };
  return {
    wait: (desk, { input, base, seconds, dialog }) => {
      const before = waitingOf(desk);
      // The same packet again: the new text stands in for the old one.
      if (before && before.input.packetId !== input.packetId) carryOut(desk, before, 'decision');
      const would = tryReturn(desk.store, runInput(desk, input, base));
      if (!would.ok) return would;
      const waiting: WaitingReturn = { input, base, seconds, decidedAt: desk.clock.now(), outcome: { state: 'waiting' } };
      storeWaiting(desk.store, waiting, dialog);
      arm(desk, seconds * 1000, 'time');
      changed();
      return ok(null);
    },
    undo: (desk, packetId) => {
      if (!asked(desk, packetId)) return no('return/not-waiting', { packetId });
      dropWaiting(desk.store);
      stopTimer();
      changed();
      return ok(null);
    },
    now: (desk, packetId) => {
      const waiting = asked(desk, packetId);
      return waiting ? carryOut(desk, waiting, 'person') : no('return/not-waiting', { packetId });
    },
    dismiss: (desk) => {
      if (waitingOf(desk)) return;
      dropWaiting(desk.store);
      changed();
    },
    finish,
    resume: (desk) => {
      const waiting = waitingOf(desk);
      // Also when its time is over: in the timer's own turn, so that it can hold up no unlock.
      if (waiting) arm(desk, msLeft(waiting, desk.clock.now()), 'restart');
    },
  };
}
