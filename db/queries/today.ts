/** The first screen: clocks at risk, what needs attention, what is unsent, where next. Says "unknown" by absence, never green without data. */
import type { Overview } from '../../shared/api.ts';
import { HOLD_RULES, type HoldRule } from '../../shared/domain/holds.ts';
import { countdown, siteDay, siteTime } from '../../shared/time.ts';
import { isLate } from '../../shared/domain/lookback.ts';
import { revocationTask, revocationWords } from '../../shared/domain/lapse-review.ts';
import { trainingFile } from '../../shared/domain/officer-events.ts';
import { REQUIREMENTS, standings } from '../../shared/domain/training.ts';
import { memoised, type Store } from '../open.ts';
import type { ReadContext } from '../read.ts';
import { agencyCoverage } from './assignments.ts';
import { runningStops } from './claims.ts';
import { DUE_BY, HEAD } from './head.ts';
import { listItinerary } from './itinerary.ts';
import { listLookbacks } from './lookback.ts';
import { officerFiles } from './officer-files.ts';
import { listQueue, queueItems } from './queue.ts';
import { AT_RISK_MS, syncItems } from './sync.ts';

const RISKS = 8;
const PER_KIND = 20;
/** Authority and training that end within this many days are shown. */
const SOON_MS = 30 * 86_400_000;
type Attention = Overview['attention'][number];

/** Everything on the first screen, as of `now`. */
export function todayOverview(store: Store, context: ReadContext): Overview {
  const { now, pmId } = context;
  const queue = listQueue(store, { split: 'all', search: '', offset: 0, limit: 1 }, context);
  const until = new Date(Date.parse(now) + AT_RISK_MS).toISOString();
  const risky = store.prepare(`SELECT "id" FROM packets WHERE ${DUE_BY} ORDER BY ${HEAD}, "id" LIMIT ?`).pluck().all(until, until, now, now, RISKS) as string[];
  return {
    now, atRisk: queueItems(store, risky, now), attention: attentionOf(store, context), unsent: syncItems(store, 'unsent').slice(0, 50), openTotal: queue.total,
    nextStops: listItinerary(store, context).filter((i) => i.stop.departAt >= now).slice(0, 3), signedToday: signedToday(store, pmId, now), ...agencyCoverage(store, pmId, now),
  };
}

/** Statements that this person signed since midnight of the zone they were signed in. */
function signedToday(store: Store, pmId: string, now: string): number {
  const since = new Date(Date.parse(now) - 2 * 86_400_000).toISOString();
  const rows = store.prepare('SELECT "signedAt", "zone" FROM statements WHERE "signerId" = ? AND "signedAt" >= ?').all(pmId, since) as { readonly signedAt: string; readonly zone: string }[];
  return rows.filter((r) => siteDay(r.signedAt, r.zone) === siteDay(now, r.zone)).length;
}

/** Training past due of DIOs who have not left, the longest overdue first. Moves by the day. */
const overdueTraining = (store: Store, { now }: ReadContext): readonly Attention[] =>
  memoised(store, 'today.training', ['officers', 'agencies', 'officer_events', 'training', 'course_waivers', 'authority_intervals'], now.slice(0, 13), () => officerFiles(store, null)
    .filter((i) => !i.officer.isSeparated)
    .flatMap(({ officer, file }) => standings(trainingFile(file), now).filter((s) => s.standing === 'overdue').map((s) => ({ officer, dueOn: s.dueOn ?? '', title: REQUIREMENTS[s.requirement].title })))
    .sort((a, b) => (a.dueOn < b.dueOn ? -1 : a.dueOn > b.dueOn ? 1 : a.officer.id < b.officer.id ? -1 : 1))
    .map(({ officer, dueOn, title }): Attention => ({ kind: 'training', title: officer.name, detail: `${title} due ${dueOn}`, route: `/officers/${encodeURIComponent(officer.agencyId)}` })));

