/**
 * Whether HQ is answering a route right now. A request counts until its answer is out or its connection is gone: a laptop that hangs up while HQ
 * works must not leave HQ busy for ever, which nobody would see but the work that waits for quiet.
 */
import type { FastifyInstance } from 'fastify';

/** Counts requests of `url` from here on. Call before the routes are added. */
export function busyWith(app: FastifyInstance, url: string): () => boolean {
  const open = new Set<object>();
  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.url !== url) return;
    open.add(request);
    // Neither `onResponse` nor `onRequestAbort` is called when the connection goes after the whole request came and before the answer is out.
    reply.raw.once('close', () => open.delete(request));
  });
  app.addHook('onResponse', async (request) => {
    open.delete(request);
  });
  return () => open.size > 0;
}
