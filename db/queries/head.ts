/**
 * The clock that heads a packet, as SQL: word for word the expressions of migration 0002, and `headAt` of shared/domain/queue.ts.
 * A head moves with the time: from the local release (K4), once that has passed, to the clock after it. `?` stands for `now` each time.
 */

/** Lane with closed packets among the done ones; deadline with none last; detained first; custody limit that still counts. */
export const LANE = `CASE "state" WHEN 'closed' THEN 9 ELSE "lane" END`;
export const DEADLINE = `coalesce("deadlineAt", '~')`;
export const FREE = '1 - "isDetained"';
export const LIMIT = `CASE "state" WHEN 'closed' THEN NULL ELSE "custodyLimitAt" END`;
/** What heads the row after a local release; a row older than `nextAt` has its limit alone. */
export const NEXT = `coalesce("nextAt", "custodyLimitAt")`;
/** Takes `now` once. What the index holds is asked first: only overdue rows with a limit are looked up. */
export const STAYS = `(${LIMIT} IS NULL OR ${DEADLINE} > ? OR "deadlineClock" IS NOT 'K4')`;
/** Takes `now` once. */
export const MOVED = `(${LIMIT} IS NOT NULL AND ${DEADLINE} <= ? AND "deadlineClock" IS 'K4')`;
/** The deadline that heads the row; takes `now` once. */
export const HEAD = `CASE WHEN ${MOVED} THEN ${NEXT} ELSE ${DEADLINE} END`;
/** Open packets whose head is due by a time: takes that time twice, then `now`. */
export const DUE_BY = `${LANE} IN (0, 1, 5) AND ${DEADLINE} <= ? AND (${NEXT} <= ? OR ${STAYS})`;
