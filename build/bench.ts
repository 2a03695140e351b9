/**
 * `npm run bench`: the product's goals on one workload, each against a plain way of doing the same on the same machine in the same run
 * (interleaved, medians), printed beside the goals. Uses PostgreSQL when HQ_DATABASE_URL names one, else in-memory PGlite. Exit 1 on a missed goal only with --strict.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type SqliteDatabase from 'better-sqlite3';
import { MIGRATIONS, openStore, PAGE_SIZE, type Sqlite } from '../db/open.ts';
import { COLUMNS } from '../db/schema.ts';
import { createBackend, type HostBackend } from '../host/backend.ts';
import { WEAK_KDF_FOR_TESTS } from '../host/keystore.ts';
import type { PacketView, QueuePage, SyncItem } from '../shared/api.ts';
import { formHash, openContent } from '../shared/domain/packet.ts';
import type { Result } from '../shared/result.ts';
import { BOOLEAN_COLUMNS, JSON_COLUMNS, type TableName } from '../shared/rows.ts';
import { benchDocument } from './bench-documents.ts';
import { type Line, median, ms, p95, percentiles, ratio, type Spread, table } from './bench-figures.ts';
import type { Order, Reevaluated } from './bench-hq.ts';
import { benchPackets, benchProgramme, type BenchRow, rowsOfPacket } from './bench-seed.ts';
import { findBrowser } from './browser.ts';
import { bundleHost, bundleNode, HOST_MAIN } from './bundle-host.ts';
import { requireNode } from './require-node.ts';

requireNode();
const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '20000' }, push: { type: 'string', default: '2000' }, packets: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '3' }, keys: { type: 'string', default: '1000' }, judged: { type: 'string', default: '100000' }, strict: { type: 'boolean', default: false },
  },
});
const ROWS = Number(options.rows);
const PUSH = Number(options.push);
const PACKETS = Number(options.packets);
const ROUNDS = Number(options.rounds);
const KEYS = Number(options.keys);
const JUDGED = Number(options.judged);
const PASSPHRASE = 'bench passphrase, not secret';
const root = mkdtempSync(join(tmpdir(), 'fieldbook-bench-'));
const lines: Line[] = [];
const children: ChildProcess[] = [];
const note = (text: string): void => console.error(text);
process.on('exit', () => {
  for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

function must<T>(result: Result<unknown>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.problem));
  return result.value as T;
}

// ---- HQ in a process of its own ----
const hq = fork('build/bench-hq.ts', { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
children.push(hq);
const started = await new Promise<{ readonly url: string; readonly kind: string }>((done, failed) => {
  hq.once('message', (message) => done(message as { url: string; kind: string }));
  hq.once('exit', () => failed(new Error('HQ for the benchmark did not start')));
});
let asked = 0;
function ask<T>(order: Order): Promise<T> {
  asked += 1;
  const id = asked;
  return new Promise((done, failed) => {
    const listen = (message: unknown): void => {
      const reply = message as { readonly id: number; readonly value?: T; readonly error?: string };
      if (reply.id !== id) return;
      hq.off('message', listen);
      if (reply.error) failed(new Error(reply.error));
      else done(reply.value as T);
    };
    hq.on('message', listen);
    hq.send({ ...order, id });
  });
}

// ---- laptops ----
type Laptop = { readonly folder: string; readonly backend: HostBackend; readonly call: <T>(call: Parameters<HostBackend['call']>[0]) => Promise<T> };
function laptop(name: string): Laptop {
  const folder = join(root, name);
  mkdirSync(folder, { recursive: true });
  const backend = createBackend({ folder, hqUrl: started.url, weakForTests: WEAK_KDF_FOR_TESTS, pollMs: 3_600_000, log: () => undefined });
  return { folder, backend, call: async <T>(call: Parameters<HostBackend['call']>[0]) => must<T>(await backend.call(call)) };
}
const queueOf = (l: Laptop): Promise<QueuePage> => l.call<QueuePage>({ read: 'queue.list', input: { split: 'all', search: '', offset: 0, limit: 50 } });
async function enrol(l: Laptop): Promise<void> {
  await l.call({ act: 'session.enrol', input: { code: await ask<string>({ order: 'code' }) } });
}
/** From the open store to the last row, token included. */
async function pull(l: Laptop): Promise<number> {
  await l.call({ act: 'session.choosePassphrase', input: { passphrase: PASSPHRASE } });
  const from = performance.now();
  await new Promise((next) => setImmediate(next));
  await l.backend.settled();
  const took = performance.now() - from;
  const { counts } = await queueOf(l);
  if (counts.all + counts.done < ROWS * 0.99) throw new Error(`pulled ${counts.all + counts.done} of ${ROWS} packets`);
  return took;
}
async function syncNow(l: Laptop): Promise<number> {
  const from = performance.now();
  await l.call({ act: 'sync.now', input: {} });
  await l.backend.settled();
  return performance.now() - from;
}

