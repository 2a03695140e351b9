/**
 * Fills HQ for the benchmarks by direct SQL: rows, feed lines and stream heads as `hq/run.ts` would have left them. Benchmarks only;
 * must never run on a database that anybody keeps. Records of about 1.5 KB with the columns of real packet versions.
 */
import { sql } from 'drizzle-orm';
import { sha256Hex } from '../shared/ids.ts';
import type { AgencyRow, AuthorityIntervalRow, OfficerRow, PacketRow, PacketVersionRow, Rows, SubjectRow, TableName } from '../shared/rows.ts';
import { versionId } from '../shared/rows.ts';
import type { HqConnection } from '../hq/open.ts';
import { syllables } from '../synthetic/names.ts';
import { random } from '../synthetic/prng.ts';

export type BenchRow = { [T in TableName]: { readonly table: T; readonly row: Rows[T] } }[TableName];

export const BENCH_AGENCIES = ['ag-az-01', 'ag-az-02', 'ag-nv-01', 'ag-ne-01', 'ag-ok-01'] as const;
/** Moment that all benchmark rows are relative to. */
export const BENCH_NOW = '2026-11-24T12:00:00.000Z';
const ZONES: Readonly<Record<string, string>> = { 'ag-az-01': 'America/Phoenix', 'ag-az-02': 'America/Phoenix', 'ag-nv-01': 'America/Los_Angeles', 'ag-ne-01': 'America/Chicago', 'ag-ok-01': 'America/Chicago' };
const at = (minutes: number): string => new Date(Date.parse(BENCH_NOW) + minutes * 60_000).toISOString();

/** `count` packets with one version each, numbered from `first`, over five agencies; versions of a stream count on from `version`. */
export function benchPackets(count: number, first = 0): readonly { readonly subject: SubjectRow; readonly packet: PacketRow; readonly version: PacketVersionRow }[] {
  const r = random(20_000 + first);
  const words = Array.from({ length: 400 }, () => syllables(r).toLowerCase());
  return Array.from({ length: count }, (_, i) => {
    const n = first + i;
    const agencyId = BENCH_AGENCIES[n % BENCH_AGENCIES.length] ?? BENCH_AGENCIES[0];
    const key = { stream: `agency:${agencyId}` as const, agencyId, version: 1, changedBy: 'hq' };
    const id = `bench-${String(n).padStart(6, '0')}`;
    const name = `${syllables(r).toUpperCase()}, ${syllables(r)}`;
    const received = at(-(n % 40_000));
    const deadline = n % 3 === 0 ? null : at((n * 7919) % 50_000 - 2_000);
    const isOpen = n % 10 !== 9;
    // About 25 fields and 1.5 KB, as the workload of the goals has it.
    const content = JSON.stringify({
      schema: 'bench/1', isSynthetic: true, packetId: id, number: 1, type: 'P-NTA', agencyId, eventNumber: `BEN2611${String(n).padStart(6, '0')}`, isDetained: n % 4 !== 0, name,
      aNumber: `A0000${String(n % 100_000).padStart(5, '0')}`, bornOn: '1988-04-12', citizenship: 'Example', sex: 'U', lastEntryOn: '2021-03-04', bookedAt: received, interviewAt: received, preparedAt: received,
      charges: ['212(a)(6)(A)(i)'], allegations: 4, forms: [...['I-862', 'I-200', 'I-286', 'I-247A'].map((kind) => ({ kind })), { kind: 'I-213', narrative: Array.from({ length: 95 }, () => r.pick(words)).join(' ') }], evidence: Array.from({ length: 6 }, (_e, k) => sha256Hex(`${id}/${k}`).slice(0, 32)),
      interpreter: 'not_needed',
    });
    return {
      subject: { ...key, id: `${id}.s`, name, aNumber: `A0000${String(n % 100_000).padStart(5, '0')}`, fin: `9${String(n).padStart(8, '0')}`, bornOn: '1988-04-12', isSynthetic: true },
      packet: {
        ...key, id, subjectId: `${id}.s`, preparerId: `dio-${agencyId.slice(3)}-01`, type: 'P-NTA', state: isOpen ? 'in_review' : 'signed', currentVersion: 1, eventNumber: `BEN2611${String(n).padStart(6, '0')}`,
        isDetained: n % 4 !== 0, isResubmitted: n % 20 === 0, receivedAt: received, deadlineAt: deadline, deadlineClock: deadline ? 'K4' : null, custodyLimitAt: deadline && n % 5 === 0 ? deadline : null,
        nextAt: deadline && n % 5 === 0 ? deadline : null, nextClock: deadline && n % 5 === 0 ? 'K2B' : null,
        lane: isOpen ? 1 : 9, blockCount: n % 9 === 0 ? 1 : 0, holdCount: 0, warnCount: n % 11 === 0 ? 1 : 0, openHolds: 0,
      },
      version: { ...key, id: versionId(id, 1), packetId: id, number: 1, preparerId: `dio-${agencyId.slice(3)}-01`, content, contentHash: sha256Hex(content), preparedAt: received, receivedAt: received },
    };
  });
}

