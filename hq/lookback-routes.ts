/**
 * `GET /lookback-reviews`: the work list of HQ roles. Open reviews of detained people first, then by due time, with the overdue ones marked.
 * Who asks is named and audited, as for a command. Must never list a stream that the asking role may not read.
 */
import { sql } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { compareLookback, isLate, openReason } from '../shared/domain/lookback.ts';
import { HQ_ROLES, type Role } from '../shared/roles.ts';
import type { LookbackReviewRow } from '../shared/rows.ts';
import { rowsOf, type HqConnection } from './open.ts';
import { Refusal } from './problem.ts';
import { answers, json, type RouteContext } from './route-context.ts';

/** Closed reviews that are listed when asked for, newest first. */
const MOST_CLOSED = 500;

const asked = z.strictObject({ as: z.enum(HQ_ROLES as [Role, ...Role[]]), actor: z.string().min(1).max(64), closed: z.enum(['yes', 'no']).optional() });
const fact = z.object({ reason: z.string(), signed: z.string().nullable(), hq: z.string().nullable(), since: z.string().nullable(), by: z.string().nullable(), about: z.string().nullable(), act: z.string().optional() });
const listed = z.object({
  id: z.string(), packetId: z.string(), agencyId: z.string(), statementId: z.string().nullable(), cause: z.string(), facts: z.array(fact), isDetained: z.boolean(),
  openedAt: z.string(), dueAt: z.string(), isOverdue: z.boolean(), ownerId: z.string().nullable(), fieldOffice: z.string(), signerId: z.string().nullable(),
  outcome: z.string().nullable(), outcomeNote: z.string().nullable(), notices: z.array(z.object({ to: z.string(), at: z.string(), what: z.string() })), closedBy: z.string().nullable(), closedAt: z.string().nullable(),
});
const replySchema = z.object({ now: z.string(), open: z.int(), overdue: z.int(), reviews: z.array(listed) });
type Listed = z.infer<typeof listed>;
type Found = Omit<LookbackReviewRow, 'version' | 'changedBy'> & { readonly fieldOffice: string | null; readonly signerId: string | null };

export type LookbackRoutes = Pick<RouteContext, 'db' | 'now' | 'requireService' | 'auditEntry'> & {
  /** A person known to HQ acts only in their own role. */
  readonly isOwnRole: (actor: string, as: Role) => Promise<boolean>;
};

/** The list for one role, in the order of work. */
async function listFor(db: HqConnection, as: Role, withClosed: boolean, now: string): Promise<z.infer<typeof replySchema>> {
  const rows = await rowsOf<Found>(db, sql`
    SELECT r.id, r.stream, r.agency_id AS "agencyId", r.packet_id AS "packetId", r.statement_id AS "statementId", r.cause, r.reasons, r.is_detained AS "isDetained", r.opened_at AS "openedAt", r.due_at AS "dueAt",
      r.owner_id AS "ownerId", r.outcome, r.outcome_note AS "outcomeNote", r.notices, r.closed_by AS "closedBy", r.closed_at AS "closedAt", a.field_office AS "fieldOffice", s.signer_id AS "signerId"
    FROM lookback_reviews r LEFT JOIN agencies a ON a.id = r.agency_id LEFT JOIN statements s ON s.id = r.statement_id
    WHERE (r.stream NOT LIKE 'restricted:%' OR ${as} = 'restricted_officer') AND (r.closed_at IS NULL OR r.id IN (
      SELECT id FROM lookback_reviews WHERE closed_at IS NOT NULL AND ${withClosed}::boolean ORDER BY closed_at DESC, id LIMIT ${MOST_CLOSED}::int))`);
  const reviews = [...rows].sort(compareLookback).map((r): Listed => ({
    id: r.id, packetId: r.packetId, agencyId: r.agencyId, statementId: r.statementId, cause: r.cause, facts: r.reasons.map(openReason), isDetained: r.isDetained, openedAt: r.openedAt, dueAt: r.dueAt,
    isOverdue: isLate(r, now), ownerId: r.ownerId, fieldOffice: r.fieldOffice ?? '', signerId: r.signerId, outcome: r.outcome, outcomeNote: r.outcomeNote, notices: [...r.notices], closedBy: r.closedBy, closedAt: r.closedAt,
  }));
  const open = reviews.filter((r) => r.closedAt === null);
  return { now, open: open.length, overdue: open.filter((r) => r.isOverdue).length, reviews };
}

/** Adds the route. */
export function lookbackRoutes(app: FastifyInstance, { db, now, requireService, isOwnRole, auditEntry }: LookbackRoutes): void {
  app.get(
    '/lookback-reviews',
    {
      schema: {
        summary: 'Look-back reviews for an HQ role: detained people first, then by due time; closed=yes adds the closed ones', security: [{ service: [] }],
        querystring: json(asked), response: answers(json(replySchema)),
      },
    },
    async (request) => {
      requireService(request);
      const parsed = asked.safeParse(request.query);
      if (!parsed.success) throw new Refusal(400, 'sync/malformed', { field: parsed.error.issues[0]?.path.join('.') ?? '' });
      const { as, actor, closed } = parsed.data;
      if (!(await isOwnRole(actor, as))) {
        await auditEntry(actor, as, 'lookback.list', '', 'roles/not-allowed');
        throw new Refusal(403, 'roles/not-allowed', { name: 'lookback.list', role: as });
      }
      const found = await listFor(db, as, closed === 'yes', now());
      await auditEntry(actor, as, 'lookback.list', '', `${found.reviews.length} listed`);
      return found;
    },
  );
}
