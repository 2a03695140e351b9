/** What is unsent, received, refused, and how fresh everything is. States come from rows; only the link's own state comes from the sync loop. */
import type { QueryIn, SyncItem, SyncStatus } from '../../shared/api.ts';
import { type Head, headAt } from '../../shared/domain/queue.ts';
import { lookbackIdOf } from '../../shared/domain/lookback.ts';
import type { PacketRow } from '../../shared/rows.ts';
import { memoised, type Store } from '../open.ts';
import type { ReadContext } from '../read.ts';
import { epochState } from '../ledger.ts';
import { rowById } from '../rows.ts';
import { earliestCredible } from '../run.ts';
import { get } from '../sync-state.ts';
import { DUE_BY, HEAD } from './head.ts';

/** Words for a command in the Sync screen. */
const LABELS: Readonly<Record<string, string>> = { 'signoff.sign': 'Sign-off', 'signoff.return': 'Return to agency', 'hold.place': 'Hold',
  'call.log': 'Call', 'call.close': 'Call closed', 'claim.record': 'Protective matter', 'claim.consult': 'ICE told', 'claim.memo': 'Memorandum', 'hold.follow': 'Hold', 'custody.record': 'Custody', 'pin.add': 'Evidence pin', 'officer.record': 'Officer', 'training.record': 'Training', 'training.verify': 'Training verified', 'training.withdraw': 'Training withdrawn', 'course.unavailable': 'Course unavailable',
  'course.end_waiver': 'Waiver ended', 'officer.attest': 'Annual verification', 'requirement.own': 'Training officer named', 'onboarding.record': 'Onboarding', 'prospect.save': 'Prospect', 'filter.save': 'Saved filter', 'filter.rename': 'Saved filter renamed', 'filter.remove': 'Saved filter removed' };
/** A clock this close counts as at risk; the heartbeat tells HQ the same count. */
export const AT_RISK_MS = 12 * 3_600_000;
/** A laptop clock further off than this is not trusted (product 4.10). */
const SKEW_LIMIT_MS = 120_000;

type ItemRow = {
  readonly seq: number; readonly commandId: string; readonly name: string; readonly packetId: string | null; readonly savedAt: string; readonly state: SyncItem['state']; readonly attempts: number;
  readonly lastAttemptAt: string | null; readonly nextAttemptAt: string | null; readonly bytes: number; readonly reasonCode: string | null; readonly reasonDetails: string | null;
    readonly replaces: string | null;
  readonly code: string | null; readonly receivedAt: string | null; readonly hash: string | null; readonly subject: string | null; readonly eventNumber: string | null;
};
const WHERE: Readonly<Record<QueryIn<'sync.items'>['filter'], string>> = {
  all: '', attention: `WHERE o."state" = 'refused' AND q."resolvedAt" IS NULL`, unsent: `WHERE o."state" IN ('ready', 'sending')`, received: `WHERE o."state" IN ('received', 'under_review')`,
};

/** The outbox as a list: unsent in sending order, everything else newest first. */
export function syncItems(store: Store, filter: QueryIn<'sync.items'>['filter']): readonly SyncItem[] {
  const rows = store.prepare(`SELECT o."seq", o."commandId", o."name", o."packetId", o."savedAt", o."state", o."attempts", o."lastAttemptAt", o."nextAttemptAt", o."bytes", o."reasonCode",
    o."reasonDetails", o."replaces",
    r."code", r."receivedAt", r."hash", s."name" AS subject, p."eventNumber" FROM outbox o LEFT JOIN receipts r ON r."commandId" = o."commandId" LEFT JOIN quarantine q ON q."commandId" = o."commandId"
    LEFT JOIN packets p ON p."id" = o."packetId" LEFT JOIN subjects s ON s."id" = p."subjectId" ${WHERE[filter]} ORDER BY o."n" ${filter === 'unsent' ? 'ASC' : 'DESC'}`).all() as ItemRow[];
  return rows.map((r) => ({
    seq: r.seq, commandId: r.commandId, name: r.name, packetId: r.packetId, title: [LABELS[r.name] ?? r.name, r.subject ?? r.eventNumber].filter((t) => t !== null && t !== '').join(' · '),
      savedAt: r.savedAt,
    state: r.state, attempts: r.attempts, lastAttemptAt: r.lastAttemptAt, nextAttemptAt: r.nextAttemptAt, bytes: r.bytes,
    reason: r.reasonCode === null ? null : { code: r.reasonCode, details: JSON.parse(r.reasonDetails ?? '{}') as Record<string, unknown> },
    receipt: r.code === null || r.receivedAt === null || r.hash === null ? null : { code: r.code, receivedAt: r.receivedAt, hash: r.hash }, replaces: r.replaces,
    lookback: r.state === 'under_review' ? lookbackOf(store, r.commandId) : null,
  }));
}

