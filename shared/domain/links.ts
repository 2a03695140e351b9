/**
 * What HQ's links say to a check (0.4 item 6): other open packets of the same person (PK-22), narratives that read the same (PK-23).
 * A link with score 0 no longer holds, for whatever reason: it never says which.
 */
import type { PacketLinkRow } from '../rows.ts';
import type { CheckFacts } from './checks/answer.ts';
import type { PacketDocument } from './packet.ts';

/** True while HQ stands by the link. */
export const isStanding = (link: Pick<PacketLinkRow, 'score'>): boolean => link.score > 0;

/** Links as dated facts. Nothing while HQ has sent none of that kind: the check then answers "not applicable", not "pass". */
export function linkFacts(links: readonly PacketLinkRow[] | undefined, document: Pick<PacketDocument, 'forms'>): Pick<CheckFacts, 'duplicates' | 'similarNarratives'> {
  const of = (kind: PacketLinkRow['kind']): readonly PacketLinkRow[] => (links ?? []).filter((l) => l.kind === kind);
  const [duplicates, similar] = [of('duplicate'), of('similar')];
  const formId = document.forms.find((f) => f.kind === 'I-213')?.id;
  return {
    ...(duplicates.length > 0
      ? { duplicates: duplicates.filter(isStanding).map((l) => ({ packetId: l.otherPacketId, basis: l.excerpt === 'aNumber' ? ('aNumber' as const) : ('fin' as const), asOf: l.foundAt })) }
      : {}),
    ...(similar.length > 0 && formId !== undefined
      ? { similarNarratives: similar.filter(isStanding).map((l) => ({ packetId: l.otherPacketId, formId, similarity: l.score, asOf: l.foundAt })) }
      : {}),
  };
}
