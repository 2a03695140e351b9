/** HQ's routes for agency systems and HQ roles: intake, commands, enrolment codes, revocation, ledger export; and for anybody: health and the contract. */
import type { FastifyInstance } from 'fastify';
import type { JsonWebKey } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { packetSchema } from '../shared/domain/packet.ts';
import { ROLES } from '../shared/roles.ts';
import { PROTOCOL_VERSION, SCHEMA_VERSION } from '../shared/sync.ts';
import { issueCode } from './auth.ts';
import { ingestAgenciesCsv, ingestNdjson, INGEST_KINDS, type IngestKind } from './ingest.ts';
import { exportLedger } from './ledger-export.ts';
import { rowsOf, type HqDb } from './open.ts';
import type { OwnCommands } from './own-commands.ts';
import { packetExamples } from './packet-schema.ts';
import { packOverview } from './packs.ts';
import { Refusal } from './problem.ts';
import { answers, json, type RouteContext } from './route-context.ts';

const COMMAND_LIMIT = 8 * 1024 * 1024;
const commandBody = z.strictObject({ name: z.string().max(80), input: z.unknown(), as: z.enum(ROLES), actor: z.string().trim().min(1).max(80) });
const revokeBody = z.strictObject({ as: z.enum(ROLES), actor: z.string().trim().min(1).max(80), reason: z.string().trim().min(10).max(400) });
const codeBody = z.strictObject({ pmId: z.string().trim().min(1).max(64), code: z.string().trim().min(6).max(40).optional() });
const reportSchema = z.object({ landed: z.int(), already: z.int(), rejectedCount: z.int(), rejected: z.array(z.object({ line: z.int(), field: z.string(), reason: z.string(), code: z.string() })) });

export type ServiceRouteContext = Omit<RouteContext, 'keys'> & Pick<OwnCommands, 'runForRole' | 'revokeDevice'> & {
  readonly kind: HqDb['kind'];
  readonly isDemo: boolean;
  readonly publicKey: JsonWebKey;
};

/** Adds them to `app`. */
export function serviceRoutes(app: FastifyInstance, { db, now, requireService, auditEntry, runForRole, revokeDevice, kind: storeKind, isDemo, publicKey, committed }: ServiceRouteContext): void {
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
        committed([INGEST_KINDS[kind]]);
        return report;
      },
    );
  }

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
      if (answer.ok) committed([name]);
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
      store: storeKind,
      durability: storeKind === 'pglite' ? 'never fsyncs: for the demo and tests, on this machine only' : 'synchronous_commit=on',
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
}
