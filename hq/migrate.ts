/**
 * Applies HQ's migrations: strict order, a journal of name and hash, one transaction each.
 * Must never skip, re-order or re-apply: an edited, unknown or out-of-order migration is refused with its name.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the runner needs from a connection: plain statements, and one statement with parameters. */
export type Migratable = { readonly exec: (text: string) => Promise<void>; readonly query: (text: string, params: readonly unknown[]) => Promise<readonly Record<string, unknown>[]> };

/** Brings the database to the newest migration of `folder`. Returns the names applied now. Throws when journal and folder disagree. */
export async function migrateHq(db: Migratable, folder: string, now: string): Promise<readonly string[]> {
  await db.exec('CREATE TABLE IF NOT EXISTS hq_migrations (name text PRIMARY KEY, hash text NOT NULL, applied_at text NOT NULL)');
  const files = readdirSync(folder).filter((name) => name.endsWith('.sql')).sort();
  const applied = await db.query('SELECT name, hash FROM hq_migrations ORDER BY name', []);
  const done: string[] = [];
  for (const [n, name] of files.entries()) {
    const text = readFileSync(join(folder, name), 'utf8');
    const hash = createHash('sha256').update(text).digest('hex');
    const before = applied[n];
    if (before) {
      if (before.name !== name) throw new Error(`HQ's database has migration ${String(before.name)} where this build has ${name}: it is newer, older or from another line.`);
      if (before.hash !== hash) throw new Error(`Migration ${name} was edited after it was applied.`);
      continue;
    }
    await db.exec('BEGIN');
    try {
      for (const statement of text.split('--> statement-breakpoint')) if (statement.trim()) await db.exec(statement);
      await db.query('INSERT INTO hq_migrations (name, hash, applied_at) VALUES ($1, $2, $3)', [name, hash, now]);
      await db.exec('COMMIT');
    } catch (error) {
      await db.exec('ROLLBACK');
      throw error;
    }
    done.push(name);
  }
  if (applied.length > files.length) throw new Error(`HQ's database is newer than this build: it has ${String(applied.at(-1)?.name)}.`);
  return done;
}
