/** The clocks that will sound next: deadlines that head a packet and those after them, custody limits and look-back reviews still ahead, without anything about a person. */
import { type Alarm, LOOKBACK_ALARM } from '../../shared/domain/clock-alarms.ts';
import { packetClocks } from '../../shared/domain/clocks.ts';
import { custodyTimes } from '../../shared/domain/custody.ts';
import { openContent } from '../../shared/domain/packet.ts';
import { memoised, type Store } from '../open.ts';
import { soonestNext } from '../queue-index.ts';
import { rowsWhere } from '../rows.ts';
import { stopAlarms } from './claims.ts';
import { DEADLINE, LANE, LIMIT } from './head.ts';

/** The nearest of either kind that are kept; a locked laptop counts on from these. */
export const MOST_ALARMS = 60;
type Row = { readonly id: string; readonly agencyId: string; readonly currentVersion: number; readonly deadlineAt: string | null; readonly deadlineClock: string | null; readonly custodyLimitAt: string };

/** Alarms ahead of `now`, soonest first: of packets, and of claims and calls that no packet's head tells. Kept for an hour and until one of them changes. */
export function alarmsAhead(store: Store, now: string): readonly Alarm[] {
  const made = memoised(store, 'alarms', ['packets', 'packet_versions', 'custody_events', 'claims', 'site_calls', 'lookback_reviews'], now.slice(0, 13), () => {
    const heads = store.prepare(`SELECT "agencyId" AS site, "deadlineAt", "deadlineClock" AS clock FROM packets WHERE ${LANE} IN (0, 1, 5) AND ${DEADLINE} > ? AND ${DEADLINE} < '~'
      AND "deadlineClock" IS NOT NULL ORDER BY "deadlineAt" LIMIT ${MOST_ALARMS}`).all(now) as Alarm[];
    // The clock after the head sounds too, also once the head has passed.
    const next = store.prepare('SELECT "agencyId" AS site, "nextAt" AS "deadlineAt", "nextClock" AS clock FROM packets WHERE rowid = ? AND "nextClock" IS NOT NULL');
    const nexts = soonestNext(store, now, MOST_ALARMS).flatMap((rowid) => (next.get(rowid) as Alarm | undefined) ?? []);
    // A signature does not end a custody limit: the done lane counts too.
    const limits = store.prepare(`SELECT "id", "agencyId", "currentVersion", "deadlineAt", "deadlineClock", "custodyLimitAt" FROM packets WHERE "custodyLimitAt" IS NOT NULL
      AND ${LANE} IN (0, 1, 5, 9) AND ${LIMIT} > ? ORDER BY "custodyLimitAt" LIMIT ${MOST_ALARMS}`).all(now) as Row[];
    const reviews = store.prepare(`SELECT "agencyId" AS site, "dueAt" AS "deadlineAt", '${LOOKBACK_ALARM}' AS clock FROM lookback_reviews WHERE "closedAt" IS NULL AND "dueAt" > ?
      AND "stream" NOT LIKE 'restricted:%' ORDER BY "dueAt" LIMIT ${MOST_ALARMS}`).all(now) as Alarm[];
    const all = [...heads, ...nexts, ...reviews, ...limits.map((row): Alarm => ({ deadlineAt: row.custodyLimitAt, site: row.agencyId, clock: limitClock(store, row) })), ...stopAlarms(store, now)];
    return [...new Map(all.map((a): [string, Alarm] => [`${a.deadlineAt} ${a.site} ${a.clock}`, a])).values()].sort((a, b) => (a.deadlineAt < b.deadlineAt ? -1 : a.deadlineAt > b.deadlineAt ? 1 : 0));
  });
  return made.filter((a) => a.deadlineAt > now);
}

/** Which clock the custody limit is: told by the head, or by the document where another clock heads the packet. */
function limitClock(store: Store, row: Row): string {
  if (row.deadlineClock === 'K4') return 'K2B';
  if (row.deadlineAt === row.custodyLimitAt && row.deadlineClock !== null && ['K2', 'K2B', 'K3'].includes(row.deadlineClock)) return row.deadlineClock;
  const content = store.prepare('SELECT "content" FROM packet_versions WHERE "packetId" = ? AND "number" = ?').pluck().get(row.id, row.currentVersion) as string | undefined;
  const clocks = content === undefined ? [] : packetClocks(openContent(content), { custody: custodyTimes(rowsWhere(store, 'custody_events', { packetId: row.id })) });
  return clocks.find((c) => c.isCustodyLimit && c.stoppedAt === null && c.deadlineAt === row.custodyLimitAt && c.id !== 'K2')?.id ?? 'K2B';
}
