/**
 * The order of the review queue (domain 2.3): tier, deadline, detained first, time received, id.
 * Must never look at nationality or offence (0.4 item 9): neither is on the row that it sees.
 */
import type { PacketRow } from '../rows.ts';
import { msOf } from '../time.ts';
import type { ClockId } from './clock-table.ts';

const HOUR = 3_600_000;

export type Head = Pick<PacketRow, 'deadlineAt' | 'deadlineClock' | 'nextAt' | 'nextClock' | 'custodyLimitAt' | 'state'>;
/**
 * The clock that heads a packet at this moment, the same that `headClocks` would store at it. The stored head is the local release (K4) while that lies
 * ahead; once it has passed and a custody limit runs, the next clock heads the row: notice to ICE of the detainer (K5), or when the person must be let go.
 * A row older than `nextAt` knows only its limit, K2B: K4 stops where K3 starts, and K2 never ends sooner. `db/queries/head.ts` says the same in SQL.
 */
export function headAt(packet: Head, now: string): { readonly deadlineAt: string | null; readonly deadlineClock: string | null } {
  const { deadlineAt, deadlineClock, nextAt, nextClock, custodyLimitAt, state } = packet;
  const isMoved = deadlineClock === 'K4' && state !== 'closed' && custodyLimitAt !== null && deadlineAt !== null && msOf(deadlineAt) <= msOf(now);
  return isMoved ? { deadlineAt: nextAt ?? custodyLimitAt, deadlineClock: nextClock ?? ('K2B' satisfies ClockId) } : { deadlineAt, deadlineClock };
}

/**
 * T0 protective hold (with it K6, on the same claim), act under review or custody limit passed; T1 due within 4 h (or overdue); T2 24 h; T3 72 h; T4 the rest;
 * T5 returned to the DIO or done. A passed custody limit stays T0 until ICE custody is recorded or the packet is closed, whoever has signed what.
 */
export function tierOf(packet: PacketRow, now: string): 0 | 1 | 2 | 3 | 4 | 5 {
  const at = msOf(now);
  if (packet.state === 'closed') return 5;
  if (packet.lane === 0) return 0;
  if (packet.custodyLimitAt !== null && msOf(packet.custodyLimitAt) <= at) return 0;
  if (packet.lane === 5 || packet.lane === 9) return 5;
  const { deadlineAt } = headAt(packet, now);
  if (deadlineAt === null) return 4;
  const left = msOf(deadlineAt) - at;
  return left <= 4 * HOUR ? 1 : left <= 24 * HOUR ? 2 : left <= 72 * HOUR ? 3 : 4;
}

/** Comparator for one moment. A total order: equal only for the same packet. */
export const compareQueue = (now: string) => (a: PacketRow, b: PacketRow): number =>
  tierOf(a, now) - tierOf(b, now) ||
  compareNullLast(headAt(a, now).deadlineAt, headAt(b, now).deadlineAt) ||
  Number(b.isDetained) - Number(a.isDetained) ||
  msOf(a.receivedAt) - msOf(b.receivedAt) ||
  (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

function compareNullLast(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return msOf(a) - msOf(b);
}
