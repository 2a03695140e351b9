/** Parts of `npm run bench` on one store of 100,000 packets: the queue, the search, and the next packet, from the store and on screen. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type Line, median, ms, percentiles, type Spread } from './bench-figures.ts';
import type { BenchRoom } from './bench-room.ts';
import type { NextFigures, QueueFigures, SearchFigures } from './bench-store.ts';
import { findBrowser } from './browser.ts';
import { bundleNode } from './bundle-host.ts';

const OUT = join('dist', 'bench');
const spread = (s: Spread): string => `${ms(s.p50)} / ${ms(s.p99)}`;
const storeKey = randomBytes(32).toString('hex');

/** One run of `bench-store.ts` in a process of its own, bundled like the host, so that the memory is that of the product and not of the type stripper. */
async function ask<T>({ root, sizes, child }: BenchRoom, mode: 'fill' | 'queue' | 'search' | 'next'): Promise<T> {
  const started = child(spawn(process.execPath, [join(OUT, 'bench-store.js'), mode, root, String(sizes.packets), String(sizes.keys)], { env: { ...process.env, BENCH_KEY: storeKey }, stdio: ['ignore', 'pipe', 'inherit'] }));
  return lastLine<T>(started, 'the store benchmark failed');
}
function lastLine<T>(started: ReturnType<typeof spawn>, failure: string): Promise<T> {
  return new Promise((done, failed) => {
    let text = '';
    started.stdout?.on('data', (chunk: Buffer) => { text += chunk.toString('utf8'); });
    started.on('close', (code) => (code === 0 ? done(JSON.parse(text.trim().split('\n').at(-1) ?? '') as T) : failed(new Error(failure))));
  });
}
let filling: Promise<number> | null = null;
/** Milliseconds that filling the store took; filled once, by the first part that asks. */
const filled = (room: BenchRoom): Promise<number> => (filling ??= (async () => {
  room.note(`filling a store with ${room.sizes.packets} packets`);
  await bundleNode(OUT, { 'bench-store': 'build/bench-store.ts' });
  return (await ask<{ readonly filled: number }>(room, 'fill')).filled;
})());

export async function queueLines(room: BenchRoom): Promise<readonly Line[]> {
  const took = await filled(room);
  const { packets } = room.sizes;
  const { cold, mainQueue, everySplit, rss, rssBefore } = await ask<QueueFigures>(room, 'queue');
  return [
    { what: `queue, first 50, at ${packets} packets, warm, p50 / p99`, measured: spread(mainQueue), goal: 'p99 2 ms', isMet: mainQueue.p99 <= 2 },
    { what: 'the same over every split', measured: spread(everySplit), goal: 'for comparison', isMet: null },
    { what: 'queue, first after opening the store', measured: ms(median(cold)), goal: 'for comparison', isMet: null },
    { what: `memory with ${packets} packets open, queue and search used`, measured: `${Math.round(rss / 1e6)} MB (${Math.round(rssBefore / 1e6)} MB before opening)`, goal: '300 MB', isMet: rss <= 300e6 },
    { what: `store of ${packets} packets on disk`, measured: `${Math.round(statSync(join(room.root, 'bench-store.db')).size / 1e6)} MB, filled in ${ms(took)}`, goal: 'for comparison', isMet: null },
  ];
}

export async function searchLines(room: BenchRoom): Promise<readonly Line[]> {
  await filled(room);
  const { packets, keys } = room.sizes;
  const { kinds, cold } = await ask<SearchFigures>(room, 'search');
  return [
    ...kinds.map(({ what, hits, took }): Line => ({ what: `search of ${what}, first 50 at ${packets} packets, warm, ${keys} keys (${Math.round(hits)} hits each), p50 / p99`, measured: spread(took), goal: 'p99 5 ms', isMet: took.p99 <= 5 })),
    ...cold.map(({ what, took }): Line => ({ what: `search, ${what}, first after opening the store`, measured: ms(median(took)), goal: '150 ms', isMet: median(took) <= 150 })),
  ];
}

export async function nextLines(room: BenchRoom): Promise<readonly Line[]> {
  await filled(room);
  const { packets } = room.sizes;
  const { next, checks } = await ask<NextFigures>(room, 'next');
  const lines: Line[] = [
    { what: `next packet, read from the store at ${packets} packets, p50 / p99`, measured: spread(next), goal: 'p99 100 ms', isMet: next.p99 <= 100 },
    { what: 'one packet through all checks, p50 / p99', measured: spread(checks), goal: 'p99 5 ms', isMet: checks.p99 <= 5 },
  ];
  if (!findBrowser()) return lines;
  room.note(`next packet in a browser at ${packets} packets`);
  const started = room.child(spawn(process.execPath, ['build/bench-next.ts', String(packets), '30'], { stdio: ['ignore', 'pipe', 'inherit'] }));
  const shown = percentiles(await lastLine<readonly number[]>(started, 'the browser benchmark failed'));
  lines.push({ what: `next packet, from the key to its frame in a browser at ${packets} packets, p50 / p99`, measured: spread(shown), goal: 'p99 100 ms', isMet: shown.p99 <= 100 });
  return lines;
}