// ---- the plain way: the same rows, same file settings, indexes and search, one prepared statement a table, 500 rows a transaction ----
type Values = { readonly table: TableName; readonly values: readonly unknown[]; readonly text: string | null };
const rows: readonly BenchRow[] = [...benchProgramme(), ...benchPackets(ROWS).flatMap(rowsOfPacket)];
const names = new Map(rows.filter((r) => r.table === 'subjects').map((r) => [r.row.id, r.row as unknown as { readonly name: string; readonly aNumber: string }]));
const prepared: readonly Values[] = rows.map(({ table: name, row }) => {
  const raw = row as unknown as Readonly<Record<string, unknown>>;
  const json: readonly string[] = JSON_COLUMNS[name];
  const bool: readonly string[] = BOOLEAN_COLUMNS[name];
  const subject = name === 'packets' ? names.get(String(raw.subjectId)) : undefined;
  const digits = subject?.aNumber.slice(1) ?? '';
  return {
    table: name, values: COLUMNS[name].map((c) => (json.includes(c) ? JSON.stringify(raw[c]) : bool.includes(c) ? (raw[c] ? 1 : 0) : raw[c] ?? null)),
    text: subject ? `${subject.name} Example County SO Kelan Bamor  ${digits} ${digits.replace(/^0+/, '')} ${digits.slice(0, 3)} ${digits.slice(3, 6)} ${digits.slice(6)} ${String(raw.eventNumber)}` : null,
  };
});
function insertPlainly(sqlite: Sqlite): number {
  const from = performance.now();
  const statements = Object.fromEntries([...new Set(prepared.map((p) => p.table))].map((name) => [name, sqlite.prepare(`INSERT INTO "${name}" VALUES (${COLUMNS[name].map(() => '?').join(', ')})`)]));
  const search = sqlite.prepare('INSERT INTO packet_search (rowid, text) VALUES (?, ?)');
  for (let n = 0; n < prepared.length; n += 500) {
    sqlite.exec('BEGIN IMMEDIATE');
    for (const { table: name, values, text } of prepared.slice(n, n + 500)) {
      const { lastInsertRowid } = statements[name]?.run(...values) ?? { lastInsertRowid: 0 };
      if (text) search.run(lastInsertRowid, text);
    }
    sqlite.exec('COMMIT');
  }
  return performance.now() - from;
}
function insertEncrypted(round: number): number {
  const store = openStore({ file: join(root, `raw-${round}.db`), key: randomBytes(32), isNew: true });
  const took = insertPlainly(store.sqlite);
  store.close();
  rmSync(store.file);
  return took;
}
function insertUnencrypted(round: number): number {
  const Database = createRequire(import.meta.url)('better-sqlite3') as typeof SqliteDatabase;
  const file = join(root, `plain-${round}.db`);
  const sqlite = new Database(file);
  for (const pragma of [`page_size=${PAGE_SIZE}`, 'journal_mode=WAL', 'synchronous=FULL', 'temp_store=MEMORY', 'cache_size=-65536', 'locking_mode=EXCLUSIVE']) sqlite.pragma(pragma);
  for (const name of readdirSync(MIGRATIONS).filter((f) => f.endsWith('.sql')).sort()) sqlite.exec(readFileSync(join(MIGRATIONS, name), 'utf8').replaceAll('--> statement-breakpoint', ''));
  const took = insertPlainly(sqlite);
  sqlite.close();
  rmSync(file);
  return took;
}

