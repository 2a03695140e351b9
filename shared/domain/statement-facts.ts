/** Parts of a sign-off statement: how old each fact is that it rests on, and which changes were on screen for how long. Pure. */
import { canonicalHash } from '../canonical.ts';
import type { Envelope } from '../command.ts';
import { agencyStream, PROGRAM_STREAM } from '../ids.ts';
import type { AuthorityIntervalRow, HoldRow, MoaIntervalRow, PacketVersionRow } from '../rows.ts';
import { msOf } from '../time.ts';

/**
 * One fact at the moment of signing. `asOf`: when the laptop last had everything that HQ had of this stream (null: never said); `ageMs`: how long
 * ago that was. `recordedAt`: when HQ last recorded something of this kind (null: nothing on record, or not kept).
 */
export type FactAge = { readonly stream: string; readonly streamVersion: number; readonly asOf: string | null; readonly ageMs: number | null; readonly recordedAt: string | null };
export type FactKind = 'packet' | 'holds' | 'authority' | 'moa' | 'signer';
/** What the ages are read from: rows as signing sees them. */
export type FactSources = { readonly version: PacketVersionRow; readonly holds: readonly HoldRow[]; readonly authority: readonly AuthorityIntervalRow[]; readonly moa: readonly MoaIntervalRow[] };

const newest = (instants: readonly string[]): string | null => [...instants].sort().at(-1) ?? null;

/** The age of every kind of fact that a statement relies on. */
export function factAges({ version, holds, authority, moa }: FactSources, env: Envelope): Readonly<Record<FactKind, FactAge>> {
  const asOf = env.dataAsOf ?? null;
  const ageMs = asOf === null ? null : Math.max(0, msOf(env.at) - msOf(asOf));
  const of = (stream: string, recordedAt: string | null): FactAge => ({ stream, streamVersion: env.base[stream] ?? 0, asOf, ageMs, recordedAt });
  const agency = agencyStream(version.agencyId);
  return {
    packet: of(agency, version.receivedAt),
    holds: of(agency, newest(holds.flatMap((h) => [h.placedAt, ...(h.releasedAt === null ? [] : [h.releasedAt])]))),
    authority: of(agency, newest(authority.map((a) => a.recordedAt))),
    moa: of(agency, newest(moa.map((m) => m.recordedAt))),
    signer: of(PROGRAM_STREAM, null),
  };
}

export type ShownField = { readonly field: string; readonly seconds: number };
/** Changes that were on screen: all of them by count and hash (RFC 8785 of the list, SHA-256), and as many by name as a seal has room for. */
export type ShownChanges = { readonly count: number; readonly hash: string; readonly fields: readonly ShownField[] };
/** Characters of names in one statement: a seal travels once per form, and HQ takes 40,000 characters of it. The command holds the whole list. */
const NAMES_MAX = 12_000;

/** The changes as a statement tells them. */
export function shownChanges(fields: readonly ShownField[]): ShownChanges {
  const sorted = [...fields].sort((a, b) => (a.field < b.field ? -1 : a.field > b.field ? 1 : 0)).map(({ field, seconds }) => ({ field, seconds }));
  const named: ShownField[] = [];
  let used = 0;
  for (const each of sorted) {
    used += each.field.length + 30;
    if (used > NAMES_MAX) break;
    named.push(each);
  }
  return { count: sorted.length, hash: canonicalHash(sorted), fields: named };
}