/** The three rows of one packet, as the feed carries them. */
export const rowsOfPacket = ({ subject, packet, version }: ReturnType<typeof benchPackets>[number]): readonly BenchRow[] =>
  [{ table: 'subjects', row: subject }, { table: 'packets', row: packet }, { table: 'packet_versions', row: version }];

/** The agencies and one DIO each that the packets name. */
export function benchProgramme(): readonly BenchRow[] {
  return BENCH_AGENCIES.flatMap((id): readonly BenchRow[] => {
    const key = { stream: `agency:${id}` as const, version: 1, changedBy: 'hq' };
    const zone = ZONES[id] ?? 'America/Chicago';
    const agency: AgencyRow = {
      ...key, id, name: `Example County SO ${id.slice(3).toUpperCase()}`, state: id.slice(3, 5).toUpperCase(), county: 'Example', model: 'JEM', fieldOffice: 'Phoenix', zone,
      lat: 33.5, lon: -112, moaSignedOn: '2016-06-01', moaStatus: 'in_force', isSynthetic: true, sites: [{ id: `${id}.jail`, name: 'Example County Jail', kind: 'jail' }],
    };
    const officerId = `dio-${id.slice(3)}-01`;
    const officer: OfficerRow = { ...key, id: officerId, agencyId: id, name: 'Kelan Bamor', badge: 'X1', authorityState: 'CERTIFIED', cardState: 'CARD_ACTIVE', lastCardLoginAt: null, isSeparated: false, isSynthetic: true };
    const interval: AuthorityIntervalRow = { ...key, id: `${officerId}.1`, agencyId: id, officerId, model: 'JEM', startAt: '2022-01-01T00:00:00.000Z', endAt: null, endReason: null, recordedAt: BENCH_NOW };
    return [
      { table: 'agencies', row: agency }, { table: 'moa_intervals', row: { ...key, id: `${id}.moa.1`, agencyId: id, status: 'in_force', startAt: '2016-06-01T00:00:00.000Z', endAt: null, recordedAt: BENCH_NOW } },
      { table: 'officers', row: officer }, { table: 'authority_intervals', row: interval },
    ];
  });
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
const PAGE = 500;

/**
 * Writes rows at HQ as if a transaction per 500 rows of a stream had: table rows, feed lines and the stream's head. `version` of each row is
 * replaced by the stream's next one.
 */
export async function storeAtHq(db: HqConnection, rows: readonly BenchRow[]): Promise<void> {
  const byStream = new Map<string, BenchRow[]>();
  for (const item of rows) {
    const list = byStream.get(item.row.stream);
    if (list) list.push(item);
    else byStream.set(item.row.stream, [item]);
  }
  for (const [stream, list] of byStream) {
    const found = (await db.execute(sql`SELECT head FROM streams WHERE id = ${stream}`)) as unknown as { readonly rows: readonly { readonly head: number }[] };
    let head = found.rows[0]?.head ?? 0;
    for (let n = 0; n < list.length; n += PAGE) {
      head += 1;
      const page = list.slice(n, n + PAGE).map((item) => ({ table: item.table, row: { ...item.row, version: head } }));
      for (const table of new Set(page.map((p) => p.table))) {
        const own = page.filter((p) => p.table === table).map((p) => Object.fromEntries(Object.entries(p.row).map(([key, value]) => [snake(key), value])));
        await db.execute(sql`INSERT INTO ${sql.identifier(table)} SELECT * FROM json_populate_recordset(NULL::${sql.identifier(table)}, ${JSON.stringify(own)}::json)`);
      }
      const lines = page.map((p) => ({ tbl: p.table, row_id: p.row.id, line: JSON.stringify({ t: 'row', table: p.table, row: p.row }) }));
      await db.execute(sql`INSERT INTO feed (stream, version, tbl, row_id, line) SELECT ${stream}, ${head}::int, tbl, row_id, line FROM json_to_recordset(${JSON.stringify(lines)}::json) AS x(tbl text, row_id text, line text)`);
    }
    await db.execute(sql`INSERT INTO streams (id, head) VALUES (${stream}, ${head}::int) ON CONFLICT (id) DO UPDATE SET head = excluded.head`);
  }
}