// ---- 1. pull ----
note(`HQ on ${started.kind}; ${ROWS} packet versions of ${Math.round(rows.filter((r) => r.table === 'packet_versions').slice(0, 100).reduce((sum, r) => sum + JSON.stringify(r.row).length, 0) / 100)} bytes, ${rows.length} rows with heads and subjects`);
await ask({ order: 'rows', count: ROWS, first: 0 });
const pulls: number[] = [];
const raws: number[] = [];
const plains: number[] = [];
let kept: Laptop | null = null;
for (let round = 0; round < ROUNDS; round += 1) {
  raws.push(insertEncrypted(round));
  plains.push(insertUnencrypted(round));
  const l = laptop(`pull-${round}`);
  await enrol(l);
  pulls.push(await pull(l));
  note(`pull ${round + 1} of ${ROUNDS}: raw ${ms(raws.at(-1) ?? 0)}, raw without cipher ${ms(plains.at(-1) ?? 0)}, pull ${ms(pulls.at(-1) ?? 0)}`);
  await kept?.backend.close();
  kept = l;
}
if (!kept) throw new Error('no round');
const pullRatio = median(pulls) / median(raws);
lines.push({ what: `pull ${ROWS} versions (${rows.length} rows), encrypted, indexed, searchable`, measured: `${ms(median(pulls))} = ${ratio(pullRatio)} of a raw insert of the same rows (${ms(median(raws))})`, goal: '1.5x', isMet: pullRatio <= 1.5 });
lines.push({ what: 'the same raw insert without a cipher', measured: `${ms(median(plains))}; pull is ${ratio(median(pulls) / median(plains))} of it`, goal: 'for comparison', isMet: null });

// ---- 2. usable while it runs ----
{
  const l = laptop('busy');
  await enrol(l);
  await l.call({ act: 'session.choosePassphrase', input: { passphrase: PASSPHRASE } });
  const from = performance.now();
  const waits: number[] = [];
  let first: number | null = null;
  let isDone = false;
  const done = l.backend.settled().then(() => { isDone = true; });
  while (!isDone) {
    const at = performance.now();
    const page = await queueOf(l);
    waits.push(performance.now() - at);
    if (first === null && page.items.length >= 50) first = performance.now() - from;
    await new Promise((next) => setTimeout(next, 5));
  }
  await done;
  const { p99 } = percentiles(waits);
  lines.push({ what: 'first 50 of the queue during the first pull', measured: first === null ? 'only at its end' : ms(first), goal: '500 ms', isMet: first !== null && first <= 500 });
  lines.push({ what: `call p99 during the pull (${waits.length} calls)`, measured: ms(p99), goal: '50 ms', isMet: p99 <= 50 });
  await l.backend.close();
}

// ---- 3. small syncs ----
{
  const noop: number[] = [];
  for (let n = 0; n < 20; n += 1) noop.push(await syncNow(kept));
  const changes: number[] = [];
  for (let n = 0; n < 5; n += 1) {
    await ask({ order: 'rows', count: 100, first: ROWS + n * 100 });
    changes.push(await syncNow(kept));
  }
  lines.push({ what: 'pull 100 new packets (300 rows)', measured: ms(median(changes)), goal: '25 ms', isMet: median(changes) <= 25 });
  lines.push({ what: 'sync with nothing new', measured: ms(median(noop)), goal: '3 ms', isMet: median(noop) <= 3 });
}

await bundleHost(note);
// ---- 4. start to first screen, on the store with everything pulled ----
const folder = kept.folder;
await kept.backend.close();
const starts: number[] = [];
let rss = 0;
for (let n = 0; n < ROUNDS; n += 1) {
  const from = performance.now();
  const host = spawn(process.execPath, [HOST_MAIN], { env: { ...process.env, FIELDBOOK_DATA: folder, FIELDBOOK_HQ: started.url, FIELDBOOK_PORT: '0' }, stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(host);
  const url = await new Promise<string>((done) => {
    let text = '';
    host.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      const line = text.split('\n').find((l) => l.includes('"ready":true'));
      if (line) done((JSON.parse(line) as { url: string }).url);
    });
  });
  const page = await fetch(url, { redirect: 'manual' });
  const cookie = page.headers.getSetCookie().map((c) => c.split(';')[0]).join('; ');
  const call = async (body: unknown): Promise<Result<unknown>> => {
    const headers = { 'content-type': 'application/json', cookie, origin: new URL(url).origin, 'sec-fetch-site': 'same-origin' };
    const reply = await fetch(new URL('/call', url), { method: 'POST', headers, body: JSON.stringify(body) });
    return (await reply.json()) as Result<unknown>;
  };
  must(await call({ act: 'session.state', input: {} }));
  const toLock = performance.now() - from;
  const unlocking = performance.now();
  must(await call({ act: 'session.unlock', input: { passphrase: PASSPHRASE } }));
  must(await call({ read: 'today.overview', input: {} }));
  must(await call({ read: 'queue.list', input: { split: 'all', search: '', offset: 0, limit: 50 } }));
  starts.push(toLock + performance.now() - unlocking);
  const status = process.platform === 'linux' && host.pid ? readFileSync(`/proc/${host.pid}/status`, 'utf8') : '';
  rss = Math.max(rss, Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024);
  const ended = new Promise((done) => host.once('exit', done));
  host.kill('SIGTERM');
  await ended;
}
lines.push({ what: `start to first screen's data (web host, ${ROWS} packets, warm disk, test-strength passphrase hash)`, measured: ms(median(starts)), goal: '1.5 s', isMet: median(starts) <= 1500 });
if (rss > 0) lines.push({ what: `memory of the host at ${ROWS} packets`, measured: `${Math.round(rss / 1e6)} MB`, goal: 'for comparison', isMet: null });

