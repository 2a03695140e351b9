/** Static synthetic lists for looking at the screen alone: status, outbox, agencies, officers, stops. */
import type { AgencyItem, ItineraryItem, OfficerItem, SyncItem, SyncStatus } from '../../shared/api.ts';
import { displayName } from '../../shared/domain/packet.ts';
import { identity } from './fake-packets.ts';
import { stepsOf } from '../../shared/domain/officer-steps.ts';
import { AGENCIES, agency, at, hex, INTERVALS, NOW, OFFICERS } from './fake-people.ts';

export const STATUS: SyncStatus = {
  link: 'offline',
  ready: 3,
  attention: 1,
  sending: null,
  stalledUntil: null,
  stallReason: null,
  lastReceivedAt: at(-2.1),
  hqDataAsOf: at(-2),
  oldestUnsentAt: at(-1.4),
  isPulling: false,
  pulledRows: 0,
  clockAtRisk: { count: 2, deadlineAt: at(1.6), clock: 'K4', agencyName: 'Sample County SO TX-11', zone: 'America/Chicago', packetId: 'p-0001' },
  clockSkewMs: 120,
  isClockTrusted: true,
  diskFreeBytes: 84_000_000_000,
  now: NOW,
  isPaused: false,
};
const item = (seq: number, title: string, state: SyncItem['state'], more: Partial<SyncItem> = {}): SyncItem => ({
  seq,
  commandId: hex(seq).slice(0, 32),
  name: 'signoff.sign',
  packetId: 'p-0001',
  title,
  savedAt: at(-seq / 4),
  state,
  attempts: 0,
  lastAttemptAt: null,
  nextAttemptAt: null,
  bytes: 2140 + seq * 331,
  reason: null,
  receipt: null,
  replaces: null,
  lookback: null,
  ...more,
});
export const SYNC_ITEMS: readonly SyncItem[] = [
  item(12, 'Signed I-862, I-200 for MARINESCU, Elena', 'ready'),
  item(11, 'Returned packet of KOWALCZYK, Piotr', 'ready', { name: 'signoff.return', attempts: 2, lastAttemptAt: at(-0.3), nextAttemptAt: at(0.2) }),
  item(10, 'Hold on VANTERPOOL, Desmond', 'ready', { name: 'hold.place' }),
  item(9, 'Signed I-213 for TUPOU, Sione', 'refused', {
    attempts: 1,
    lastAttemptAt: at(-2),
    reason: { code: 'signoff/version-changed', details: { looked: 1, current: 2 } },
    receipt: null,
  }),
  item(8, 'Signed I-862 for NGUYEN, Van Thanh', 'under_review', {
    attempts: 1,
    receipt: { code: 'R-91D0C2', receivedAt: at(-2.05), hash: hex(9) },
    reason: null,
  }),
  ...[7, 6, 5, 4].map((n) =>
    item(n, `Signed I-200 for ${displayName(identity(n))}`, 'received', { attempts: 1, receipt: { code: `R-7F3A1${n}`, receivedAt: at(-2.1), hash: hex(n) } }),
  ),
];
export const AGENCY_ITEMS: readonly AgencyItem[] = AGENCIES.map((a, n) => ({
  agency: a,
  openPackets: [14, 9, 3, 0][n] ?? 0,
  officers: [6, 4, 2, 3][n] ?? 0,
  officersValid: [5, 3, 2, 0][n] ?? 0,
  earliestDeadlineAt: [at(-0.8), at(1.6), at(52), null][n] ?? null,
}));
const NOTHING = { planBy: null, completion: null, waiver: null, unverified: null, unavailable: null };
export const OFFICER_ITEMS: readonly OfficerItem[] = OFFICERS.map((o, n) => ({
  officer: o,
  agencyName: agency(n % 2).name,
  zone: agency(n % 2).zone,
  interval: INTERVALS.find((i) => i.officerId === o.id && i.endAt === null) ?? null,
  intervals: INTERVALS.filter((i) => i.officerId === o.id),
  standings: (['palms-2', 'palms-6', 'palms-7', 'palms-8', 'refresher'] as const).map((requirement, k) => ({
    ...NOTHING,
    requirement,
    standing: n === 2 && k === 2 ? 'overdue' : k === 3 ? 'unknown' : 'current',
    dueOn: k === 3 ? null : n === 2 && k === 2 ? '2026-11-15' : `2026-12-${10 + k * 3}`,
  })),
  card: { state: o.cardState, lastLoginAt: o.lastCardLoginAt, diesAt: null },
  events: [],
  earliestDueOn: n === 2 ? '2026-11-15' : '2026-12-10',
  revocation: n === 2 ? { lapsedAt: at(-60), why: 'Training past due', dueAt: at(60), askedAt: null } : null,
  steps: stepsOf(o.authorityState, 'pm'),
  base: {},
}));
export const STOPS: readonly ItineraryItem[] = [
  [-20, -14, 0],
  [16, 22, 1],
  [42, 47, 2],
  [66, 70, 0],
].map(([from, to, n], k) => ({
  stop: {
    id: `st-${k}`,
    stream: 'pm:pm-1',
    version: 1,
    changedBy: 'hq',
    pmId: 'pm-1',
    agencyId: agency(n ?? 0).id,
    arriveAt: at(from ?? 0),
    departAt: at(to ?? 0),
    purpose: ['Sign-off and interviews', 'Annual MOA meeting', 'Warrant service review', 'Follow-up on returned packets'][k] ?? '',
    note: k === 1 ? 'Sheriff asked for the training overview.' : '',
  },
  agencyName: agency(n ?? 0).name,
  zone: agency(n ?? 0).zone,
  openPackets: [14, 9, 3, 14][k] ?? 0,
}));
