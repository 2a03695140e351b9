/**
 * A roster of 50,000 rows into the files of DIOs on one laptop, end to end as the window does it: bytes in pieces, reading, dry run, commands, undo. A part of
 * `npm run bench`, and alone `node build/bench-import.ts [--rows N]`. Goal: 10 seconds from the first byte to the last row saved. No HQ: nothing is sent.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeXlsx } from 'hucre/xlsx';
import { openStore } from '../db/open.ts';
import { applyPage } from '../db/pull.ts';
import { set } from '../db/sync-state.ts';
import { createBackend, type HostBackend } from '../host/backend.ts';
import { newKeyPair } from '../host/jws.ts';
import { openKeystore, WEAK_KDF_FOR_TESTS } from '../host/keystore.ts';
import { STORE_FILE } from '../host/session.ts';
import type { ImportItem, ImportJob } from '../shared/api.ts';
import { ANNUAL_COURSES, REQUIREMENTS } from '../shared/domain/training.ts';
import type { Result } from '../shared/result.ts';
import { type Line, ms, p95, table } from './bench-figures.ts';
import { BENCH_NOW, type BenchRow } from './bench-seed.ts';

const PASSPHRASE = 'bench passphrase, not secret';
const CHUNK = 768 * 1024;
const GOAL_MS = 10_000;

/** Agencies with DIOs whose authority is in force, so that every completion that counts has it computed anew. */
function programme(agencies: number, officers: number): readonly (readonly BenchRow[])[] {
  return Array.from({ length: agencies }, (_, a): readonly BenchRow[] => {
    const agencyId = `ag-im-${a}`;
    const key = { stream: `agency:${agencyId}` as const, version: 1, changedBy: 'hq' };
    const dios = Array.from({ length: Math.ceil(officers / agencies) }, (__, o): readonly BenchRow[] => {
      const officerId = `dio-im-${a}-${o}`;
      return [
        { table: 'officers', row: { ...key, id: officerId, agencyId, name: `Kelan Bamor ${a} ${o}`, badge: `B${a}-${o}`, authorityState: 'CERTIFIED', cardState: 'CARD_ACTIVE', lastCardLoginAt: null, isSeparated: false, isSynthetic: true } },
        { table: 'authority_intervals', row: { ...key, id: `${officerId}.1`, agencyId, officerId, model: 'JEM', startAt: '2025-01-01T00:00:00.000Z', endAt: null, endReason: null, recordedAt: BENCH_NOW } },
      ];
    });
    return [{
      table: 'agencies', row: { ...key, id: agencyId, name: `Example County SO IM-${a}`, state: 'TX', county: 'Example', model: 'JEM', fieldOffice: 'Dallas', zone: 'America/Chicago', lat: 32.8, lon: -96.8, moaSignedOn: '2016-06-01', moaStatus: 'in_force', isSynthetic: true, sites: [] },
    }, ...dios.flat()];
  });
}

/** The roster: every DIO with the eight annual courses, in both date formats. */
function roster(agencies: number, rows: number): readonly (readonly (string | Date)[])[] {
  const perAgency = Math.ceil(Math.ceil(rows / ANNUAL_COURSES.length) / agencies);
  return Array.from({ length: rows }, (_, n) => {
    const dio = Math.floor(n / ANNUAL_COURSES.length);
    const [a, o] = [Math.floor(dio / perAgency), dio % perAgency];
    const course = ANNUAL_COURSES[n % ANNUAL_COURSES.length] ?? 'palms-1';
    const day = 1 + (n % 28);
    return [`Bamor ${a} ${o}, Kelan`, `B${a}-${o}`, `Example County SO IM-${a}`, REQUIREMENTS[course].title, n % 2 === 0 ? `3/${day}/2026` : `2026-03-${String(day).padStart(2, '0')}`, 'Completed'];
  });
}
const HEADERS = ['Learner name', 'Badge', 'Agency', 'Course title', 'Completion date', 'Status'];
const csvOf = (rows: readonly (readonly (string | Date)[])[]): Buffer => Buffer.from([HEADERS, ...rows].map((r) => r.map((c) => `"${String(c)}"`).join(',')).join('\r\n'));
const xlsxOf = async (rows: readonly (readonly (string | Date)[])[]): Promise<Buffer> =>
  Buffer.from(await writeXlsx({ sheets: [{ name: 'Roster', rows: [HEADERS, ...rows.map((r) => r.map((c, n) => (n === 4 && String(c).startsWith('2026') ? new Date(`${String(c)}T00:00:00Z`) : c)))] }] }));

function must<T>(result: Result<unknown>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.problem));
  return result.value as T;
}