// ---- 5. push ----
{
  note(`preparing ${PUSH} packets to sign`);
  const now = new Date().toISOString();
  await ask({ order: 'documents', documents: Array.from({ length: PUSH }, (_, n) => benchDocument(n, now)) });
  const l = laptop('push');
  await enrol(l);
  await l.call({ act: 'session.choosePassphrase', input: { passphrase: PASSPHRASE } });
  await l.backend.settled();
  await l.call({ act: 'sync.pause', input: { isPaused: true } });
  const signed: number[] = [];
  for (let n = 0; n < PUSH; n += 1) {
    const view = await l.call<PacketView>({ read: 'packet.open', input: { packetId: `sign-${n}`, number: null } });
    const form = openContent(view.version.content).forms.find((f) => f.kind === 'I-213');
    if (!form) throw new Error('no I-213');
    const forms = [{ formId: form.id, contentHash: formHash(form), capacity: 'Supervisory Detention and Deportation Officer' }];
    const input = { packetId: `sign-${n}`, version: 1, forms, shown: [{ formId: form.id, seconds: 20 }], warnReasons: [] };
    const from = performance.now();
    await l.call({ run: 'signoff.sign', input, base: view.base, secret: PASSPHRASE });
    signed.push(performance.now() - from);
  }
  const sign = percentiles(signed);
  lines.push({ what: 'one sign-off on the laptop (test-strength passphrase hash), p50 / p99', measured: `${ms(sign.p50)} / ${ms(sign.p99)}`, goal: '150 ms', isMet: sign.p99 <= 150 });
  const baselines = [await ask<number>({ order: 'baseline-push', count: PUSH }), await ask<number>({ order: 'baseline-push', count: PUSH })];
  const from = performance.now();
  await l.call({ act: 'sync.pause', input: { isPaused: false } });
  await l.call({ act: 'sync.now', input: {} });
  await l.backend.settled();
  const took = performance.now() - from;
  baselines.push(await ask<number>({ order: 'baseline-push', count: PUSH }));
  const received = (await l.call<readonly SyncItem[]>({ read: 'sync.items', input: { filter: 'received' } })).filter((i) => i.name === 'signoff.sign').length;
  const atHq = await ask<number>({ order: 'received' });
  if (atHq !== PUSH) throw new Error(`HQ holds ${atHq} of ${PUSH} statements`);
  const pushRatio = took / median(baselines);
  lines.push({ what: `push ${PUSH} sealed decisions: verified, decided again, receipts stored (${received} listed)`, measured: `${ms(took)} = ${ratio(pushRatio)} of verifying and inserting them plainly (${ms(median(baselines))})`, goal: '5x', isMet: pushRatio <= 5 });
  await l.backend.close();
}
// ---- 5b. a new rule pack ----
{
  note(`judging ${JUDGED} open packets again under a new rule pack`);
  const { judged, ms: took, idle, during } = await ask<Reevaluated>({ order: 'reevaluate', count: JUDGED, pushes: Math.min(200, Math.max(20, JUDGED / 50)) });
  if (judged < JUDGED) throw new Error(`${judged} of ${JUDGED} packets were judged again`);
  const each = took / judged;
  lines.push({ what: `${judged} open packets judged again under a new pack at HQ (${started.kind})`, measured: `${ms(took)}, ${ms(each * 100_000)} per 100,000`, goal: '300 s per 100,000', isMet: each * 100_000 <= 300_000 });
  const [quiet, busy] = [p95(idle), p95(during)];
  lines.push({ what: `push of one hold meanwhile, p95 (${during.length} pushes)`, measured: `${ms(busy)} = ${ratio(busy / quiet)} of idle (${ms(quiet)})`, goal: '2x', isMet: busy / quiet <= 2 });
}
await ask({ order: 'close' });

