/**
 * Files at HQ: taken in whole, kept by content hash in fixed chunks, given to a device chunk by chunk.
 * The row in `attachments` is written last and means "whole and verified". A device gets bytes only in the name of a packet version in a stream
 * that it may read, decided in the statement that reads the bytes [SYN-7]. Must never say whether a file exists to one who may not read it.
 */
import { createHash, randomUUID } from 'node:crypto';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { ATTACHMENT_MAX_BYTES, CHUNK_BYTES, chunkCount, chunkLength, chunksRequestSchema, heldRequestSchema, isSha256, type UploadReply } from '../shared/attachments.ts';
import type { Device } from './auth.ts';
import { rowsOf, type HqConnection } from './open.ts';
import { Refusal } from './problem.ts';
import { attachmentChunks, attachments } from './schema.ts';
import { readableStreams } from './scope.ts';

type Upload = { readonly db: HqConnection; readonly now: () => string; readonly maxBytes?: number };

/** Size of a whole file at HQ, or null. */
export async function attachmentAtHq(db: HqConnection, sha256: string): Promise<{ readonly bytes: number } | null> {
  return (await rowsOf<{ bytes: number }>(db, sql`SELECT bytes FROM attachments WHERE sha256 = ${sha256}`))[0] ?? null;
}

/** Writes the body to an unnamed file: no transaction waits on somebody's network, and a wrong file never reaches the store. */
async function spool(file: FileHandle, source: AsyncIterable<Uint8Array>, max: number): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const part of source) {
    bytes += part.byteLength;
    if (bytes > max) throw new Refusal(413, 'attachment/too-large', { limit: max });
    hash.update(part);
    await file.writeFile(part);
  }
  return { bytes, sha256: hash.digest('hex') };
}

/**
 * `PUT /ingest/attachments/<sha256>`: takes one file. Refusals: attachment/bad-name, attachment/too-large { limit }, attachment/empty,
 * attachment/hash-mismatch { expected, found, bytes }. Sending the same again is `already`. A stopped upload leaves at most chunks that the next one completes.
 */
export async function receiveAttachment({ db, now, maxBytes = ATTACHMENT_MAX_BYTES }: Upload, sha256: string, mediaType: string, source: AsyncIterable<Uint8Array>, declared: number | null): Promise<UploadReply> {
  if (!isSha256(sha256)) throw new Refusal(400, 'attachment/bad-name');
  if (declared !== null && declared > maxBytes) throw new Refusal(413, 'attachment/too-large', { limit: maxBytes });
  const path = join(tmpdir(), `fieldbook-upload-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  try {
    // Without a name at once: a killed process leaves nothing readable behind.
    await unlink(path);
    const got = await spool(file, source, maxBytes);
    if (got.bytes === 0) throw new Refusal(400, 'attachment/empty');
    if (got.sha256 !== sha256) throw new Refusal(422, 'attachment/hash-mismatch', { expected: sha256, found: got.sha256, bytes: got.bytes });
    const known = await attachmentAtHq(db, sha256);
    if (known) return { sha256, bytes: known.bytes, already: true };
    // One small statement per chunk, so that no other request waits behind a large file.
    for (let n = 0; n < chunkCount(got.bytes); n += 1) {
      const data = Buffer.alloc(chunkLength(got.bytes, n));
      await file.read(data, 0, data.length, n * CHUNK_BYTES);
      await db.insert(attachmentChunks).values({ sha256, n, data }).onConflictDoNothing();
    }
    await db.insert(attachments).values({ sha256, bytes: got.bytes, mediaType, receivedAt: now() }).onConflictDoNothing();
    return { sha256, bytes: got.bytes, already: false };
  } finally {
    await file.close();
  }
}

/** True in SQL when a version of the packet, in a stream that the PM may read, names the hash. Content is RFC 8785 text, where a quote inside a value is escaped. */
const isNamed = (device: Device, now: string, packetId: unknown, sha256: unknown) => sql`EXISTS (
  SELECT 1 FROM packet_versions v JOIN (${readableStreams(device.pmId, now)}) r ON r.stream = v.stream
  WHERE v.packet_id = ${packetId} AND strpos(v.content, '"sha256":"' || ${sha256} || '"') > 0)`;

/** Which of the named files HQ has whole; what the device may not read is simply missing from the answer. Throws `sync/malformed`. */
export async function heldForDevice(db: HqConnection, device: Device, now: string, body: unknown): Promise<readonly { readonly sha256: string; readonly bytes: number }[]> {
  const parsed = heldRequestSchema.safeParse(body);
  if (!parsed.success) throw new Refusal(400, 'sync/malformed', { field: parsed.error.issues[0]?.path.join('.') ?? '' });
  return rowsOf(db, sql`
    SELECT DISTINCT a.sha256, a.bytes FROM json_to_recordset(${JSON.stringify(parsed.data.items)}::json) AS w("packetId" text, sha256 text)
    JOIN attachments a ON a.sha256 = w.sha256 WHERE ${isNamed(device, now, sql.raw('w."packetId"'), sql.raw('w.sha256'))}`);
}

/** Chunks of a file for a device, read one by one as they go out. Throws `attachment/not-here` (also for what it may not read) before the first byte. */
export async function chunksForDevice(db: HqConnection, device: Device, now: string, body: unknown): Promise<{ readonly bytes: number; readonly length: number; readonly body: AsyncGenerator<Uint8Array> }> {
  const parsed = chunksRequestSchema.safeParse(body);
  if (!parsed.success) throw new Refusal(400, 'sync/malformed', { field: parsed.error.issues[0]?.path.join('.') ?? '' });
  const { packetId, sha256, from, count } = parsed.data;
  const scope = isNamed(device, now, packetId, sql`${sha256}::text`);
  const found = (await rowsOf<{ bytes: number }>(db, sql`SELECT a.bytes FROM attachments a WHERE a.sha256 = ${sha256} AND ${scope}`))[0];
  if (!found || from >= chunkCount(found.bytes)) throw new Refusal(404, 'attachment/not-here');
  const last = Math.min(from + count, chunkCount(found.bytes));
  async function* parts(): AsyncGenerator<Uint8Array> {
    for (let n = from; n < last; n += 1) {
      const row = (await rowsOf<{ data: Uint8Array }>(db, sql`SELECT c.data FROM attachment_chunks c WHERE c.sha256 = ${sha256} AND c.n = ${n} AND ${scope}`))[0];
      if (!row) throw new Error('a chunk of a whole file is gone');
      yield Buffer.from(row.data);
    }
  }
  return { bytes: found.bytes, length: Math.min(last * CHUNK_BYTES, found.bytes) - from * CHUNK_BYTES, body: parts() };
}
