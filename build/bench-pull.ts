/** Parts of `npm run bench`: the first pull against a raw insert, the screen while it runs, small contacts, and the start of the app on what was pulled. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Result } from '../shared/result.ts';
import { type Line, median, ms, percentiles, ratio } from './bench-figures.ts';
import { insertEncrypted, insertUnencrypted, prepareRows } from './bench-raw.ts';
import { type BenchRoom, must, PASSPHRASE, pullAll, queueOf, syncNow } from './bench-room.ts';
import { benchPackets, benchProgramme, rowsOfPacket } from './bench-seed.ts';
import { bundleHost, HOST_MAIN } from './bundle-host.ts';

/** Pulls in rounds between raw inserts of the same rows, then a pull with the queue asked for meanwhile, then contacts with little or nothing new. */
export async function pullLines(room: BenchRoom): Promise<readonly Line[]> {
  const { sizes: { rows: count, rounds }, root, note } = room;
  const rows = [...benchProgramme(), ...benchPackets(count).flatMap(rowsOfPacket)];
  const prepared = prepareRows(rows);
  const { kind, ask } = await room.filledHq();
  const bytes = Math.round(rows.filter((r) => r.table === 'packet_versions').slice(0, 100).reduce((sum, r) => sum + JSON.stringify(r.row).length, 0) / 100);
  note(`HQ on ${kind}; ${count} packet versions of ${bytes} bytes, ${rows.length} rows with heads and subjects`);
  const [pulls, raws, plains]: readonly [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < rounds; round += 1) {
    raws.push(insertEncrypted(join(root, `raw-${round}.db`), prepared));
    plains.push(insertUnencrypted(join(root, `plain-${round}.db`), prepared));
    const l = await room.laptop(`pull-${round}`);
    pulls.push(await pullAll(l, count));
    await l.backend.close();
    note(`pull ${round + 1} of ${rounds}: raw ${ms(raws.at(-1) ?? 0)}, raw without cipher ${ms(plains.at(-1) ?? 0)}, pull ${ms(pulls.at(-1) ?? 0)}`);
  }
  const pullRatio = median(pulls) / median(raws);
  const lines: Line[] = [
    { what: `pull ${count} versions (${rows.length} rows), encrypted, indexed, searchable`, measured: `${ms(median(pulls))} = ${ratio(pullRatio)} of a raw insert of the same rows and words (${ms(median(raws))})`, goal: '1.5x', isMet: pullRatio <= 1.5 },
    { what: 'the same raw insert without a cipher', measured: `${ms(median(plains))}; pull is ${ratio(median(pulls) / median(plains))} of it`, goal: 'for comparison', isMet: null },
  ];

  const l = await room.laptop('busy');
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

  const [noop, changes]: readonly [number[], number[]] = [[], []];
  for (let n = 0; n < 20; n += 1) noop.push(await syncNow(l));
  for (let n = 0; n < 5; n += 1) {
    await ask({ order: 'rows', count: 100, first: count + n * 100 });
    changes.push(await syncNow(l));
  }
  await l.backend.close();
  lines.push({ what: 'pull 100 new packets (300 rows)', measured: ms(median(changes)), goal: '25 ms', isMet: median(changes) <= 25 });
  lines.push({ what: 'sync with nothing new', measured: ms(median(noop)), goal: '3 ms', isMet: median(noop) <= 3 });
  return lines;
}

/** From a new process to the data of the first screen, on a laptop with everything pulled. */
export async function startLines(room: BenchRoom): Promise<readonly Line[]> {
  const { sizes: { rows: count, rounds }, note } = room;
  await bundleHost(note);
  const hq = await room.filledHq();
  const l = await room.laptop('start');
  await pullAll(l, count);
  await l.backend.close();
  const starts: number[] = [];
  let rss = 0;
  for (let n = 0; n < rounds; n += 1) {
    const from = performance.now();
    const host = room.child(spawn(process.execPath, [HOST_MAIN], { env: { ...process.env, FIELDBOOK_DATA: l.folder, FIELDBOOK_HQ: hq.url, FIELDBOOK_PORT: '0' }, stdio: ['ignore', 'pipe', 'ignore'] }));
    const url = await new Promise<string>((done) => {
      let text = '';
      host.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString('utf8');
        const line = text.split('\n').find((t) => t.includes('"ready":true'));
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
  const lines: Line[] = [{ what: `start to first screen's data (web host, ${count} packets, warm disk, test-strength passphrase hash)`, measured: ms(median(starts)), goal: '1.5 s', isMet: median(starts) <= 1500 }];
  if (rss > 0) lines.push({ what: `memory of the host at ${count} packets`, measured: `${Math.round(rss / 1e6)} MB`, goal: 'for comparison', isMet: null });
  return lines;
}
