/**
 * HQ's HTTP face: enrolment, tokens, push, pull, intake, commands of HQ roles, ledger export, health, OpenAPI.
 * Every refusal is `{ ok: false, problem }`; no stack, SQL or personal data leaves it or reaches its log.
 */
import { randomBytes, randomUUID, X509Certificate, type JsonWebKey } from 'node:crypto';
import { Readable } from 'node:stream';
import { constants, createGzip, createZstdCompress } from 'node:zlib';
import swagger from '@fastify/swagger';
import fastify, { LogController, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import pino from 'pino';
import { z } from 'zod';
import { packetSchema } from '../shared/domain/packet.ts';
import { ROLES, type Role } from '../shared/roles.ts';
import type { StaffRow } from '../shared/rows.ts';
import { enrolReplySchema, enrolRequestSchema, PROTOCOL_VERSION, PUSH_MAX_BYTES, pullRequestSchema, pushReplySchema, pushRequestSchema, SCHEMA_VERSION } from '../shared/sync.ts';
import { attachmentRoutes } from './attachment-routes.ts';
import { lookbackRoutes } from './lookback-routes.ts';
import { deviceOf, enrol, exchangeToken, isService, issueCode, noteContact, type HqKeys } from './auth.ts';
import { busyWith } from './busy.ts';
import { ingestAgenciesCsv, ingestNdjson, INGEST_KINDS, type IngestKind } from './ingest.ts';
import { keyId, newPrivateJwk, publicJwk } from './jws.ts';
import { exportLedger } from './ledger-export.ts';
import { rowsOf, stateValue, type HqConnection, type HqDb } from './open.ts';
import { createFanOut, MOVES_HOLDS } from './hold-fanout.ts';
import { createLapses, MOVES_AUTHORITY } from './lapses.ts';
import { createOwnCommands } from './own-commands.ts';
import { packetExamples } from './packet-schema.ts';
import { packOverview } from './packs.ts';
import { Refusal } from './problem.ts';
import { pull } from './pull.ts';
import { push } from './push.ts';
import { reviewRoutes } from './review-routes.ts';
import { createReevaluation } from './reevaluation.ts';
import { audit } from './schema.ts';
import { sql } from 'drizzle-orm';

export type HqOptions = {
  readonly db: HqDb;
  readonly isDemo: boolean;
  /** Private P-256 JWK; without one HQ keeps its own in its database. */
  readonly signingKey?: JsonWebKey;
  /** Public P-256 JWK to which laptops wrap their data key; its private half belongs in a safe, not here. */
  readonly recoveryJwk?: JsonWebKey;
  /** Without one, intake and commands are closed. */
  readonly serviceToken?: string | undefined;
  /** Current instant, ISO 8601 UTC with milliseconds. */
  readonly now?: () => string;
  readonly log?: pino.Logger;
  /** PEM texts. `ca`: the authority that laptops pin; without it, the last certificate of the chain in `cert`. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca?: string };
};
export type Hq = {
  readonly app: FastifyInstance;
  readonly issuer: string;
  /** SHA-256 of the pinned CA, `AB:CD:...`; null without TLS. */
  readonly caFingerprint: string | null;
  /** A one-time code for a PM's next laptop. */
  readonly issueEnrolmentCode: (pmId: string, code?: string) => Promise<string>;
  /** Resolves when every hold under way has reached the person's other packets. */
  readonly holdsReached: () => Promise<void>;
  /** Resolves when every change of authority was compared with the signed packets. */
  readonly lapsesCompared: () => Promise<void>;
  /** Judges open packets again where a rule pack began meanwhile; resolves when none is left. HQ looks by itself, too. */
  readonly reevaluate: () => Promise<void>;
  /** Waits for requests under way, then closes the store. */
  readonly close: () => Promise<void>;
};

const JSON_LIMIT = 256 * 1024;
/** Items are at most `PUSH_MAX_BYTES`; the rest is heartbeat, access log and the batch's own frame. */
const PUSH_LIMIT = PUSH_MAX_BYTES * 2;
const COMMAND_LIMIT = 8 * 1024 * 1024;
const ENROL_TRIES_PER_MINUTE = 30;
const isLoopback = (host: string): boolean => host === '127.0.0.1' || host === '::1' || host === 'localhost';

/** Throws with a plain sentence unless this address is safe: loopback, or TLS with a PostgreSQL that keeps what it answered. */
export function assertSafeListen(host: string, kind: HqDb['kind'], hasTls: boolean): void {
  if (isLoopback(host)) return;
  if (kind === 'pglite') throw new Error(`HQ refuses to listen on ${host}: it runs on PGlite, which never fsyncs. Set HQ_DATABASE_URL, or listen on 127.0.0.1.`);
  if (!hasTls) throw new Error(`HQ refuses to listen on ${host} without TLS. Set HQ_TLS_CERT and HQ_TLS_KEY, or listen on 127.0.0.1.`);
}

const commandBody = z.strictObject({ name: z.string().max(80), input: z.unknown(), as: z.enum(ROLES), actor: z.string().trim().min(1).max(80) });
const revokeBody = z.strictObject({ as: z.enum(ROLES), actor: z.string().trim().min(1).max(80), reason: z.string().trim().min(10).max(400) });
const codeBody = z.strictObject({ pmId: z.string().trim().min(1).max(64), code: z.string().trim().min(6).max(40).optional() });
const problemSchema = z.object({ ok: z.literal(false), problem: z.object({ code: z.string(), details: z.record(z.string(), z.unknown()) }) });
const reportSchema = z.object({ landed: z.int(), already: z.int(), rejectedCount: z.int(), rejected: z.array(z.object({ line: z.int(), field: z.string(), reason: z.string(), code: z.string() })) });
const json = (schema: z.ZodType): Record<string, unknown> => {
  const { $schema: _dialect, ...body } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>;
  return body;
};

/** SHA-256 of the last certificate of a PEM text, as OpenSSL prints it. Throws when there is none. */
export function fingerprintOf(pem: string): string {
  const last = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)?.at(-1);
  if (!last) throw new Error('HQ_TLS_CA or HQ_TLS_CERT holds no certificate (PEM expected)');
  return new X509Certificate(last).fingerprint256;
}

