/**
 * The training matrix at COUNT DIOs and twelve requirements each: opened for the first time, after a change and unchanged, filtered, sorted. In a process of its
 * own started by build/bench.ts, or by hand: `node build/bench-training.ts COUNT KEYS`. Prints one JSON line with the figures.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, transact, type Store } from '../db/open.ts';
import { read } from '../db/read.ts';
import { rowById, writeRow } from '../db/rows.ts';
import { COURSE_IDS, LOOK_AHEAD, REQUIREMENT_IDS, REQUIREMENTS } from '../shared/domain/training.ts';
import { CELL_STATES, type MatrixInput, type MatrixPage } from '../shared/training-views.ts';
import { syllables } from '../synthetic/names.ts';
import { random } from '../synthetic/prng.ts';
import { type Line, ms, percentiles, type Spread } from './bench-figures.ts';
import { BENCH_NOW } from './bench-seed.ts';

const AGENCIES = 80;
const ZONES = ['America/Chicago', 'America/Phoenix', 'America/New_York', 'America/Denver'] as const;
const dayBefore = (days: number): string => new Date(Date.parse(BENCH_NOW) - days * 86_400_000).toISOString().slice(0, 10);

/** One completion of each course for every DIO, one in ten not verified, and the roster's event; a course withdrawn at every eighth agency. */
function fill(store: Store, count: number): void {
  const r = random(287);
  transact(store, () => {
    for (let a = 0; a < AGENCIES; a += 1) {
      const stream = `agency:ag-${a}`;
      writeRow(store, 'agencies', { id: `ag-${a}`, stream, version: 1, changedBy: 'hq', name: `Example County SO ${a}`, state: 'TX', county: 'Example', model: a % 4 === 3 ? 'TFM' : 'JEM', fieldOffice: 'Dallas', zone: ZONES[a % ZONES.length],
        lat: 32, lon: -97, moaSignedOn: '2016-06-01', moaStatus: 'in_force', sites: [], isSynthetic: true });
      if (a % 8 === 0) writeRow(store, 'course_waivers', { id: `w-${a}`, stream, version: 1, changedBy: 'hq', agencyId: `ag-${a}`, officerId: null, requirement: 'palms-5', reason: 'Withdrawn by its provider.', evidence: 'Notice', filedBy: 'pm-02', filedAt: '2026-10-01T12:00:00.000Z' });
    }
    for (let n = 0; n < count; n += 1) {
      const agencyId = `ag-${n % AGENCIES}`;
      const own = { stream: `agency:${agencyId}`, version: 1, changedBy: 'hq', agencyId };
      const officerId = `dio-${n}`;
      writeRow(store, 'officers', { ...own, id: officerId, name: `${syllables(r)} ${syllables(r)}`, badge: `B${n}`, authorityState: 'CERTIFIED', cardState: 'CARD_ACTIVE', lastCardLoginAt: `${dayBefore(r.int(0, 40))}T15:00:00.000Z`, isSeparated: false, isSynthetic: true });
      writeRow(store, 'officer_events', { ...own, id: `${officerId}.e`, officerId, kind: 'roster.opened', at: `${dayBefore(900)}T06:00:00.000Z`, details: { intervalId: `${officerId}.i`, model: 'JEM' }, recordedBy: 'hq', recordedRole: 'service', recordedAt: `${dayBefore(900)}T06:00:00.000Z` });
      for (const requirement of COURSE_IDS) {
        const completedOn = dayBefore(requirement === 'initial' ? 920 : r.int(5, 395));
        const isVerified = r.int(0, 9) > 0;
        writeRow(store, 'training', { ...own, id: `${officerId}.${requirement}`, officerId, requirement, title: REQUIREMENTS[requirement].title, completedOn, verifiedBy: isVerified ? 'hq-training' : null, verifiedAt: isVerified ? `${completedOn}T20:00:00.000Z` : null,
          evidence: 'transcript', provider: 'PALMS', importId: null, recordedBy: 'hq', recordedAt: `${completedOn}T20:00:00.000Z` });
      }
    }
  });
}

const PLAIN: MatrixInput = { agencyId: null, requirement: null, state: null, part: null, search: '', sort: 'due', asOf: null, offset: 0, limit: 100 };
type Figures = { readonly cold: number; readonly afterToday: number; readonly changed: Spread; readonly pastDay: number; readonly open: Spread; readonly filter: Spread; readonly sort: Spread };