// ---- 6. queries at 100,000 ----
note(`queries at ${PACKETS} packets`);
type StoreFigures = {
  readonly count: number; readonly cold: readonly number[]; readonly coldSearch: readonly number[]; readonly mainQueue: Spread; readonly everySplit: Spread; readonly search: Spread; readonly next: Spread; readonly checks: Spread;
  readonly rss: number; readonly rssBefore: number;
};
// Bundled like the host, so that the memory is that of the product and not of the type stripper.
const BENCH_OUT = join('dist', 'bench');
await bundleNode(BENCH_OUT, { 'bench-store': 'build/bench-store.ts' });
const storeKey = randomBytes(32).toString('hex');
function storeBench<T>(mode: 'fill' | 'measure'): Promise<T> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [join(BENCH_OUT, 'bench-store.js'), mode, root, String(PACKETS), String(KEYS)], { env: { ...process.env, BENCH_KEY: storeKey }, stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => { text += chunk.toString('utf8'); });
    child.on('close', (code) => (code === 0 ? done(JSON.parse(text.trim().split('\n').at(-1) ?? '')) : failed(new Error('the store benchmark failed'))));
  });
}
const { filled } = await storeBench<{ readonly filled: number }>('fill');
const figures = await storeBench<StoreFigures>('measure');
const spread = (s: Spread): string => `${ms(s.p50)} / ${ms(s.p99)}`;
lines.push({ what: `queue, first 50, at ${PACKETS} packets, warm, p50 / p99`, measured: spread(figures.mainQueue), goal: 'p99 2 ms', isMet: figures.mainQueue.p99 <= 2 });
lines.push({ what: 'the same over every split', measured: spread(figures.everySplit), goal: 'for comparison', isMet: null });
lines.push({ what: 'queue, first after opening the store', measured: ms(median(figures.cold)), goal: 'for comparison', isMet: null });
lines.push({ what: `text search over names and A-numbers, first 50, ${KEYS} keys, warm, p50 / p99`, measured: spread(figures.search), goal: 'p99 5 ms', isMet: figures.search.p99 <= 5 });
lines.push({ what: 'text search, first after opening the store', measured: ms(median(figures.coldSearch)), goal: '150 ms', isMet: median(figures.coldSearch) <= 150 });
lines.push({ what: `next packet, read from the store at ${PACKETS} packets, p50 / p99`, measured: spread(figures.next), goal: 'p99 100 ms', isMet: figures.next.p99 <= 100 });
lines.push({ what: 'one packet through all checks, p50 / p99', measured: spread(figures.checks), goal: 'p99 5 ms', isMet: figures.checks.p99 <= 5 });
lines.push({ what: `memory with ${PACKETS} packets open`, measured: `${Math.round(figures.rss / 1e6)} MB (${Math.round(figures.rssBefore / 1e6)} MB before opening)`, goal: '300 MB', isMet: figures.rss <= 300e6 });
lines.push({ what: `store of ${PACKETS} packets on disk`, measured: `${Math.round(statSync(join(root, 'bench-store.db')).size / 1e6)} MB, filled in ${ms(filled)}`, goal: 'for comparison', isMet: null });

// ---- 7. the next packet on screen ----
if (findBrowser()) {
  note(`next packet in a browser at ${PACKETS} packets`);
  const child = spawn(process.execPath, ['build/bench-next.ts', String(PACKETS), '30'], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => { text += chunk.toString('utf8'); });
  if ((await new Promise((done) => child.once('close', done))) !== 0) throw new Error('the browser benchmark failed');
  const shown = percentiles(JSON.parse(text.trim().split('\n').at(-1) ?? '[]') as readonly number[]);
  lines.push({ what: `next packet, from the key to its frame in a browser at ${PACKETS} packets, p50 / p99`, measured: spread(shown), goal: 'p99 100 ms', isMet: shown.p99 <= 100 });
}

console.log(table(lines));
process.exit(options.strict && lines.some((l) => l.isMet === false) ? 1 : 0);
