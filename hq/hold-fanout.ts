/**
 * A person's hold reaches every packet of that person, under every agency. Runs after the commit of what placed it, one packet per transaction (each locks
 * one stream, so nobody waits in a circle), and again from the start after a crash: what is missing is found by comparing rows, not remembered.
 * Ids derive from hold and packet, so a laptop that was faster, or a second HQ, makes the same row. Tells nobody why a hold was placed.
 */
import { sql } from 'drizzle-orm';
import { FOLLOWED_BY, PERSON_RULES } from '../shared/domain/person.ts';
import type { Problem } from '../shared/result.ts';
import type { Role } from '../shared/roles.ts';
import { type AfterCommit, afterCommit } from './after-commit.ts';
import { rowsOf, type HqConnection } from './open.ts';
import { SAME_PERSON } from './persons.ts';
import type { HqOutcome } from './run.ts';

/** One hold that has not reached one packet yet. */
export type Missing = { readonly holdId: string; readonly packetId: string };
/** How many are looked up at a time. */
const BATCH = 200;

/** Every open personal hold with a packet of the same person (also through a third row) that it has not reached. Looks into restricted streams: it writes there too, and nowhere else about them. */
export const missingFollowers = (db: HqConnection, limit = BATCH): Promise<readonly Missing[]> => {
  const rules = sql.join(PERSON_RULES.map((r) => sql`${r}`), sql`, `);
  return rowsOf<Missing>(db, sql`
    WITH RECURSIVE originals AS MATERIALIZED (
      SELECT id, subject_id, packet_id FROM holds WHERE released_at IS NULL AND placed_by <> ${FOLLOWED_BY} AND rule IN (${rules})
    ), same(root, id) AS (
      SELECT DISTINCT subject_id, subject_id FROM originals
      UNION SELECT same.root, o.id FROM same JOIN subjects s ON s.id = same.id JOIN subjects o ON ${SAME_PERSON}
    )
    SELECT h.id AS "holdId", p.id AS "packetId" FROM originals h JOIN same ON same.root = h.subject_id JOIN packets p ON p.subject_id = same.id AND p.id <> h.packet_id
    WHERE NOT EXISTS (SELECT 1 FROM holds f WHERE f.id = left(encode(sha256(convert_to(h.id || '/' || p.id, 'UTF8')), 'hex'), 32))
    ORDER BY h.id, p.id LIMIT ${limit}::int`);
};

export type FanOutOptions = {
  readonly db: HqConnection;
  /** Runs one command as HQ itself, in its own transaction. */
  readonly run: (name: string, input: unknown, actor: string, role: Role) => Promise<HqOutcome>;
  /** Told by id and code only. */
  readonly onTrouble: (what: Missing | null, trouble: Problem | unknown) => void;
};
/** The worker of one HQ process. */
export function createFanOut({ db, run, onTrouble }: FanOutOptions): AfterCommit {
  /** One look over everything that is missing. What HQ refuses is left for the next look, so that it cannot hold up the others. */
  async function look(isStopped: () => boolean): Promise<void> {
    const refused = new Set<string>();
    while (!isStopped()) {
      const found = (await missingFollowers(db, BATCH + refused.size)).filter((m) => !refused.has(`${m.holdId}/${m.packetId}`));
      if (found.length === 0) return;
      for (const missing of found) {
        if (isStopped()) return;
        const outcome = await run('hold.follow', missing, FOLLOWED_BY, 'service');
        if (outcome.outcome !== 'refused') continue;
        refused.add(`${missing.holdId}/${missing.packetId}`);
        onTrouble(missing, outcome.problem);
      }
    }
  }
  return afterCommit(look, (error) => onTrouble(null, error));
}

/** Commands after which a person may have a hold or a packet that they did not have before. */
export const MOVES_HOLDS: ReadonlySet<string> = new Set(['hold.place', 'claim.record', 'packet.receive']);
