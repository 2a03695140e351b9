/** HQ's store: migrations and their journal, the schema against the rows, and a PostgreSQL that may lose an answer is refused. */
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { getTableColumns, getTableName, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrateHq, type Migratable } from '../../hq/migrate.ts';
import { openHq, rowsOf, type HqDb } from '../../hq/open.ts';
import * as schema from '../../hq/schema.ts';
import { put } from '../../shared/command.ts';
import { lockStream, writeRows } from '../../hq/run.ts';
import { TABLE_KEYS, TABLE_NAMES } from '../../shared/rows.ts';
import { HQ_DATABASES } from '../support/hq-databases.ts';

const NOW = '2026-11-23T15:00:00.000Z';
const snake = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

describe.each(HQ_DATABASES)('store on $kind', (database) => {
  let db: HqDb;
  let drop: () => Promise<void>;
  beforeAll(async () => {
    ({ db, drop } = await database.open());
  });
  afterAll(async () => {
    await drop();
  });

  it('has every column that the schema names, and an index for every key that commands filter by', async () => {
    const columns = await rowsOf<{ table_name: string; column_name: string }>(db.db, sql`SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()`);
    for (const name of TABLE_NAMES) {
      const wanted = Object.keys(getTableColumns(schema.TABLES[name])).map(snake).sort();
      expect(
        columns
          .filter((c) => c.table_name === getTableName(schema.TABLES[name]))
          .map((c) => c.column_name)
          .sort(),
        name,
      ).toEqual(wanted);
      const indexes = await rowsOf<{ indexdef: string }>(db.db, sql`SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() AND tablename = ${name}`);
      for (const key of TABLE_KEYS[name] as readonly string[])
        expect(
          indexes.some((i) => i.indexdef.includes(`(${snake(key)})`)),
          `${name}.${key}`,
        ).toBe(true);
    }
  });

  it('keeps a row as it was given: JSON in its order, null, numbers, booleans', async () => {
    const row = {
      id: 'ag-1',
      stream: 'agency:ag-1' as const,
      name: 'Example',
      state: 'TX',
      county: 'Example',
      model: 'JEM' as const,
      fieldOffice: 'Dallas',
      zone: 'America/Chicago',
      lat: 32.75,
      lon: -97.25,
      moaSignedOn: null,
      moaStatus: 'in_force' as const,
      sites: [
        { id: 'b', name: 'Second', kind: 'jail' as const },
        { id: 'a', name: 'First', kind: 'field' as const },
      ],
      isSynthetic: true,
    };
    const head = await lockStream(db.db, row.stream);
    const written = await writeRows(db.db, row.stream, head, [put('agencies', row)], 'hq');
    const stored = (await db.db.select().from(schema.agencies))[0];
    expect(stored).toEqual({ ...row, version: 1, changedBy: 'hq' });
    expect(written[0]?.row).toEqual(stored);
    const line = (await rowsOf<{ line: string }>(db.db, sql`SELECT line FROM feed WHERE row_id = 'ag-1'`))[0]?.line ?? '';
    expect(JSON.parse(line)).toEqual({ t: 'row', table: 'agencies', row: stored });
  });

  it('[SYN-6] never lets a row change its stream or its keys, and a command write two streams', async () => {
    const hold = {
      id: 'h-1',
      stream: 'agency:ag-1' as const,
      agencyId: 'ag-1',
      packetId: 'pk-1',
      subjectId: 'su-1',
      rule: 'OTHER',
      reason: 'Reason',
      placedBy: 'x',
      placedAt: NOW,
      releasedBy: null,
      releasedRole: null,
      releasedAt: null,
      releaseNote: null,
    };
    await writeRows(db.db, 'agency:ag-1', 1, [put('holds', hold)], 'hq');
    await expect(writeRows(db.db, 'agency:ag-1', 2, [put('holds', { ...hold, packetId: 'pk-2' })], 'hq')).rejects.toThrow('packetId is fixed');
    await expect(writeRows(db.db, 'agency:ag-1', 2, [put('holds', { ...hold, stream: 'agency:ag-2' })], 'hq')).rejects.toThrow('wrote holds in agency:ag-2');
  });
});

