/** HQ's routes about the review: what went back to an agency, and which reviews were the shortest. Both are audited. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Role } from '../shared/roles.ts';
import { agencyReturns, agencyReturnsQuery, agencyReturnsReply } from './agency-returns.ts';
import { Refusal } from './problem.ts';
import { answers, json, type RouteContext } from './route-context.ts';
import { REVIEW_READERS, shortestReviews, shortestReviewsQuery, shortestReviewsReply } from './shortest-reviews.ts';

export type ReviewRouteContext = Pick<RouteContext, 'db' | 'now' | 'requireService' | 'auditEntry'> & {
  /** A person known to HQ acts only in their own role. */
  readonly isOwnRole: (actor: string, as: Role) => Promise<boolean>;
};

/** Adds them to `app`. */
export function reviewRoutes(app: FastifyInstance, { db, now, requireService, auditEntry, isOwnRole }: ReviewRouteContext): void {
  const parsed = <T>(schema: z.ZodType<T>, value: unknown): T => {
    const found = schema.safeParse(value);
    if (!found.success) throw new Refusal(400, 'sync/malformed', { field: found.error.issues[0]?.path.join('.') ?? '' });
    return found.data;
  };
  app.get<{ Params: { readonly id: string } }>(
    '/agencies/:id/returns',
    {
      schema: {
        summary: "Packets that were returned to this agency, oldest first, for the agency's own system", security: [{ service: [] }],
        params: json(z.object({ id: z.string() })), querystring: json(agencyReturnsQuery), response: answers(json(agencyReturnsReply)),
      },
    },
    async (request) => {
      requireService(request);
      const { id } = request.params;
      const found = await agencyReturns(db, id, parsed(agencyReturnsQuery, request.query), now());
      await auditEntry('service', 'service', 'agency.returns', id.slice(0, 64), found ? `${found.returns.length}` : 'unknown');
      if (!found) throw new Refusal(404, 'intake/unknown-agency', { agencyId: id.slice(0, 64) });
      return found;
    },
  );
  app.get(
    '/reviews/shortest',
    { schema: { summary: 'Statements with the shortest time on screen per page of the form, by kind of form', security: [{ service: [] }], querystring: json(shortestReviewsQuery), response: answers(json(shortestReviewsReply)) } },
    async (request) => {
      requireService(request);
      const query = parsed(shortestReviewsQuery, request.query);
      if (!REVIEW_READERS.includes(query.as) || !(await isOwnRole(query.actor, query.as))) {
        await auditEntry(query.actor, query.as, 'reviews.shortest', '', 'roles/not-allowed');
        throw new Refusal(403, 'roles/not-allowed', { name: 'reviews.shortest', role: query.as });
      }
      const found = await shortestReviews(db, query, now());
      await auditEntry(query.actor, query.as, 'reviews.shortest', '', `${found.reviews.length}`);
      return found;
    },
  );
}
