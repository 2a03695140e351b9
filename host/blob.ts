/**
 * `GET /blob/<sha256>` with Range, the same for both hosts: which slice was asked for, under which headers it goes out.
 * The bytes are read in small slices as they are taken, so that a 200 MB file never lies in memory. Must never let a document act as a page: it goes
 * out sandboxed, under `nosniff`, as one of three types or as plain bytes.
 */
import { isSha256, safeMediaType, type BlobReader } from '../shared/attachments.ts';
import type { Problem } from '../shared/result.ts';
import { SECURITY_HEADERS } from './screen-files.ts';

export const BLOB_PATH = '/blob/';
/** Bytes of one read from the store. */
export const READ_BYTES = 1024 * 1024;

export type BlobAnswer = { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: AsyncGenerator<Uint8Array> | null };

/** A document's own policy: it may do nothing at all. */
const HEADERS: Readonly<Record<string, string>> = { ...SECURITY_HEADERS, 'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'", 'content-disposition': 'attachment', 'accept-ranges': 'bytes' };
const STATUS: Readonly<Record<string, number>> = { 'session/locked': 403, 'document/not-here': 404, 'document/unavailable': 503, 'document/unreadable': 500 };

const refused = (problem: Problem): BlobAnswer => ({
  status: STATUS[problem.code] ?? 500, headers: { ...HEADERS, 'content-type': 'application/json' },
  body: (async function* body() { yield Buffer.from(JSON.stringify({ ok: false, problem })); })(),
});

/** First and last byte of a single range of a file of `total` bytes; `whole` without one, `none` when it cannot be met. Several ranges are not offered: whole. */
export function rangeOf(header: string | null | undefined, total: number): { readonly start: number; readonly end: number } | 'whole' | 'none' {
  const found = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (!found || (found[1] === '' && found[2] === '')) return 'whole';
  const [from, to] = [found[1] ?? '', found[2] ?? ''];
  const start = from === '' ? Math.max(0, total - Number(to)) : Number(from);
  const end = from === '' || to === '' ? total - 1 : Math.min(Number(to), total - 1);
  return start >= total || end < start ? 'none' : { start, end };
}

/** The answer to one request. `rawPath` is the path as it was asked. */
export async function answerBlob(read: BlobReader | undefined, rawPath: string, range: string | null | undefined): Promise<BlobAnswer> {
  const sha256 = rawPath.slice(BLOB_PATH.length);
  if (!read || !isSha256(sha256)) return refused({ code: 'document/not-here', details: {} });
  const head = await read({ sha256, start: 0, length: 0 });
  if (!head.ok) return refused(head.problem);
  const { total, mediaType } = head.value;
  const asked = rangeOf(range, total);
  const headers = { ...HEADERS, 'content-type': safeMediaType(mediaType) };
  if (asked === 'none') return { status: 416, headers: { ...headers, 'content-range': `bytes */${total}`, 'content-length': '0' }, body: null };
  const { start, end } = asked === 'whole' ? { start: 0, end: total - 1 } : asked;
  const body = async function* slices(): AsyncGenerator<Uint8Array> {
    for (let at = start; at <= end; at += READ_BYTES) {
      const slice = await read({ sha256, start: at, length: Math.min(READ_BYTES, end + 1 - at) });
      // Locked or gone in the middle: the answer ends short, which the reader notices by its length.
      if (!slice.ok) throw new Error(slice.problem.code);
      yield slice.value.bytes;
    }
  };
  return {
    status: asked === 'whole' ? 200 : 206, body: body(),
    headers: { ...headers, 'content-length': String(end + 1 - start), ...(asked === 'whole' ? {} : { 'content-range': `bytes ${start}-${end}/${total}` }) },
  };
}
