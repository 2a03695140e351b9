/**
 * The databases that HQ's tests run on: PGlite always, PostgreSQL too when HQ_DATABASE_URL names one.
 * Each suite gets a store of its own: PGlite in memory, or a new schema that is dropped at the end.
 */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { migrateHq } from '../../hq/migrate.ts';
import { openHq, type HqDb } from '../../hq/open.ts';

export type TestDatabase = { readonly kind: HqDb['kind']; readonly open: () => Promise<{ readonly db: HqDb; readonly drop: () => Promise<void> }> };

const MIGRATIONS = 'hq/migrations';

/** An empty migrated PGlite as a dumped folder, made once per machine and per set of migrations: loading it is many times faster than a new cluster. */
async function template(): Promise<Blob> {
  const hash = createHash('sha256');
  for (const name of readdirSync(MIGRATIONS).filter((n) => n.endsWith('.sql')).sort()) hash.update(name).update(readFileSync(join(MIGRATIONS, name)));
  hash.update(readFileSync('node_modules/@electric-sql/pglite/package.json'));
  const file = join(tmpdir(), `fieldbook-hq-template-${hash.digest('hex').slice(0, 16)}.tar`);
  if (!existsSync(file)) {
    const lite = await PGlite.create();
    await migrateHq({ exec: async (text) => void (await lite.exec(text)), query: async (text, params) => (await lite.query<Record<string, unknown>>(text, [...params])).rows }, MIGRATIONS, '2026-01-01T00:00:00.000Z');
    const dump = Buffer.from(await (await lite.dumpDataDir('none')).arrayBuffer());
    await lite.close();
    const part = `${file}.${randomBytes(4).toString('hex')}`;
    writeFileSync(part, dump, { mode: 0o600 });
    renameSync(part, file);
  }
  return new Blob([readFileSync(file)], { type: 'application/x-tar' });
}

/** A fresh in-memory HQ store, from the template. */
export const openTestHq = async (): Promise<HqDb> => openHq({ dataDir: null, template: await template() });

const pglite: TestDatabase = {
  kind: 'pglite',
  open: async () => {
    const db = await openTestHq();
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
