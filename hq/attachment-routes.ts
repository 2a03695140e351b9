/** HQ's routes for documents: agency systems hand files in by their SHA-256, laptops ask which are here and fetch chunks [SYN-12]. */
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { chunksRequestSchema, heldReplySchema, heldRequestSchema, isSha256, uploadReplySchema } from '../shared/attachments.ts';
import { attachmentAtHq, chunksForDevice, heldForDevice, receiveAttachment } from './attachments.ts';
import { deviceOf } from './auth.ts';
import { Refusal } from './problem.ts';
import { answers, json, type RouteContext } from './route-context.ts';

/** Adds them to `app`. Who may read a file is decided in SQL, in the name of a packet. */
export function attachmentRoutes(app: FastifyInstance, { db, keys, now, requireService, auditEntry }: RouteContext): void {
  type Named = { Params: { readonly sha256: string } };
  const uploadParams = json(z.object({ sha256: z.string() }));
  app.put<Named>(
    '/ingest/attachments/:sha256',
    { schema: { summary: 'One file that packets name by its SHA-256', security: [{ service: [] }], params: uploadParams, consumes: ['application/pdf', 'image/png', 'image/jpeg', 'application/octet-stream'], response: answers(json(uploadReplySchema)) } },
    async (request, reply) => {
      requireService(request);
      const source = request.body as AsyncIterable<Uint8Array> | undefined;
      if (!source || typeof source !== 'object' || !(Symbol.asyncIterator in source)) throw new Refusal(415, 'sync/malformed', { field: 'content-type' });
      const length = Number(request.headers['content-length'] ?? Number.NaN);
      const mediaType = (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
      try {
        const taken = await receiveAttachment({ db, now }, request.params.sha256, mediaType, source, Number.isFinite(length) ? length : null);
        await auditEntry('service', 'service', 'ingest.attachment', taken.sha256, taken.already ? 'already' : `landed ${taken.bytes}`);
        return taken;
      } catch (error) {
        // A refused body is not read to its end: the connection cannot be used again.
        if (error instanceof Refusal) reply.header('connection', 'close');
        throw error;
      }
    },
  );
  app.get<Named>(
    '/ingest/attachments/:sha256',
    { schema: { summary: 'Is this file here, and how large', security: [{ service: [] }], params: uploadParams } },
    async (request) => {
      requireService(request);
      const found = isSha256(request.params.sha256) ? await attachmentAtHq(db, request.params.sha256) : null;
      if (!found) throw new Refusal(404, 'attachment/not-here');
      return { sha256: request.params.sha256, bytes: found.bytes, already: true };
    },
  );
  app.post(
    '/attachments/held',
    { schema: { summary: 'Which of these files HQ has', security: [{ device: [] }], body: json(heldRequestSchema), response: answers(json(heldReplySchema)) } },
    async (request) => {
      const device = await deviceOf(db, keys, request.headers.authorization, now());
      return { held: await heldForDevice(db, device, now(), request.body) };
    },
  );
  app.post(
    '/attachments/chunks',
    { schema: { summary: 'A run of chunks of one file, in the name of a packet that the device may read', security: [{ device: [] }], body: json(chunksRequestSchema), produces: ['application/octet-stream'] } },
    async (request, reply) => {
      const device = await deviceOf(db, keys, request.headers.authorization, now());
      const found = await chunksForDevice(db, device, now(), request.body);
      reply.header('content-type', 'application/octet-stream').header('content-length', found.length);
      return reply.send(Readable.from(found.body, { objectMode: false }));
    },
  );
}
