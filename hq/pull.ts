/**
 * `POST /sync/pull`: rows that changed since the device's cursors, stream by stream, page by page, as NDJSON.
 * Stored feed lines go out as they are. A page ends only where an HQ transaction ends [SYN-8]; a stream that the PM may not read
 * is filtered in SQL, in the same statement that reads the rows [SYN-7].
 */
import { sql } from 'drizzle-orm';
import { PROTOCOL_VERSION, pullRequestSchema, type PullLine } from '../shared/sync.ts';
import type { Device } from './auth.ts';
import { rowsOf, type HqConnection } from './open.ts';
import { Refusal } from './problem.ts';
import { readableStreams, streamHeads } from './scope.ts';

/** Rows of one page at most, unless a single HQ transaction wrote more. */
export const PAGE_ROWS = 500;
export type FeedRow = { readonly version: number; readonly line: string };

const line = (value: PullLine): string => `${JSON.stringify(value)}\n`;

/** Rows of one stream in `(from, to]`, oldest first, whole HQ transactions only; nothing when the PM may not read the stream. */
export async function feedPage(
  db: HqConnection,
  page: { readonly pmId: string; readonly now: string; readonly stream: string; readonly from: number; readonly to: number; readonly limit?: number },
): Promise<readonly FeedRow[]> {
  const limit = page.limit ?? PAGE_ROWS;
  const rows = (from: number, to: number, most: number) =>
    rowsOf<FeedRow>(
      db,
      sql`
    SELECT f.version, f.line FROM feed f JOIN (${readableStreams(page.pmId, page.now)}) r ON r.stream = f.stream
    WHERE f.stream = ${page.stream} AND f.version > ${from}::int AND f.version <= ${to}::int ORDER BY f.version, f.tbl, f.row_id LIMIT ${most}::int`,
    );
  const found = await rows(page.from, page.to, limit + 1);
  if (found.length <= limit) return found;
  const next = found.at(-1)?.version ?? 0;
  const whole = found.filter((r) => r.version < next);
  // One transaction wrote more rows than a page holds: it is sent whole, because half of it must never be applied.
  return whole.length > 0 ? whole : rows(next - 1, next, 2_147_483_647);
}

/** How many rows lie in these stretches of the feed, for the progress that the laptop shows. */
async function changedRows(db: HqConnection, wanted: readonly { readonly stream: string; readonly from: number; readonly to: number }[]): Promise<number> {
  const counts = wanted.map((w) => sql`(SELECT count(*) FROM feed WHERE stream = ${w.stream} AND version > ${w.from}::int AND version <= ${w.to}::int)`);
  return (await rowsOf<{ n: number }>(db, sql`SELECT (${sql.join(counts, sql` + `)})::int AS n`))[0]?.n ?? 0;
}

/** Checks the request before the first byte goes out. Throws `Refusal`. */
export async function pull(db: HqConnection, device: Device, generation: string, now: string, body: unknown): Promise<AsyncGenerator<string>> {
  const parsed = pullRequestSchema.safeParse(body);
  if (!parsed.success) throw new Refusal(400, 'sync/malformed', { field: parsed.error.issues[0]?.path.join('.') ?? '' });
  const request = parsed.data;
  // Reading needs a build that knows the rows; sending never does [SYN-14].
  if (request.protocol < PROTOCOL_VERSION) throw new Refusal(426, 'sync/client-too-old', { needs: PROTOCOL_VERSION, has: request.protocol });
  const isOtherPast = request.generation !== null && request.generation !== generation;
  const heads = new Map((await streamHeads(db, device.pmId, now)).map((h) => [h.stream, h.head]));
  const streams = [...heads.keys()];
  const cursors = new Map(Object.entries(isOtherPast ? {} : request.cursors));
  for (const [stream, at] of cursors) {
    // A cursor beyond the head means that HQ lost what it had answered.
    if (at > (heads.get(stream) ?? at)) throw new Refusal(409, 'sync/generation', { stream });
  }
  const wanted = streams.map((stream) => ({ stream, from: cursors.get(stream) ?? 0, to: heads.get(stream) ?? 0 })).filter((w) => w.to > w.from);
  const total = wanted.length === 0 || isOtherPast ? 0 : await changedRows(db, wanted);
  const start: PullLine = { t: 'start', generation, serverTime: now, streams, lost: [...cursors.keys()].filter((s) => !streams.includes(s)), total };

  async function* lines(): AsyncGenerator<string> {
    yield line(start);
    // Another generation: the device drops its rows first and asks again without cursors.
    if (!isOtherPast) {
      for (const { stream, from, to } of wanted) {
        let at = from;
        while (at < to) {
          const rows = await feedPage(db, { pmId: device.pmId, now, stream, from: at, to });
          const next = rows.at(-1)?.version ?? to;
          if (rows.length > 0) yield `${rows.map((r) => r.line).join('\n')}\n`;
          yield line({ t: 'cursor', stream, from: at, to: next });
          at = next;
        }
      }
    }
    yield line({ t: 'end', serverTime: now });
  }
  return lines();
}
