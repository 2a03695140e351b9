/**
 * Late lapses: when the authority intervals of a DIO changed, every signed packet with an act of that DIO outside them gets a look-back review. Runs after the
 * commit that changed them, one packet per transaction, and again from the start after a crash. What is to be looked at is told by rows: the intervals as they
 * are against the intervals as they were when every packet had been compared with them (`hq_state`), which are written only when that is done. A waiver for every
 * agency first has its intervals written anew, agency by agency, for a command writes one stream.
 */
import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { lapseFindings, losesAuthority, type Span } from '../shared/domain/lapse-review.ts';
import { openContent, trustContent } from '../shared/domain/packet.ts';
import { agencyStream } from '../shared/ids.ts';
import type { Problem } from '../shared/result.ts';
import type { Role } from '../shared/roles.ts';
import type { AuthorityIntervalRow, LookbackReviewRow } from '../shared/rows.ts';
import { type AfterCommit, afterCommit } from './after-commit.ts';
import { rowsOf, type HqConnection } from './open.ts';
import type { HqOutcome } from './run.ts';

export const LAPSE_ACTOR = 'late-lapse';
const SEEN = 'authority-seen/';
const REPROJECTED = 'programme-waivers-projected';

/** Intervals of one DIO as they were compared, and the highest version that they then had in their stream. */
type Seen = { readonly version: number; readonly spans: readonly Span[] };
/** One DIO whose intervals differ from those that packets were compared with; both as JSON of `Seen`, `seen` null: never compared. */
export type Changed = { readonly officerId: string; readonly agencyId: string; readonly now: string; readonly seen: string | null };
/** Every such DIO. In one order, so that equal rows are equal texts. */
export const changedOfficers = (db: HqConnection): Promise<readonly Changed[]> =>
  rowsOf<Changed>(db, sql`
    WITH spans AS (
      SELECT officer_id, min(agency_id) AS agency_id,
        json_build_object('version', max(version), 'spans', json_agg(json_build_object('startAt', start_at, 'endAt', end_at, 'model', model) ORDER BY start_at, id))::text AS now
      FROM authority_intervals GROUP BY officer_id
    )
    SELECT s.officer_id AS "officerId", s.agency_id AS "agencyId", s.now, h.value AS seen FROM spans s LEFT JOIN hq_state h ON h.key = ${SEEN} || s.officer_id
    WHERE h.value IS DISTINCT FROM s.now ORDER BY s.officer_id`);

/**
 * Packets to be compared with one DIO, oldest first: signed ones that name the DIO in a signed version, and those with an open review that a late lapse of the DIO
 * opened, whose gap may be closed. Where nothing was lost since `seen`, only what was signed after it: a signature of then stood inside authority as it was between.
 * Looks into restricted streams: the review is written there too, and nowhere else about them.
 */
async function candidates(db: HqConnection, { officerId, agencyId, now, seen }: Changed): Promise<readonly string[]> {
  const before = seen === null ? null : (JSON.parse(seen) as Seen);
  const since = before === null || losesAuthority(before.spans, (JSON.parse(now) as Seen).spans) ? -1 : before.version;
  const found = await rowsOf<{ id: string }>(db, sql`
    SELECT DISTINCT v.packet_id AS id FROM statements s JOIN packet_versions v ON v.packet_id = s.packet_id AND v.number = s.number
    WHERE s.agency_id = ${agencyId} AND (s.version > ${since}::int OR s.stream <> ${agencyStream(agencyId)}) AND position(${JSON.stringify(officerId)} IN v.content) > 0
    UNION SELECT packet_id FROM lookback_reviews WHERE agency_id = ${agencyId} AND cause = 'late-lapse' AND closed_at IS NULL ORDER BY 1`);
  return found.map((r) => r.id);
}
/** Whether the command has anything to write for this packet: looked at without a lock, so that what is in order leaves no entry in HQ's ledger. */
async function hasFindings(db: HqConnection, packetId: string, officerId: string): Promise<boolean> {
  const versions = await rowsOf<{ content: string; contentHash: string }>(db, sql`
    SELECT v.content, v.content_hash AS "contentHash" FROM packet_versions v WHERE v.packet_id = ${packetId} AND EXISTS (SELECT 1 FROM statements s WHERE s.packet_id = v.packet_id AND s.number = v.number)`);
  const reviews = await rowsOf<LookbackReviewRow>(db, sql`SELECT id, cause, reasons, opened_at AS "openedAt", closed_at AS "closedAt" FROM lookback_reviews WHERE packet_id = ${packetId}`);
  const intervals = await rowsOf<AuthorityIntervalRow>(db, sql`
    SELECT id, officer_id AS "officerId", agency_id AS "agencyId", model, start_at AS "startAt", end_at AS "endAt", end_reason AS "endReason", recorded_at AS "recordedAt" FROM authority_intervals WHERE officer_id = ${officerId}`);
  // Text that hashes to what was stored is the text that intake validated.
  const signed = versions.map(({ content, contentHash }) => {
    if (createHash('sha256').update(content, 'utf8').digest('hex') === contentHash) trustContent(content);
    return { document: openContent(content) };
  });
  const { opened, closed } = lapseFindings(signed, reviews, officerId, intervals, 'UTC');
  return opened.length + closed.length > 0;
}

