/**
 * The alarm clock of one laptop: sounds at the moments of clock-alarms.ts, open or locked. While locked it holds { time, site code, clock id }
 * and nothing else. Looks at the real clock at least once a minute: a laptop that slept, or whose clock was set, sounds what it missed.
 */
import { type Alarm, nextRingAt, type Ring, ringsBetween } from '../shared/domain/clock-alarms.ts';

const LOOK_MS = 60_000;

export type AlarmClock = {
  /** What it counts towards, soonest first. */
  readonly alarms: () => readonly Alarm[];
  /** What sounded last; empty before anything did. */
  readonly rung: () => readonly Ring[];
  /** Takes what the store has now and counts on alone: called at lock, with the store still open. */
  readonly keep: () => void;
  /** Looks now: after an unlock, a resume or a change of the rows. */
  readonly look: () => void;
  readonly stop: () => void;
};
export type AlarmClockOptions = {
  readonly now: () => string; readonly after: (ms: number, work: () => void) => () => void;
  /** The alarms of the open store; null while locked or when it cannot be read: the kept ones count. Must not throw. */
  readonly current: () => readonly Alarm[] | null;
  readonly ring: (rings: readonly Ring[]) => void;
};

/** Starts looking at once. */
export function createAlarmClock({ now, after, current, ring }: AlarmClockOptions): AlarmClock {
  let alarms: readonly Alarm[] = [];
  let rung: readonly Ring[] = [];
  let lookedAt = now();
  let cancel = (): void => undefined;

  const arm = (): void => {
    cancel();
    const next = nextRingAt(alarms, lookedAt);
    cancel = after(Math.max(1, Math.min(LOOK_MS, next === null ? LOOK_MS : Date.parse(next) - Date.parse(lookedAt))), look);
  };
  function look(): void {
    const from = lookedAt;
    lookedAt = now();
    const fresh = current();
    // Those that ended since the last look are no longer ahead in the store: the ones counted on tell of them.
    const due = ringsBetween(fresh === null ? alarms : [...alarms.filter((a) => a.deadlineAt <= lookedAt), ...fresh.filter((a) => a.deadlineAt > lookedAt)], from, lookedAt);
    if (fresh !== null) alarms = fresh;
    arm();
    if (due.length === 0) return;
    rung = due;
    ring(due);
  }
  arm();
  return {
    alarms: () => alarms, rung: () => rung, look, stop: () => cancel(),
    keep: () => {
      alarms = current() ?? alarms;
      rung = [];
      lookedAt = now();
      arm();
    },
  };
}
