/** HQ's routes for laptops: enrolment, tokens, push and pull. */
import { Readable } from 'node:stream';
import { constants, createGzip, createZstdCompress } from 'node:zlib';
import type { JsonWebKey } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type pino from 'pino';
import { z } from 'zod';
import type { StaffRow } from '../shared/rows.ts';
import { enrolReplySchema, enrolRequestSchema, PUSH_MAX_BYTES, pullRequestSchema, pushReplySchema, pushRequestSchema } from '../shared/sync.ts';
import { bareError } from './app.ts';
import { deviceOf, enrol, exchangeToken, noteContact } from './auth.ts';
import type { HqConnection } from './open.ts';
import type { OwnCommands } from './own-commands.ts';
import { Refusal } from './problem.ts';
import { pull } from './pull.ts';
import { push } from './push.ts';
import { answers, json, type RouteContext } from './route-context.ts';

/** Items are at most `PUSH_MAX_BYTES`; the rest is heartbeat, access log and the batch's own frame. */
const PUSH_LIMIT = PUSH_MAX_BYTES * 2;
const ENROL_TRIES_PER_MINUTE = 30;

export type LaptopRouteContext = Pick<RouteContext, 'db' | 'keys' | 'now' | 'auditEntry' | 'committed'> & Pick<OwnCommands, 'runInLedger'> & {
  readonly log: pino.Logger;
  readonly generation: string;
  readonly recoveryJwk: JsonWebKey;
  /** SHA-256 of the pinned CA; null without TLS. */
  readonly caFingerprint: string | null;
};

/** Adds them to `app`. */
export function laptopRoutes(app: FastifyInstance, { db, keys, now, auditEntry, runInLedger, log, generation, recoveryJwk, caFingerprint, committed }: LaptopRouteContext): void {
  const nameSigner = async (tx: HqConnection, staff: StaffRow, kid: string, jwk: string): Promise<void> => {
    const { stream: _s, version: _v, changedBy: _c, ...line } = staff;
    const { outcome } = await runInLedger(tx, 'staff.receive', { ...line, signerKid: kid, signerJwk: jwk }, 'enrolment', 'service');
    if (outcome.outcome === 'refused' && outcome.problem.code !== 'intake/already-have-it') throw new Refusal(500, outcome.problem.code);
  };

  const tries: number[] = [];
  app.post('/enrol', { schema: { summary: 'Enrol a laptop with a one-time code', body: json(enrolRequestSchema), response: answers(json(enrolReplySchema)) } }, async (request, reply) => {
    const at = Date.parse(now());
    while ((tries[0] ?? at) < at - 60_000) tries.shift();
    if (tries.length >= ENROL_TRIES_PER_MINUTE) {
      reply.header('retry-after', '60');
      throw new Refusal(429, 'enrol/too-many-tries');
    }
    tries.push(at);
    const answer = await enrol({ db, keys, recoveryJwk, generation, now, nameSigner }, request.body);
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
          hqKey: keys.privateJwk,
          now,
          onBug: (id, error) => log.error({ id, ...bareError(error) }, 'command failed'),
          onFork: (ledger, epoch, seq) => log.warn({ ledger, epoch, seq }, 'fork: a laptop may be cloned'),
        },
        request.body,
      );
      await noteContact(db, device, now());
      const { items } = request.body as { readonly items: readonly { readonly name: string }[] };
      committed(items.map((i) => i.name));
      return answer;
    },
  );

  app.post(
    '/sync/pull',
    { schema: { summary: 'Rows changed since the cursors, as NDJSON of PullLine', security: [{ device: [] }], body: json(pullRequestSchema), produces: ['application/x-ndjson'] } },
    async (request, reply) => {
      const device = await deviceOf(db, keys, request.headers.authorization, now());
      const lines = Readable.from(await pull(db, device, generation, now(), request.body), { objectMode: true, highWaterMark: 4 });
      await noteContact(db, device, now());
      return send(reply, lines, request.headers['accept-encoding']);
    },
  );
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