export type LapseOptions = {
  readonly db: HqConnection;
  /** Runs one command as HQ itself, in its own transaction. */
  readonly run: (name: string, input: unknown, actor: string, role: Role) => Promise<HqOutcome>;
  /** Told by id and code only. */
  readonly onTrouble: (what: { readonly officerId?: string; readonly packetId?: string; readonly agencyId?: string }, trouble: Problem | unknown) => void;
};
/** The worker of one HQ process. */
export function createLapses({ db, run, onTrouble }: LapseOptions): AfterCommit {
  const keep = (key: string, value: string): Promise<unknown> => db.execute(sql`INSERT INTO hq_state (key, value) VALUES (${key}, ${value}) ON CONFLICT (key) DO UPDATE SET value = excluded.value`);
  const storedValue = async (key: string): Promise<string | null> => (await rowsOf<{ value: string }>(db, sql`SELECT value FROM hq_state WHERE key = ${key}`))[0]?.value ?? null;

  /** After a waiver for every agency: what follows from it is written at each, before packets are compared. */
  async function reproject(isStopped: () => boolean): Promise<void> {
    const waivers = await rowsOf<Record<string, unknown>>(db, sql`SELECT id, version FROM course_waivers WHERE agency_id = '*' ORDER BY id`);
    const now = waivers.length === 0 ? null : createHash('sha256').update(JSON.stringify(waivers)).digest('hex');
    if ((await storedValue(REPROJECTED)) === now || now === null) return;
    for (const { id } of await rowsOf<{ id: string }>(db, sql`SELECT id FROM agencies ORDER BY id`)) {
      if (isStopped()) return;
      const outcome = await run('officer.reproject', { agencyId: id }, LAPSE_ACTOR, 'service');
      if (outcome.outcome === 'refused') onTrouble({ agencyId: id }, outcome.problem);
    }
    await keep(REPROJECTED, now);
  }
  /** Compares one DIO's packets. True when all of them were. */
  async function compare(officer: Changed, isStopped: () => boolean): Promise<boolean> {
    let isWhole = true;
    for (const id of await candidates(db, officer)) {
      if (isStopped()) return false;
      if (!(await hasFindings(db, id, officer.officerId))) continue;
      const outcome = await run('lookback.lapse', { packetId: id, officerId: officer.officerId }, LAPSE_ACTOR, 'service');
      if (outcome.outcome !== 'refused') continue;
      isWhole = false;
      onTrouble({ officerId: officer.officerId, packetId: id }, outcome.problem);
    }
    return isWhole;
  }
  /** One look over everything that changed. What HQ refuses is left for the next look, so that it cannot hold up the others. */
  async function look(isStopped: () => boolean): Promise<void> {
    await reproject(isStopped);
    const left = new Set<string>();
    while (!isStopped()) {
      const changed = (await changedOfficers(db)).filter((c) => !left.has(c.officerId));
      if (changed.length === 0) return;
      for (const officer of changed) {
        if (isStopped()) return;
        // Kept as it was read: what changed meanwhile differs from it and is found by the next round.
        if (await compare(officer, isStopped)) await keep(SEEN + officer.officerId, officer.now);
        else left.add(officer.officerId);
      }
    }
  }
  return afterCommit(look, (error) => onTrouble({}, error));
}

/** Commands after which authority intervals may be others than before. */
export const MOVES_AUTHORITY: ReadonlySet<string> = new Set(['officer.record', 'officer.receive', 'officer.reproject', 'training.record', 'training.verify', 'training.withdraw', 'course.waive', 'course.waive_all', 'course.end_waiver']);