/** Fills a store and asks; nothing is measured but the query. */
function measure(count: number, keys: number): Figures {
  const folder = mkdtempSync(join(tmpdir(), 'fieldbook-bench-training-'));
  const file = join(folder, 'training.db');
  const key = Buffer.alloc(32, 9);
  let store = openStore({ file, key, isNew: true });
  const ask = (over: Partial<MatrixInput>): number => {
    const from = performance.now();
    const answer = read(store, 'training.matrix', { ...PLAIN, ...over }, { now: BENCH_NOW, pmId: 'pm-02', status: {} });
    const took = performance.now() - from;
    if (!answer.ok || (answer.value as MatrixPage).officers < 1) throw new Error(`training.matrix: ${JSON.stringify(answer).slice(0, 200)}`);
    return took;
  };
  try {
    fill(store, count);
    store.close();
    store = openStore({ file, key });
    const cold = ask({});
    store.close();
    store = openStore({ file, key });
    // The first screen reads the files of the DIOs.
    read(store, 'today.overview', {}, { now: BENCH_NOW, pmId: 'pm-02', status: {} });
    const afterToday = ask({});
    const changed = percentiles(Array.from({ length: 50 }, (_, n) => {
      transact(store, () => writeRow(store, 'training', { ...(rowById(store, 'training', `dio-${n}.palms-1`) ?? {}), verifiedBy: 'pm-02', verifiedAt: BENCH_NOW }));
      return ask({});
    }));
    const pastDay = ask({ asOf: { day: dayBefore(100), known: 'then' } });
    ask({});
    const many = (over: (n: number) => Partial<MatrixInput>): Spread => percentiles(Array.from({ length: keys }, (_, n) => ask(over(n))));
    const open = many(() => ({}));
    const filter = many((n) => ({
      requirement: n % 3 === 0 ? (REQUIREMENT_IDS[n % REQUIREMENT_IDS.length] ?? null) : null, state: n % 2 === 0 ? (CELL_STATES[n % CELL_STATES.length] ?? null) : null, part: n % 5 === 0 ? (LOOK_AHEAD[n % LOOK_AHEAD.length] ?? null) : null,
      search: n % 4 === 0 ? 'county 1' : '',
    }));
    const sort = many((n) => ({ sort: n % 2 === 0 ? 'name' : 'due', requirement: REQUIREMENT_IDS[n % REQUIREMENT_IDS.length] ?? null, offset: (n * 100) % Math.max(1, count - 100) }));
    return { cold, afterToday, changed, pastDay, open, filter, sort };
  } finally {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The lines of the bench's table. */
export async function trainingLines(count: number, keys: number): Promise<readonly Line[]> {
  const child = spawn(process.execPath, [import.meta.filename, String(count), String(keys)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => { text += chunk.toString('utf8'); });
  if ((await new Promise((done) => child.once('close', done))) !== 0) throw new Error('the training benchmark failed');
  const f = JSON.parse(text.trim().split('\n').at(-1) ?? '') as Figures;
  const spread = (s: Spread): string => `${ms(s.p50)} / ${ms(s.p99)}`;
  const what = `training matrix of ${count} officers and ${REQUIREMENT_IDS.length} requirements`;
  return [
    { what: `${what}: open, p50 / p99`, measured: spread(f.open), goal: 'p99 300 ms', isMet: f.open.p99 <= 300 },
    { what: 'the same filtered, p50 / p99', measured: spread(f.filter), goal: 'p99 100 ms', isMet: f.filter.p99 <= 100 },
    { what: 'the same sorted, any page, p50 / p99', measured: spread(f.sort), goal: 'p99 100 ms', isMet: f.sort.p99 <= 100 },
    { what: 'the same, first after a change of one completion, p50 / p99', measured: spread(f.changed), goal: 'p99 300 ms', isMet: f.changed.p99 <= 300 },
    { what: 'the same, for the first time, after Today was shown', measured: ms(f.afterToday), goal: '300 ms', isMet: f.afterToday <= 300 },
    { what: 'the same, with nothing read before', measured: ms(f.cold), goal: 'for comparison', isMet: null },
    { what: 'the same as of a past day, by what was known then', measured: ms(f.pastDay), goal: 'for comparison', isMet: null },
  ];
}

if (import.meta.main) {
  const [count = '15000', keys = '300'] = process.argv.slice(2);
  console.log(JSON.stringify(measure(Number(count), Number(keys))));
}
