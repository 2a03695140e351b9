/**
 * The databases that HQ's tests run on: PGlite always, PostgreSQL too when HQ_DATABASE_URL names one.
 * Each suite gets a store of its own: PGlite in memory, or a new schema that is dropped at the end.
 */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { openHq, type HqDb } from '../../hq/open.ts';

export type TestDatabase = { readonly kind: HqDb['kind']; readonly open: () => Promise<{ readonly db: HqDb; readonly drop: () => Promise<void> }> };

const pglite: TestDatabase = {
  kind: 'pglite',
  open: async () => {
    const db = await openHq({ dataDir: null });
    return { db, drop: () => db.close() };
  },
};

const postgres = (databaseUrl: string): TestDatabase => ({
  kind: 'postgres',
  open: async () => {
    const schema = `hq_test_${randomBytes(6).toString('hex')}`;
    const admin = new pg.Client({ connectionString: databaseUrl });
    await admin.connect();
    await admin.query(`CREATE SCHEMA ${schema}`);
    const url = new URL(databaseUrl);
    url.searchParams.set('options', `-c search_path=${schema}`);
    const db = await openHq({ databaseUrl: url.href });
    return {
      db,
      drop: async () => {
        await db.close().catch(() => undefined);
        await admin.query(`DROP SCHEMA ${schema} CASCADE`);
        await admin.end();
      },
    };
  },
});

/** Every database to test on, for `describe.each`. */
export const HQ_DATABASES: readonly TestDatabase[] = process.env.HQ_DATABASE_URL ? [pglite, postgres(process.env.HQ_DATABASE_URL)] : [pglite];
