/**
 * Fetches documents after commands and rows, one short slice at a time, so that a command saved meanwhile never waits for a scan [SYN-11].
 * 1. bring the list of wanted files up to the rows  2. ask HQ which of the next ones it has  3. fetch missing chunks, each durable by itself
 * 4. verify the SHA-256; what was something else is thrown away and fetched again [SYN-12].
 * Speaks to HQ only through the request function that the sync loop lends it. Must never fail the sync because a document is missing.
 */
import { ASK_MAX, CHUNK_BYTES, chunkCount, chunkLength, CHUNKS_PER_REQUEST, heldReplySchema } from '../shared/attachments.ts';
import { beginBlob, missing, nextChunk, putChunk, reconcile, verifyBlob, type Attachments, type Wanted } from '../db/attachments.ts';
import type { Store } from '../db/open.ts';

/** HQ is asked again for what it did not have after a minute, then after twice as long each time, up to ten minutes. */
export const ASK_AGAIN_MS = 60_000;
const ASK_AGAIN_MAX_MS = 10 * 60_000;
/** Bytes of one slice; after it, push and pull have their turn. */
export const SLICE_BYTES = 8 * 1024 * 1024;
/** Below this much free disk no document is fetched: sign-off comes first. */
export const DISK_RESERVE = 500 * 1024 * 1024;

export type Fetching = {
  readonly store: Store; readonly attachments: Attachments;
  /** A request with token; resolves with any answer below 500. Throws when HQ cannot be reached or the laptop was locked. */
  readonly authorised: (path: string, body: unknown, accept: string) => Promise<Response>;
  readonly chunks: (response: Response) => AsyncGenerator<Uint8Array>;
  readonly json: (response: Response) => Promise<unknown>;
  /** Throws when the laptop was locked meanwhile. */
  readonly check: () => void;
  /** True when something more urgent waits. */
  readonly shouldYield: () => boolean;
  /** Instant, ISO 8601 UTC. */
  readonly now: () => string;
  /** Free bytes on the disk, or null when unknown. */
  readonly diskFree: () => number | null;
  /** Packet whose files come first, or null. */
  readonly first: () => string | null;
  readonly changed: () => void;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
};

const breathe = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });

function askLater(f: Fetching, sha256: string): void {
  const tries = (f.attachments.notAtHq.get(sha256)?.tries ?? 0) + 1;
  f.attachments.notAtHq.set(sha256, { until: Date.parse(f.now()) + Math.min(ASK_AGAIN_MAX_MS, ASK_AGAIN_MS * 2 ** Math.min(tries - 1, 10)), tries });
}

/** Asks HQ for these files; answers sizes by hash. What HQ lacks is asked for again later. Null: this HQ has no documents at all. */
async function held(f: Fetching, wanted: readonly Wanted[]): Promise<ReadonlyMap<string, number> | null> {
  const response = await f.authorised('/attachments/held', { items: wanted.map(({ packetId, sha256 }) => ({ packetId, sha256 })) }, 'application/json');
  const body = await f.json(response);
  f.check();
  const parsed = heldReplySchema.safeParse(body);
  const sizes = new Map(response.ok && parsed.success ? parsed.data.held.map((h) => [h.sha256, h.bytes]) : []);
  for (const { sha256 } of wanted) {
    if (sizes.has(sha256)) f.attachments.notAtHq.delete(sha256);
    else askLater(f, sha256);
  }
  if (!response.ok || !parsed.success) f.log({ event: 'documents/no-answer', status: response.status });
  return response.ok && parsed.success ? sizes : null;
}

/** The missing chunks of one file, until it is whole, the slice is used up, or something urgent waits. Resolves with the bytes that came. */
async function fetchFile(f: Fetching, file: Wanted, bytes: number, budget: number): Promise<number> {
  const a = f.attachments;
  beginBlob(a, file.sha256, bytes);
  let came = 0;
  for (let n = nextChunk(a, file.sha256); n < chunkCount(bytes) && came < budget && !f.shouldYield(); n = nextChunk(a, file.sha256)) {
    const response = await f.authorised('/attachments/chunks', { packetId: file.packetId, sha256: file.sha256, from: n, count: CHUNKS_PER_REQUEST }, 'application/octet-stream');
    if (!response.ok) {
      await response.body?.cancel().catch(() => undefined);
      askLater(f, file.sha256);
      return came;
    }
    let rest = Buffer.alloc(0);
    let at = n;
    for await (const part of f.chunks(response)) {
      f.check();
      rest = rest.length === 0 ? Buffer.from(part) : Buffer.concat([rest, part]);
      // Each whole chunk is durable by itself: a kill or a cut line costs at most one.
      for (let length = chunkLength(bytes, at); length > 0 && rest.length >= length; length = chunkLength(bytes, at)) {
        putChunk(a, file.sha256, at, rest.subarray(0, length));
        rest = rest.subarray(length);
        came += length;
        at += 1;
        if (at % 8 === 0) f.changed();
      }
      // More than was asked for, or more than the file has.
      if (rest.length > CHUNK_BYTES || at > n + CHUNKS_PER_REQUEST) break;
    }
    f.check();
    // An answer without one whole chunk would be asked for again and again.
    if (at === n) {
      askLater(f, file.sha256);
      return came;
    }
  }
  if (nextChunk(a, file.sha256) < chunkCount(bytes)) return came;
  const checking = verifyBlob(a, file.sha256, f.now());
  let step = checking.next();
  while (!step.done) {
    await breathe();
    f.check();
    step = checking.next();
  }
  if (step.value === 'bad') f.log({ event: 'documents/damaged', bytes });
  f.changed();
  return came;
}

/**
 * One slice. `more`: call again after push and pull had their turn. Throws only what the lent request function throws.
 */
export async function fetchSlice(f: Fetching): Promise<'done' | 'more'> {
  const a = f.attachments;
  while (reconcile(f.store, a)) {
    await breathe();
    f.check();
    if (f.shouldYield()) return 'more';
  }
  const now = Date.parse(f.now());
  const wanted = missing(f.store, a, { limit: ASK_MAX, first: f.first(), skip: (sha256) => (a.notAtHq.get(sha256)?.until ?? 0) > now });
  const free = f.diskFree();
  a.isDiskLow = free !== null && free < DISK_RESERVE;
  if (wanted.length === 0 || a.isDiskLow) return 'done';
  const sizes = await held(f, wanted);
  if (sizes === null) return 'done';
  f.changed();
  const ask = f.first();
  let budget = SLICE_BYTES;
  for (const file of wanted) {
    const bytes = sizes.get(file.sha256);
    if (bytes === undefined) continue;
    budget -= await fetchFile(f, file, bytes, budget);
    // Somebody opened another packet: its files are asked for before the rest of this list.
    if (budget <= 0 || f.shouldYield() || f.first() !== ask) return 'more';
  }
  return 'more';
}
