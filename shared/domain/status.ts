/**
 * The status bar: one state out of eight, the first that holds, as words, shape and tone (product 4.2).
 * Never colour alone, never "synced" without saying where; offline is normal, not an error.
 */
import type { SyncStatus } from '../api.ts';
import { age, countdown, msOf, siteClock, zoneName } from '../time.ts';

export type StatusState = 'clock' | 'attention' | 'stalled' | 'sending' | 'ready_online' | 'ready_offline' | 'offline_clean' | 'clean';
export type StatusShape = 'clock' | 'triangle' | 'broken_ring' | 'arrow_up' | 'half' | 'half_outline' | 'ring' | 'check';
/** `danger` is for a legal clock or data at risk only (product 4.6). */
export type StatusTone = 'danger' | 'warning' | 'info' | 'neutral' | 'good';
export type StatusLine = { readonly state: StatusState; readonly shape: StatusShape; readonly text: string; readonly route: string; readonly tone: StatusTone };

/** The line for this status. `zone` is the reader's own zone (IANA), for times that belong to no site. */
export function statusBar(status: SyncStatus, zone = 'UTC'): StatusLine {
  const { now, clockAtRisk: clock } = status;
  if (clock) {
    const left = countdown(now, clock.deadlineAt);
    const time = msOf(clock.deadlineAt) > msOf(now) ? `${left} left` : left;
    return {
      state: 'clock', shape: 'clock', tone: 'danger', route: `/packet/${clock.packetId}`,
      text: `${clock.count} clock${clock.count === 1 ? '' : 's'}: ${time} (${clock.agencyName}, ${zoneName(clock.deadlineAt, clock.zone)})`,
    };
  }
  if (status.attention > 0) return { state: 'attention', shape: 'triangle', tone: 'warning', route: '/sync/attention', text: status.attention === 1 ? '1 needs attention' : `${status.attention} need attention` };
  if (status.stalledUntil !== null) return { state: 'stalled', shape: 'broken_ring', tone: 'warning', route: '/sync', text: `Stalled – retrying in ${minutesSeconds(msOf(status.stalledUntil) - msOf(now))}` };
  if (status.sending) return { state: 'sending', shape: 'arrow_up', tone: 'info', route: '/sync', text: `Sending ${status.sending.done} of ${status.sending.of} · ${bytesLeft(status.sending.bytesLeft)} left` };
  if (status.ready > 0) {
    return status.link === 'offline'
      ? { state: 'ready_offline', shape: 'half_outline', tone: 'neutral', route: '/sync/unsent', text: `Working offline · ${status.ready} ready to send` }
      : { state: 'ready_online', shape: 'half', tone: 'info', route: '/sync/unsent', text: `${status.ready} ready to send` };
  }
  if (status.link === 'offline') {
    const received = status.lastReceivedAt === null ? 'nothing to send' : `all received ${siteClock(status.lastReceivedAt, zone)}`;
    return { state: 'offline_clean', shape: 'ring', tone: 'neutral', route: '/sync', text: `Working offline · ${received}` };
  }
  return { state: 'clean', shape: 'check', tone: 'good', route: '/sync', text: status.lastReceivedAt === null ? 'Nothing to send' : `All received by HQ ${age(now, status.lastReceivedAt)}` };
}

/** `2:00`: minutes and seconds until a retry; `0:00` when it is due. */
export function minutesSeconds(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** `1.2 MB` or `340 KB`; never less than 1 KB while something is left. */
const bytesLeft = (bytes: number): string => (bytes >= 1_000_000 ? `${(bytes / 1_000_000).toFixed(1)} MB` : `${Math.max(1, Math.ceil(bytes / 1000))} KB`);