/** What became of an act under review; null while its review has not arrived. */
function lookbackOf(store: Store, commandId: string): SyncItem['lookback'] {
  const review = rowById(store, 'lookback_reviews', lookbackIdOf(commandId));
  return review && { dueAt: review.dueAt, outcome: review.outcome };
}

type Risk = Head & Pick<PacketRow, 'id' | 'agencyId'> & { readonly agencyName: string | null; readonly zone: string | null };
/** Open packets with a clock due within twelve hours or over, earliest first: the first and how many. */
function clockAtRisk(store: Store, now: string): SyncStatus['clockAtRisk'] {
  const until = new Date(Date.parse(now) + AT_RISK_MS).toISOString();
  // Moves with the time: kept for a minute of it, and per change.
  return memoised(store, 'sync.atRisk', ['packets', 'agencies'], now.slice(0, 16), () => {
    const values = [until, until, now];
    const count = store.prepare(`SELECT count(*) FROM packets WHERE ${DUE_BY}`).pluck().get(...values) as number;
    if (count === 0) return null;
    const first = store.prepare(`SELECT p."id", p."state", p."deadlineAt", p."deadlineClock", p."nextAt", p."nextClock", p."custodyLimitAt", p."agencyId", a."name" AS agencyName,
      a."zone" FROM (SELECT *, ${HEAD} AS head FROM packets WHERE ${DUE_BY} ORDER BY head, "id" LIMIT 1) p
      LEFT JOIN agencies a ON a."id" = p."agencyId"`).get(now, ...values) as Risk;
    const head = headAt(first, now);
    return { count, deadlineAt: head.deadlineAt ?? now, clock: head.deadlineClock ?? '', agencyName: first.agencyName ?? first.agencyId, zone: first.zone ?? 'UTC', packetId: first.id };
  });
}

/** The status as rows and loop tell it. */
export function syncStatus(store: Store, { now, status }: ReadContext): SyncStatus {
  const unsent = store.prepare(`SELECT count(*) AS ready, min("savedAt") AS oldest FROM outbox WHERE "state" IN ('ready', 'sending')`).get() as { readonly ready: number;
    readonly oldest: string | null };
  const attention = store.prepare('SELECT count(*) FROM quarantine WHERE "resolvedAt" IS NULL').pluck().get() as number;
  const skew = get(store, 'skewMs');
  const skewMs = skew === null ? null : Number(skew);
  const lastHq = get(store, 'lastHqTime');
  const { lastAt } = epochState(store);
  return {
    link: status.link ?? 'unknown', ready: unsent.ready, attention, sending: status.sending ?? null, stalledUntil: status.stalledUntil ?? null, stallReason: status.stallReason ?? null,
    lastReceivedAt: get(store, 'lastReceivedAt'), hqDataAsOf: status.hqDataAsOf ?? get(store, 'lastPullAt'), oldestUnsentAt: unsent.oldest, isPulling: status.isPulling ?? false, pulledRows: status.pulledRows ?? 0,
    clockAtRisk: clockAtRisk(store, now), clockSkewMs: skewMs,
    isClockTrusted: (skewMs === null || Math.abs(skewMs) <= SKEW_LIMIT_MS) && now >= (earliestCredible(lastAt, lastHq) ?? now),
    diskFreeBytes: status.diskFreeBytes ?? null, now, isPaused: status.isPaused ?? false,
  };
}
