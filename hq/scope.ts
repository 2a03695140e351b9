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

/** One question: may this actor write this stream over `[from, to]`? */
export type Claim = { readonly stream: StreamId; readonly actor: string; readonly from: string; readonly to: string };
export type Scope = {
  /** An assignment or delegation of the actor over the stream's agency was in force at any time in `[from, to]`; or it is the actor's own stream.
   * What is restricted is written by whoever hears of it, and read by none of them: `readableStreams` has no such stream. */
  readonly mayWrite: boolean;
  /** Such an assignment began or ended inside `(from, to]` [SYN-9]. */
  readonly hasChanged: boolean;
};
export const claimKey = (c: Claim): string => JSON.stringify([c.stream, c.actor, c.from, c.to]);

/** Answers every claim, by `claimKey`, in one statement. */
export async function scopesOf(db: HqConnection, claims: readonly Claim[]): Promise<ReadonlyMap<string, Scope>> {
  const asked = [...new Map(claims.map((c) => [claimKey(c), c])).values()];
  if (asked.length === 0) return new Map();
  const found = await rowsOf<{ n: number; may_write: boolean; has_changed: boolean }>(db, sql`
    SELECT c.n,
      c.stream = 'pm:' || c.actor OR EXISTS (
        SELECT 1 FROM assignments a WHERE a.pm_id = c.actor AND c.stream IN ('agency:' || a.agency_id, 'restricted:' || a.agency_id) AND a.start_at <= c.until AND (a.end_at IS NULL OR a.end_at >= c.since)) AS may_write,
      EXISTS (
        SELECT 1 FROM assignments a WHERE a.pm_id = c.actor AND c.stream IN ('agency:' || a.agency_id, 'restricted:' || a.agency_id)
          AND ((a.start_at > c.since AND a.start_at <= c.until) OR (a.end_at > c.since AND a.end_at <= c.until))) AS has_changed
    FROM json_to_recordset(${JSON.stringify(asked.map((c, n) => ({ n, stream: c.stream, actor: c.actor, since: c.from, until: c.to })))}::json)
      AS c(n int, stream text, actor text, since text, until text)`);
  return new Map(found.flatMap((f) => {
    const claim = asked[f.n];
    return claim ? [[claimKey(claim), { mayWrite: f.may_write, hasChanged: f.has_changed }] as const] : [];
  }));
}

/** `scopesOf` for one claim: may it write? */
export async function mayWrite(db: HqConnection, stream: StreamId, actor: string, from: string, to: string): Promise<boolean> {
  const claim = { stream, actor, from, to };
  return (await scopesOf(db, [claim])).get(claimKey(claim))?.mayWrite ?? false;
}
