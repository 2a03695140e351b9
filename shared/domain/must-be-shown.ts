/**
 * What must have been on screen before a packet may be signed. The one place that says so: the screen switches Sign on by it, and the kernel
 * refuses by it, on the laptop and at HQ alike, from stored contents. Must never rest on what the screen says is there.
 */
import type { ReturnRow, StatementRow } from '../rows.ts';
import type { PacketDocument } from './packet.ts';
import { redline } from './redline.ts';

/** By kind, each sorted. Further kinds (pins) join here, in `mustBeShown` and in `notShown`. */
export type MustBeShown = { /** Changed fields, by the path of their change. */ readonly fields: readonly string[] };

/**
 * The version that this person last decided on; without one the version that was returned last; without that the one before. Null for a first
 * version. Only a decision counts: that a packet was open says nothing of what was read, and HQ cannot know it.
 */
export function comparedVersion(
  number: number, actor: string, returns: readonly Pick<ReturnRow, 'number' | 'returnedBy'>[], statements: readonly Pick<StatementRow, 'number' | 'signerId'>[],
): number | null {
  if (number <= 1) return null;
  const last = (numbers: readonly number[]): number => Math.max(0, ...numbers.filter((n) => n < number));
  const own = last([...returns.filter((r) => r.returnedBy === actor), ...statements.filter((s) => s.signerId === actor)].map((x) => x.number));
  return own || last(returns.map((r) => r.number)) || number - 1;
}

/** All that must have been on screen. `compared`: the version of `comparedVersion`; null for a first version. */
export function mustBeShown(document: PacketDocument, compared: PacketDocument | null): MustBeShown {
  return { fields: compared === null ? [] : redline(compared, document).map((c) => c.path).sort() };
}

/** What was not, by kind and in the same order. All empty: it may be signed. */
export const notShown = (must: MustBeShown, fields: ReadonlySet<string>): MustBeShown => ({ fields: must.fields.filter((f) => !fields.has(f)) });
