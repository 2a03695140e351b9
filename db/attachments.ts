/**
 * The laptop's second encrypted file: documents in 256 KiB chunks, by a keyed hash of their content [SYN-12]. Everything in it is a copy of what HQ
 * has: a damaged file is set aside and fetched again. A document counts only after its SHA-256 was verified over all chunks.
 * Must never be ATTACHed to the main store (a commit over two files is not atomic), nor hold anything that only this laptop knows.
 */
import { createHash, createHmac, hkdfSync } from 'node:crypto';
import { existsSync, readdirSync, renameSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ATTACHMENT_MAX_BYTES, attachmentsOf, CHUNK_BYTES, chunkCount, chunkLength, LARGE_BYTES, type AttachmentPlace, type BlobSlice, type NamedAttachment } from '../shared/attachments.ts';
import { openContent } from '../shared/domain/packet.ts';
import { versionId } from '../shared/rows.ts';
import { asStoreError, StoreError } from './store-error.ts';
import { assertNotPlain, connect, createFile, setPragmas, statementsOf, type Prepared, type Sqlite, type Store } from './open.ts';

export const ATTACHMENTS_FILE = 'documents.db';
/** 'FBK2': marks the second file. */
export const ATTACHMENTS_ID = 0x46424b32;
const SCHEMA = 1;
/** After so many damaged arrivals a document waits for a person to ask for it. */
export const MAX_FAILURES = 3;
const TABLES = `
  CREATE TABLE versions (versionId TEXT PRIMARY KEY NOT NULL, packetId TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE refs (versionId TEXT NOT NULL, name BLOB NOT NULL, packetId TEXT NOT NULL, mediaType TEXT NOT NULL, PRIMARY KEY (versionId, name)) WITHOUT ROWID;
  CREATE INDEX refs_name ON refs (name);
  CREATE TABLE blobs (name BLOB PRIMARY KEY NOT NULL, bytes INTEGER NOT NULL, state TEXT NOT NULL CHECK (state IN ('part', 'whole')), failures INTEGER NOT NULL, verifiedAt TEXT) WITHOUT ROWID;
  CREATE TABLE chunks (name BLOB NOT NULL, n INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (name, n));`;

/** The open second file. */
export type Attachments = {
  readonly file: string; readonly sqlite: Sqlite; readonly prepare: (sql: string) => Prepared;
  /** The row name of a content hash: HMAC under a key of this laptop. */
  readonly name: (sha256: string) => Buffer;
  /** What HQ said it does not have: the time (ms) after which it is asked again, and how often it was. Memory only. */
  readonly notAtHq: Map<string, { readonly until: number; readonly tries: number }>;
  /** True while the disk is too full to fetch more. */
  isDiskLow: boolean;
  /** The revision of the main store's packets that `reconcile` last saw. */
  seen: string;
  /** Where `reconcile` stands at a newer revision; null between two. */
  walk: Walk | null;
  /** Versions whose documents are listed here, with their packets: the `versions` table, read once. */
  known: Map<string, string> | null;
  /** Versions that this program cannot read (a newer form of packet): not asked again while the store is open. */
  readonly unreadable: Set<string>;
  readonly close: () => void;
};

type Version = { readonly id: string; readonly packetId: string };
type Walk = { readonly at: string; after: number; isWhole: boolean; readonly packets: Set<string>; readonly fresh: Version[] };

function openFile(file: string, key: Buffer): Sqlite {
  const isThere = existsSync(file) && statSync(file).size > 0;
  if (!isThere) createFile(file, key, ATTACHMENTS_ID);
  assertNotPlain(file);
  const wasUnclean = existsSync(`${file}-wal`) && statSync(`${file}-wal`).size > 0;
  const sqlite = connect(file, key);
  try {
    const id = sqlite.pragma('application_id', { simple: true });
    if (id !== ATTACHMENTS_ID) throw new StoreError('store/not-ours', { found: id });
    const schema = Number(sqlite.pragma('user_version', { simple: true }));
    if (schema > SCHEMA) throw new StoreError('store/newer', { schema, known: SCHEMA });
    setPragmas(sqlite);
    if (schema === 0) sqlite.exec(`BEGIN IMMEDIATE; ${TABLES} PRAGMA user_version=${SCHEMA}; COMMIT;`);
    if (wasUnclean && sqlite.pragma('quick_check(1)', { simple: true }) !== 'ok') throw new StoreError('store/damaged');
    return sqlite;
  } catch (error) {
    if (sqlite.open) sqlite.close();
    throw asStoreError(error);
  }
}

/**
 * Opens the file of `folder`, or makes it. One that is damaged, plain or not ours is renamed and made anew: HQ has everything in it.
 * Throws `store/newer`, `store/in-use`, `store/disk-full`, `store/disk-error`. `dataKey`: 32 bytes, not kept; the file gets keys of its own.
 */
