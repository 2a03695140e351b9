/**
 * HQ's bare web server: limits, content types, what an error and the log may say, where it may listen, and OpenAPI. Routes come from the `*-routes.ts` files.
 * Every refusal is `{ ok: false, problem }`; no stack, SQL or personal data leaves it or reaches its log.
 */
import { randomBytes, X509Certificate } from 'node:crypto';
import swagger from '@fastify/swagger';
import fastify, { LogController, type FastifyInstance } from 'fastify';
import type pino from 'pino';
import { PROTOCOL_VERSION } from '../shared/sync.ts';
import type { HqDb } from './open.ts';
import { Refusal } from './problem.ts';

/** PEM texts. `ca`: the authority that laptops pin; without it, the last certificate of the chain in `cert`. */
export type Tls = { readonly cert: string; readonly key: string; readonly ca?: string };

const JSON_LIMIT = 256 * 1024;
const isLoopback = (host: string): boolean => host === '127.0.0.1' || host === '::1' || host === 'localhost';

/** Throws with a plain sentence unless this address is safe: loopback, or TLS with a PostgreSQL that keeps what it answered. */
export function assertSafeListen(host: string, kind: HqDb['kind'], hasTls: boolean): void {
  if (isLoopback(host)) return;
  if (kind === 'pglite') throw new Error(`HQ refuses to listen on ${host}: it runs on PGlite, which never fsyncs. Set HQ_DATABASE_URL, or listen on 127.0.0.1.`);
  if (!hasTls) throw new Error(`HQ refuses to listen on ${host} without TLS. Set HQ_TLS_CERT and HQ_TLS_KEY, or listen on 127.0.0.1.`);
}

/** SHA-256 of the last certificate of a PEM text, as OpenSSL prints it. Throws when there is none. */
export function fingerprintOf(pem: string): string {
  const last = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)?.at(-1);
  if (!last) throw new Error('HQ_TLS_CA or HQ_TLS_CERT holds no certificate (PEM expected)');
  return new X509Certificate(last).fingerprint256;
}

/** What the log may hold of an error: kind, code and places in our code, never its message (it may quote values). */
export const bareError = (error: unknown): Readonly<Record<string, unknown>> => {
  const e = error as { readonly name?: string; readonly code?: string; readonly stack?: string; readonly cause?: { readonly code?: string } };
  return {
    name: e.name,
    code: e.code ?? e.cause?.code,
    at: (e.stack ?? '')
      .split('\n')
      .filter((l) => l.trim().startsWith('at '))
      .slice(0, 6)
      .map((l) => l.trim()),
  };
};

/** An app without routes. The caller adds them, and listens (`app.listen`); an unsafe address is refused there. */
export async function bareApp({ kind, log, tls }: { readonly kind: HqDb['kind']; readonly log: pino.Logger; readonly tls: Tls | undefined }): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: JSON_LIMIT,
    requestTimeout: 120_000,
    genReqId: () => randomBytes(4).toString('hex'),
    forceCloseConnections: 'idle',
    ...(tls ? { https: { cert: tls.cert, key: tls.key, minVersion: 'TLSv1.3' as const } } : {}),
  }) as unknown as FastifyInstance;
  const listen = app.listen.bind(app) as (o: { readonly host?: string; readonly port?: number }) => Promise<string>;
  Object.assign(app, {
    listen: async (o: { readonly host?: string; readonly port?: number } = {}): Promise<string> => {
      const host = o.host ?? '127.0.0.1';
      assertSafeListen(host, kind, tls !== undefined);
      return listen({ ...o, host });
    },
  });
  // Bodies are checked by the zod schemas of the contract; Fastify's schemas only document.
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.removeContentTypeParser('text/plain');
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: 16 * 1024 }, (_request, body, done) => done(null, new URLSearchParams(String(body))));
  // Intake reads the stream itself, line by line or chunk by chunk: never as one body.
  for (const type of ['application/x-ndjson', 'application/ndjson', 'text/csv', 'application/pdf', 'application/octet-stream', 'image/png', 'image/jpeg']) app.addContentTypeParser(type, (_request, payload, done) => done(null, payload));

  app.setErrorHandler((error: Error & { readonly statusCode?: number; readonly code?: string }, request, reply) => {
    if (error instanceof Refusal) return reply.status(error.status).send({ ok: false, problem: error.problem });
    if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return reply.status(413).send({ ok: false, problem: { code: 'sync/too-large', details: {} } });
    if ((error.statusCode ?? 500) < 500) return reply.status(error.statusCode ?? 400).send({ ok: false, problem: { code: 'sync/malformed', details: { status: error.statusCode ?? 400 } } });
    log.error({ id: request.id, ...bareError(error) }, 'request failed');
    return reply.status(500).send({ ok: false, problem: { code: 'sync/internal', details: { id: request.id } } });
  });
  app.setNotFoundHandler((_request, reply) => reply.status(404).send({ ok: false, problem: { code: 'sync/unknown-path', details: {} } }));
  app.addHook('onSend', async (_request, reply, payload) => {
    reply.header('x-content-type-options', 'nosniff').header('cache-control', 'no-store');
    return payload;
  });
  // Route pattern and status only: no path parameter, query, address or body reaches the log.
  app.addHook('onResponse', async (request, reply) => {
    log.info({ id: request.id, method: request.method, route: request.routeOptions.url ?? 'unknown', status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'request');
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Fieldbook HQ', version: String(PROTOCOL_VERSION), description: 'What laptops and agency systems say to HQ.' },
      components: {
        securitySchemes: {
          device: { type: 'http', scheme: 'bearer', description: 'Access token of an enrolled laptop, from POST /token' },
          service: { type: 'http', scheme: 'bearer', description: 'Service token' },
        },
      },
    },
  });
  return app;
}
