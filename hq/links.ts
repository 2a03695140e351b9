/**
 * Finds packets of the same person (PK-22) and narratives that read the same (PK-23), and writes what it found into the packets' own streams.
 * Resumable: a packet is due until its row, as it stands, was looked at. Narratives are compared only within shared MinHash buckets.
 * Must never name a packet under restricted handling as the other side; a link that no longer holds gets score 0, whatever the reason.
 */
import { sql } from 'drizzle-orm';
import { put, type Put } from '../shared/command.ts';
import { trustContent, openContent } from '../shared/domain/packet.ts';
import { buckets, jaccard, narrativeOf, sharedExcerpt, shingles } from '../shared/domain/similarity.ts';
import { deriveId, type StreamId } from '../shared/ids.ts';
import type { Draft, PacketLinkRow } from '../shared/rows.ts';
import { rowsOf, type HqConnection } from './open.ts';
import { samePersonAs } from './persons.ts';
import { lockStreams, writeRows } from './run.ts';

/** Links are kept from here on; which of them fails a check is the rule pack's to say. */
const LINK_FROM = 0.9;
/** A bucket that more narratives share says nothing more: so many are compared. */
const MOST_COMPARED = 200;

type Head = { readonly id: string; readonly stream: StreamId; readonly agencyId: string; readonly subjectId: string; readonly state: string; readonly number: number; readonly aNumber: string | null; readonly rowVersion: number; readonly isHidden: boolean };
/** A packet is hidden once restricted handling was asked, open or lifted: lifting does not undo what was protected. */
const HEADS = sql.raw(`SELECT p.id, p.stream, p.agency_id AS "agencyId", p.subject_id AS "subjectId", p.state, p.current_version AS number, (SELECT s.a_number FROM subjects s WHERE s.id = p.subject_id) AS "aNumber", p.version AS "rowVersion",
  (p.stream LIKE 'restricted:%' OR EXISTS (SELECT 1 FROM holds h WHERE h.packet_id = p.id AND h.rule = 'RESTRICTED')) AS "isHidden" FROM packets p`);

/** Packets that changed since they were looked at, or never were, in a fixed order. */
export const duePackets = async (db: HqConnection, limit: number): Promise<readonly string[]> =>
  (await rowsOf<{ id: string }>(db, sql`SELECT p.id FROM packets p LEFT JOIN link_looks l ON l.packet_id = p.id WHERE l.packet_id IS NULL OR l.row_version <> p.version ORDER BY p.id LIMIT ${limit}::int`)).map((r) => r.id);

type Words = { readonly words: readonly string[]; readonly set: ReadonlySet<string> };
/** Narratives of the current versions of these packets; those without one are left out. The text is HQ's own, sealed at intake. */
async function narrativesOf(tx: HqConnection, ids: readonly string[]): Promise<ReadonlyMap<string, Words>> {
  if (ids.length === 0) return new Map();
  const rows = await rowsOf<{ id: string; content: string }>(tx, sql`SELECT p.id, v.content FROM packets p JOIN packet_versions v ON v.packet_id = p.id AND v.number = p.current_version WHERE p.id = ANY(${sql.param([...ids])}::text[])`);
  return new Map(rows.flatMap(({ id, content }) => {
    trustContent(content);
    const found = narrativeOf(openContent(content));
    return found ? [[id, { words: found.words, set: shingles(found.words) }] as const] : [];
  }));
}