export function openAttachments(folder: string, dataKey: Buffer): Attachments {
  const file = join(folder, ATTACHMENTS_FILE);
  const derive = (purpose: string): Buffer => Buffer.from(hkdfSync('sha256', dataKey, Buffer.alloc(0), `fieldbook/1/${purpose}`, 32));
  const [key, nameKey] = [derive('documents'), derive('document-names')];
  let sqlite: Sqlite;
  try {
    try {
      sqlite = openFile(file, key);
    } catch (error) {
      const code = error instanceof StoreError ? error.problem.code : '';
      if (!['store/damaged', 'store/wrong-key', 'store/plaintext', 'store/not-ours'].includes(code)) throw error;
      setAside(file);
      sqlite = openFile(file, key);
    }
  } finally {
    key.fill(0);
  }
  const statements = statementsOf(sqlite);
  return {
    file, sqlite, notAtHq: new Map(), isDiskLow: false, seen: '', walk: null, known: null, unreadable: new Set(), prepare: statements.prepare,
    name: (sha256) => createHmac('sha256', nameKey).update(sha256, 'hex').digest(),
    close: () => {
      statements.clear();
      nameKey.fill(0);
      if (sqlite.open) sqlite.close();
    },
  };
}
/** Renames, never deletes. */
function setAside(file: string): void {
  const n = readdirSync(dirname(file)).filter((name) => name.startsWith('damaged-') && name.endsWith(basename(file))).length + 1;
  for (const tail of ['', '-wal', '-shm']) if (existsSync(file + tail)) renameSync(file + tail, join(dirname(file), `damaged-${n}-${basename(file)}${tail}`));
}

function within<T>(a: Attachments, work: () => T): T {
  try {
    a.sqlite.exec('BEGIN IMMEDIATE');
    const value = work();
    a.sqlite.exec('COMMIT');
    return value;
  } catch (error) {
    if (a.sqlite.inTransaction) a.sqlite.exec('ROLLBACK');
    throw asStoreError(error);
  }
}

/** Packets of one step of `reconcile`: a few milliseconds, however many there are. */
const STEP_PACKETS = 5000;
const CURRENT = `SELECT p.rowid AS n, v."id", v."packetId" FROM packets p JOIN packet_versions v ON v."id" = p."id" || '.' || p."currentVersion"
  WHERE p."state" <> 'closed' AND p.rowid > ? ORDER BY p.rowid LIMIT ${STEP_PACKETS}`;

/** Takes the next packets into the walk; true when all were seen. */
function walkOn(store: Store, walk: Walk, known: ReadonlyMap<string, string>, unreadable: ReadonlySet<string>): boolean {
  if (walk.isWhole) return true;
  const step = store.prepare(CURRENT).all(walk.after) as (Version & { readonly n: number })[];
  for (const { id, packetId } of step) {
    walk.packets.add(packetId);
    if (!known.has(id) && !unreadable.has(id)) walk.fresh.push({ id, packetId });
  }
  walk.after = step.at(-1)?.n ?? walk.after;
  walk.isWhole = step.length < STEP_PACKETS;
  return walk.isWhole;
}

/** The files that a version names; null when this program cannot read the version. */
function filesOf(store: Store, id: string): readonly NamedAttachment[] | null {
  try {
    return attachmentsOf(openContent(store.prepare('SELECT "content" FROM packet_versions WHERE "id" = ?').pluck().get(id) as string));
  } catch {
    return null;
  }
}

/**
 * Brings the list of wanted documents up to the packets of the main store, one short step per call: each packet is looked at once per revision,
 * and at most `limit` new versions are read. What no packet here names any more (a lost stream, a closed packet) goes with its chunks [SYN-7].
 * True when there is more to do. A version that cannot be read names no document; it never stops the others.
 */