/** DIOs who lapsed and were not revoked, the longest overdue first: what the FOD has to decide. Moves by the hour. */
const openRevocations = (store: Store, { now }: ReadContext): readonly Attention[] =>
  memoised(store, 'today.revocations', ['officers', 'agencies', 'officer_events', 'training', 'course_waivers', 'authority_intervals'], now.slice(0, 13), () => officerFiles(store, null)
    .flatMap(({ officer, file }) => {
      const task = revocationTask(file, now);
      return task ? [{ officer, zone: file.zone, task }] : [];
    })
    .sort((a, b) => (a.task.dueAt < b.task.dueAt ? -1 : a.task.dueAt > b.task.dueAt ? 1 : a.officer.id < b.officer.id ? -1 : 1))
    .map(({ officer, zone, task }): Attention => ({ kind: 'revocation', title: officer.name, detail: revocationWords(task, zone, now), route: `/officers/${encodeURIComponent(officer.agencyId)}` })));

function attentionOf(store: Store, context: ReadContext): readonly Attention[] {
  const { now } = context;
  const all = (sql: string, ...values: readonly unknown[]) => store.prepare(`${sql} LIMIT ${PER_KIND}`).all(...values) as Record<string, string>[];
  const packet = (id: string | undefined): string => `/packet/${encodeURIComponent(id ?? '')}`;
  const officers = (agencyId: string | undefined): string => `/officers/${encodeURIComponent(agencyId ?? '')}`;
  const soon = new Date(Date.parse(now) + SOON_MS).toISOString();
  return [
    ...runningStops(store).slice(0, PER_KIND).map((s): Attention => ({ kind: 'claim', title: s.name, detail: `${s.clock} ${s.label}, ${countdown(now, s.deadlineAt)}`, route: '/claims' })),
    ...syncItems(store, 'attention').slice(0, PER_KIND).map((i): Attention => ({ kind: 'refused', title: i.title, detail: i.reason?.code ?? '', route: '/sync/attention' })),
    ...listLookbacks(store, context).filter((i) => i.review.closedAt === null).slice(0, PER_KIND)
      .map((i): Attention => ({ kind: 'under_review', title: i.subjectName, detail: `Look-back due ${siteTime(i.review.dueAt, i.zone)}${isLate(i.review, now) ? ', overdue' : ''}${i.isMine ? ', signed by you' : ''}`, route: packet(i.review.packetId) })),
    ...all(`SELECT h."packetId", h."rule", s."name" FROM holds h JOIN packets p ON p."id" = h."packetId" LEFT JOIN subjects s ON s."id" = p."subjectId"
      WHERE h."releasedAt" IS NULL AND p."state" <> 'closed' ORDER BY h."placedAt" DESC, h."id"`)
      .map((r): Attention => ({ kind: 'hold', title: r.name ?? '', detail: HOLD_RULES[r.rule as HoldRule]?.label ?? '', route: packet(r.packetId) })),
    ...all(`SELECT p."id", p."currentVersion", s."name" FROM packets p LEFT JOIN subjects s ON s."id" = p."subjectId"
      WHERE p."isResubmitted" = 1 AND p."state" = 'in_review' ORDER BY p."receivedAt" DESC, p."id"`)
      .map((r): Attention => ({ kind: 'resubmitted', title: r.name ?? '', detail: `Version ${r.currentVersion ?? ''}`, route: packet(r.id) })),
    ...all(`SELECT o."agencyId", o."name", i."endAt" FROM authority_intervals i JOIN officers o ON o."id" = i."officerId"
      WHERE o."isSeparated" = 0 AND i."endAt" > ? AND i."endAt" <= ? ORDER BY i."endAt", i."id"`, now, soon)
      .map((r): Attention => ({ kind: 'authority', title: r.name ?? '', detail: `Authority ends ${r.endAt?.slice(0, 10) ?? ''}`, route: officers(r.agencyId) })),
    ...openRevocations(store, context).slice(0, PER_KIND),
    ...overdueTraining(store, context).slice(0, PER_KIND),
  ];
}
