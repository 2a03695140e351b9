/**
 * Open packets judged again under a new pack at HQ, and pushes meanwhile: a part of `npm run bench`, and alone
 * `node build/bench-judged.ts [--judged N] [--rounds N]`. Goals: 100,000 packets in 5 minutes, push p95 at most twice its idle value.
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { type Ask, startHq } from './bench-ask.ts';
import { type Line, ms, p95, percentiles, ratio, table } from './bench-figures.ts';
import type { Judged } from './bench-judged-hq.ts';

/** Fills HQ once and judges everything again `rounds` times, each under another pack. */
export async function judgedLines(ask: Ask, kind: string, count: number, rounds: number, note: (text: string) => void): Promise<readonly Line[]> {
  const filling = performance.now();
  await ask({ order: 'judged-fill', count });
  note(`filled with ${count} open packets in ${ms(performance.now() - filling)}`);
  const lines: Line[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const { judged, ms: took, idle, during } = await ask<Judged>({ order: 'judged', version: `bench-${round}`, count, pushes: Math.min(200, Math.max(40, Math.round(count / 50))) });
    if (judged < count) throw new Error(`${judged} of ${count} packets were judged again`);
    const each = took / judged;
    lines.push({
      what: `${judged} open packets judged again under a new pack at HQ (${kind})`, measured: `${ms(took)}, ${ms(each)} each, ${ms(each * 100_000)} per 100,000`,
      goal: '300 s per 100,000', isMet: each * 100_000 <= 300_000,
    });
    const [quiet, busy] = [p95(idle), p95(during)];
    lines.push({
      what: `push of one hold meanwhile, p95 (${during.length} pushes; p50 ${ms(percentiles(during).p50)}, idle ${ms(percentiles(idle).p50)})`,
      measured: `${ms(busy)} = ${ratio(busy / quiet)} of idle (${ms(quiet)})`, goal: '2x', isMet: busy / quiet <= 2,
    });
    note(`load of the machine ${loadavg().map((l) => l.toFixed(1)).join(' ')}`);
  }
  return lines;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { judged: { type: 'string', default: '3000' }, rounds: { type: 'string', default: '1' }, profile: { type: 'string' } } });
  const hq = await startHq(values.profile ? ['--cpu-prof', `--cpu-prof-dir=${values.profile}`] : []);
  console.log(table(await judgedLines(hq.ask, hq.kind, Number(values.judged), Number(values.rounds), (text) => console.error(text))));
  await hq.close();
}
