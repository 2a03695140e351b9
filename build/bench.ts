/**
 * `npm run bench`: the product's goals on one workload, each against a plain way of doing the same on the same machine in the same run
 * (interleaved, medians), printed beside the goals. Uses PostgreSQL when HQ_DATABASE_URL names one, else in-memory PGlite.
 * `-- --only queue,search` runs some of the parts (`PARTS`); `--rows N --push N --packets N --judged N --keys N --rounds N` make it smaller.
 * Exit 1 on a missed goal only with --strict, 2 on a part that there is none of.
 */
import { parseArgs } from 'node:util';
import { type Line, table } from './bench-figures.ts';
import { judgedLines } from './bench-judged.ts';
import { pullLines, startLines } from './bench-pull.ts';
import { pushLines } from './bench-push.ts';
import { nextLines, queueLines, searchLines } from './bench-queries.ts';
import { type BenchRoom, openRoom } from './bench-room.ts';
import { requireNode } from './require-node.ts';

requireNode();
/** In the order in which they run. Those that need HQ come first: it is closed before the store of 100,000 packets is filled. */
const PARTS = {
  pull: pullLines, start: startLines, push: pushLines,
  judged: async (room) => {
    const { ask, kind } = await room.hq();
    room.note(`judging ${room.sizes.judged} open packets again under a new rule pack`);
    return judgedLines(ask, kind, room.sizes.judged, 1, room.note);
  },
  queue: queueLines, search: searchLines, next: nextLines,
} satisfies Readonly<Record<string, (room: BenchRoom) => Promise<readonly Line[]>>>;
type Part = keyof typeof PARTS;
const AT_HQ: readonly Part[] = ['pull', 'start', 'push', 'judged'];

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' }, rows: { type: 'string', default: '20000' }, push: { type: 'string', default: '2000' }, packets: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '3' }, keys: { type: 'string', default: '1000' }, judged: { type: 'string', default: '100000' }, strict: { type: 'boolean', default: false },
  },
});
const all = Object.keys(PARTS) as readonly Part[];
const only = options.only?.split(',').map((p) => p.trim()) ?? all;
const unknown = only.filter((p) => !(p in PARTS));
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(', ')}. Parts: ${all.join(', ')}.`);
  process.exit(2);
}
const room = openRoom({ rows: Number(options.rows), push: Number(options.push), packets: Number(options.packets), rounds: Number(options.rounds), keys: Number(options.keys), judged: Number(options.judged) });
const lines: Line[] = [];
const run = async (parts: readonly Part[]): Promise<void> => {
  for (const part of parts) if (only.includes(part)) lines.push(...(await PARTS[part](room)));
};
await run(AT_HQ);
await room.close();
await run(all.filter((p) => !AT_HQ.includes(p)));
console.log(table(lines));
process.exit(options.strict && lines.some((l) => l.isMet === false) ? 1 : 0);
