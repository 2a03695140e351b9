/**
 * Alarms of clocks, also while the laptop is locked: which moments sound, and the words. An alarm knows time, site code and clock id
 * and nothing about a person (architecture 7): it may stand on a lock screen and in a notification.
 */
import { countdown, msOf, utcInstant } from '../time.ts';
import { type ClockId, CLOCKS, clockRow } from './clock-table.ts';

export type Alarm = { readonly deadlineAt: string; /** The agency's code, never its name or a person's. */ readonly site: string; readonly clock: string };
/** What stands as the clock of a look-back review's due time (domain 0.4 item 7): it has no number of its own. */
export const LOOKBACK_ALARM = 'look-back';
/** An alarm that sounds, and how long before its end it was due to. */
export type Ring = Alarm & { readonly leadMinutes: number };

/** Minutes before the end at which a clock sounds: as tier T1 begins, then one hour, a quarter of an hour, and at the end. */
export const ALARM_LEADS = [240, 60, 15, 0] as const;

const moments = (alarm: Alarm): readonly { readonly at: number; readonly leadMinutes: number }[] =>
  ALARM_LEADS.map((leadMinutes) => ({ at: msOf(alarm.deadlineAt) - leadMinutes * 60_000, leadMinutes }));

/** What sounds for the time after `from` up to and including `to`: of each alarm the latest moment only, the soonest end first. */
export function ringsBetween(alarms: readonly Alarm[], from: string, to: string): readonly Ring[] {
  const [after, until] = [msOf(from), msOf(to)];
  return alarms.flatMap((alarm): readonly Ring[] => {
    const last = moments(alarm).findLast((m) => m.at > after && m.at <= until);
    return last ? [{ ...alarm, leadMinutes: last.leadMinutes }] : [];
  }).sort((a, b) => msOf(a.deadlineAt) - msOf(b.deadlineAt));
}

/** The next moment after `now` at which any of them sounds, UTC; null when none does any more. */
export function nextRingAt(alarms: readonly Alarm[], now: string): string | null {
  const at = msOf(now);
  const ahead = alarms.flatMap((a) => moments(a).filter((m) => m.at > at).map((m) => m.at));
  return ahead.length === 0 ? null : utcInstant(Math.min(...ahead));
}

const isClockId = (id: string): id is ClockId => Object.hasOwn(CLOCKS, id);
/** `Clock K2B at ag-07 in 42 m`; at its end `Clock K2B at ag-07, 5 m over: release or notify required`. */
export function alarmText(alarm: Alarm, now: string): string {
  const name = `${alarm.clock === LOOKBACK_ALARM ? 'Look-back review' : `Clock ${alarm.clock}`} at ${alarm.site}`;
  const left = countdown(now, alarm.deadlineAt);
  if (msOf(alarm.deadlineAt) > msOf(now)) return `${name} in ${left}`;
  const atEnd = isClockId(alarm.clock) ? clockRow(alarm.clock).atEnd : alarm.clock === LOOKBACK_ALARM ? 'still open at HQ, call the owner' : 'ended';
  return `${name}, ${left}: ${atEnd.charAt(0).toLowerCase()}${atEnd.slice(1)}`;
}
