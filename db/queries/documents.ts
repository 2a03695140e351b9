/** Where the files that one packet version names stand on this laptop. */
import type { QueryIn } from '../../shared/api.ts';
import { attachmentsOf, chunkCount, type AttachmentState } from '../../shared/attachments.ts';
import { openContent } from '../../shared/domain/packet.ts';
import { no, ok, type Result } from '../../shared/result.ts';
import { versionId } from '../../shared/rows.ts';
import { placeOf } from '../attachments.ts';
import type { Store } from '../open.ts';
import type { ReadContext } from '../read.ts';
import { rowById } from '../rows.ts';

/** One state per distinct file. Refusals: packet/unknown, packet/unknown-version. */
export function documentStates(store: Store, { packetId, number }: QueryIn<'document.states'>, { attachments }: ReadContext): Result<readonly AttachmentState[]> {
  const packet = rowById(store, 'packets', packetId);
  if (!packet) return no('packet/unknown', { packetId });
  const wanted = number ?? packet.currentVersion;
  const version = rowById(store, 'packet_versions', versionId(packetId, wanted));
  if (!version) return no('packet/unknown-version', { packetId, version: wanted });
  const files = new Map(attachmentsOf(openContent(version.content)).map((f) => [f.sha256, f]));
  return ok([...files.values()].map(({ sha256, bytes }) =>
    ({ sha256, bytes, ...(attachments ? placeOf(attachments, sha256, bytes) : { place: 'waiting' as const, have: 0, of: chunkCount(bytes) }) })));
}