export function reconcile(store: Store, a: Attachments, limit = 100): boolean {
  const now = `${store.revision('packets')}.${store.revision('packet_versions')}`;
  if (a.seen === now) return false;
  a.known ??= new Map((a.prepare('SELECT versionId AS id, packetId FROM versions').all() as Version[]).map((v) => [v.id, v.packetId]));
  const { known } = a;
  if (a.walk?.at !== now) a.walk = { at: now, after: 0, isWhole: false, packets: new Set(), fresh: [] };
  const { walk } = a;
  if (!walkOn(store, walk, known, a.unreadable)) return true;
  const gone = [...known].filter(([, packetId]) => !walk.packets.has(packetId)).map(([id]) => id);
  const taken = walk.fresh.slice(0, limit);
  if (gone.length > 0 || taken.length > 0) within(a, () => {
    for (const id of gone) {
      a.prepare('DELETE FROM refs WHERE versionId = ?').run(id);
      a.prepare('DELETE FROM versions WHERE versionId = ?').run(id);
    }
    if (gone.length > 0) {
      a.prepare('DELETE FROM chunks WHERE name NOT IN (SELECT name FROM refs)').run();
      a.prepare('DELETE FROM blobs WHERE name NOT IN (SELECT name FROM refs)').run();
    }
    for (const { id, packetId } of taken) {
      const files = filesOf(store, id);
      if (files === null) {
        a.unreadable.add(id);
        continue;
      }
      for (const file of files) {
        a.prepare('INSERT INTO refs (versionId, name, packetId, mediaType) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING').run(id, a.name(file.sha256), packetId, file.mediaType);
      }
      a.prepare('INSERT INTO versions (versionId, packetId) VALUES (?, ?)').run(id, packetId);
    }
  });
  // Only after the commit: a full disk leaves the walk where it was.
  walk.fresh.splice(0, taken.length);
  for (const id of gone) known.delete(id);
  for (const { id, packetId } of taken) if (!a.unreadable.has(id)) known.set(id, packetId);
  if (walk.fresh.length > 0) return true;
  a.seen = now;
  a.walk = null;
  return false;
}

export type Wanted = NamedAttachment & { readonly packetId: string };
/**
 * What is still to fetch, in order: the packet that somebody opened, then packets with the earliest clock, finished ones last; within a packet
 * renditions first, then small before large; files above 8 MiB after all others [SYN-11]. `skip`: hashes that are not to be asked for now.
 */
export function missing(store: Store, a: Attachments, { limit, first = null, skip = () => false }: { readonly limit: number; readonly first?: string | null; readonly skip?: (sha256: string) => boolean }): readonly Wanted[] {
  const open = new Set(a.prepare(`SELECT DISTINCT r.packetId FROM refs r LEFT JOIN blobs b ON b.name = r.name
    WHERE b.name IS NULL OR (b.state = 'part' AND b.failures < ${MAX_FAILURES})`).pluck().all() as string[]);
  if (open.size === 0) return [];
  const packets = store.prepare(`SELECT "id", "currentVersion" AS number FROM packets WHERE "state" <> 'closed' ORDER BY "lane" >= 9, coalesce("deadlineAt", '~'), "id"`)
    .all() as { readonly id: string; readonly number: number }[];
  const ordered = packets.filter((p) => open.has(p.id)).sort((x, y) => Number(y.id === first) - Number(x.id === first));
  const [small, large]: [Wanted[], Wanted[]] = [[], []];
  const taken = new Set<string>();
  for (const { id, number } of ordered) {
    for (const file of filesOf(store, versionId(id, number)) ?? []) {
      if (taken.has(file.sha256) || file.bytes > ATTACHMENT_MAX_BYTES || skip(file.sha256)) continue;
      const known = blobRow(a, file.sha256);
      if (known?.state === 'whole' || (known && known.failures >= MAX_FAILURES)) continue;
      taken.add(file.sha256);
      (file.bytes > LARGE_BYTES && id !== first ? large : small).push({ ...file, packetId: id });
    }
    if (small.length >= limit) break;
  }
  return [...small, ...large].slice(0, limit);
}

type BlobRow = { readonly bytes: number; readonly state: 'part' | 'whole'; readonly failures: number };
const blobRow = (a: Attachments, sha256: string): BlobRow | undefined => a.prepare('SELECT bytes, state, failures FROM blobs WHERE name = ?').get(a.name(sha256)) as BlobRow | undefined;

/** Says how large the file is, before its first chunk. A partial file of another size starts over. */
export function beginBlob(a: Attachments, sha256: string, bytes: number): void {
  if (!Number.isInteger(bytes) || bytes < 1 || bytes > ATTACHMENT_MAX_BYTES) throw new StoreError('attachment/too-large', { limit: ATTACHMENT_MAX_BYTES });
  const known = blobRow(a, sha256);
  if (known?.state === 'whole' || known?.bytes === bytes) return;
  const name = a.name(sha256);
  within(a, () => {
    a.prepare('DELETE FROM chunks WHERE name = ?').run(name);
    a.prepare("INSERT INTO blobs (name, bytes, state, failures) VALUES (?, ?, 'part', 0) ON CONFLICT (name) DO UPDATE SET bytes = excluded.bytes").run(name, bytes);
  });
}

/** The first chunk that is not here yet; the number of chunks when all are. */
export function nextChunk(a: Attachments, sha256: string): number {
  const have = a.prepare('SELECT n FROM chunks WHERE name = ? ORDER BY n').pluck().all(a.name(sha256)) as number[];
  const hole = have.findIndex((n, at) => n !== at);
  return hole === -1 ? have.length : hole;
}