/** What the log may hold of an error: kind, code and places in our code, never its message (it may quote values). */
const bareError = (error: unknown): Readonly<Record<string, unknown>> => {
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

/** Builds HQ over an open store. The caller listens (`app.listen`); an unsafe address is refused there. */
export async function createHq(options: HqOptions): Promise<Hq> {
  const { db: store, isDemo } = options;
  const { db } = store;
  const now = options.now ?? (() => new Date().toISOString());
  const log = options.log ?? pino({ level: 'silent' });
  const privateJwk = options.signingKey ?? (JSON.parse(await stateValue(db, 'signingKey', () => JSON.stringify(newPrivateJwk()))) as JsonWebKey);
  const publicKey = publicJwk({ ...privateJwk });
  if (!publicKey) throw new Error('HQ signing key is not a P-256 key');
  const recovery = options.recoveryJwk ?? (JSON.parse(await stateValue(db, 'recoveryKey', () => JSON.stringify(newPrivateJwk()))) as JsonWebKey);
  const recoveryJwk = publicJwk({ ...recovery });
  if (!recoveryJwk) throw new Error('HQ recovery key is not a P-256 key');
  const keys: HqKeys = { issuer: `urn:fieldbook:hq:${store.generation}`, privateJwk, publicJwk: publicKey, kid: keyId(publicKey) };

  const caFingerprint = options.tls ? fingerprintOf(options.tls.ca ?? options.tls.cert) : null;

  const app = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: JSON_LIMIT,
    requestTimeout: 120_000,
    genReqId: () => randomBytes(4).toString('hex'),
    forceCloseConnections: 'idle',
    ...(options.tls ? { https: { cert: options.tls.cert, key: options.tls.key, minVersion: 'TLSv1.3' as const } } : {}),
  }) as unknown as FastifyInstance;
  const listen = app.listen.bind(app) as (o: { readonly host?: string; readonly port?: number }) => Promise<string>;
  Object.assign(app, {
    listen: async (o: { readonly host?: string; readonly port?: number } = {}): Promise<string> => {
      const host = o.host ?? '127.0.0.1';
      assertSafeListen(host, store.kind, options.tls !== undefined);
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

  const auditEntry = async (actor: string, role: string, what: string, target: string, outcome: string): Promise<void> => {
    await db.insert(audit).values({ id: randomUUID(), at: now(), actor, role, what, target, outcome });
  };
  const requireService = (request: FastifyRequest): void => {
    if (!isService(request.headers.authorization, options.serviceToken)) throw new Refusal(401, 'sync/unauthorised');
  };
  const answers = (body: Record<string, unknown>) => ({ 200: body, '4xx': json(problemSchema) });
  const isBusy = busyWith(app, '/sync/push');
  const reevaluation = createReevaluation({ db, now, isBusy, auditEntry, onBug: (error) => log.error({ ...bareError(error) }, 'reevaluation failed') });
  const { runInLedger, runForRole, isOwnRole, revokeDevice } = createOwnCommands({ db, generation: store.generation, hqKey: privateJwk, now, auditEntry, onPack: () => void reevaluation.look() });
  const run = (name: string, input: unknown, actor: string, role: Role) => db.transaction(async (tx) => (await runInLedger(tx as unknown as HqConnection, name, input, actor, role)).outcome);
  const told = (trouble: unknown): unknown => (trouble instanceof Error ? bareError(trouble) : trouble);
  const fanOut = createFanOut({ db, run, onTrouble: (what, trouble) => log.error({ ...what, trouble: told(trouble) }, 'a hold did not reach a packet') });
  const lapses = createLapses({ db, run, onTrouble: (what, trouble) => log.error({ ...what, trouble: told(trouble) }, 'a late lapse was not compared with a packet') });
  /** What follows from commands that were committed. */
  const follow = (names: readonly string[]): void => {
    if (names.some((n) => MOVES_HOLDS.has(n))) fanOut.soon();
    if (names.some((n) => MOVES_AUTHORITY.has(n))) lapses.soon();
  };
  const nameSigner = async (tx: HqConnection, staff: StaffRow, kid: string, jwk: string): Promise<void> => {
    const { stream: _s, version: _v, changedBy: _c, ...line } = staff;
    const { outcome } = await runInLedger(tx, 'staff.receive', { ...line, signerKid: kid, signerJwk: jwk }, 'enrolment', 'service');
    if (outcome.outcome === 'refused' && outcome.problem.code !== 'intake/already-have-it') throw new Refusal(500, outcome.problem.code);
  };

  const tries: number[] = [];
  app.after(() => {
    app.post('/enrol', { schema: { summary: 'Enrol a laptop with a one-time code', body: json(enrolRequestSchema), response: answers(json(enrolReplySchema)) } }, async (request, reply) => {
      const at = Date.parse(now());
      while ((tries[0] ?? at) < at - 60_000) tries.shift();
      if (tries.length >= ENROL_TRIES_PER_MINUTE) {
        reply.header('retry-after', '60');
        throw new Refusal(429, 'enrol/too-many-tries');
      }
      tries.push(at);
      const answer = await enrol({ db, keys, recoveryJwk, generation: store.generation, now, nameSigner }, request.body);
      await auditEntry(answer.pmId, answer.role, 'enrol', answer.deviceId, 'done');
      // The first contact tells the laptop which authority to hold HQ to from then on.
      return { ...answer, ...(caFingerprint ? { caFingerprint } : {}) };
    });

    app.post(
      '/token',
      {
        schema: {
          summary: 'private_key_jwt (RFC 7523): an assertion of the device key against an access token',
          consumes: ['application/x-www-form-urlencoded'],
          response: answers(json(z.object({ access_token: z.string(), token_type: z.literal('Bearer'), expires_in: z.int() }))),
        },
      },
      async (request) => {
        if (!(request.body instanceof URLSearchParams)) throw new Refusal(400, 'sync/malformed', { field: 'body' });
        return exchangeToken(db, keys, request.body, now());
      },
    );

    app.post(
      '/sync/push',
      {
        bodyLimit: PUSH_LIMIT,
        schema: { summary: 'Commands in order, each answered by a receipt', security: [{ device: [] }], body: json(pushRequestSchema), response: answers(json(pushReplySchema)) },
      },
      async (request) => {
        const device = await deviceOf(db, keys, request.headers.authorization, now());
        const answer = await push(
          {
            db,
            device,
            hqKey: privateJwk,
            now,
            onBug: (id, error) => log.error({ id, ...bareError(error) }, 'command failed'),
            onFork: (ledger, epoch, seq) => log.warn({ ledger, epoch, seq }, 'fork: a laptop may be cloned'),
          },
          request.body,
        );
        await noteContact(db, device, now());
        const { items } = request.body as { readonly items: readonly { readonly name: string }[] };
        follow(items.map((i) => i.name));
        return answer;
      },
    );

    app.post(
      '/sync/pull',
      { schema: { summary: 'Rows changed since the cursors, as NDJSON of PullLine', security: [{ device: [] }], body: json(pullRequestSchema), produces: ['application/x-ndjson'] } },
      async (request, reply) => {
        const device = await deviceOf(db, keys, request.headers.authorization, now());
        const lines = Readable.from(await pull(db, device, store.generation, now(), request.body), { objectMode: true, highWaterMark: 4 });
        await noteContact(db, device, now());
        return send(reply, lines, request.headers['accept-encoding']);
      },
    );

    for (const kind of Object.keys(INGEST_KINDS) as readonly IngestKind[]) {
      app.post(
        `/ingest/${kind}`,
        {
          schema: {
            summary: `${kind}, one JSON per line${kind === 'agencies' ? ', or CSV' : ''}`,
            security: [{ service: [] }],
            consumes: ['application/x-ndjson', ...(kind === 'agencies' ? ['text/csv'] : [])],
            response: answers(json(reportSchema)),
          },
        },
        async (request) => {
          requireService(request);
          const source = request.body as AsyncIterable<Uint8Array> | undefined;
          if (!source || typeof source !== 'object' || !(Symbol.asyncIterator in source)) throw new Refusal(415, 'sync/malformed', { field: 'content-type' });
          const isCsv = (request.headers['content-type'] ?? '').startsWith('text/csv');
          if (isCsv && kind !== 'agencies') throw new Refusal(415, 'sync/malformed', { field: 'content-type' });
          const report = isCsv ? await ingestAgenciesCsv({ db, now }, source) : await ingestNdjson({ db, now }, kind, source);
          await auditEntry('service', 'service', `ingest.${kind}`, '', `landed ${report.landed}, already ${report.already}, rejected ${report.rejectedCount}`);
          if (kind === 'packets') fanOut.soon();
          if (kind === 'officers') lapses.soon();
          return report;
        },
      );
    }

    lookbackRoutes(app, { db, now, requireService, isOwnRole, auditEntry, answers, json });
    attachmentRoutes(app, { db, keys, now, requireService, auditEntry, answers, json });
    reviewRoutes(app, { db, now, requireService, auditEntry, answers, json, isOwnRole });

    app.post(
      '/commands',
      {
        bodyLimit: COMMAND_LIMIT,
        schema: { summary: 'A command of an HQ role', security: [{ service: [] }], body: json(commandBody), response: answers(json(z.object({ ok: z.literal(true), value: z.unknown() }))) },
      },
      async (request, reply) => {
        requireService(request);
        const parsed = commandBody.safeParse(request.body);
        if (!parsed.success) throw new Refusal(400, 'sync/malformed', { field: parsed.error.issues[0]?.path.join('.') ?? '' });
        const { name, input, as, actor } = parsed.data;
        const answer = await runForRole(name, input, as, actor);
        if (answer.ok) follow([name]);
        if (!answer.ok) return reply.status(answer.problem.code === 'roles/not-allowed' ? 403 : 409).send(answer);
        return answer;
      },
    );

    app.get('/rule-packs', { schema: { summary: 'Every rule pack and where it stands; `draft` is the active one, to be changed and published', security: [{ service: [] }] } }, async (request) => {
      requireService(request);
      return packOverview(db, now());
    });

    app.post(
      '/enrolment-codes',
      { schema: { summary: 'A one-time enrolment code for a PM', security: [{ service: [] }], body: json(codeBody), response: answers(json(z.object({ code: z.string() }))) } },
      async (request) => {
        requireService(request);
        const parsed = codeBody.safeParse(request.body);
        if (!parsed.success) throw new Refusal(400, 'sync/malformed', { field: parsed.error.issues[0]?.path.join('.') ?? '' });
        const code = await issueCode(db, parsed.data.pmId, now(), isDemo, parsed.data.code);
        await auditEntry('service', 'service', 'enrolment-code', parsed.data.pmId, 'issued');
        return { code };
      },
    );

    app.post<{ Params: { readonly device: string } }>(
      '/devices/:device/revoke',
      {
        schema: {
          summary: 'Revoke a laptop: from the commit on it gets no token, and its push and pull are refused', security: [{ service: [] }],
          params: json(z.object({ device: z.string() })), body: json(revokeBody), response: answers(json(z.object({ ok: z.literal(true), revokedAt: z.string() }))),
        },
      },
      async (request) => {
        requireService(request);
        const parsed = revokeBody.safeParse(request.body);
        if (!parsed.success) throw new Refusal(400, 'sync/malformed', { field: parsed.error.issues[0]?.path.join('.') ?? '' });
        return { ok: true as const, revokedAt: await revokeDevice(request.params.device, parsed.data.as, parsed.data.actor, parsed.data.reason) };
      },
    );

    app.get<{ Params: { readonly device: string } }>(
      '/ledger/:device',
      { schema: { summary: "Export of one laptop's ledger, or of HQ's own (hq), for the stand-alone verifier", security: [{ service: [] }], params: json(z.object({ device: z.string() })) } },
      async (request) => {
        requireService(request);
        const found = await exportLedger(db, request.params.device, publicKey);
        await auditEntry('service', 'service', 'ledger.export', request.params.device, found ? 'done' : 'unknown');
        if (!found) throw new Refusal(404, 'sync/unknown-device');
        return found;
      },
    );

    app.get('/health', { schema: { summary: 'Is HQ up, and what does it stand on' } }, async () => {
      await rowsOf(db, sql`SELECT 1`);
      return {
        ok: true,
        store: store.kind,
        durability: store.kind === 'pglite' ? 'never fsyncs: for the demo and tests, on this machine only' : 'synchronous_commit=on',
        protocol: PROTOCOL_VERSION,
        schema: SCHEMA_VERSION,
        isDemo,
        serverTime: now(),
      };
    });
    app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
    app.get('/schemas/packet.json', { schema: { summary: 'JSON Schema of the packet document, with one synthetic example per packet type' } }, async () => ({
      ...z.toJSONSchema(packetSchema, { io: 'input' }),
      examples: packetExamples(),
    }));
  });

  await app.ready();
  // After a crash: what the last process did not reach.
  fanOut.soon();
  lapses.soon();
  // A crash may have ended the last one half way.
  void reevaluation.look();
  let closing: Promise<void> | null = null;
  return {
    app,
    issuer: keys.issuer,
    caFingerprint,
    issueEnrolmentCode: (pmId, code) => issueCode(db, pmId, now(), isDemo, code),
    holdsReached: fanOut.settled,
    lapsesCompared: lapses.settled,
    reevaluate: reevaluation.look,
    close: () => {
      closing ??= app.close().then(() => Promise.all([fanOut.stop(), lapses.stop(), reevaluation.stop()])).then(() => store.close());
      return closing;
    },
  };
}

/** NDJSON, compressed when the caller can read it. Flushed per chunk, so that a slow link gets whole pages early. */
function send(reply: FastifyReply, lines: Readable, acceptEncoding: string | string[] | undefined): FastifyReply {
  const accepted = String(acceptEncoding ?? '').toLowerCase();
  reply.header('content-type', 'application/x-ndjson').header('vary', 'accept-encoding');
  const encoder = /\bzstd\b/.test(accepted) ? createZstdCompress() : /\bgzip\b/.test(accepted) ? createGzip({ flush: constants.Z_SYNC_FLUSH }) : null;
  if (!encoder) return reply.send(Readable.from(lines, { objectMode: false }));
  reply.header('content-encoding', /\bzstd\b/.test(accepted) ? 'zstd' : 'gzip');
  // A reader that went away ends the reading of pages, and a failed page ends the answer without its `end` line.
  lines.on('error', (error) => encoder.destroy(error));
  encoder.on('close', () => lines.destroy());
  return reply.send(lines.pipe(encoder));
}
