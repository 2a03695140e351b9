/**
 * Quality control of the review itself: the statements whose form was on screen for the shortest time per page, against others of the same kind
 * of form. It samples reviews, not people: nationality and offence are no part of it, and packets under restricted handling are not in it.
 */
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { ROLES, type Role } from '../shared/roles.ts';
import { msOf, utcInstant } from '../shared/time.ts';
import { unrestricted } from './agency-returns.ts';
import { rowsOf, type HqConnection } from './open.ts';

/** Who answers for the quality of the review. */
export const REVIEW_READERS: readonly Role[] = ['sddo', 'fod', 'unit_chief', 'national_pm', 'auditor'];
const DAYS = 30;

export const shortestReviewsQuery = z.strictObject({
  as: z.enum(ROLES), actor: z.string().trim().min(1).max(80),
  since: z.iso.datetime({ offset: true }).optional(), until: z.iso.datetime({ offset: true }).optional(),
  /** The shortest so many per cent of each kind of form. */
  percent: z.coerce.number().min(0).max(100).default(5), limit: z.coerce.number().int().min(1).max(1000).default(100),
});
export const shortestReviewsReply = z.object({
  since: z.string(), until: z.string(),
  reviews: z.array(z.object({
    statementId: z.string(), packetId: z.string(), agencyId: z.string(), version: z.int(), formId: z.string(), formKind: z.string(), signerId: z.string(), signedAt: z.string(),
    seconds: z.number(), pages: z.int(), secondsPerPage: z.number(),
    /** Of the statements over this kind of form in this time, how many per cent were on screen for a shorter time per page. */
    percentile: z.number(), ofStatements: z.int(),
  })),
});
export type ShortestReviews = z.infer<typeof shortestReviewsReply>;

type Row = {
  readonly id: string; readonly packet_id: string; readonly agency_id: string; readonly number: number; readonly form_id: string; readonly signer_id: string; readonly signed_at: string;
  readonly form_kind: string; readonly seconds: number; readonly pages: number; readonly per_page: number; readonly rank: number; readonly of: number;
};

/** The shortest reviews signed from `since` to `until`, the last 30 days when not said, shortest first. */
export async function shortestReviews(db: HqConnection, query: z.infer<typeof shortestReviewsQuery>, now: string): Promise<ShortestReviews> {
  const until = utcInstant(msOf(query.until ?? now));
  const since = utcInstant(query.since ? msOf(query.since) : msOf(until) - DAYS * 86_400_000);
  // Everything is in the sealed text itself: what was on screen is not kept beside it, where it could be changed.
  const rows = await rowsOf<Row>(db, sql`
    WITH signed AS MATERIALIZED (
      SELECT s.id, s.packet_id, s.agency_id, s.number, s.form_id, s.signer_id, s.signed_at, translate(split_part(s.jws, '.', 2), '-_', '+/') AS body
      FROM statements s WHERE s.signed_at >= ${since} AND s.signed_at <= ${until} AND s.jws ~ '^[A-Za-z0-9_-]+[.][A-Za-z0-9_-]{40,}[.][A-Za-z0-9_-]+$' AND ${unrestricted(sql.raw('s.packet_id'))}),
    said AS MATERIALIZED (SELECT *, convert_from(decode(rpad(body, ((length(body) + 3) / 4) * 4, '='), 'base64'), 'UTF8')::json AS says FROM signed),
    shown AS (
      SELECT d.*, says->>'formKind' AS form_kind, greatest(1, coalesce((says->>'pages')::int, 1)) AS pages,
        coalesce((SELECT max((e->>'seconds')::float8) FROM json_array_elements(says->'shown') e WHERE e->>'formId' = d.form_id), 0) AS seconds
      FROM said d),
    ranked AS (
      SELECT id, packet_id, agency_id, number, form_id, signer_id, signed_at, form_kind, seconds, pages, seconds / pages AS per_page,
        (percent_rank() OVER (PARTITION BY form_kind ORDER BY seconds / pages)) * 100 AS rank, (count(*) OVER (PARTITION BY form_kind))::int AS "of"
      FROM shown)
    SELECT * FROM ranked WHERE rank <= ${query.percent} ORDER BY per_page, signed_at, id LIMIT ${query.limit}`);
  const round = (n: number): number => Math.round(n * 10) / 10;
  return {
    since, until,
    reviews: rows.map((r) => ({
      statementId: r.id, packetId: r.packet_id, agencyId: r.agency_id, version: r.number, formId: r.form_id, formKind: r.form_kind, signerId: r.signer_id, signedAt: r.signed_at,
      seconds: Number(r.seconds), pages: r.pages, secondsPerPage: round(Number(r.per_page)), percentile: round(Number(r.rank)), ofStatements: r.of,
    })),
  };
}
