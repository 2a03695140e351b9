/**
 * Who may read and write which stream, decided in SQL on the assignments [SYN-7].
 * Must never be decided from what a device says: actor and device come from the token, times from HQ.
 */
import { sql } from 'drizzle-orm';
import type { StreamId } from '../shared/ids.ts';
import { rowsOf, type HqConnection } from './open.ts';

/** The streams that a PM may pull at `now`, as a subquery with one column `stream`. */
export const readableStreams = (pmId: string, now: string) => sql`
  SELECT 'program' AS stream
  UNION SELECT 'pm:' || ${pmId}::text
  UNION SELECT 'agency:' || a.agency_id FROM assignments a WHERE a.pm_id = ${pmId} AND a.start_at <= ${now} AND (a.end_at IS NULL OR a.end_at > ${now})`;

/** The streams that a PM may pull at `now` with their heads (0: nothing written yet), in a fixed order: own, program, then agencies. */
export const streamHeads = (db: HqConnection, pmId: string, now: string): Promise<readonly { readonly stream: string; readonly head: number }[]> =>
  rowsOf(db, sql`SELECT r.stream, coalesce(s.head, 0)::int AS head FROM (${readableStreams(pmId, now)}) r LEFT JOIN streams s ON s.id = r.stream ORDER BY r.stream DESC`);

/** True when an assignment or delegation of `actor` over the stream's agency was in force at any time in `[from, to]`; or it is the actor's own stream. */
export async function mayWrite(db: HqConnection, stream: StreamId, actor: string, from: string, to: string): Promise<boolean> {
  const found = await rowsOf(db, sql`
    SELECT 1 WHERE ${stream}::text = 'pm:' || ${actor}::text
    UNION ALL
    SELECT 1 FROM assignments a WHERE a.pm_id = ${actor} AND 'agency:' || a.agency_id = ${stream}::text AND a.start_at <= ${to} AND (a.end_at IS NULL OR a.end_at >= ${from})
    LIMIT 1`);
  return found.length > 0;
}

/** True when an assignment of `actor` over the stream's agency began or ended inside `(from, to]` [SYN-9]. */
export async function hasScopeChanged(db: HqConnection, stream: StreamId, actor: string, from: string, to: string): Promise<boolean> {
  const found = await rowsOf(db, sql`
    SELECT 1 FROM assignments a WHERE a.pm_id = ${actor} AND 'agency:' || a.agency_id = ${stream}::text
      AND ((a.start_at > ${from} AND a.start_at <= ${to}) OR (a.end_at > ${from} AND a.end_at <= ${to})) LIMIT 1`);
  return found.length > 0;
}
