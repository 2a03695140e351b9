/** The versions that a resubmission is compared with: what this person decided on last, and what was returned. */
import type { EarlierVersions } from '../../shared/api.ts';
import { comparedVersion } from '../../shared/domain/must-be-shown.ts';
import { versionId, type PacketVersionRow, type ReturnRow, type StatementRow } from '../../shared/rows.ts';
import type { Store } from '../open.ts';
import { rowById } from '../rows.ts';

/** Null for a first version. `compared` is null when that version is not on this laptop; then nothing of this version can be signed. */
export function earlierVersions(store: Store, version: PacketVersionRow, actor: string, returns: readonly ReturnRow[], statements: readonly StatementRow[]): EarlierVersions | null {
  const number = comparedVersion(version.number, actor, returns, statements);
  if (number === null) return null;
  const compared = rowById(store, 'packet_versions', versionId(version.packetId, number));
  // Of two returns of one version the later one; rows come in the order of time.
  const lastReturn = returns.filter((r) => r.number < version.number).reduce<ReturnRow | null>((a, b) => (a === null || b.number >= a.number ? b : a), null);
  const returned = lastReturn === null ? null : lastReturn.number === number ? compared : rowById(store, 'packet_versions', versionId(version.packetId, lastReturn.number));
  return { number, compared, lastReturn, returned };
}
