/** Rosters end to end on a real laptop: every encoding and both file kinds, the dry run, writing, the same file twice, stop in the middle, undo, and the mapping that is remembered. */
import { writeXlsx } from 'hucre/xlsx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImportJob, OfficerItem } from '../../shared/api.ts';
import { readRoster, textOf } from '../../host/roster-file.ts';
import { createWorld, must, type Laptop, type World } from '../support/world.ts';

let world: World;
let laptop: Laptop;
let badge = '';
let name = '';
const officers = (): Promise<readonly OfficerItem[]> => laptop.read('officers.list', { agencyId: null });
const settled = async (id: string): Promise<ImportJob> => {
  let job = must(await laptop.act('import.state', { id }));
  while (['sending', 'reading', 'planning', 'writing', 'undoing'].includes(job.phase)) {
    await new Promise((resolve) => { setImmediate(resolve); });
    job = must(await laptop.act('import.state', { id }));
  }
  return job;
};
/** Sends a file in two pieces and waits until it was read. */
async function open(fileName: string, content: string | Uint8Array): Promise<ImportJob> {
  const bytes = Buffer.from(content as string);
  const { id } = must(await laptop.act('import.begin', { fileName, bytes: bytes.length }));
  const half = Math.ceil(bytes.length / 2);
  for (const at of [0, half]) if (at < bytes.length) must(await laptop.act('import.chunk', { id, at, base64: bytes.subarray(at, at + half).toString('base64') }));
  return settled(id);
}
async function plan(job: ImportJob, over: { readonly courses?: ImportJob['courses']; readonly isVerified?: boolean } = {}): Promise<ImportJob> {
  must(await laptop.act('import.plan', { id: job.id, kind: 'PALMS', mapping: job.mapping ?? {}, courses: over.courses ?? {}, isVerified: over.isVerified ?? false }));
  return settled(job.id);
}
async function write(job: ImportJob): Promise<ImportJob> {
  must(await laptop.act('import.write', { id: job.id }));
  return settled(job.id);
}
const csv = (...rows: readonly string[]): string => ['Name,Badge,Course,Completion date', ...rows].join('\n');
const completed = async (): Promise<readonly (string | undefined)[]> => (await officers())[0]?.standings.flatMap((s) => (s.completion?.completedOn ? [`${s.requirement} ${s.completion.completedOn}`] : s.unverified ? [`${s.requirement} ${s.unverified.completedOn} unverified`] : [])) ?? [];

beforeAll(async () => {
  world = await createWorld({ packets: 0 });
  laptop = world.laptop();
  await laptop.enrol();
  const [first] = await officers();
  if (!first) throw new Error('no officer');
  ({ badge, name } = first.officer);
}, 120_000);
afterAll(async () => {
  await laptop.close();
  await world.close();
});

describe('reading', () => {
  const text = 'Name,Badge,Course,Completion date\nJosé Núñez,7,Privacy awareness,3/31/2026\n';
  const utf16 = (order: 'le' | 'be', hasMark: boolean): Uint8Array => {
    const le = Buffer.from((hasMark ? '\ufeff' : '') + text, 'utf16le');
    return order === 'le' ? le : le.swap16();
  };
  it.each([
    ['UTF-8', Buffer.from(text)], ['UTF-8 with mark', Buffer.from(`\ufeff${text}`)], ['UTF-16', utf16('le', true)], ['UTF-16', utf16('be', true)], ['UTF-16', utf16('le', false)], ['UTF-16', utf16('be', false)], ['Windows-1252', Buffer.from(text, 'latin1')],
  ])('%s', async (encoding, bytes) => {
    const read = must(await readRoster(bytes));
    expect(read.format).toBe(`CSV, ${encoding}`);
    expect(read.headers).toEqual(['Name', 'Badge', 'Course', 'Completion date']);
    expect(read.rows).toEqual([{ n: 2, cells: ['José Núñez', '7', 'Privacy awareness', '3/31/2026'] }]);
  });
  it.each([
    ['import/not-readable', Buffer.from([0x4e, 0x61, 0x81, 0xff, 0x2c])], ['import/not-readable', Buffer.from([1, 0, 0, 0, 200, 0, 0, 7])], ['import/empty', Buffer.from('')], ['import/empty', Buffer.from('Name,Badge\n,,\n')], ['import/empty', Buffer.from('\n\n')],
    ['import/old-excel', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])], ['import/broken-workbook', Buffer.from([0x50, 0x4b, 3, 4, 9, 9, 9])], ['import/broken-csv', Buffer.from('Name,Badge\n"open,7\nx,8\n')],
  ])('refuses: %s', async (code, bytes) => expect(await readRoster(bytes)).toMatchObject({ ok: false, problem: { code } }));
  it('no text at all is read from odd bytes', () => expect(textOf(Buffer.from([0xff, 0xfe, 0x41]))).toBeNull());
  it.each([[';', 'a;"b;c"'], ['\t', 'a\t"b;c"'], ['|', 'a|"b;c"']])('columns apart by %j', async (sign, row) => expect(must(await readRoster(Buffer.from(`Name${sign}Badge\n${row}\n`))).rows[0]?.cells).toEqual(['a', 'b;c']));
  it('XLSX: the sheet that fits, days as days, cells merged over rows in each row, the rows as Excel numbers them', async () => {
    const bytes = await writeXlsx({
      sheets: [
        { name: 'Notes', rows: [['read me']] },
        { name: 'Roster', rows: [['PALMS report', null, null, null], [], ['Name', 'Badge', 'Course', 'Completion date'], ['Ada Lind', 7, 'Privacy awareness', new Date(Date.UTC(2026, 2, 31))], [null, 7, 'Operations security', 46_113], [], ['x', '=1', '', '3/4/2026']], merges: [{ startRow: 3, startCol: 0, endRow: 4, endCol: 0 }] },
      ],
    });
    const read = must(await readRoster(bytes));
    expect([read.sheet, read.otherSheets, read.headers]).toEqual(['Roster', ['Notes'], ['Name', 'Badge', 'Course', 'Completion date']]);
    expect(read.rows.map((r) => [r.n, r.cells[0], r.cells[3]])).toEqual([[4, 'Ada Lind', '2026-03-31'], [5, 'Ada Lind', 46_113], [7, 'x', '3/4/2026']]);
  });
});

