/**
 * The files that a packet names by content (form renditions, evidence) and how they travel: by SHA-256, in fixed chunks, apart from the
 * record [SYN-12]. The packet row syncs with its names; the bytes follow when there is time. Pure: shapes, sizes and order only.
 */
import { z } from 'zod';
import type { PacketDocument } from './domain/packet.ts';
import type { Result } from './result.ts';

/** Bytes of every chunk but the last. */
export const CHUNK_BYTES = 256 * 1024;
/** Largest file that HQ takes and a laptop keeps. */
export const ATTACHMENT_MAX_BYTES = 256 * 1024 * 1024;
/** Files above this wait until every smaller one of every packet is here: one scan must not starve the rest. */
export const LARGE_BYTES = 8 * 1024 * 1024;
/** Chunks of one request at most. */
export const CHUNKS_PER_REQUEST = 16;
/** Files of one question "which of these does HQ hold". */
export const ASK_MAX = 200;

/** Chunks of a file of so many bytes. */
export const chunkCount = (bytes: number): number => Math.ceil(bytes / CHUNK_BYTES);
/** Bytes of chunk `n` of a file of `bytes`. */
export const chunkLength = (bytes: number, n: number): number => Math.max(0, Math.min(CHUNK_BYTES, bytes - n * CHUNK_BYTES));

/** One file that a packet names. `item`: `form:<id>` for a rendition, `evidence:<id>` for evidence. */
export type NamedAttachment = {
  readonly item: string; readonly title: string; readonly sha256: string; readonly bytes: number; readonly mediaType: string; readonly pages: number;
};
/** Every file that a document names: renditions first, then evidence from small to large. A hash that occurs twice comes twice. */
export function attachmentsOf(document: PacketDocument): readonly NamedAttachment[] {
  const forms = document.forms.flatMap((f) => (f.rendition ? [{ item: `form:${f.id}`, title: f.kind, ...f.rendition }] : []));
  const evidence = document.evidence.map((e) => ({ item: `evidence:${e.id}`, title: e.title, sha256: e.sha256, bytes: e.bytes, mediaType: e.mediaType, pages: e.pages }));
  return [...forms, ...evidence.sort((a, b) => a.bytes - b.bytes || (a.item < b.item ? -1 : 1))];
}

const hash = z.string().regex(/^[0-9a-f]{64}$/);
/** True for 64 lower-case hex digits. */
export const isSha256 = (text: string): boolean => hash.safeParse(text).success;
/** What a device asks for: always in the name of a packet that it may read. */
const named = z.strictObject({ packetId: z.string().min(1).max(64), sha256: hash });
/** `POST /attachments/held`: which of these HQ has whole. */
export const heldRequestSchema = z.strictObject({ items: z.array(named).min(1).max(ASK_MAX) });
export const heldReplySchema = z.object({ held: z.array(z.object({ sha256: hash, bytes: z.int().min(1).max(ATTACHMENT_MAX_BYTES) })).max(ASK_MAX) });
/** `POST /attachments/chunks`: chunks `from` to `from + count - 1` as one run of bytes. */
export const chunksRequestSchema = named.extend({ from: z.int().min(0), count: z.int().min(1).max(CHUNKS_PER_REQUEST) });
/** HQ's answer to an upload. `already`: it was here before. */
export const uploadReplySchema = z.object({ sha256: hash, bytes: z.int(), already: z.boolean() });
export type UploadReply = z.infer<typeof uploadReplySchema>;

/**
 * Where one file stands on this laptop: `here` whole and verified; `fetching` some chunks; `waiting` its turn; `not_at_hq` the agency has not
 * sent it; `failed` arrived damaged again and again; `no_room` the disk is nearly full; `too_large` above the limit.
 */
export type AttachmentPlace = 'here' | 'fetching' | 'waiting' | 'not_at_hq' | 'failed' | 'no_room' | 'too_large';
export type AttachmentState = {
  readonly sha256: string; readonly place: AttachmentPlace; readonly bytes: number; /** Chunks here, and of how many. */ readonly have: number; readonly of: number;
};

/** A slice of a file that is here, for `GET /blob/<sha256>`. `length` 0 asks for size and type only. */
export type BlobRequest = { readonly sha256: string; readonly start: number; readonly length: number };
export type BlobSlice = { readonly bytes: Uint8Array; readonly total: number; readonly mediaType: string };
export type BlobReader = (request: BlobRequest) => Promise<Result<BlobSlice>>;

/** Types that the screen may get as they are; everything else goes out as bytes that nothing opens. */
const SHOWN_TYPES: readonly string[] = ['application/pdf', 'image/png', 'image/jpeg'];
export const safeMediaType = (mediaType: string): string => (SHOWN_TYPES.includes(mediaType) ? mediaType : 'application/octet-stream');