/** One import into a fresh laptop: milliseconds of each part, and of a read asked over and over meanwhile. */
async function measured(agencies: number, rows: number, fileName: string, bytes: Buffer): Promise<{ readonly read: number; readonly plan: number; readonly write: number; readonly undo: number; readonly wait: number; readonly cpu: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'fieldbook-bench-import-'));
  mkdirSync(folder, { recursive: true });
  let backend: HostBackend | null = null;
  try {
    const keystore = openKeystore({ folder, now: () => new Date().toISOString(), computerSecret: null, kdf: WEAK_KDF_FOR_TESTS });
    const made = await keystore.create({
      passphrase: PASSPHRASE, pmName: 'Bench', deviceKey: newKeyPair().pkcs8, signerKey: newKeyPair().pkcs8, recoveryJwk: newKeyPair().jwk,
      beforeCommit: (key) => {
        const store = openStore({ file: join(folder, STORE_FILE), key, isNew: true });
        const pm = JSON.stringify({ id: 'pm-02', name: 'Bench', role: 'pm', legalTitle: 'Officer', fieldOffice: 'Dallas' });
        const state = { device: JSON.stringify({ deviceId: 'bench', ledger: 'bench' }), pm, hqJwk: JSON.stringify(newKeyPair().jwk), issuer: 'bench', generation: 'bench', lastHqTime: BENCH_NOW, skewMs: '0' };
        for (const [name, value] of Object.entries(state)) set(store, name as Parameters<typeof set>[1], value);
        for (const page of programme(agencies, Math.ceil(rows / ANNUAL_COURSES.length))) {
          const stream = page[0]?.row.stream ?? '';
          if (applyPage(store, { stream, from: 0, to: 1, rows: page as never, receivedAt: BENCH_NOW }) !== 'applied') throw new Error('stale page');
        }
        store.close();
      },
    });
    if (!made.ok) throw new Error(made.problem.code);
    const own = createBackend({ folder, hqUrl: 'http://127.0.0.1:9', weakForTests: WEAK_KDF_FOR_TESTS, pollMs: 3_600_000, log: () => undefined });
    backend = own;
    const act = async <T>(name: string, input: unknown): Promise<T> => must<T>(await own.call({ act: name, input } as Parameters<HostBackend['call']>[0]));
    const waits: number[] = [];
    const settled = async (id: string): Promise<ImportJob> => {
      for (;;) {
        const from = performance.now();
        const job = await act<ImportJob>('import.state', { id });
        waits.push(performance.now() - from);
        if (!['sending', 'reading', 'planning', 'writing', 'undoing'].includes(job.phase)) return job;
        const rest = performance.now();
        await new Promise((next) => { setTimeout(next, 5); });
        waits.push(Math.max(0, performance.now() - rest - 5));
      }
    };
    await act('session.unlock', { passphrase: PASSPHRASE });
    const from = performance.now();
    const cpuFrom = process.cpuUsage();
    const { id } = await act<ImportJob>('import.begin', { fileName, bytes: bytes.length });
    for (let at = 0; at < bytes.length; at += CHUNK) await act('import.chunk', { id, at, base64: bytes.subarray(at, at + CHUNK).toString('base64') });
    const job = await settled(id);
    const isRead = performance.now();
    await act('import.plan', { id, kind: 'PALMS', mapping: job.mapping, courses: {}, isVerified: true });
    const planned = await settled(id);
    if (planned.plan?.counts.new !== rows) throw new Error(`planned ${JSON.stringify(planned.plan?.counts ?? planned.problem)}, ${JSON.stringify(planned.plan?.rejects.slice(0, 2))}`);
    const isPlanned = performance.now();
    await act('import.write', { id });
    const done = await settled(id);
    if (done.phase !== 'done') throw new Error(`${done.phase} ${JSON.stringify(done.problem)}`);
    const isWritten = performance.now();
    const { user, system } = process.cpuUsage(cpuFrom);
    const [item] = must<readonly ImportItem[]>(await own.call({ read: 'imports.list', input: {} }));
    const undone = await settled((await act<ImportJob>('import.undo', { importId: item?.importId ?? '', reason: 'Undone by the bench.' })).id);
    if (undone.phase !== 'undone') throw new Error(`${undone.phase} ${JSON.stringify(undone.problem)}`);
    return { read: isRead - from, plan: isPlanned - isRead, write: isWritten - isPlanned, undo: performance.now() - isWritten, wait: p95(waits), cpu: (user + system) / 1000 };
  } finally {
    await backend?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Imports of `rows` rows: CSV and XLSX over 150 agencies, and CSV over one agency, the worst case. */
export async function importLines(rows: number, note: (text: string) => void): Promise<readonly Line[]> {
  const lines: Line[] = [];
  for (const [kind, agencies] of [['CSV', 150], ['XLSX', 150], ['CSV', 1]] as const) {
    const content = roster(agencies, rows);
    const bytes = kind === 'CSV' ? csvOf(content) : await xlsxOf(content);
    const took = await measured(agencies, rows, `roster.${kind.toLowerCase()}`, bytes);
    const whole = took.read + took.plan + took.write;
    note(`import ${kind} over ${agencies}: read ${ms(took.read)}, plan ${ms(took.plan)}, write ${ms(took.write)}, undo ${ms(took.undo)}`);
    lines.push({
      what: `import of ${rows} rows, ${kind}, ${agencies === 1 ? 'one agency' : `${agencies} agencies`}, read, planned and saved`, measured: `${ms(whole)} (${ms(took.read)} + ${ms(took.plan)} + ${ms(took.write)}); undo ${ms(took.undo)}; processor ${ms(took.cpu)}; others wait p95 ${ms(took.wait)}`,
      goal: '10 s', isMet: whole <= GOAL_MS,
    });
  }
  return lines;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { rows: { type: 'string', default: '50000' } } });
  console.log(table(await importLines(Number(values.rows), (text) => console.error(text))));
}
