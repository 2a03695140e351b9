/**
 * A rule pack for the demo that waits for its start, so that Rules has one to show: it asks more in one row and less in another, which took two people.
 * Published and approved over HQ's own commands; again adds nothing.
 */
import { CORE_PACK } from '../../shared/domain/packs.ts';
import { type Hq, runAt } from './seed-hq.ts';

export const DEMO_PACK = 'core-2027.01';
/** Days until it starts. */
const STARTS_IN = 10;
type Overview = { readonly packs: readonly { readonly version: string; readonly documentHash: string; readonly state: string }[] };

/** Proposes the pack, and has counsel approve what the National PM proposed. Throws when HQ refuses a step. */
export async function seedPack(hq: Hq, now: string): Promise<void> {
  const { publishedAt: _p, approvedBy: _a, ...core } = CORE_PACK;
  const rows = core.rows.map((row) => {
    if (row.id === 'NTA-08') return { ...row, severity: 'BLOCK', approvedBy: 'hq-opla' };
    return row.id === 'PK-20' ? { ...row, severity: 'INFO', approvedBy: 'hq-opla' } : row;
  });
  const effectiveFrom = `${new Date(Date.parse(now) + STARTS_IN * 86_400_000).toISOString().slice(0, 10)}T06:00:00.000Z`;
  await runAt(hq, 'pack.publish', { pack: { ...core, version: DEMO_PACK, effectiveFrom, rows } }, 'national_pm', 'hq-national-pm');
  const reply = await fetch(new URL('/rule-packs?as=opla&actor=hq-opla', hq.url), { headers: { authorization: `Bearer ${hq.token}` } });
  if (!reply.ok) throw new Error(`HQ answered /rule-packs with ${reply.status}`);
  const proposal = ((await reply.json()) as Overview).packs.find((p) => p.version === DEMO_PACK && p.state === 'waits for approval');
  if (proposal) await runAt(hq, 'pack.approve', { version: DEMO_PACK, documentHash: proposal.documentHash }, 'opla', 'hq-opla');
}
