/** Intake: the 78 agencies of 2018, packets line by line, and every way in which a line can be bad without stopping the next. */
import { readFileSync } from 'node:fs';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fieldOfficeFor } from '../../hq/field-offices.ts';
import { agencyFromCsv } from '../../hq/ingest.ts';
import { linesOf } from '../../hq/lines.ts';
import { rowsOf } from '../../hq/open.ts';
import type { PacketDocument } from '../../shared/domain/packet.ts';
import { HQ_DATABASES } from '../support/hq-databases.ts';
import { AGENCIES, agencyLine, fillDesk, officerLine, openDesk, packetFor, type Desk } from './desk.ts';

const CSV = readFileSync('tests/fixtures/agencies-2018.csv', 'utf8');
const ndjson = (lines: readonly unknown[]): string => lines.map((l) => `${typeof l === 'string' ? l : JSON.stringify(l)}\n`).join('');
type Loose = Record<string, unknown> & { forms: (Record<string, unknown> & { kind: string })[] };
/** A packet as loose JSON, broken by `edit`. */
const broken = (id: string, edit: (d: Loose) => void): unknown => {
  const d = JSON.parse(JSON.stringify(packetFor(id))) as Loose;
  edit(d);
  return d;
};

describe.each(HQ_DATABASES)('intake on $kind', (database) => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await openDesk(database);
    await fillDesk(desk);
  });
  afterAll(async () => {
    await desk.close();
  });

  it('lands all 78 agencies of 2018 with zone and field office; again, all 78 are already here', async () => {
    expect(await desk.ingest('agencies', CSV, 'text/csv')).toEqual({ landed: 78, already: 0, rejectedCount: 0, rejected: [] });
    expect(await desk.ingest('agencies', CSV, 'text/csv')).toEqual({ landed: 0, already: 78, rejectedCount: 0, rejected: [] });
    const rows = await rowsOf<{ n: number; offices: number; zones: number; dated: number }>(
      desk.db.db,
      sql`
      SELECT count(*)::int AS n, count(DISTINCT field_office)::int AS offices, count(DISTINCT zone)::int AS zones, count(moa_signed_on)::int AS dated FROM agencies WHERE NOT is_synthetic`,
    );
    expect(rows).toEqual([{ n: 78, offices: 17, zones: expect.any(Number), dated: 74 }]);
    const some = await rowsOf(
      desk.db.db,
      sql`SELECT county, zone, field_office FROM agencies WHERE NOT is_synthetic AND (state, county) IN (('AZ', 'Pinal'), ('TX', 'Terrell'), ('AL', 'Etowah'), ('TX', 'Kendall')) ORDER BY county`,
    );
    expect(some).toEqual([
      { county: 'Etowah', zone: 'America/Chicago', field_office: 'New Orleans' },
      { county: 'Kendall', zone: 'America/Chicago', field_office: 'San Antonio' },
      { county: 'Pinal', zone: 'America/Phoenix', field_office: 'Phoenix' },
      { county: 'Terrell', zone: 'America/Chicago', field_office: 'El Paso' },
    ]);
  });

  it('names bad CSV rows by line and field, and lands the others', async () => {
    const header = CSV.split('\n')[0] ?? '';
    const body = [
      header,
      'No Place Sheriff,ZZ,Nowhere,Town,33,-97,JEM,2018-01-01,x',
      'Bad Latitude Sheriff,GA,Cobb,Marietta,north,-84.5,JEM,2018-01-01,x',
      'Bad Date Sheriff,GA,Cobb,Marietta,33.95,-84.55,JEM,01/02/2018,x',
      'Bad Model Sheriff,GA,Cobb,Marietta,33.95,-84.55,XYZ,2018-01-01,x',
      ',GA,Cobb,Marietta,33.95,-84.55,JEM,2018-01-01,x',
      'Good Sheriff,GA,Cobb,Marietta,33.95,-84.55,JEM,,x',
    ].join('\r\n');
    const report = await desk.ingest('agencies', body, 'text/csv');
    expect(report).toMatchObject({ landed: 1, already: 0, rejectedCount: 5 });
    expect(report.rejected.map((r) => [r.line, r.field])).toEqual([
      [2, 'county'],
      [3, 'lat'],
      [4, 'moa_signed'],
      [5, 'model'],
      [6, 'name'],
    ]);
  });

  it('says when a CSV lacks columns, and when it is broken', async () => {
    expect((await desk.ingest('agencies', 'name,state\nA,GA\n', 'text/csv')).rejected).toEqual([
      { line: 1, field: 'county', reason: expect.stringContaining('columns missing'), code: 'ingest/columns' },
    ]);
    expect((await desk.ingest('agencies', `${CSV.split('\n')[0]}\n"never closed,GA,Cobb\n`, 'text/csv')).rejected).toMatchObject([{ code: 'ingest/not-csv' }]);
  });

  it('lands good packets between bad lines, and gives each bad one its number, field and reason', async () => {
    const noHearing = broken('pk-51', (d) => {
      delete d.forms.find((f) => f.kind === 'I-862')?.hearing;
    });
    const noZone = broken('pk-52', (d) => {
      d.preparedAt = '2026-11-23T12:00:00';
    });
    const badDate = broken('pk-53', (d) => {
      d.submittedAt = '2026-13-45T99:00:00Z';
    });
    const badNumber = broken('pk-54', (d) => {
      (d.subject as { identity: { aNumber: string } }).identity.aNumber = 'A12';
    });
    const badFormNumber = broken('pk-55', (d) => {
      (d.forms[1]?.identity as { aNumber: string }).aNumber = 'none';
    });
    const missing = broken('pk-56', (d) => {
      delete d.eventNumber;
    });
    const extra = broken('pk-57', (d) => {
      d.surprise = 1;
    });
    const zone = broken('pk-58', (d) => {
      d.zone = 'Mars/Olympus';
    });
    const stranger = broken('pk-59', (d) => {
      d.preparerId = 'dio-unknown';
    });
    const unknownForm = broken('pk-60', (d) => {
      (d.forms[0] as { kind: string }).kind = 'I-999';
    });
    const body = Buffer.concat([
      Buffer.from(ndjson([packetFor('pk-50'), '{"half": ', noHearing, noZone, badDate])),
      Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d, 0x0a]),
      Buffer.from(ndjson([badNumber, badFormNumber, missing, extra, zone, stranger, unknownForm, '', '[1,2]', packetFor('pk-61'), packetFor('pk-50')])),
    ]);
    const report = await desk.ingest('packets', body);
    expect(report).toMatchObject({ landed: 2, already: 1, rejectedCount: 13 });
    const formOf = (document: unknown, kind: string): number => (document as PacketDocument).forms.findIndex((f) => f.kind === kind);
    expect(report.rejected.map((r) => [r.line, r.code, r.field])).toEqual([
      [2, 'ingest/not-json', ''],
      [3, 'ingest/field', `forms.${formOf(noHearing, 'I-862')}.hearing`],
      [4, 'ingest/field', 'preparedAt'],
      [5, 'ingest/field', 'submittedAt'],
      [6, 'ingest/not-utf8', ''],
      [7, 'ingest/field', 'subject.identity.aNumber'],
      [8, 'ingest/field', 'forms.1.identity.aNumber'],
      [9, 'ingest/field', 'eventNumber'],
      [10, 'ingest/field', ''],
      [11, 'ingest/field', 'zone'],
      [12, 'intake/unknown-preparer', ''],
      [13, 'ingest/field', 'forms.0.kind'],
      [15, 'ingest/field', ''],
    ]);
    for (const r of report.rejected) expect(r.reason.length).toBeGreaterThan(3);
    // A reason never quotes the value: it may be somebody's name or number.
    expect(JSON.stringify(report)).not.toContain('A12');
    expect(await rowsOf(desk.db.db, sql`SELECT id FROM packets WHERE id IN ('pk-50', 'pk-61') ORDER BY id`)).toHaveLength(2);
  });

  it('reports a line of 10 MB, skips it, and lands the next', async () => {
    const body = `${JSON.stringify({ filler: 'x'.repeat(10 * 1024 * 1024) })}\n${JSON.stringify(packetFor('pk-70'))}\n`;
    const report = await desk.ingest('packets', body);
    expect(report).toMatchObject({ landed: 1, rejected: [{ line: 1, code: 'ingest/line-too-long' }] });
  });

  it('never holds more of a long line than the cap', async () => {
    let yielded = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      const chunk = new Uint8Array(1024 * 1024).fill(120);
      for (; yielded < 200; yielded += 1) yield chunk;
      yield new TextEncoder().encode('\nok\n');
    }
    const before = process.memoryUsage().arrayBuffers;
    let peak = 0;
    const found: unknown[] = [];
    for await (const line of linesOf(
      (async function* () {
        for await (const c of endless()) {
          peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
          yield c;
        }
      })(),
    ))
      found.push(line);
    expect(found).toEqual([
      { number: 1, trouble: 'too-long', bytes: 200 * 1024 * 1024 },
      { number: 2, text: 'ok' },
    ]);
    expect(peak).toBeLessThan(64 * 1024 * 1024);
  });

  it('splits lines wherever the chunks end', async () => {
    const text = 'first \u00e9\u00e9\nsecond \u20ac\r\n\nlast';
    const bytes = new TextEncoder().encode(text);
    for (const size of [1, 2, 3, 7, 100]) {
      async function* chunks(): AsyncGenerator<Uint8Array> {
        for (let n = 0; n < bytes.length; n += size) yield bytes.slice(n, n + size);
      }
      const lines: unknown[] = [];
      for await (const l of linesOf(chunks())) lines.push(l);
      expect(lines, String(size)).toEqual([
        { number: 1, text: 'first \u00e9\u00e9' },
        { number: 2, text: 'second \u20ac' },
        { number: 4, text: 'last' },
      ]);
    }
  });

  it('does not reject what only a check can judge: an unknown charge lands and fails a check', async () => {
    const odd = broken('pk-80', (d) => {
      const nta = d.forms.find((f) => f.kind === 'I-862');
      if (nta) nta.charges = [{ section: '999(z)(9)', allegationNumbers: [1] }];
    });
    expect(await desk.ingest('packets', ndjson([odd]))).toMatchObject({ landed: 1, rejectedCount: 0 });
    const run = await rowsOf<{ results: readonly { rule: string; outcome: string }[] }>(desk.db.db, sql`SELECT results FROM check_runs WHERE id = 'pk-80.1'`);
    expect(run[0]?.results.some((r) => r.rule.startsWith('NTA-') && r.outcome === 'fail')).toBe(true);
  });

  it.each([
    ['a hearing without a time', 'NTA-06', (d: Loose) => {
      const nta = d.forms.find((f) => f.kind === 'I-862') as { hearing: { time: string | null } } | undefined;
      if (nta) nta.hearing.time = null;
    }],
    ['dates out of order', 'PK-17', (d: Loose) => {
      (d.events as { interviewAt: string }).interviewAt = '2026-11-24T10:00:00.000Z';
    }],
    ['another A-number on one form', 'PK-01', (d: Loose) => {
      const form = d.forms[1] as { identity: { aNumber: string } } | undefined;
      if (form) form.identity.aNumber = 'A099999999';
    }],
  ] as const)('%s lands, fails %s, and the check stands between the packet and a signature', async (what, rule, edit) => {
    const id = `pk-${300 + what.length}`;
    expect(await desk.ingest('packets', ndjson([broken(id, edit), packetFor(`${id}9`)]))).toMatchObject({ landed: 2, rejectedCount: 0 });
    const failed = async (packetId: string) =>
      (await rowsOf<{ results: readonly { rule: string; outcome: string; findings: readonly { field: string }[] }[] }>(desk.db.db, sql`SELECT results FROM check_runs WHERE packet_id = ${packetId}`))[0]?.results
        .filter((r) => r.outcome === 'fail') ?? [];
    expect((await failed(`${id}9`)).map((r) => r.rule)).not.toContain(rule);
    const own = (await failed(id)).find((r) => r.rule === rule);
    expect(own?.findings[0]?.field).toMatch(/\w/);
    const [head] = await rowsOf<{ block_count: number }>(desk.db.db, sql`SELECT block_count FROM packets WHERE id = ${id}`);
    expect(head?.block_count).toBeGreaterThan(0);
  });

  it('refuses the same number with other content, and a number out of order', async () => {
    await desk.ingest('packets', ndjson([packetFor('pk-90')]));
    const other = broken('pk-90', (d) => {
      d.eventNumber = 'TXA2611999999';
    });
    const report = await desk.ingest('packets', ndjson([other, packetFor('pk-90', AGENCIES.mine, 3), packetFor('pk-90', AGENCIES.mine, 2)]));
    expect(report).toMatchObject({
      landed: 1,
      rejected: [
        { line: 1, code: 'intake/version-conflict' },
        { line: 2, code: 'intake/version-order' },
      ],
    });
  });

  it('knows a packet again that only its spacing tells apart', async () => {
    const document = packetFor('pk-95');
    expect(await desk.ingest('packets', `${JSON.stringify(document)}\n${JSON.stringify(document, null, 1).replaceAll('\n', ' ')}\n`)).toMatchObject({ landed: 1, already: 1, rejectedCount: 0 });
  });

  it('lands officers, and needs their agency first', async () => {
    expect(await desk.ingest('officers', ndjson([officerLine('dio-new', AGENCIES.mine), officerLine('dio-lost', 'ag-nowhere'), { id: 'x' }]))).toMatchObject({
      landed: 1,
      rejected: [
        { line: 2, code: 'intake/unknown-agency' },
        { line: 3, code: 'ingest/field' },
      ],
    });
  });

  it('takes agencies as NDJSON too, and refuses a body of another type', async () => {
    expect(await desk.ingest('agencies', ndjson([agencyLine('ag-ne-09'), { ...agencyLine('ag-ne-10'), zone: 'Mars/Olympus' }]))).toMatchObject({ landed: 1, rejected: [{ line: 2, field: 'zone' }] });
    await expect(desk.ingest('packets', CSV, 'text/csv')).rejects.toThrow('415');
    await expect(desk.ingest('packets', '{}', 'application/json')).rejects.toThrow('415');
  });
});

describe('places', () => {
  it('knows a field office for every agency of 2018 and guesses none', () => {
    for (const row of CSV.trim().split('\n').slice(1)) {
      const [, state = '', county = ''] = row.split(',');
      expect(fieldOfficeFor(state, county), `${county} ${state}`).not.toBe('');
    }
    expect(fieldOfficeFor('TX', 'Nowhere')).toBe('');
    expect(agencyFromCsv({ name: 'A', state: 'TX', county: 'Nowhere', lat: '30', lon: '-97', model: 'JEM' })).toMatchObject({ field: 'county' });
  });
});