/** Stores one chunk, durable when this returns. Throws when its length is not what the file's size says. */
export function putChunk(a: Attachments, sha256: string, n: number, data: Uint8Array): void {
  const row = blobRow(a, sha256);
  if (!row || row.state === 'whole') return;
  if (n >= chunkCount(row.bytes) || data.byteLength !== chunkLength(row.bytes, n)) throw new Error(`chunk ${n} has ${data.byteLength} bytes`);
  within(a, () => a.prepare('INSERT INTO chunks (name, n, data) VALUES (?, ?, ?) ON CONFLICT (name, n) DO UPDATE SET data = excluded.data').run(a.name(sha256), n, data));
}

/**
 * Verifies the SHA-256 over all chunks, 16 at a time (`yield` lets others work). `whole`: the file counts from now on. `part`: chunks are missing.
 * `bad`: it was something else; every chunk is thrown away and the failure counted.
 */
export function* verifyBlob(a: Attachments, sha256: string, now: string): Generator<void, 'whole' | 'part' | 'bad'> {
  const row = blobRow(a, sha256);
  if (!row) return 'part';
  if (row.state === 'whole') return 'whole';
  const name = a.name(sha256);
  const hash = createHash('sha256');
  const total = chunkCount(row.bytes);
  for (let n = 0; n < total; n += 1) {
    const data = a.prepare('SELECT data FROM chunks WHERE name = ? AND n = ?').pluck().get(name, n) as Buffer | undefined;
    if (data === undefined) return 'part';
    hash.update(data);
    if (n % 16 === 15) yield;
  }
  const isGood = hash.digest('hex') === sha256;
  within(a, () => {
    if (isGood) a.prepare("UPDATE blobs SET state = 'whole', verifiedAt = ? WHERE name = ?").run(now, name);
    else {
      a.prepare('DELETE FROM chunks WHERE name = ?').run(name);
      a.prepare('UPDATE blobs SET failures = failures + 1 WHERE name = ?').run(name);
    }
  });
  return isGood ? 'whole' : 'bad';
}

/**
 * A document that could not be read from disk is thrown away and fetched again. When even that fails, the whole file is marked, so that the next
 * unlock sets it aside.
 */
export function distrust(a: Attachments, sha256: string): void {
  const name = a.name(sha256);
  try {
    within(a, () => {
      a.prepare('DELETE FROM chunks WHERE name = ?').run(name);
      a.prepare("UPDATE blobs SET state = 'part', verifiedAt = NULL WHERE name = ?").run(name);
    });
  } catch {
    a.sqlite.pragma('application_id=0');
  }
}

/** Gives a document that failed another chance: somebody asked for it. */
export function forgive(a: Attachments, sha256: string): void {
  within(a, () => a.prepare("UPDATE blobs SET failures = 0 WHERE name = ? AND state = 'part'").run(a.name(sha256)));
  a.notAtHq.delete(sha256);
}

/** Where one document stands. */
export function placeOf(a: Attachments, sha256: string, bytes: number): { readonly place: AttachmentPlace; readonly have: number; readonly of: number } {
  const row = blobRow(a, sha256);
  const of = chunkCount(row?.bytes ?? bytes);
  if (row?.state === 'whole') return { place: 'here', have: of, of };
  const have = a.prepare('SELECT count(*) FROM chunks WHERE name = ?').pluck().get(a.name(sha256)) as number;
  const place = bytes > ATTACHMENT_MAX_BYTES ? 'too_large' : row && row.failures >= MAX_FAILURES ? 'failed' : have > 0 ? 'fetching' : a.notAtHq.has(sha256) ? 'not_at_hq' : a.isDiskLow ? 'no_room' : 'waiting';
  return { place, have, of };
}

/** Bytes `start` to `start + length - 1` of a verified document; null when it is not here whole. Throws `store/damaged` when the file itself is. */
export function readBlob(a: Attachments, sha256: string, start: number, length: number): BlobSlice | null {
  const row = blobRow(a, sha256);
  if (row?.state !== 'whole') return null;
  const name = a.name(sha256);
  const mediaType = (a.prepare('SELECT mediaType FROM refs WHERE name = ? LIMIT 1').pluck().get(name) as string | undefined) ?? 'application/octet-stream';
  const end = Math.min(start + length, row.bytes);
  const parts: Buffer[] = [];
  try {
    for (let n = Math.floor(start / CHUNK_BYTES); n * CHUNK_BYTES < end; n += 1) {
      const data = a.prepare('SELECT data FROM chunks WHERE name = ? AND n = ?').pluck().get(name, n) as Buffer | undefined;
      if (data === undefined) throw new StoreError('store/damaged', { what: 'documents' });
      parts.push(data.subarray(Math.max(0, start - n * CHUNK_BYTES), Math.min(data.length, end - n * CHUNK_BYTES)));
    }
  } catch (error) {
    throw asStoreError(error);
  }
  return { bytes: Buffer.concat(parts), total: row.bytes, mediaType };
}
