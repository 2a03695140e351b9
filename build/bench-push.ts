/** A part of `npm run bench`: sign-offs on a laptop, their push to HQ against verifying and inserting them plainly, links, and signing under a published pack. */
import type { SyncItem } from '../shared/api.ts';
import { benchDocument } from './bench-documents.ts';
import { type Line, median, ms, p95, percentiles, ratio } from './bench-figures.ts';
import type { Linked } from './bench-hq.ts';
import { type BenchRoom, PASSPHRASE, syncNow } from './bench-room.ts';
import { signMany } from './bench-sign.ts';

export async function pushLines(room: BenchRoom): Promise<readonly Line[]> {
  const { push: count } = room.sizes;
  /** Signatures under a published pack. */
  const packed = Math.min(200, count);
  room.note(`preparing ${count} packets to sign`);
  const { ask } = await room.filledHq();
  const now = new Date().toISOString();
  await ask({ order: 'documents', documents: Array.from({ length: count }, (_, n) => benchDocument(n, now)) });
  const l = await room.laptop('push');
  await l.call({ act: 'session.choosePassphrase', input: { passphrase: PASSPHRASE } });
  await l.backend.settled();
  await l.call({ act: 'sync.pause', input: { isPaused: true } });
  const sign = percentiles(await signMany(l.call, PASSPHRASE, 0, count));
  const lines: Line[] = [{ what: 'one sign-off on the laptop (test-strength passphrase hash), p50 / p99', measured: `${ms(sign.p50)} / ${ms(sign.p99)}`, goal: '150 ms', isMet: sign.p99 <= 150 }];
  const baselines = [await ask<number>({ order: 'baseline-push', count }), await ask<number>({ order: 'baseline-push', count })];
  const from = performance.now();
  await l.call({ act: 'sync.pause', input: { isPaused: false } });
  await l.call({ act: 'sync.now', input: {} });
  await l.backend.settled();
  const took = performance.now() - from;
  baselines.push(await ask<number>({ order: 'baseline-push', count }));
  const received = (await l.call<readonly SyncItem[]>({ read: 'sync.items', input: { filter: 'received' } })).filter((i) => i.name === 'signoff.sign').length;
  const atHq = await ask<number>({ order: 'received' });
  if (atHq !== count) throw new Error(`HQ holds ${atHq} of ${count} statements`);
  const pushRatio = took / median(baselines);
  lines.push({ what: `push ${count} sealed decisions: verified, decided again, receipts stored (${received} listed)`, measured: `${ms(took)} = ${ratio(pushRatio)} of verifying and inserting them plainly (${ms(median(baselines))})`, goal: '5x', isMet: pushRatio <= 5 });
  lines.push({ what: 'the same per decision', measured: ms(took / count), goal: 'for comparison', isMet: null });
  const { looked, ms: linking } = await ask<Linked>({ order: 'links' });
  lines.push({ what: `links of ${looked} packets found at HQ: same person, narratives that read the same`, measured: `${ms(linking)} = ${Math.round(looked / (linking / 1000))} packets a second`, goal: 'for comparison', isMet: null });

  // The same signature under a pack that HQ published, verified as it was pulled.
  await ask({ order: 'publish', version: 'bench-sign' });
  await ask({ order: 'documents', documents: Array.from({ length: packed }, (_, n) => benchDocument(count + n, now)) });
  await syncNow(l);
  const under = await signMany(l.call, PASSPHRASE, count, packed);
  lines.push({ what: `one sign-off under a published pack, p50 / p95 (${packed} signatures)`, measured: `${ms(median(under))} / ${ms(p95(under))}`, goal: `${ms(sign.p50)} without one`, isMet: null });
  await l.backend.close();
  return lines;
}
