/**
 * `npm run demo-data -- --out DIR --seed N --now ISO`: writes the synthetic programme as NDJSON, one line per record, in the order in which
 * HQ takes it. Everything in it is invented and says so. The same seed and time give the same bytes.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packetLine, packets } from '../synthetic/packets.ts';
import { programme } from '../synthetic/programme.ts';

const { values } = parseArgs({ options: { out: { type: 'string' }, seed: { type: 'string', default: '287' }, now: { type: 'string' } } });
if (!values.out) {
  console.error('Say where to write: npm run demo-data -- --out DIR [--seed 287] [--now 2026-11-24T12:00:00Z]');
  process.exit(2);
}
const seed = Number(values.seed);
const at = Date.parse(values.now ?? new Date().toISOString());
if (!Number.isInteger(seed) || Number.isNaN(at)) {
  console.error('--seed takes a whole number and --now an ISO 8601 instant.');
  process.exit(2);
}
const now = new Date(at).toISOString();
const all = programme(seed, now);
const documents = packets(seed, now, all);
const files: Readonly<Record<string, readonly unknown[]>> = {
  'agencies.ndjson': all.agencies, 'officers.ndjson': all.officers, 'staff.ndjson': all.staff, 'assignments.ndjson': all.assignments, 'itinerary.ndjson': all.itinerary,
  'moa.ndjson': all.moa, 'packets.ndjson': documents.map(packetLine),
};
mkdirSync(values.out, { recursive: true });
for (const [name, lines] of Object.entries(files)) {
  writeFileSync(join(values.out, name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  console.log(`${String(lines.length).padStart(5)} ${name}`);
}
console.log(`SYNTHETIC, seed ${seed}, as of ${now}`);
