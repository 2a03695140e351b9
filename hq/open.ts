/**
 * Opens HQ's store: PostgreSQL when an address is given, else PGlite in this process (demo and tests).
 * Must never accept a PostgreSQL that may lose an answered push: `synchronous_commit=on` and `fsync=on` are asserted.
 */
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { sql, type SQL } from 'drizzle-orm';
import { drizzle as drizzlePg } from 'drizzle-orm/node-postgres';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import { drizzle as drizzleLite } from 'drizzle-orm/pglite';
import pg from 'pg';
import { migrateHq, type Migratable } from './migrate.ts';
import { hqState } from './schema.ts';

/** A connection or a transaction: both answer the same calls. `transaction` inside one is a savepoint. */
export type HqConnection = Pick<PgDatabase<PgQueryResultHKT>, 'select' | 'insert' | 'update' | 'execute' | 'transaction'>;
export type HqDb = {
  readonly kind: 'postgres' | 'pglite';
  readonly db: HqConnection;
  /** Random id of this record's history. Another one tells devices to pull everything again. */
  readonly generation: string;
  readonly close: () => Promise<void>;
};

const MIGRATIONS = fileURLToPath(new URL('./migrations', import.meta.url));

/** Rows of a hand-written statement. The caller names their shape; columns come as PostgreSQL names them. */
export async function rowsOf<T>(db: HqConnection, query: SQL): Promise<readonly T[]> {
  const result = (await db.execute(query)) as unknown as { readonly rows: readonly T[] };
  return result.rows;
}

/** The value under `key`, made by `make` and kept when there is none yet. Safe when two processes start at once. */
export async function stateValue(db: HqConnection, key: string, make: () => string): Promise<string> {
  await db.insert(hqState).values({ key, value: make() }).onConflictDoNothing();
  const found = await rowsOf<{ value: string }>(db, sql`SELECT value FROM hq_state WHERE key = ${key}`);
  return found[0]?.value ?? '';
}

async function openPostgres(databaseUrl: string): Promise<HqDb> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 8, connectionTimeoutMillis: 10_000 });
  // A lost idle connection is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined);
  try {
    for (const [name, isGood] of [
      ['synchronous_commit', (v: string) => v === 'on' || v === 'remote_apply'],
      ['fsync', (v: string) => v === 'on'],
      ['full_page_writes', (v: string) => v === 'on'],
    ] as const) {
      const { rows } = await pool.query<Record<string, string>>(`SHOW ${name}`);
      const value = rows[0]?.[name] ?? '';
      if (!isGood(value)) throw new Error(`HQ refuses this PostgreSQL: ${name} is ${value}. An answered push could be lost. Set ${name}=on and start again.`);
    }
    const client = await pool.connect();
    try {
      // One migrator at a time, however many HQ processes start.
      await client.query('SELECT pg_advisory_lock(287001)');
      const on: Migratable = { exec: async (text) => void (await client.query(text)), query: async (text, params) => (await client.query(text, [...params])).rows };
      await migrateHq(on, MIGRATIONS, new Date().toISOString());
    } finally {
      await client.query('SELECT pg_advisory_unlock(287001)').catch(() => undefined);
      client.release();
    }
    const db = drizzlePg(pool, { casing: 'snake_case' }) as unknown as HqConnection;
    return { kind: 'postgres', db, generation: await stateValue(db, 'generation', randomUUID), close: () => pool.end() };
  } catch (error) {
    await pool.end().catch(() => undefined);
    throw error;
  }
}

async function openPglite(dataDir: string | null, template: Blob | undefined): Promise<HqDb> {
  const lite = await (dataDir === null ? PGlite.create({ ...(template ? { loadDataDir: template } : {}) }) : PGlite.create(dataDir));
  const on: Migratable = { exec: async (text) => void (await lite.exec(text)), query: async (text, params) => (await lite.query<Record<string, unknown>>(text, [...params])).rows };
  await migrateHq(on, MIGRATIONS, new Date().toISOString());
  const db = drizzleLite(lite, { casing: 'snake_case' }) as unknown as HqConnection;
  return { kind: 'pglite', db, generation: await stateValue(db, 'generation', randomUUID), close: () => lite.close() };
}

/**
 * Opens and migrates HQ's store. `dataDir` null keeps PGlite in memory; `template` (a dumped data folder) then saves making a new cluster.
 * Throws with a plain sentence when the store is not safe to use.
 */
export function openHq(options: { readonly databaseUrl?: string | undefined; readonly dataDir?: string | null; readonly template?: Blob }): Promise<HqDb> {
  return options.databaseUrl ? openPostgres(options.databaseUrl) : openPglite(options.dataDir ?? null, options.template);
}