describe('an import', () => {
  it('shows what it would change, writes it, changes nothing the second time, and is undone whole with a reason', async () => {
    const content = csv(`"${name}",${badge},Privacy awareness,3/31/2026`, `,${badge},Operations security,2026-04-01`, `,${badge},Operations security,4/1/2026`, ',nobody,Privacy awareness,2026-04-01', `,${badge},=Knots,2026-04-01`);
    const job = await plan(await open('roster.csv', content), { isVerified: true });
    expect(job.plan?.counts).toEqual({ new: 2, same: 0, again: 0, verified: 0, twice: 1, rejected: 2 });
    expect(job.plan?.unknownCourses).toEqual(['=Knots']);
    expect(await completed()).not.toContain('palms-6 2026-03-31');
    const file = must(await laptop.act('import.rejects', { id: job.id }));
    expect(file.name).toBe('roster-rejected.csv');
    expect(file.text.split('\r\n').slice(1, 3)).toEqual(['"5","No officer on this laptop has this badge or name.","nobody","","nobody","Privacy awareness","2026-04-01"', `"6","The course is matched to no requirement.","'=Knots","","${badge}","'=Knots","2026-04-01"`]);
    const done = await write(job);
    expect([done.phase, done.written]).toEqual(['done', { rows: 2, agencies: 1, commands: 1 }]);
    expect(await completed()).toEqual(expect.arrayContaining(['palms-6 2026-03-31', 'palms-7 2026-04-01']));
    const again = await plan(await open('roster.csv', content), { isVerified: true });
    expect(again.plan?.counts).toMatchObject({ new: 0, same: 2, twice: 1 });
    expect(await write(again)).toMatchObject({ phase: 'done', written: { rows: 0, commands: 0 } });
    const [item, ...others] = await laptop.read('imports.list', {});
    expect(others).toEqual([]);
    expect(item).toMatchObject({ fileName: 'roster.csv', kind: 'PALMS', rows: 2, agencies: 1, undoneAt: null });
    const { importId = '' } = item ?? {};
    expect(await laptop.act('import.undo', { importId, reason: 'short' })).toMatchObject({ ok: false, problem: { code: 'call/bad-input' } });
    const undoing = must(await laptop.act('import.undo', { importId, reason: 'The wrong year was exported.' }));
    expect(await settled(undoing.id)).toMatchObject({ phase: 'undone', written: { agencies: 1 } });
    expect(await completed()).not.toEqual(expect.arrayContaining([expect.stringContaining('palms-6')]));
    expect((await laptop.read('imports.list', {}))[0]?.undoneAt).not.toBeNull();
    expect(await laptop.act('import.undo', { importId, reason: 'The wrong year was exported.' })).toMatchObject({ ok: false, problem: { code: 'training/unknown-import' } });
  });
  it('what was withdrawn counts again, and goes with the import that brought it back', async () => {
    const content = csv(`,${badge},Privacy awareness,3/31/2026`);
    const job = await plan(await open('again.csv', content));
    expect(job.plan?.counts).toMatchObject({ new: 0, again: 1 });
    await write(job);
    const before = (await laptop.read('imports.list', {})).find((i) => i.fileName === 'again.csv');
    expect(await completed()).toContain('palms-6 2026-03-31');
    await settled(must(await laptop.act('import.undo', { importId: before?.importId ?? '', reason: 'It was the wrong file.' })).id);
    expect((await completed()).join()).not.toContain('palms-6');
  });
  it('what an import verified is unverified again when it is undone, and stays on record', async () => {
    const content = csv(`,${badge},Information awareness,3/31/2026`);
    await write(await plan(await open('first.csv', content)));
    expect(await completed()).toContain('palms-4 2026-03-31 unverified');
    world.clock.advance(1000);
    const job = await plan(await open('seen.csv', content), { isVerified: true });
    expect(job.plan?.counts).toMatchObject({ verified: 1, new: 0 });
    await write(job);
    expect(await completed()).toContain('palms-4 2026-03-31');
    const seen = (await laptop.read('imports.list', {})).find((i) => i.fileName === 'seen.csv');
    expect(await settled(must(await laptop.act('import.undo', { importId: seen?.importId ?? '', reason: 'It did not come from PALMS.' })).id)).toMatchObject({ phase: 'undone' });
    expect(await completed()).toContain('palms-4 2026-03-31 unverified');
  });
  it('remembers the columns of these headers and the courses of these titles, on this laptop', async () => {
    const content = 'Who,What,When\nx,Knots and ropes,2026-04-01\n'.replace('x', badge);
    const first = await open('odd.csv', content);
    expect([first.isRemembered, first.mapping]).toEqual([false, {}]);
    expect(await laptop.act('import.plan', { id: first.id, kind: 'FLETC', mapping: {}, courses: {}, isVerified: false })).toMatchObject({ ok: false, problem: { code: 'import/mapping', details: { gap: 'person' } } });
    const mapped = await plan({ ...first, mapping: { badge: 0, course: 1, completedOn: 2 } }, { courses: { 'knots and ropes': 'palms-7' } });
    expect(mapped.plan?.counts.rejected).toBe(0);
    const second = await open('odd-2.csv', content);
    expect([second.isRemembered, second.mapping, second.courses]).toEqual([true, { badge: 0, course: 1, completedOn: 2 }, { 'knots and ropes': 'palms-7' }]);
  });
  it('one that is refused says why, one that was let go is gone, and none outlives a lock', async () => {
    expect(await open('broken.csv', 'Name,Badge\n"x,1\n')).toMatchObject({ phase: 'failed', problem: { code: 'import/broken-csv' } });
    expect(await laptop.act('import.begin', { fileName: 'big.csv', bytes: 65 * 1024 * 1024 })).toMatchObject({ ok: false, problem: { code: 'import/too-large' } });
    const job = await open('roster.csv', csv(`,${badge},Privacy awareness,3/30/2026`));
    expect(await laptop.act('import.write', { id: job.id })).toMatchObject({ ok: false, problem: { code: 'import/gone' } });
    must(await laptop.act('import.stop', { id: job.id }));
    expect(await laptop.act('import.state', { id: job.id })).toMatchObject({ ok: false, problem: { code: 'import/gone' } });
    const other = await plan(await open('roster.csv', csv(`,${badge},Privacy awareness,3/30/2026`)));
    must(await laptop.act('session.lock', {}));
    must(await laptop.act('session.unlock', { passphrase: 'lantern orchard seven' }));
    expect(await laptop.act('import.write', { id: other.id })).toMatchObject({ ok: false, problem: { code: 'import/gone' } });
  });
  it('stopped in the middle leaves whole commands only, says so, and the file can be imported again to the end', async () => {
    // Days and courses of one person, enough for three commands.
    const days = Array.from({ length: 1800 }, (_, n) => new Date(Date.UTC(2018, 0, 1) + n * 86_400_000).toISOString().slice(0, 10));
    const rows = ['Human trafficking awareness', 'Basic records management', 'Immigration fundamentals'].flatMap((course) => days.map((day) => `,${badge},${course},${day}`));
    const job = await plan(await open('long.csv', csv(...rows)));
    expect(job.plan?.counts.new).toBe(5400);
    const sent = (await laptop.items()).length;
    must(await laptop.act('import.write', { id: job.id }));
    let state = must(await laptop.act('import.state', { id: job.id }));
    while (state.written?.commands === 0) {
      await new Promise((resolve) => { setImmediate(resolve); });
      state = must(await laptop.act('import.state', { id: job.id }));
    }
    must(await laptop.act('import.stop', { id: job.id }));
    const stopped = await settled(job.id);
    expect(stopped.phase).toBe('stopped');
    const { commands = 0, rows: written = 0 } = stopped.written ?? {};
    expect(commands).toBeGreaterThan(0);
    expect(commands).toBeLessThan(3);
    expect(written).toBe(commands * 2000);
    expect((await laptop.items()).length - sent).toBe(commands);
    const rest = await plan(await open('long.csv', csv(...rows)));
    expect(rest.plan?.counts).toMatchObject({ same: written, new: 5400 - written });
    expect(await write(rest)).toMatchObject({ phase: 'done' });
    expect((await plan(await open('long.csv', csv(...rows)))).plan?.counts).toMatchObject({ same: 5400, new: 0 });
  });
  it('HQ receives every command of it and refuses none', async () => {
    await laptop.sync();
    const items = await laptop.items();
    expect(items.filter((i) => i.state === 'refused')).toEqual([]);
    expect(items.filter((i) => i.title.startsWith('Training')).every((i) => i.state === 'received')).toBe(true);
  }, 60_000);
});
