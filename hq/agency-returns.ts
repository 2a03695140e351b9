/**
 * What the PM sent back to one agency, for that agency's own system: a feed by cursor, oldest first. docs/returns.md describes it for them.
 * Packets under restricted handling are not in it, now or ever, and nothing tells that something was left out.
 */
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { headAt } from '../shared/domain/queue.ts';
import type { Deficiency, PacketState } from '../shared/rows.ts';
import { agencyStream } from '../shared/ids.ts';
import { rowsOf, type HqConnection } from './open.ts';

export const agencyReturnsQuery = z.strictObject({
  /** The `next` of the answer before; 0 from the beginning. */
  since: z.coerce.number().int().min(0).max(2_147_483_647).default(0),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
/** Stable: fields are only ever added. Instants are ISO 8601 UTC with milliseconds. */
export const agencyReturnsReply = z.object({
  v: z.literal(1), agencyId: z.string(),
  returns: z.array(z.object({
    id: z.string(), packetId: z.string(), eventNumber: z.string(), version: z.int(), returnedAt: z.string(),
    returnedBy: z.object({ id: z.string(), legalTitle: z.string().nullable() }), preparerId: z.string(), note: z.string(),
    deficiencies: z.array(z.object({ rule: z.string(), field: z.string(), note: z.string() })),
    /** The packet as it stands now: its newest version, and the clock that goes on running. */
    currentVersion: z.int(), state: z.string(), deadlineAt: z.string().nullable(), deadlineClock: z.string().nullable(),
  })),
  /** Hand it in as `since` next time. */
  next: z.int(),
  /** True while there is another page now. */
  hasMore: z.boolean(),
});
export type AgencyReturns = z.infer<typeof agencyReturnsReply>;

/** No trace of restricted handling on the packet: `packetId` names the column to look at. A packet that once had it stays out. */
export const unrestricted = (packetId: ReturnType<typeof sql.raw>) => sql`NOT EXISTS (SELECT 1 FROM holds r WHERE r.packet_id = ${packetId} AND r.rule = 'RESTRICTED')`;
/** The check that says the same as a restricted hold: no deficiency names it outside. */
const RESTRICTED_RULE = 'PK-10';

type Row = {
  readonly id: string; readonly version: number; readonly packet_id: string; readonly number: number; readonly deficiencies: readonly Deficiency[]; readonly note: string; readonly returned_by: string; readonly returned_at: string;
  readonly legal_title: string | null; readonly event_number: string; readonly preparer_id: string; readonly current_version: number; readonly state: PacketState; readonly deadline_at: string | null; readonly deadline_clock: string | null;
  readonly next_at: string | null; readonly next_clock: string | null; readonly custody_limit_at: string | null;
};
const headOf = (r: Row, now: string) =>
  headAt({ state: r.state, deadlineAt: r.deadline_at, deadlineClock: r.deadline_clock, nextAt: r.next_at, nextClock: r.next_clock, custodyLimitAt: r.custody_limit_at }, now);

/**
 * One page of an agency's returns; null for an agency that HQ does not know. The cursor is the version of the agency's stream: one return, one
 * version, committed in order and without holes [SYN-6], so a page never misses one that came later.
 */
export async function agencyReturns(db: HqConnection, agencyId: string, query: z.infer<typeof agencyReturnsQuery>, now: string): Promise<AgencyReturns | null> {
  const { since, limit } = query;
  if ((await rowsOf(db, sql`SELECT 1 FROM agencies WHERE id = ${agencyId}`)).length === 0) return null;
  const found = await rowsOf<Row>(db, sql`
    SELECT t.id, t.version, t.packet_id, t.number, t.deficiencies, t.note, t.returned_by, t.returned_at,
      s.legal_title, p.event_number, p.preparer_id, p.current_version, p.state, p.deadline_at, p.deadline_clock, p.next_at, p.next_clock, p.custody_limit_at
    FROM returns t JOIN packets p ON p.id = t.packet_id LEFT JOIN staff s ON s.id = t.returned_by
    WHERE t.agency_id = ${agencyId} AND t.stream = ${agencyStream(agencyId)} AND t.version > ${since} AND ${unrestricted(sql.raw('t.packet_id'))}
    ORDER BY t.version, t.id LIMIT ${limit + 1}`);
  const page = found.slice(0, limit);
  return {
    v: 1, agencyId,
    returns: page.map((r) => ({
      id: r.id, packetId: r.packet_id, eventNumber: r.event_number, version: r.number, returnedAt: r.returned_at, returnedBy: { id: r.returned_by, legalTitle: r.legal_title },
      preparerId: r.preparer_id, note: r.note, deficiencies: r.deficiencies.filter((d) => d.rule !== RESTRICTED_RULE).map(({ rule, field, note }) => ({ rule, field, note })),
      currentVersion: r.current_version, state: r.state, ...headOf(r, now),
    })),
    next: page.at(-1)?.version ?? since, hasMore: found.length > limit,
  };
}
