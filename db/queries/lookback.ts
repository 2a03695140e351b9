/** Look-back reviews as this laptop has them, with names and words: open ones first, of these detained people first, then by due time. */
import type { LookbackItem } from '../../shared/api.ts';
import { compareLookback, openReason, type ChangedFact } from '../../shared/domain/lookback.ts';
import { openContent } from '../../shared/domain/packet.ts';
import { covers } from '../../shared/domain/under-review.ts';
import { versionId, type LookbackReviewRow } from '../../shared/rows.ts';
import type { Store } from '../open.ts';
import type { ReadContext } from '../read.ts';
import { decode, rowById, rowsWhere } from '../rows.ts';

/** Closed ones beyond these are found on their packets. */
const MOST_CLOSED = 200;

/** Every open review and the newest closed ones. */
export function listLookbacks(store: Store, context: ReadContext): readonly LookbackItem[] {
  const open = store.prepare('SELECT * FROM lookback_reviews WHERE "closedAt" IS NULL').all() as Record<string, unknown>[];
  const closed = store.prepare(`SELECT * FROM lookback_reviews WHERE "closedAt" IS NOT NULL ORDER BY "closedAt" DESC, "id" LIMIT ${MOST_CLOSED}`).all() as Record<string, unknown>[];
  return itemsOf(store, [...open, ...closed].map((r) => decode('lookback_reviews', r)), context);
}

/** Those of one packet, in the same order. */
export const lookbacksOf = (store: Store, packetId: string, context: ReadContext): readonly LookbackItem[] => itemsOf(store, rowsWhere(store, 'lookback_reviews', { packetId }), context);

function itemsOf(store: Store, reviews: readonly LookbackReviewRow[], { pmId }: ReadContext): readonly LookbackItem[] {
  return [...reviews].sort(compareLookback).map((review): LookbackItem => {
    const packet = rowById(store, 'packets', review.packetId);
    const agency = rowById(store, 'agencies', review.agencyId);
    const statements = rowsWhere(store, 'statements', { packetId: review.packetId });
    const acts = statements.filter((s) => covers(review, s, statements));
    const first = acts[0];
    const version = first ? rowById(store, 'packet_versions', versionId(first.packetId, first.number)) : null;
    const forms = version ? openContent(version.content).forms : [];
    return {
      review, facts: review.reasons.map(openReason).map((fact) => named(store, fact)),
      subjectName: (packet && rowById(store, 'subjects', packet.subjectId)?.name) ?? '', agencyName: agency?.name ?? review.agencyId, zone: agency?.zone ?? 'UTC', fieldOffice: agency?.fieldOffice ?? '',
      ownerName: review.ownerId === null ? null : nameOf(store, review.ownerId), closedByName: review.closedBy === null ? null : nameOf(store, review.closedBy),
      signedByName: first ? nameOf(store, first.signerId) : null, signedAt: first?.signedAt ?? null, isMine: acts.some((s) => s.signerId === pmId),
      forms: [...new Set(acts.map((s) => forms.find((f) => f.id === s.formId)?.kind ?? s.formId))],
    };
  });
}

/** A person's or officer's name; `HQ` for what HQ's systems did, and the id where nobody is known by it. */
function nameOf(store: Store, id: string): string {
  if (id === 'hq') return 'HQ';
  return rowById(store, 'staff', id)?.name ?? rowById(store, 'officers', id)?.name ?? id;
}
const named = (store: Store, fact: ChangedFact): ChangedFact => ({
  ...fact, by: fact.by === null ? null : nameOf(store, fact.by), about: fact.about === null ? null : nameOf(store, fact.about),
});