/** Looks at one packet and brings its links, and those of others to it, up to date: one transaction over all their streams. */
export async function linkPacket(db: HqConnection, packetId: string, now: string): Promise<void> {
  await db.transaction(async (transaction) => {
    const tx = transaction as unknown as HqConnection;
    const [first] = await rowsOf<Head>(tx, sql`${HEADS} WHERE p.id = ${packetId}`);
    if (!first) return;
    const own = (await narrativesOf(tx, [packetId])).get(packetId);
    const [look] = await rowsOf<{ number: number }>(tx, sql`SELECT number FROM link_looks WHERE packet_id = ${packetId}`);
    if (look?.number !== first.number) {
      await tx.execute(sql`DELETE FROM narrative_buckets WHERE packet_id = ${packetId}`);
      const list = [...new Set(own ? buckets(own.set) : [])];
      if (list.length > 0) await tx.execute(sql`INSERT INTO narrative_buckets (bucket, packet_id) SELECT bucket, ${packetId}::text FROM unnest(${sql.param(list)}::int[]) AS b(bucket) ON CONFLICT DO NOTHING`);
    }
    const persons = new Map((await samePersonAs(tx, first.subjectId, 'all streams')).map((p) => [p.subjectId, p.basis]));
    const subjects = [first.subjectId, ...persons.keys()];
    const near = await rowsOf<{ id: string }>(tx, sql`SELECT DISTINCT b.packet_id AS id FROM narrative_buckets o JOIN narrative_buckets b ON b.bucket = o.bucket AND b.packet_id <> o.packet_id
      WHERE o.packet_id = ${packetId} ORDER BY 1 LIMIT ${MOST_COMPARED}::int`);
    const before = await rowsOf<PacketLinkRow>(tx, sql`SELECT id, stream, version, changed_by AS "changedBy", agency_id AS "agencyId", packet_id AS "packetId", other_packet_id AS "otherPacketId",
      other_agency_id AS "otherAgencyId", kind, score, excerpt, found_at AS "foundAt" FROM packet_links WHERE packet_id = ${packetId} OR other_packet_id = ${packetId}`);
    const asked = [...new Set([...near.map((n) => n.id), ...before.flatMap((l) => [l.packetId, l.otherPacketId])])].filter((id) => id !== packetId);
    const heads = await rowsOf<Head>(tx, sql`${HEADS} WHERE p.id <> ${packetId} AND (p.subject_id = ANY(${sql.param(subjects)}::text[]) OR p.id = ANY(${sql.param(asked)}::text[]))`);
    const texts = await narrativesOf(tx, near.map((n) => n.id));

    const wanted = new Map<string, Draft<'packet_links'>>();
    const want = (from: Head, to: Head, kind: PacketLinkRow['kind'], score: number, excerpt: string): void => {
      const id = deriveId(from.id, `link.${kind}.${to.id}`);
      wanted.set(id, { id, stream: from.stream, agencyId: from.agencyId, packetId: from.id, otherPacketId: to.id, otherAgencyId: to.agencyId, kind, score, excerpt, foundAt: now });
    };
    for (const other of heads) {
      const basis = other.subjectId === first.subjectId ? (first.aNumber ? 'aNumber' : 'fin') : persons.get(other.subjectId);
      const isOpen = first.state !== 'closed' && other.state !== 'closed';
      if (basis && isOpen) {
        if (!other.isHidden) want(first, other, 'duplicate', 1, basis);
        if (!first.isHidden) want(other, first, 'duplicate', 1, basis);
      }
      const text = texts.get(other.id);
      // A second packet of the same person may well tell the same story.
      if (basis || !own || !text) continue;
      const score = Math.round(jaccard(own.set, text.set) * 10_000) / 10_000;
      if (score < LINK_FROM) continue;
      if (!other.isHidden) want(first, other, 'similar', score, sharedExcerpt(own.words, text.set));
      if (!first.isHidden) want(other, first, 'similar', score, sharedExcerpt(text.words, own.set));
    }
    const known = new Map(before.map((l) => [l.id, l]));
    const changed: Draft<'packet_links'>[] = [...wanted.values()].filter((w) => {
      const was = known.get(w.id);
      return !was || was.score !== w.score || was.excerpt !== w.excerpt;
    });
    for (const { version: _v, changedBy: _c, ...link } of before) if (!wanted.has(link.id) && link.score > 0) changed.push({ ...link, score: 0, excerpt: '', foundAt: now });
    const byStream = new Map<StreamId, Put[]>();
    for (const link of changed) byStream.set(link.stream, [...(byStream.get(link.stream) ?? []), put('packet_links', link)]);
    const locked = await lockStreams(tx, [...byStream.keys()]);
    for (const [stream, puts] of byStream) await writeRows(tx, stream, locked.get(stream) ?? 0, puts, 'hq');
    await tx.execute(sql`INSERT INTO link_looks (packet_id, row_version, number) VALUES (${packetId}, ${first.rowVersion}::int, ${first.number}::int)
      ON CONFLICT (packet_id) DO UPDATE SET row_version = excluded.row_version, number = excluded.number`);
  });
}

/** Looks at up to `limit` due packets; answers how many. One that fails is tried again with the next call, after the others. */
export async function linkDue(db: HqConnection, now: string, limit: number, onFail: (packetId: string, error: unknown) => void): Promise<number> {
  const due = await duePackets(db, limit);
  for (const id of due) {
    try {
      await linkPacket(db, id, now);
    } catch (error) {
      onFail(id, error);
    }
  }
  return due.length;
}

/** Keeps looking in the background, a few packets at a time with rests between: intake and laptops go first. Answers how to stop it. */
export function keepLinking(db: HqConnection, now: () => string, onFail: (packetId: string, error: unknown) => void): () => Promise<void> {
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const round = async (): Promise<void> => {
    let count = 0;
    try {
      count = await linkDue(db, now(), 5, onFail);
    } catch (error) {
      onFail('', error);
    }
    if (isStopped) return;
    timer = setTimeout(() => { running = round(); }, count > 0 ? 50 : 2000);
    timer.unref();
  };
  running = round();
  return async () => {
    isStopped = true;
    clearTimeout(timer);
    await running;
  };
}