describe('migrations', () => {
  it('are never edited once released: an HQ that has one would be refused', () => {
    const released = {
      '0000_init.sql': '26eac94d00dcd9514cf1f171aeea783672551e2a083f5a65058c8d7d0dc71667', '0001_attachments.sql': 'b3e6d054ff41bd080bdf1d39bf423f0697b8c4f5d10588a361874a3553bdb608',
      '0002_sign_off_desk.sql': '70aef102c33c8df02f68b8866856ac2792384df69d662efdd26e2b5f63c0315e', '0003_links_and_persons.sql': 'e77885b16bb4a2be062e1b354d4c1d3efb8d57abf1495a1db56a07dd1547c285',
      '0004_faster_texts.sql': 'c455e044fb4ef1db79cdac8bcfd9916927615b9f14de6ffaafe699dbd0535df7',
    };
    expect(Object.fromEntries(Object.keys(released).map((name) => [name, createHash('sha256').update(readFileSync(join('hq/migrations', name))).digest('hex')]))).toEqual(released);
  });
  const folder = mkdtempSync(join(tmpdir(), 'fieldbook-hq-mig-'));
  let lite: PGlite;
  let on: Migratable;
  beforeAll(async () => {
    cpSync('hq/migrations', folder, { recursive: true });
    lite = await PGlite.create();
    on = { exec: async (text) => void (await lite.exec(text)), query: async (text, params) => (await lite.query<Record<string, unknown>>(text, [...params])).rows };
  });
  afterAll(async () => {
    await lite.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('apply once, in order', async () => {
    const first = await migrateHq(on, folder, NOW);
    expect(first.length).toBeGreaterThan(0);
    expect([...first]).toEqual([...first].sort());
    expect(await migrateHq(on, folder, NOW)).toEqual([]);
    writeFileSync(join(folder, '9000_more.sql'), 'CREATE TABLE more (id text);\n--> statement-breakpoint\nALTER TABLE more ADD COLUMN two text;\n');
    expect(await migrateHq(on, folder, NOW)).toEqual(['9000_more.sql']);
  });
  it('leave nothing of one that fails', async () => {
    writeFileSync(join(folder, '9001_bad.sql'), 'CREATE TABLE half (id text);\n--> statement-breakpoint\nSELECT nonsense;\n');
    await expect(migrateHq(on, folder, NOW)).rejects.toThrow('nonsense');
    expect((await lite.query("SELECT 1 FROM pg_tables WHERE tablename = 'half'")).rows).toEqual([]);
    rmSync(join(folder, '9001_bad.sql'));
    expect(await migrateHq(on, folder, NOW)).toEqual([]);
  });
  it('refuse an edited one, one out of order, and a newer database', async () => {
    writeFileSync(join(folder, '9000_more.sql'), 'CREATE TABLE more (id text, edited text);\n');
    await expect(migrateHq(on, folder, NOW)).rejects.toThrow('9000_more.sql was edited');
    writeFileSync(join(folder, '9000_more.sql'), 'CREATE TABLE more (id text);\n--> statement-breakpoint\nALTER TABLE more ADD COLUMN two text;\n');
    writeFileSync(join(folder, '0000_aaa.sql'), 'SELECT 1;\n');
    await expect(migrateHq(on, folder, NOW)).rejects.toThrow('another line');
    rmSync(join(folder, '0000_aaa.sql'));
    rmSync(join(folder, '9000_more.sql'));
    await expect(migrateHq(on, folder, NOW)).rejects.toThrow('newer than this build');
  });
});

describe('a store that HQ must not trust', () => {
  const address = process.env.HQ_DATABASE_URL;
  it(address ? 'refuses a PostgreSQL with synchronous_commit=off' : 'fails with the reason when no PostgreSQL answers', async () => {
    const url = new URL(address ?? 'postgres://nobody@127.0.0.1:9/none');
    if (address) url.searchParams.set('options', '-c synchronous_commit=off');
    await expect(openHq({ databaseUrl: url.href })).rejects.toThrow(address ? 'synchronous_commit is off' : 'ECONNREFUSED');
  });
});
